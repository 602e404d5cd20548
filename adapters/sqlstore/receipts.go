package sqlstore

import (
	"context"
	"time"

	"github.com/eidgate/eidgate/domain/identity"
	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/outbound"
)

// A command's identifier is the caller's own text, so a receipt is found by keyed hashes of it, and keeps it sealed
// for the day when the key changes.
type receipts struct{ l *link }

const (
	receiptFind = `SELECT entry, sealed FROM receipts
		WHERE organization = ? AND environment = ? AND command = ? AND key_id = ? AND fingerprint = ?`
	receiptInsert = `INSERT INTO receipts (organization, environment, command, key_id, fingerprint, entry, at, sealed, sealed_key)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (organization, environment, command, key_id, fingerprint) DO NOTHING`
	receiptPurge = `DELETE FROM receipts WHERE at < ?`
)

type receiptRow struct{ entry, sealed []byte }

func (r *receiptRow) fields() []any { return []any{&r.entry, &r.sealed} }

// sealedReceipt is what a receipt keeps sealed.
type sealedReceipt struct {
	ID     []byte `json:"id"`
	Result string `json:"result"`
}

func receiptPlace(scope organization.Scope, command string, entry []byte) outbound.Place {
	return outbound.Place{Scope: scope, Record: "receipt/" + command + "/" + hexed(entry), Field: "result"}
}

func (s *Store) receiptPrints(ctx context.Context, scope organization.Scope, command, id string) ([]identity.Fingerprint, error) {
	return s.prints.OfText(ctx, scope, "receipt/"+command, id)
}

func (r receipts) Find(ctx context.Context, scope organization.Scope, command, id string) (result string, ok bool, err error) {
	prints, err := r.l.store.receiptPrints(ctx, scope, command, id)
	if err != nil {
		return "", false, err
	}
	for _, p := range prints {
		var row receiptRow
		found, err := r.l.one(ctx, &row, receiptFind, scope.Organization, string(scope.Environment), command, p.Key, p.Sum[:])
		if err != nil {
			return "", false, err
		}
		if !found {
			continue
		}
		var c sealedReceipt
		if err := r.l.store.unseal(ctx, receiptPlace(scope, command, row.entry), row.sealed, &c); err != nil {
			return "", false, err
		}
		return c.Result, true, nil
	}
	return "", false, nil
}

// Add leaves nothing behind when it fails.
func (r receipts) Add(ctx context.Context, scope organization.Scope, command, id, result string, now time.Time) error {
	prints, err := r.l.store.receiptPrints(ctx, scope, command, id)
	if err != nil {
		return err
	}
	entry := prints[0].Sum[:]
	sealed, key, err := r.l.store.seal(ctx, receiptPlace(scope, command, entry), sealedReceipt{ID: []byte(id), Result: result})
	if err != nil {
		return err
	}
	return r.l.unique(ctx, prints, func(p identity.Fingerprint) (int64, error) {
		return r.l.exec(ctx, receiptInsert, scope.Organization, string(scope.Environment), command, p.Key, p.Sum[:], entry,
			micros(now), sealed, key)
	})
}

func (r receipts) Purge(ctx context.Context, before time.Time) (int, error) {
	n, err := r.l.exec(ctx, receiptPurge, micros(before))
	return int(n), err
}
