package sqlstore

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"sync"

	"github.com/eidgate/eidgate/domain/account"
	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/outbound"
)

// Moving to new keys goes through the tables in steps, each a walk along a key of its table. Where the walk stands
// is kept in memory only: a process that died starts anew and passes quickly over what was moved already. It is done
// when a whole walk found nothing to move.

// movedAtOnce is how many records one transaction moves, so that nobody waits long for one of them.
const movedAtOnce = 20

// rekeying is a walk in progress.
type rekeying struct {
	sync.Mutex
	keys  keys
	steps []rekeyStep
	at    int  // which step
	after any  // how far within it
	clean bool // nothing was found since the walk began
}

// keys are the keys that a walk moves to.
type keys struct {
	seal   string   // seals
	prints []string // make fingerprints, newest first
	find   string   // the one of prints under which references are kept
}

// rekeyStep finds records behind a place in a walk, and moves one.
type rekeyStep struct {
	start any
	find  string // has the place, then args, then how many
	args  []any
	row   func() (into record, place func() any)
	move  func(ctx context.Context, l *link, place any) error
}

const (
	accountsSealed  = `SELECT id FROM accounts WHERE id > ? AND sealed_key <> ? ORDER BY id LIMIT ?`
	numbersMissing  = claimsMissing1 + `number_claims` + claimsMissing2 + `number_claims` + claimsMissing3
	emailsMissing   = claimsMissing1 + `email_claims` + claimsMissing2 + `email_claims` + claimsMissing3
	claimsMissing1  = `SELECT DISTINCT c.account FROM `
	claimsMissing2  = ` c WHERE c.account > ? AND NOT EXISTS (SELECT 1 FROM `
	claimsMissing3  = ` d WHERE d.account = c.account AND d.key_id = ?) ORDER BY c.account LIMIT ?`
	sessionsSealed  = `SELECT id FROM sessions WHERE id > ? AND (sealed_key <> ? OR reference_key <> ?) ORDER BY id LIMIT ?`
	receiptsSealed  = `SELECT DISTINCT entry FROM receipts WHERE entry > ? AND sealed_key <> ? ORDER BY entry LIMIT ?`
	receiptsMissing = `SELECT DISTINCT r.entry FROM receipts r WHERE r.entry > ? AND NOT EXISTS (
		SELECT 1 FROM receipts o WHERE o.entry = r.entry AND o.key_id = ?) ORDER BY r.entry LIMIT ?`
)

func (s *Store) rekeySteps(k keys) []rekeyStep {
	step := func(start any, row func() (record, func() any), move func(context.Context, *link, any) error, find string, args ...any) rekeyStep {
		return rekeyStep{start: start, find: find, args: args, row: row, move: move}
	}
	steps := []rekeyStep{
		step(int64(0), byNumber, s.moveAccount, accountsSealed, k.seal),
		step("", byText, s.moveSession, sessionsSealed, k.seal, k.find),
		step([]byte{}, byEntry, s.moveReceipt, receiptsSealed, k.seal),
	}
	for _, print := range k.prints {
		steps = append(steps,
			step(int64(0), byNumber, s.moveAccount, numbersMissing, print),
			step(int64(0), byNumber, s.moveAccount, emailsMissing, print),
			step([]byte{}, byEntry, s.moveReceipt, receiptsMissing, print),
		)
	}
	return steps
}

func byNumber() (record, func() any) { r := &number{}; return r, func() any { return r.n } }
func byText() (record, func() any)   { r := &textRow{}; return r, func() any { return r.text } }
func byEntry() (record, func() any)  { r := &entryRow{}; return r, func() any { return r.entry } }

// textRow is a row of one text.
type textRow struct{ text string }

func (r *textRow) fields() []any { return []any{&r.text} }

// Rekey moves the next records. While others serve with older keys it finds what they wrote in its next walk.
func (s *Store) Rekey(ctx context.Context, n int) (moved int, done bool, err error) {
	k, err := s.keys(ctx)
	if err != nil {
		return 0, false, err
	}
	r := &s.rekey
	r.Lock()
	defer r.Unlock()
	if r.steps == nil || r.keys.seal != k.seal || !slices.Equal(r.keys.prints, k.prints) {
		r.begin(k, s.rekeySteps(k))
	}
	for moved < n {
		if r.at == len(r.steps) {
			if r.clean {
				r.steps = nil
				return moved, true, nil
			}
			r.begin(k, r.steps)
		}
		got, err := s.move(ctx, r, min(n-moved, movedAtOnce))
		if err != nil {
			return moved, false, err
		}
		moved += got
	}
	return moved, false, nil
}

func (r *rekeying) begin(k keys, steps []rekeyStep) {
	r.keys, r.steps, r.at, r.after, r.clean = k, steps, 0, steps[0].start, true
}

// move moves the next records of one step, or goes on to the next step.
func (s *Store) move(ctx context.Context, r *rekeying, n int) (moved int, err error) {
	step, after := r.steps[r.at], r.after
	err = s.do(ctx, func(ctx context.Context, l *link) error {
		moved, after = 0, r.after
		var found []any
		args := append(append([]any{after}, step.args...), n)
		err := l.query(ctx, step.find, args, func(rows *sql.Rows) error {
			into, place := step.row()
			if err := rows.Scan(into.fields()...); err != nil {
				return err
			}
			found = append(found, place())
			return nil
		})
		if err != nil {
			return err
		}
		for _, place := range found {
			if err := step.move(ctx, l, place); err != nil {
				return err
			}
			moved, after = moved+1, place
		}
		return nil
	})
	if err != nil {
		return 0, err
	}
	r.after = after
	if moved > 0 {
		r.clean = false
		return moved, nil
	}
	if r.at++; r.at < len(r.steps) {
		r.after = r.steps[r.at].start
	}
	return 0, nil
}

// keys asks which keys there are now, by using them.
func (s *Store) keys(ctx context.Context) (keys, error) {
	prints, err := s.prints.OfText(ctx, organization.Scope{}, "keys", "")
	if err != nil {
		return keys{}, err
	}
	k := keys{seal: s.sealer.Newest(), find: prints[0].Key}
	for _, p := range prints {
		k.prints = append(k.prints, p.Key)
		if p.Key == k.seal {
			k.find = p.Key
		}
	}
	return k, nil
}

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
	return accounts{l}.claim(ctx, a, wants, held)
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
	sealed, key, err := s.seal(ctx, sessionPlace(snapshot.Order.Scope, r.id), sealedSessionOf(snapshot))
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
