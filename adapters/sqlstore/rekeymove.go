package sqlstore

import (
	"context"
	"fmt"

	"github.com/eidgate/eidgate/domain/account"
	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/outbound"
)

const (
	accountToMove = `SELECT a.id, a.organization, a.environment, a.country, a.type, a.plan_id, a.active, a.activated_at,
		a.created_at, a.updated_at, a.version, a.sequence, a.sealed, '', 0, 0, 0 FROM accounts a WHERE a.id = ?`
	accountMoved  = `UPDATE accounts SET sealed = ?, sealed_key = ? WHERE id = ? AND version = ?`
	sessionToMove = sessionColumns + ` WHERE id = ?`
	sessionMoved  = `UPDATE sessions SET sealed = ?, sealed_key = ?, reference = ?, reference_key = ? WHERE id = ? AND version = ?`
	receiptToMove = `SELECT organization, environment, command, at, sealed FROM receipts WHERE entry = ?`
	receiptMoved  = `UPDATE receipts SET sealed = ?, sealed_key = ? WHERE entry = ?`
)

// moveAccount seals an account anew and completes its claims. Its version stays, so that whoever read it before can
// still save it; the row is locked meanwhile.
func (s *Store) moveAccount(ctx context.Context, l *link, id any) error {
	var r accountRow
	found, err := l.one(ctx, &r, accountToMove+s.dialect.lockRow, id)
	if err != nil || !found {
		return err
	}
	a, err := s.snapshot(ctx, &r)
	if err != nil {
		return lost(account.Subject(r.id), err)
	}
	sealed, key, err := s.sealAccount(ctx, a)
	if err != nil {
		return err
	}
	if _, err := l.exec(ctx, accountMoved, sealed, key, r.id, r.version); err != nil {
		return err
	}
	wants, err := s.wanted(ctx, a)
	if err != nil {
		return err
	}
	held, err := all[claimRow](ctx, l, claimsOfAccount, r.id, r.id)
	if err != nil {
		return err
	}
	return l.claim(ctx, a.Scope, a.ID, wants, held)
}

func (s *Store) moveSession(ctx context.Context, l *link, id any) error {
	var r sessionRow
	found, err := l.one(ctx, &r, sessionToMove+s.dialect.lockRow, id)
	if err != nil || !found {
		return err
	}
	one, err := sessions{l}.restore(ctx, &r)
	if err != nil {
		return lost(sessionSubject(r.id), err)
	}
	snapshot := one.Snapshot()
	kept := sealedSessionOf(snapshot)
	sealed, key, err := kept.seal(ctx, s, sessionPlace(snapshot.Order.Scope, r.id))
	if err != nil {
		return err
	}
	reference, referenceKey, err := s.reference(ctx, snapshot.Order.Scope, snapshot.Order.Correlation)
	if err != nil {
		return err
	}
	_, err = l.exec(ctx, sessionMoved, sealed, key, reference, referenceKey, r.id, r.version)
	return err
}

// receiptToMoveRow is a receipt with where it belongs.
type receiptToMoveRow struct {
	organization, environment, command string
	at                                 int64
	sealed                             []byte
}

func (r *receiptToMoveRow) fields() []any {
	return []any{&r.organization, &r.environment, &r.command, &r.at, &r.sealed}
}

func (s *Store) moveReceipt(ctx context.Context, l *link, place any) error {
	entry := place.([]byte)
	var r receiptToMoveRow
	found, err := l.one(ctx, &r, receiptToMove+s.dialect.lockRow, entry)
	if err != nil || !found {
		return err
	}
	scope := organization.Scope{Organization: r.organization, Environment: organization.Environment(r.environment)}
	var c sealedReceipt
	if err := s.unseal(ctx, receiptPlace(scope, r.command, entry), r.sealed, &c); err != nil {
		return lost("receipt of "+r.command, err)
	}
	sealed, key, err := s.seal(ctx, receiptPlace(scope, r.command, entry), c)
	if err != nil {
		return err
	}
	if _, err := l.exec(ctx, receiptMoved, sealed, key, entry); err != nil {
		return err
	}
	prints, err := s.receiptPrints(ctx, scope, r.command, string(c.ID))
	if err != nil {
		return err
	}
	for _, p := range prints { // those that are there stay as they are
		_, err := l.exec(ctx, receiptInsert, r.organization, r.environment, r.command, p.Key, p.Sum[:], entry, r.at, sealed, key)
		if err != nil {
			return err
		}
	}
	return nil
}

// lost says which record cannot be moved, for the operator.
func lost(record string, err error) error {
	return outbound.ErrSealBroken.Because(fmt.Errorf("sqlstore: %s: %w", record, err))
}
