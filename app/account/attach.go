package account

import (
	"context"
	"errors"

	"github.com/eidgate/eidgate/domain/account"
	"github.com/eidgate/eidgate/domain/audit"
	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/fault"
	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/inbound"
	"github.com/eidgate/eidgate/ports/outbound"
)

// Attacher settles sessions: with their number on an account, or without.
type Attacher struct {
	Work    outbound.UnitOfWork
	Clock   outbound.Clock
	Numbers Numbers
}

// attachment is a proven login that is to reach an account. Claim is the session's, "" where the exchange came
// before the claim.
type attachment struct {
	scope    organization.Scope
	account  int64
	session  string
	claim    string
	evidence eid.Evidence
}

// attach settles the session with its evidence and puts the number on the account, in one unit of work. When the
// number may not go there, a second one settles the session without it and notes why.
func (a *Attacher) attach(ctx context.Context, at attachment) (inbound.CompletedVerification, error) {
	var done inbound.CompletedVerification
	err := a.Work.Do(ctx, func(ctx context.Context, tx outbound.Tx) error {
		s, err := a.claimed(ctx, tx, at.scope, at.session, at.claim)
		if err != nil {
			return err
		}
		facts, outcome, err := a.completed(ctx, tx, s, at.evidence)
		if err != nil {
			return err
		}
		if outcome != nil {
			return outcome
		}
		attached, err := a.put(ctx, tx, at, s.Snapshot().ID)
		if err != nil {
			return err
		}
		done = inbound.CompletedVerification{
			Number: at.evidence.Number, Correlation: s.Snapshot().Order.Correlation, Simulated: at.evidence.Simulated,
		}
		return tx.Facts().Append(ctx, append(facts, attached...)...)
	})
	if err == nil {
		return done, nil
	}
	if f := fault.Of(err); errors.Is(err, account.ErrInactive) || f.Kind() == fault.Invalid && !errors.Is(err, account.ErrNoVerification) {
		return inbound.CompletedVerification{}, a.refused(ctx, at, f)
	}
	return inbound.CompletedVerification{}, err
}

// claimed reads a session that is still ours to settle. Without a claim we hold evidence with the session's nonce,
// and whoever has claimed it meanwhile can at most have more of the same.
func (a *Attacher) claimed(ctx context.Context, tx outbound.Tx, scope organization.Scope, id, claim string) (*eid.Session, error) {
	s, err := tx.Sessions().Find(ctx, scope, id)
	if err != nil {
		return nil, err
	}
	switch snapshot := s.Snapshot(); {
	case snapshot.State.Settled():
		return nil, account.ErrNoVerification.On("code")
	case claim != "" && snapshot.Claim.Owner != claim:
		return nil, account.ErrNoVerification.On("code")
	}
	return s, nil
}

// completed settles the session with its evidence and saves it. Outcome is why the evidence does not fit.
func (a *Attacher) completed(ctx context.Context, tx outbound.Tx, s *eid.Session, e eid.Evidence) (facts []audit.Fact, outcome, err error) {
	facts, err = s.Complete(e, a.Clock.Now())
	switch {
	case errors.Is(err, eid.ErrExpired):
		return nil, account.ErrNoVerification.On("code"), nil
	case err != nil:
		return nil, nil, err
	case s.Snapshot().State != eid.Completed:
		return nil, account.ErrMethodMismatch.On("method"), nil
	}
	return facts, nil, tx.Sessions().Save(ctx, s)
}

// put puts the evidence's number on the account.
func (a *Attacher) put(ctx context.Context, tx outbound.Tx, at attachment, session string) ([]audit.Fact, error) {
	owner, err := tx.Accounts().Find(ctx, at.scope, at.account)
	if err != nil {
		return nil, err
	}
	if !owner.Snapshot().Active { // it was, before the exchange
		return nil, account.ErrInactive
	}
	rules, err := a.rules(ctx, tx, at.scope)
	if err != nil {
		return nil, err
	}
	facts, err := owner.AttachNumber(at.evidence, session, rules)
	if err != nil || len(facts) == 0 {
		return nil, err
	}
	if err := refuseBlocked(ctx, tx.Blocklist(), at.evidence.Number); err != nil {
		return nil, err
	}
	return facts, tx.Accounts().Save(ctx, owner)
}

func (a *Attacher) rules(ctx context.Context, tx outbound.Tx, scope organization.Scope) (account.NumberRules, error) {
	o, err := tx.Organizations().Find(ctx, scope.Organization)
	if err != nil {
		return account.NumberRules{}, err
	}
	return account.NumberRules{AsOf: a.Clock.Now(), Allow: a.Numbers.allow(scope), Simulated: a.Numbers.Simulated(o)}, nil
}

// refused settles the session of a login that proved something the account cannot have, and tells of it. The
// trail says more than the caller hears.
func (a *Attacher) refused(ctx context.Context, at attachment, why *fault.Fault) error {
	err := a.Work.Do(ctx, func(ctx context.Context, tx outbound.Tx) error {
		s, err := a.claimed(ctx, tx, at.scope, at.session, at.claim)
		if err != nil {
			return err
		}
		facts, err := s.Complete(at.evidence, a.Clock.Now())
		if errors.Is(err, eid.ErrExpired) {
			facts = s.Expire(a.Clock.Now())
		} else if err != nil {
			return err
		}
		owner, err := tx.Accounts().Find(ctx, at.scope, at.account)
		if err != nil {
			return err
		}
		reason := why.Code()
		switch {
		case errors.Is(why, errBlocked):
			reason = "ssn_blocked"
		case errors.Is(why, account.ErrSimulated):
			reason = eid.ReasonSimulated
		}
		facts = append(facts, owner.RefuseNumber(reason, at.session, a.Clock.Now())...)
		if err := tx.Sessions().Save(ctx, s); err != nil {
			return err
		}
		if err := tx.Accounts().Save(ctx, owner); err != nil {
			return err
		}
		return tx.Facts().Append(ctx, facts...)
	})
	if err != nil {
		return err
	}
	return why
}

// note tells the trail that an account presented something that leads to no session, and returns outcome.
func (a *Attacher) note(ctx context.Context, scope organization.Scope, id int64, outcome error) error {
	err := a.Work.Do(ctx, func(ctx context.Context, tx outbound.Tx) error {
		owner, err := tx.Accounts().Find(ctx, scope, id)
		if err != nil {
			return err
		}
		facts := owner.RefuseNumber(fault.Of(outcome).Code(), "", a.Clock.Now())
		if err := tx.Accounts().Save(ctx, owner); err != nil {
			return err
		}
		return tx.Facts().Append(ctx, facts...)
	})
	if err != nil {
		return err
	}
	return outcome
}

// spoil settles a session as failed, because its code is spent without a proof, and returns outcome.
func (a *Attacher) spoil(ctx context.Context, scope organization.Scope, id, claim, reason string, outcome error) error {
	return a.settle(ctx, scope, id, claim, outcome, func(s *eid.Session) ([]audit.Fact, error) { return s.Fail(reason, a.Clock.Now()) })
}

// refuse settles a session because the person said no.
func (a *Attacher) refuse(ctx context.Context, scope organization.Scope, id, claim, reason string) error {
	return a.settle(ctx, scope, id, claim, eid.ErrCodeRejected.On("code"), func(s *eid.Session) ([]audit.Fact, error) { return s.Refuse(reason, a.Clock.Now()) })
}

// giveBack ends the claim, so that the same code may be sent again.
func (a *Attacher) giveBack(ctx context.Context, scope organization.Scope, id, claim string, outcome error) error {
	return a.settle(ctx, scope, id, claim, outcome, func(s *eid.Session) ([]audit.Fact, error) { s.GiveBack(); return nil, nil })
}

func (a *Attacher) settle(ctx context.Context, scope organization.Scope, id, claim string, outcome error, how func(*eid.Session) ([]audit.Fact, error)) error {
	err := a.Work.Do(ctx, func(ctx context.Context, tx outbound.Tx) error {
		s, err := a.claimed(ctx, tx, scope, id, claim)
		if err != nil {
			return err
		}
		if other := s.Snapshot().Claim; other.Owner != claim && a.Clock.Now().Before(other.Until) {
			return eid.ErrClaimed // by somebody who may be about to complete it
		}
		facts, err := how(s)
		if err != nil {
			return err
		}
		if err := tx.Sessions().Save(ctx, s); err != nil {
			return err
		}
		return tx.Facts().Append(ctx, facts...)
	})
	if err != nil {
		return err
	}
	return outcome
}
