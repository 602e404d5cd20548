package sqlstore

import (
	"context"
	"encoding/hex"
	"time"

	"github.com/eidgate/eidgate/domain/identity"
	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/outbound"
)

type spent struct{ l *link }

const (
	spentInsert = `INSERT INTO spent (organization, environment, purpose, key_id, fingerprint, entry, until)
		VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (organization, environment, purpose, key_id, fingerprint) DO NOTHING`
	spentPurge = `DELETE FROM spent WHERE until <= ?`
)

// Spend leaves nothing behind when it fails.
func (s spent) Spend(ctx context.Context, scope organization.Scope, purpose, thing string, until time.Time) error {
	prints, err := s.l.store.prints.OfText(ctx, scope, "spent/"+purpose, thing)
	if err != nil {
		return err
	}
	return s.l.unique(ctx, prints, func(p identity.Fingerprint) (int64, error) {
		return s.l.exec(ctx, spentInsert, scope.Organization, string(scope.Environment), purpose, p.Key, p.Sum[:],
			prints[0].Sum[:], micros(until))
	})
}

func (s spent) Purge(ctx context.Context, before time.Time) (int, error) {
	n, err := s.l.exec(ctx, spentPurge, micros(before))
	return int(n), err
}

// unique inserts one row for each fingerprint, oldest key first, and fails with [outbound.ErrReplayed] when any is
// there already. All processes share the older keys, so that the first row decides between them.
func (l *link) unique(ctx context.Context, prints []identity.Fingerprint, insert func(identity.Fingerprint) (int64, error)) error {
	rows := func() error {
		for i := len(prints) - 1; i >= 0; i-- {
			n, err := insert(prints[i])
			if err != nil || n == 0 {
				return or(err, outbound.ErrReplayed)
			}
		}
		return nil
	}
	if len(prints) == 1 {
		return rows()
	}
	return l.whole(ctx, rows)
}

func hexed(b []byte) string { return hex.EncodeToString(b) }
