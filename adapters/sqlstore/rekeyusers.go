package sqlstore

import "context"

const (
	usersSealed       = `SELECT id FROM users WHERE id > ? AND sealed_key <> ? ORDER BY id LIMIT ?`
	metadataSealed    = `SELECT DISTINCT user_id FROM user_metadata WHERE user_id > ? AND sealed_key <> ? ORDER BY user_id LIMIT ?`
	userEmailsMissing = `SELECT DISTINCT c.user_id FROM user_emails c WHERE c.user_id > ? AND NOT EXISTS (
		SELECT 1 FROM user_emails o WHERE o.user_id = c.user_id AND o.key_id = ?) ORDER BY c.user_id LIMIT ?`

	userToMove     = `SELECT ` + userFields + ` FROM users u WHERE u.id = ?`
	userMoved      = `UPDATE users SET sealed_key = ?, sealed = ? WHERE id = ? AND version = ?`
	metadatumMoved = `UPDATE user_metadata SET sealed_key = ?, sealed = ? WHERE user_id = ? AND metakey = ?`
)

// moveUser seals a user and its values anew and completes its claims. Its version stays, so that whoever read it before
// can still save it; the row is locked meanwhile, and with it the values.
func (s *Store) moveUser(ctx context.Context, l *link, id any) error {
	var r userRow
	found, err := l.one(ctx, &r, userToMove+s.dialect.lockRow, id)
	if err != nil || !found {
		return err
	}
	one, err := s.user(ctx, &r)
	if err != nil {
		return lost(userSubject(r.id), err)
	}
	sealed, key, err := s.sealUser(ctx, one)
	if err != nil {
		return err
	}
	if _, err := l.exec(ctx, userMoved, key, sealed, r.id, r.version); err != nil {
		return err
	}
	values, err := users{l}.metadata(ctx, []string{r.id})
	if err != nil {
		return err
	}
	for _, v := range values {
		place := metadatumPlace(one.Scope, r.id, v.key)
		clear, err := s.sealer.Open(ctx, place, v.sealed)
		if err != nil {
			return lost(place.Record+", "+place.Field, err)
		}
		sealed, key, err := s.sealer.Seal(ctx, place, clear)
		if err != nil {
			return err
		}
		if _, err := l.exec(ctx, metadatumMoved, key, sealed, r.id, v.key); err != nil {
			return err
		}
	}
	wants, err := s.userWanted(ctx, one)
	if err != nil {
		return err
	}
	held, err := all[claimRow](ctx, l, claimsOfUser, r.id)
	if err != nil {
		return err
	}
	return l.claim(ctx, one.Scope, r.id, wants, held)
}
