package sqlstore

import (
	"context"
	"slices"
	"strings"

	"github.com/eidgate/eidgate/ports/outbound"
)

// sealedWith counts what a key has sealed, or is the only one to find a reference by.
var sealedWith = []string{
	`SELECT COUNT(*) FROM accounts WHERE sealed_key = ?`,
	`SELECT COUNT(*) FROM sessions WHERE sealed_key = ?`,
	`SELECT COUNT(*) FROM sessions WHERE reference_key = ?`,
	`SELECT COUNT(DISTINCT entry) FROM receipts WHERE sealed_key = ?`,
	`SELECT COUNT(*) FROM users WHERE sealed_key = ?`,
	`SELECT COUNT(*) FROM user_metadata WHERE sealed_key = ?`,
}

// printed are the tables with one row per fingerprint key, and the column that a thing's rows share.
var printed = []struct{ table, thing string }{
	{"number_claims", "account"}, {"email_claims", "account"}, {"receipts", "entry"}, {"spent", "entry"}, {"blocklist", "entry"},
	{"user_emails", "user_id"},
}

// foundOnlyBy counts the things of a table that a key finds and no other living one.
func foundOnlyBy(table, thing string, others int) string {
	return strings.NewReplacer("TABLE", table, "THING", thing, "OTHERS", places("?", others)).Replace(
		`SELECT COUNT(DISTINCT c.THING) FROM TABLE c WHERE c.key_id = ? AND NOT EXISTS (
			SELECT 1 FROM TABLE d WHERE d.THING = c.THING AND d.key_id IN (OTHERS))`)
}

// Needing counts sealed values, and things to be found, that would be lost without the key. Entries of the blocklist
// hold no number and cannot move to another key: they count until they are removed or added anew.
func (s *Store) Needing(ctx context.Context, key string) (int, error) {
	return s.needing(ctx, s.view, key)
}

func (s *Store) needing(ctx context.Context, l *link, key string) (int, error) {
	k, err := s.keys(ctx)
	if err != nil {
		return 0, err
	}
	total := int64(0)
	texts := slices.Clone(sealedWith)
	for _, t := range sealedTables {
		texts = append(texts, t.about(anyCount))
	}
	for _, text := range texts {
		n, err := l.number(ctx, text, key)
		if err != nil {
			return 0, err
		}
		total += n
	}
	args := []any{key}
	for _, other := range slices.DeleteFunc(k.prints, func(o string) bool { return o == key }) {
		args = append(args, other)
	}
	if len(args) == 1 {
		args = append(args, "") // no key has this name
	}
	for _, t := range printed {
		n, err := l.number(ctx, foundOnlyBy(t.table, t.thing, len(args)-1), args...)
		if err != nil {
			return 0, err
		}
		total += n
	}
	return int(total), nil
}

// Forget removes the rows made with a key. It fails with [outbound.ErrKeyNeeded] while anything would be lost.
func (s *Store) Forget(ctx context.Context, key string) error {
	return s.do(ctx, func(ctx context.Context, l *link) error {
		n, err := s.needing(ctx, l, key)
		if err != nil || n > 0 {
			return or(err, outbound.ErrKeyNeeded)
		}
		for _, t := range printed {
			if _, err := l.exec(ctx, `DELETE FROM `+t.table+` WHERE key_id = ?`, key); err != nil {
				return err
			}
		}
		return nil
	})
}
