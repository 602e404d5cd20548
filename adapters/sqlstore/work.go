package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/eidgate/eidgate/domain/account"
	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/outbound"
)

// View runs reads. Each find is a statement of its own, on a connection of its own; an idle view holds none.
func (s *Store) View(ctx context.Context, read func(ctx context.Context, r outbound.Reader) error) error {
	if s.closed.Load() {
		return outbound.ErrStorage.Because(errClosed)
	}
	return read(ctx, view{s.view})
}

// Do runs work in a transaction.
//
// It runs work again, after a moment, when another unit of work got in between: on a serialization failure or
// deadlock, on a fact whose sequence was taken, and when a record that work had read in this very unit was stale
// when it was saved. A connection that broke before anything could be kept is tried once more. What cannot be had
// is [outbound.ErrStorage]; a connection that breaks during the commit itself is [outbound.ErrUncertain]. Other
// errors of work come back unchanged, and after a panic of work nothing is kept.
func (s *Store) Do(ctx context.Context, work func(ctx context.Context, tx outbound.Tx) error) error {
	return s.do(ctx, func(ctx context.Context, l *link) error { return work(ctx, unit{l}) })
}

func (s *Store) do(ctx context.Context, work func(ctx context.Context, l *link) error) error {
	broken := false
	for attempt := 1; ; attempt++ {
		l := &link{store: s, pool: s.writing}
		err := s.attempt(ctx, l, work)
		switch {
		case err == nil || attempt >= s.config.Attempts || ctx.Err() != nil:
			return err
		case errors.Is(l.verdict, errAway) && !broken && !errors.Is(err, outbound.ErrUncertain):
			broken = true
		case l.again, l.stale && isStale(err):
			s.counts.reruns.Add(1)
			if !s.pause(ctx, attempt) {
				return err
			}
		default:
			return err
		}
	}
}

func isStale(err error) bool {
	return errors.Is(err, eid.ErrStale) || errors.Is(err, account.ErrStale) || errors.Is(err, organization.ErrStale)
}

// attempt runs work once. However it ends, also by a panic, the transaction is over and the connection free.
func (s *Store) attempt(ctx context.Context, l *link, work func(ctx context.Context, l *link) error) (err error) {
	done, err := s.admit(ctx, l.pool)
	if err != nil {
		return err
	}
	defer func() { done(l.verdict) }()
	if l.tx, err = l.pool.db.BeginTxx(ctx, nil); err != nil {
		return l.judge(ctx, err)
	}
	if s.dialect.watched {
		l.watched = ctx
	}
	kept := false
	defer func() {
		if kept {
			return
		}
		_ = l.tx.Rollback() // what is wrong with it was said before
		s.counts.rollbacks.Add(1)
		for _, undo := range l.undo {
			undo()
		}
	}()
	err = work(ctx, l)
	switch {
	case l.failed != nil:
		return l.failed
	case l.again && err == nil:
		return errBetween
	case err != nil:
		return err
	}
	if err := l.tx.Commit(); err != nil {
		return l.commitFailed(ctx, err)
	}
	kept = true
	if l.wrote {
		s.counts.commits.Add(1)
	}
	for _, text := range l.unkept {
		_, _ = l.pool.keep(ctx, text) // it works unprepared as well; the next unit tries again
	}
	return nil
}

// commitFailed tells whether nothing was kept, or nobody knows: the connection broke after the commit was sent.
func (l *link) commitFailed(ctx context.Context, err error) error {
	answer := l.judge(ctx, err)
	for _, unsent := range []error{context.Canceled, context.DeadlineExceeded, sql.ErrTxDone} {
		if errors.Is(err, unsent) {
			return answer
		}
	}
	if l.store.dialect.answered(err) {
		return answer
	}
	return outbound.ErrUncertain.Because(err)
}

// pause waits a little longer with each attempt, and not as long as everybody else does. It is false when ctx ends.
func (s *Store) pause(ctx context.Context, attempt int) bool {
	longest := min(2*time.Millisecond<<attempt, 100*time.Millisecond)
	const golden = 0x9e3779b97f4a7c15 // steps of this size spread evenly, see Knuth, TAOCP volume 3, section 6.4
	wait := longest/2 + time.Duration(s.spread.Add(golden)%uint64(longest/2))
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// view is the world outside of transactions.
type view struct{ l *link }

func (v view) Organizations() outbound.OrganizationReader { return organizations(v) }
func (v view) Clients() outbound.ClientReader             { return clients(v) }
func (v view) Plans() outbound.PlanReader                 { return plans(v) }
func (v view) Accounts() outbound.AccountReader           { return accounts(v) }
func (v view) Tokens() outbound.TokenReader               { return tokens(v) }
func (v view) Sessions() outbound.SessionReader           { return sessions(v) }
func (v view) Facts() outbound.FactReader                 { return facts(v) }
func (v view) Blocklist() outbound.BlocklistReader        { return blocklist(v) }
func (v view) Receipts() outbound.ReceiptReader           { return receipts(v) }
func (v view) Documents() outbound.DocumentReader         { return documents(v) }
func (v view) Evidence() outbound.EvidenceReader          { return evidence(v) }
func (v view) Callbacks() outbound.CallbackReader         { return callbacks(v) }
func (v view) Users() outbound.UserReader                 { return users(v) }
func (v view) MetaKeys() outbound.MetaKeyReader           { return metakeys(v) }
func (v view) Applications() outbound.ApplicationReader   { return applications(v) }
func (v view) Connections() outbound.ConnectionReader     { return connections(v) }
func (v view) Invitations() outbound.InvitationReader     { return invitations(v) }
func (v view) SigningKeys() outbound.SigningKeyReader     { return signingKeys(v) }

// unit is the world within a transaction.
type unit struct{ l *link }

func (u unit) Organizations() outbound.Organizations { return organizations(u) }
func (u unit) Clients() outbound.Clients             { return clients(u) }
func (u unit) Plans() outbound.Plans                 { return plans(u) }
func (u unit) Accounts() outbound.Accounts           { return accounts(u) }
func (u unit) Tokens() outbound.Tokens               { return tokens(u) }
func (u unit) LoginCodes() outbound.LoginCodes       { return codes(u) }
func (u unit) Sessions() outbound.Sessions           { return sessions(u) }
func (u unit) Facts() outbound.Facts                 { return facts(u) }
func (u unit) Blocklist() outbound.Blocklist         { return blocklist(u) }
func (u unit) Receipts() outbound.Receipts           { return receipts(u) }
func (u unit) Spent() outbound.Spent                 { return spent(u) }
func (u unit) Documents() outbound.Documents         { return documents(u) }
func (u unit) Evidence() outbound.Evidence           { return evidence(u) }
func (u unit) Callbacks() outbound.Callbacks         { return callbacks(u) }
func (u unit) Users() outbound.Users                 { return users(u) }
func (u unit) MetaKeys() outbound.MetaKeys           { return metakeys(u) }
func (u unit) Applications() outbound.Applications   { return applications(u) }
func (u unit) Connections() outbound.Connections     { return connections(u) }
func (u unit) Invitations() outbound.Invitations     { return invitations(u) }
func (u unit) SigningKeys() outbound.SigningKeys     { return signingKeys(u) }
