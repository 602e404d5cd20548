package account

import (
	"context"
	"errors"
	"time"

	"github.com/eidgate/eidgate/app/session"
	"github.com/eidgate/eidgate/domain/account"
	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/inbound"
	"github.com/eidgate/eidgate/ports/outbound"
)

// VerificationCompleter redeems the code of a login that Start began.
type VerificationCompleter struct {
	Work     outbound.UnitOfWork
	Clock    outbound.Clock
	IDs      outbound.IDs
	Routes   *session.Routes
	Attacher *Attacher
	Fallback eid.EID
}

// mostOfState is how many sessions with one state storage lists; see outbound.SessionReader.
const mostOfState = 10

// exchangeLease is how long an exchange may take before somebody else may say that its outcome was lost.
const exchangeLease = 30 * time.Second

// Complete checks what can be checked without the provider, claims the session, exchanges the code and settles.
// The provider is asked outside of any unit of work; whatever it said is written down even when the caller hangs
// up meanwhile.
//
// When state leads to exactly one session, that one is claimed first. Otherwise the verified token's nonce says
// whose code it was, so the exchange comes first. That is also so when a state is so common that storage lists only
// the newest of its sessions: the right one may be behind them.
func (v *VerificationCompleter) Complete(ctx context.Context, c inbound.VerificationCode) (inbound.CompletedVerification, error) {
	sessions, a, err := v.look(ctx, c)
	if err != nil {
		return inbound.CompletedVerification{}, err
	}
	now := v.Clock.Now()
	candidates, err := redeemable(c, sessions, now)
	common := c.State != "" && len(sessions) >= mostOfState
	switch {
	case common:
	case errors.Is(err, account.ErrNoVerification):
		return v.refusal(c, sessions), v.Attacher.note(ctx, c.Scope, c.AccountID, err)
	case err != nil:
		return v.refusal(c, sessions), err
	case c.State != "" && len(candidates) == 1:
		done, err := v.claimed(ctx, c, candidates[0])
		done.Simulated = done.Simulated || v.Routes.Simulated(candidates[0].Provider)
		return done, err
	}
	provider, err := v.provider(ctx, c, a, candidates)
	if err != nil {
		return inbound.CompletedVerification{}, err
	}
	done, err := v.byNonce(ctx, c, provider)
	done.Simulated = done.Simulated || v.Routes.Simulated(provider.Name())
	return done, err
}

// refusal says no more of the sessions that a caller did not get than whether their people are invented, and of
// other accounts' sessions nothing.
func (v *VerificationCompleter) refusal(c inbound.VerificationCode, sessions []eid.Snapshot) (r inbound.CompletedVerification) {
	for _, s := range sessions {
		r.Simulated = r.Simulated || mayRedeem(s, c.AccountID) && v.Routes.Simulated(s.Provider)
	}
	return r
}

// look reads the account, and the sessions that the code may belong to.
func (v *VerificationCompleter) look(ctx context.Context, c inbound.VerificationCode) (sessions []eid.Snapshot, a account.Snapshot, err error) {
	err = v.Work.View(ctx, func(ctx context.Context, r outbound.Reader) error {
		found, err := r.Accounts().Find(ctx, c.Scope, c.AccountID)
		if err != nil {
			return err
		}
		if a = found.Snapshot(); !a.Active {
			return account.ErrInactive
		}
		var list []*eid.Session
		if c.State != "" {
			list, err = r.Sessions().FindByCorrelation(ctx, c.Scope, c.State)
		} else {
			list, err = r.Sessions().PendingOf(ctx, c.Scope, c.AccountID)
		}
		for _, s := range list {
			sessions = append(sessions, s.Snapshot())
		}
		return err
	})
	return sessions, a, err
}

// redeemable narrows sessions down to those that this account may redeem now with these words, and blames the first
// word that leaves none. Without a state, having none is no mistake yet: the nonce may still lead to one.
func redeemable(c inbound.VerificationCode, sessions []eid.Snapshot, now time.Time) ([]eid.Snapshot, error) {
	keep := func(good func(eid.Snapshot) bool) []eid.Snapshot {
		var kept []eid.Snapshot
		for _, s := range sessions {
			if good(s) {
				kept = append(kept, s)
			}
		}
		return kept
	}
	sessions = keep(func(s eid.Snapshot) bool {
		return s.State == eid.Pending && now.Before(s.ExpiresAt) && s.Order.Surface == Surface && mayRedeem(s, c.AccountID)
	})
	if len(sessions) == 0 {
		if c.State != "" {
			return nil, account.ErrNoVerification.On("state")
		}
		return nil, nil
	}
	sessions = keep(func(s eid.Snapshot) bool { return s.Order.ReturnTo == c.RedirectURI })
	if len(sessions) == 0 {
		return nil, account.ErrRedirectMismatch.On("redirect_uri")
	}
	sessions = keep(func(s eid.Snapshot) bool { return c.Context == "" || s.Order.Context == c.Context })
	if len(sessions) == 0 {
		return nil, account.ErrMethodMismatch.On("method")
	}
	return sessions, nil
}

func mayRedeem(s eid.Snapshot, accountID int64) bool {
	return s.Order.Account == 0 || s.Order.Account == accountID
}

// provider chooses where to exchange a code whose session is not known yet: where the newest candidate is, or the
// first on the route that brings people back to the caller.
func (v *VerificationCompleter) provider(ctx context.Context, c inbound.VerificationCode, a account.Snapshot, candidates []eid.Snapshot) (outbound.Provider, error) {
	if len(candidates) > 0 {
		if p, known := v.Routes.Provider(candidates[0].Provider); known {
			return p, nil
		}
		return nil, eid.ErrProvider.Because(errors.New("the session's provider is not configured any more"))
	}
	e := defaultEID(a, v.Fallback)
	if c.Context != "" {
		e, _ = c.Context.EID()
	}
	var o organization.Organization
	err := v.Work.View(ctx, func(ctx context.Context, r outbound.Reader) (err error) {
		o, err = r.Organizations().Find(ctx, c.Scope.Organization)
		return err
	})
	if err != nil {
		return nil, err
	}
	list, err := v.Routes.Candidates(o, eid.Order{EID: e, Operation: eid.Authenticate, Channel: eid.Redirect})
	if err != nil {
		return nil, onMethod(err)
	}
	return list[0].Provider, nil
}

// claimed exchanges the code of a known session under its claim. Only what spends the code spends the session.
func (v *VerificationCompleter) claimed(ctx context.Context, c inbound.VerificationCode, s eid.Snapshot) (inbound.CompletedVerification, error) {
	provider, known := v.Routes.Provider(s.Provider)
	if !known {
		return inbound.CompletedVerification{}, eid.ErrProvider.Because(errors.New("the session's provider is not configured any more"))
	}
	claim := v.IDs.New()
	if err := v.take(ctx, c.Scope, s.ID, claim); err != nil {
		return inbound.CompletedVerification{}, err
	}
	step, err := provider.Advance(ctx, s.Thread, returned(c))
	settling, cancel := v.settling(ctx)
	defer cancel()
	switch {
	case errors.Is(err, eid.ErrCodeRejected):
		return inbound.CompletedVerification{}, v.Attacher.spoil(settling, s.Order.Scope, s.ID, claim, eid.ReasonCodeRejected, eid.ErrCodeRejected.On("code").Because(err))
	case errors.Is(err, eid.ErrEvidenceRejected):
		return inbound.CompletedVerification{}, v.Attacher.spoil(settling, s.Order.Scope, s.ID, claim, eid.ReasonEvidenceRejected, err)
	case err != nil:
		return inbound.CompletedVerification{}, v.Attacher.giveBack(settling, s.Order.Scope, s.ID, claim, err)
	case step.Refusal != "":
		return inbound.CompletedVerification{}, v.Attacher.refuse(settling, s.Order.Scope, s.ID, claim, step.Refusal)
	case step.Evidence == nil:
		return inbound.CompletedVerification{}, v.Attacher.giveBack(settling, s.Order.Scope, s.ID, claim, eid.ErrProviderUncertain)
	case step.Evidence.Nonce != "" && step.Evidence.Nonce != s.Nonce: // the provider should have seen it
		return inbound.CompletedVerification{}, v.Attacher.spoil(settling, s.Order.Scope, s.ID, claim, eid.ReasonEvidenceRejected, eid.ErrEvidenceRejected.Because(errOtherNonce))
	}
	return v.Attacher.attach(settling, attachment{scope: c.Scope, account: c.AccountID, session: s.ID, claim: claim, evidence: *step.Evidence})
}

var errOtherNonce = errors.New("the evidence is of another session")

func (v *VerificationCompleter) take(ctx context.Context, scope organization.Scope, id, claim string) error {
	return v.Work.Do(ctx, func(ctx context.Context, tx outbound.Tx) error {
		s, err := tx.Sessions().Find(ctx, scope, id)
		if err != nil {
			return err
		}
		switch err := s.Take(claim, v.Clock.Now(), exchangeLease); {
		case errors.Is(err, eid.ErrSettled), errors.Is(err, eid.ErrExpired):
			return account.ErrNoVerification.On("state").Because(err)
		case err != nil:
			return err
		}
		return tx.Sessions().Save(ctx, s)
	})
}

// byNonce exchanges a code first, and finds its session by the nonce in the verified token. A session found that
// way is spent whatever comes of it, because its code is.
func (v *VerificationCompleter) byNonce(ctx context.Context, c inbound.VerificationCode, provider outbound.Provider) (inbound.CompletedVerification, error) {
	step, err := provider.Advance(ctx, nil, returned(c))
	settling, cancel := v.settling(ctx)
	defer cancel()
	switch {
	case errors.Is(err, eid.ErrCodeRejected), err == nil && step.Evidence == nil:
		return inbound.CompletedVerification{}, v.Attacher.note(settling, c.Scope, c.AccountID, eid.ErrCodeRejected.On("code").Because(err))
	case errors.Is(err, eid.ErrEvidenceRejected):
		return inbound.CompletedVerification{}, v.Attacher.note(settling, c.Scope, c.AccountID, err)
	case err != nil:
		return inbound.CompletedVerification{}, err
	}
	var found eid.Snapshot
	err = v.Work.View(settling, func(ctx context.Context, r outbound.Reader) error {
		s, err := r.Sessions().FindByNonce(ctx, c.Scope, step.Evidence.Nonce)
		if err == nil {
			found = s.Snapshot()
		}
		return err
	})
	switch {
	case errors.Is(err, eid.ErrNoSession), err == nil && (found.State.Settled() || !v.Clock.Now().Before(found.ExpiresAt)):
		return inbound.CompletedVerification{}, v.Attacher.note(settling, c.Scope, c.AccountID, account.ErrNoVerification.On("code").Because(err))
	case err != nil:
		return inbound.CompletedVerification{}, err
	case found.Provider != provider.Name(), found.Order.Surface != Surface, !mayRedeem(found, c.AccountID):
		return inbound.CompletedVerification{}, v.Attacher.spoil(settling, c.Scope, found.ID, "", eid.ReasonCodeRejected, account.ErrNoVerification.On("code"))
	case c.State != "" && found.Order.Correlation != c.State:
		return inbound.CompletedVerification{}, v.Attacher.spoil(settling, c.Scope, found.ID, "", eid.ReasonCodeRejected, account.ErrNoVerification.On("state"))
	case found.Order.ReturnTo != c.RedirectURI:
		return inbound.CompletedVerification{}, v.Attacher.spoil(settling, c.Scope, found.ID, "", eid.ReasonCodeRejected, account.ErrRedirectMismatch.On("redirect_uri"))
	case c.Context != "" && found.Order.Context != c.Context:
		return inbound.CompletedVerification{}, v.Attacher.spoil(settling, c.Scope, found.ID, "", eid.ReasonOtherContext, account.ErrMethodMismatch.On("method"))
	}
	return v.Attacher.attach(settling, attachment{scope: c.Scope, account: c.AccountID, session: found.ID, evidence: *step.Evidence})
}

func returned(c inbound.VerificationCode) outbound.Nudge {
	return outbound.Nudge{Returned: map[string]string{"code": c.Code, "redirect_uri": c.RedirectURI}}
}

// settling is a context for writing down what the provider said, whether or not the caller still waits.
func (v *VerificationCompleter) settling(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
}
