package sqlstore

import (
	"context"
	"database/sql"
	"slices"
	"sync"

	"github.com/eidgate/eidgate/domain/organization"
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
	most  int // that one transaction moves
}

const (
	accountsSealed = `SELECT id FROM accounts WHERE id > ? AND sealed_key <> ? ORDER BY id LIMIT ?`
	numbersMissing = `SELECT DISTINCT c.account FROM number_claims c WHERE c.account > ? AND NOT EXISTS (
		SELECT 1 FROM number_claims o WHERE o.account = c.account AND o.key_id = ?) ORDER BY c.account LIMIT ?`
	emailsMissing = `SELECT DISTINCT c.account FROM email_claims c WHERE c.account > ? AND NOT EXISTS (
		SELECT 1 FROM email_claims o WHERE o.account = c.account AND o.key_id = ?) ORDER BY c.account LIMIT ?`
	sessionsSealed  = `SELECT id FROM sessions WHERE id > ? AND (sealed_key <> ? OR reference_key <> ?) ORDER BY id LIMIT ?`
	receiptsSealed  = `SELECT DISTINCT entry FROM receipts WHERE entry > ? AND sealed_key <> ? ORDER BY entry LIMIT ?`
	receiptsMissing = `SELECT DISTINCT r.entry FROM receipts r WHERE r.entry > ? AND NOT EXISTS (
		SELECT 1 FROM receipts o WHERE o.entry = r.entry AND o.key_id = ?) ORDER BY r.entry LIMIT ?`
)

// rekeySteps are the steps of a walk to the given keys.
func (s *Store) rekeySteps(k keys) []rekeyStep {
	steps := []rekeyStep{
		{int64(0), accountsSealed, []any{k.seal}, byNumber, s.moveAccount, movedAtOnce},
		{"", sessionsSealed, []any{k.seal, k.find}, byText, s.moveSession, movedAtOnce},
		{[]byte{}, receiptsSealed, []any{k.seal}, byEntry, s.moveReceipt, movedAtOnce},
	}
	for _, t := range sealedTables {
		steps = append(steps, rekeyStep{"", t.about(anySealed), []any{k.seal}, byText, t.move(s), t.most})
	}
	steps = append(steps,
		rekeyStep{"", usersSealed, []any{k.seal}, byText, s.moveUser, movedAtOnce},
		rekeyStep{"", metadataSealed, []any{k.seal}, byText, s.moveUser, movedAtOnce},
	)
	for _, print := range k.prints {
		steps = append(steps,
			rekeyStep{int64(0), numbersMissing, []any{print}, byNumber, s.moveAccount, movedAtOnce},
			rekeyStep{int64(0), emailsMissing, []any{print}, byNumber, s.moveAccount, movedAtOnce},
			rekeyStep{[]byte{}, receiptsMissing, []any{print}, byEntry, s.moveReceipt, movedAtOnce},
			rekeyStep{"", userEmailsMissing, []any{print}, byText, s.moveUser, movedAtOnce},
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
		got, err := s.move(ctx, r, min(n-moved, r.steps[r.at].most))
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
