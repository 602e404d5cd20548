package account

import (
	"context"
	"errors"
	"time"

	"github.com/eidgate/eidgate/domain/account"
	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/inbound"
	"github.com/eidgate/eidgate/ports/outbound"
)

// PlainCompleter redeems codes of logins that the caller began on its own. Nothing of ours ties such a login to
// the account: whoever holds an app token and a fresh code of somebody else can attach that person's number. So a
// deployment must switch it on, tokens must be young, and each counts once.
type PlainCompleter struct {
	Work     outbound.UnitOfWork
	Clock    outbound.Clock
	IDs      outbound.IDs
	Redeemer outbound.CodeRedeemer // nil while switched off
	Provider string
	Attacher *Attacher
	Life     time.Duration
}

// plainAge is how old a token may be, and how far clocks may differ.
const plainAge = 5 * time.Minute

var errPlainToken = errors.New("the token is too old, not yet issued or has no name")

// CompletePlain redeems the code, and opens and settles a session of its own for the trail. What is wrong with the
// account is found before the code is spent, and what is wrong with the code is told to the trail.
func (p *PlainCompleter) CompletePlain(ctx context.Context, scope organization.Scope, accountID int64, code string) (inbound.CompletedVerification, error) {
	if p.Redeemer == nil {
		return inbound.CompletedVerification{}, account.ErrPlainOff
	}
	if err := p.active(ctx, scope, accountID); err != nil {
		return inbound.CompletedVerification{}, err
	}
	evidence, err := p.Redeemer.Redeem(ctx, code)
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	now := p.Clock.Now()
	switch age := now.Sub(evidence.IssuedAt); {
	case errors.Is(err, eid.ErrCodeRejected):
		return inbound.CompletedVerification{}, p.Attacher.note(ctx, scope, accountID, eid.ErrCodeRejected.On("code").Because(err))
	case errors.Is(err, eid.ErrEvidenceRejected):
		return inbound.CompletedVerification{}, p.Attacher.note(ctx, scope, accountID, err)
	case err != nil:
		return inbound.CompletedVerification{}, err
	case age > plainAge, age < -plainAge, evidence.TokenID == "":
		return inbound.CompletedVerification{}, p.Attacher.note(ctx, scope, accountID, eid.ErrEvidenceRejected.Because(errPlainToken))
	}
	id, claim := p.IDs.New(), p.IDs.New()
	order := eid.Order{
		Scope: scope, Surface: Surface, EID: evidence.EID, Operation: eid.Authenticate, Channel: eid.Redirect, Wants: eid.WantNumber, Context: evidence.Context,
		Account: accountID, Correlation: id,
	}
	err = p.Work.Do(ctx, func(ctx context.Context, tx outbound.Tx) error {
		if err := tx.Spent().Spend(ctx, scope, "plain_token", evidence.TokenID, evidence.IssuedAt.Add(2*plainAge)); err != nil {
			return err
		}
		s, facts, err := eid.Open(id, id, order, now, p.Life)
		if err != nil {
			return err
		}
		presented, err := s.Present(p.Provider, eid.Challenge{}, nil, now)
		if err != nil {
			return err
		}
		if err := s.Take(claim, now, exchangeLease); err != nil {
			return err
		}
		if err := tx.Sessions().Save(ctx, s); err != nil {
			return err
		}
		return tx.Facts().Append(ctx, append(facts, presented...)...)
	})
	if errors.Is(err, outbound.ErrReplayed) {
		return inbound.CompletedVerification{}, p.Attacher.note(ctx, scope, accountID, eid.ErrCodeRejected.On("code").Because(err))
	} else if err != nil {
		return inbound.CompletedVerification{}, err
	}
	return p.Attacher.attach(ctx, attachment{scope: scope, account: accountID, session: id, claim: claim, evidence: evidence})
}

func (p *PlainCompleter) active(ctx context.Context, scope organization.Scope, accountID int64) error {
	return p.Work.View(ctx, func(ctx context.Context, r outbound.Reader) error {
		a, err := r.Accounts().Find(ctx, scope, accountID)
		if err == nil && !a.Snapshot().Active {
			err = account.ErrInactive
		}
		return err
	})
}
