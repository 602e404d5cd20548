package sqlstore

import (
	"context"
	"slices"

	"github.com/eidgate/eidgate/domain/identity"
	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/outbound"
)

type users struct{ l *link }

const (
	userMetadata = ` LEFT JOIN user_metadata m ON m.user_id = u.id`
	userColumns  = `SELECT ` + userFields + `, m.metakey, m.id, m.sealed FROM `
	userByID     = userColumns + `users u` + userMetadata + `
		WHERE u.id = ? AND u.organization = ? AND u.environment = ? ORDER BY m.position`
	userByEmail = userColumns + `user_emails e
		JOIN users u ON u.id = e.user_id AND u.organization = e.organization AND u.environment = e.environment` + userMetadata + `
		WHERE e.organization = ? AND e.environment = ? AND e.key_id = ? AND e.fingerprint = ? ORDER BY m.position`
	userEmails = `SELECT ` + userFields + ` FROM users u WHERE u.organization = ? AND u.environment = ? AND u.id IN (`
	userCount  = `SELECT COUNT(*) FROM users WHERE organization = ? AND environment = ?`

	metadataOf = `SELECT m.user_id, m.metakey, m.id, m.position, m.sealed FROM user_metadata m WHERE m.user_id IN (`

	userInsert = `INSERT INTO users (id, organization, environment, created_at, updated_at, version, sequence, sealed_key, sealed)
		VALUES (?, ?, ?, ?, ?, 1, ?, ?, ?) ON CONFLICT (id) DO NOTHING`
	userUpdate = `UPDATE users SET updated_at = ?, version = version + 1, sequence = ?, sealed_key = ?, sealed = ?
		WHERE id = ? AND organization = ? AND environment = ? AND version = ?`
	userDelete = `DELETE FROM users WHERE id = ? AND organization = ? AND environment = ? AND version = ?`
)

// userList is the users of a scope. Conditions on addresses are not its: they are in no column.
var userList = listed{
	table: "users u", key: "u.id", fields: userFields,
	known: map[string]column{
		organization.FieldCreated: {name: "u.created_at", whole: true},
		organization.FieldUpdated: {name: "u.updated_at", whole: true},
	},
}

func (u users) Find(ctx context.Context, scope organization.Scope, id string) (organization.User, error) {
	found, ok, err := u.find(ctx, userByID, id, scope.Organization, string(scope.Environment))
	if err == nil && !ok {
		err = organization.ErrNoUser
	}
	return found, err
}

func (u users) FindByEmail(ctx context.Context, scope organization.Scope, email string) (organization.User, error) {
	prints, err := u.l.store.userPrints(ctx, scope, email)
	if err != nil {
		return organization.User{}, err
	}
	for _, p := range prints { // nearly always the first: older keys live during a rotation only
		found, ok, err := u.find(ctx, userByEmail, scope.Organization, string(scope.Environment), p.Key, p.Sum[:])
		if ok || err != nil {
			return found, err
		}
	}
	return organization.User{}, organization.ErrNoUser
}

func (s *Store) userPrints(ctx context.Context, scope organization.Scope, email string) ([]identity.Fingerprint, error) {
	return s.prints.OfText(ctx, scope, "user_email", identity.FoldEmail(email))
}

// userWanted is the claim that a user has to hold.
func (s *Store) userWanted(ctx context.Context, u organization.User) ([]wanted, error) {
	w := wanted{claim: userEmailClaim}
	var err error
	if u.Profile.Email != "" {
		w.prints, err = s.userPrints(ctx, u.Scope, u.Profile.Email)
	}
	return []wanted{w}, err
}

// find reads a user with its values, in one statement: a row for each of them.
func (u users) find(ctx context.Context, text string, args ...any) (found organization.User, ok bool, err error) {
	rows, err := all[userMetadatumRow](ctx, u.l, text, args...)
	if err != nil || len(rows) == 0 {
		return organization.User{}, false, err
	}
	found, err = u.l.store.user(ctx, &rows[0].u)
	if err != nil {
		return organization.User{}, false, err
	}
	for _, r := range rows {
		if !r.id.Valid {
			continue
		}
		m, err := u.l.store.metadatum(ctx, found.Scope, found.ID, r.key.String, r.id.String, r.sealed)
		if err != nil {
			return organization.User{}, false, err
		}
		found.Metadata = append(found.Metadata, m)
	}
	u.l.read(userSubject(found.ID), found.Version)
	return found, true, nil
}

func (u users) List(ctx context.Context, scope organization.Scope, q organization.Listing) ([]organization.User, int, error) {
	of := ofScope("u", scope)
	var rest []organization.Condition
	for _, c := range q.Where {
		if c.Field != organization.FieldEmail {
			rest = append(rest, c)
			continue
		}
		var err error
		if of, err = u.addressed(ctx, of, scope, c); err != nil {
			return nil, 0, err
		}
	}
	q.Where = rest
	rows, total, err := page[userRow](ctx, u.l, userList, of, q)
	if err != nil || len(rows) == 0 {
		return nil, total, err
	}
	list := make([]organization.User, 0, len(rows))
	for i := range rows {
		one, err := u.l.store.user(ctx, &rows[i])
		if err != nil {
			return nil, 0, err
		}
		u.l.read(userSubject(one.ID), one.Version)
		list = append(list, one)
	}
	return list, total, u.fill(ctx, list)
}

// fill gives users their values, in one statement for each hundred.
func (u users) fill(ctx context.Context, list []organization.User) error {
	at := map[string]*organization.User{}
	var ids []string
	for i := range list {
		at[list[i].ID] = &list[i]
		ids = append(ids, list[i].ID)
	}
	for some := range slices.Chunk(ids, mostValues) {
		rows, err := u.metadata(ctx, some)
		if err != nil {
			return err
		}
		for _, r := range rows {
			one := at[r.user]
			m, err := u.l.store.metadatum(ctx, one.Scope, r.user, r.key, r.id, r.sealed)
			if err != nil {
				return err
			}
			one.Metadata = append(one.Metadata, m)
		}
	}
	return nil
}

// metadata reads the values of users, each one's in their order.
func (u users) metadata(ctx context.Context, ids []string) ([]metadatumRow, error) {
	args := padded(ids)
	return all[metadatumRow](ctx, u.l, metadataOf+places("?", len(args))+`) ORDER BY m.user_id, m.position`, args...)
}

func (u users) Emails(ctx context.Context, scope organization.Scope, ids []string) (map[string]string, error) {
	emails := map[string]string{}
	for some := range slices.Chunk(slices.Compact(slices.Sorted(slices.Values(ids))), mostValues) {
		some = slices.DeleteFunc(some, func(id string) bool { return !storable([]any{id}) })
		if len(some) == 0 {
			continue
		}
		names := padded(some)
		args := append([]any{scope.Organization, string(scope.Environment)}, names...)
		rows, err := all[userRow](ctx, u.l, userEmails+places("?", len(names))+`)`, args...)
		if err != nil {
			return nil, err
		}
		for i := range rows {
			one, err := u.l.store.user(ctx, &rows[i])
			if err != nil {
				return nil, err
			}
			emails[one.ID] = one.Profile.Email
		}
	}
	return emails, nil
}

func (u users) Count(ctx context.Context, scope organization.Scope) (int, error) {
	n, err := u.l.number(ctx, userCount, scope.Organization, string(scope.Environment))
	return int(n), err
}

// Save writes the user, its address and its values. A Save that fails with a fault of the domain leaves nothing behind, so
// that the unit of work can go on and keep something else.
func (u users) Save(ctx context.Context, one organization.User) (organization.User, error) {
	sealed, key, err := u.l.store.sealUser(ctx, one)
	if err != nil {
		return organization.User{}, err
	}
	wants, err := u.l.store.userWanted(ctx, one)
	if err != nil {
		return organization.User{}, err
	}
	if one.Metadata, err = u.keepable(ctx, one); err != nil {
		return organization.User{}, err
	}
	var held []claimRow
	if one.Version > 0 {
		if held, err = all[claimRow](ctx, u.l, claimsOfUser, one.ID); err != nil {
			return organization.User{}, err
		}
	}
	write := func() error { return u.write(ctx, one, sealed, key) }
	if changesClaims(wants, held) {
		row := write
		write = func() error {
			return u.l.whole(ctx, func() error {
				if err := row(); err != nil {
					return err
				}
				return u.l.claim(ctx, one.Scope, one.ID, wants, held)
			})
		}
	}
	if err := write(); err != nil {
		return organization.User{}, err
	}
	if err := u.writeMetadata(ctx, one); err != nil {
		return organization.User{}, err
	}
	one.Version++
	u.l.read(userSubject(one.ID), one.Version)
	return one, nil
}

func (u users) write(ctx context.Context, one organization.User, sealed []byte, key string) error {
	if one.Version == 0 {
		n, err := u.l.exec(ctx, userInsert, one.ID, one.Scope.Organization, string(one.Scope.Environment), micros(one.CreatedAt),
			micros(one.UpdatedAt), one.Sequence, key, sealed)
		if err == nil && n == 0 {
			err = outbound.ErrIdentifierUsed
		}
		return err
	}
	n, err := u.l.exec(ctx, userUpdate, micros(one.UpdatedAt), one.Sequence, key, sealed, one.ID, one.Scope.Organization,
		string(one.Scope.Environment), one.Version)
	if err == nil && n == 0 {
		u.l.outdated(userSubject(one.ID), one.Version)
		err = organization.ErrStale
	}
	return err
}

func (u users) Delete(ctx context.Context, one organization.User) error {
	n, err := u.l.exec(ctx, userDelete, one.ID, one.Scope.Organization, string(one.Scope.Environment), one.Version)
	if err == nil && n == 0 {
		u.l.outdated(userSubject(one.ID), one.Version)
		err = organization.ErrStale
	}
	return err
}
