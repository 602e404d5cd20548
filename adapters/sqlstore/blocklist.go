package sqlstore

import (
	"context"

	"github.com/eidgate/eidgate/domain/identity"
	"github.com/eidgate/eidgate/domain/organization"
)

// blocklist holds for the whole deployment, so its fingerprints are made in the scope of nobody. It keeps no number,
// sealed or not: an entry cannot be moved to a new key, and the old one is needed until the entry is removed.
type blocklist struct{ l *link }

const (
	blocklistEntry  = `SELECT entry FROM blocklist WHERE key_id = ? AND fingerprint = ?`
	blocklistCount  = `SELECT COUNT(DISTINCT entry) FROM blocklist`
	blocklistUpsert = `INSERT INTO blocklist (key_id, fingerprint, entry) VALUES (?, ?, ?)
		ON CONFLICT (key_id, fingerprint) DO UPDATE SET entry = excluded.entry`
	blocklistDelete = `DELETE FROM blocklist WHERE entry = ?`
)

// entryRow is what the rows of one thing share: the first fingerprint that was made of it.
type entryRow struct{ entry []byte }

func (r *entryRow) fields() []any { return []any{&r.entry} }

// entry is the number's, nil when it is not on the list.
func (b blocklist) entry(ctx context.Context, prints []identity.Fingerprint) ([]byte, error) {
	for _, p := range prints {
		var r entryRow
		found, err := b.l.one(ctx, &r, blocklistEntry, p.Key, p.Sum[:])
		if err != nil || found {
			return r.entry, err
		}
	}
	return nil, nil
}

func (b blocklist) Has(ctx context.Context, n identity.Number) (bool, error) {
	prints, err := b.l.store.prints.Of(ctx, organization.Scope{}, n)
	if err != nil {
		return false, err
	}
	entry, err := b.entry(ctx, prints)
	return entry != nil, err
}

func (b blocklist) Count(ctx context.Context) (int, error) {
	n, err := b.l.number(ctx, blocklistCount)
	return int(n), err
}

// Add writes the number under every living key; one that was on the list under older ones joins its entry.
func (b blocklist) Add(ctx context.Context, n identity.Number) error {
	prints, err := b.l.store.prints.Of(ctx, organization.Scope{}, n)
	if err != nil {
		return err
	}
	entry, err := b.entry(ctx, prints)
	if err != nil {
		return err
	}
	if entry == nil {
		entry = prints[0].Sum[:]
	}
	for _, p := range prints {
		if _, err := b.l.exec(ctx, blocklistUpsert, p.Key, p.Sum[:], entry); err != nil {
			return err
		}
	}
	return nil
}

func (b blocklist) Remove(ctx context.Context, n identity.Number) error {
	prints, err := b.l.store.prints.Of(ctx, organization.Scope{}, n)
	if err != nil {
		return err
	}
	for _, p := range prints {
		entry, err := b.entry(ctx, []identity.Fingerprint{p})
		if err != nil || entry == nil {
			return err
		}
		if _, err := b.l.exec(ctx, blocklistDelete, entry); err != nil {
			return err
		}
	}
	return nil
}
