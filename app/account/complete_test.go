package account_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/eidgate/eidgate/app/session"
	"github.com/eidgate/eidgate/domain/account"
	"github.com/eidgate/eidgate/domain/audit"
	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/identity"
	"github.com/eidgate/eidgate/ports/inbound"
	"github.com/eidgate/eidgate/ports/outbound"
	"github.com/eidgate/eidgate/test/database"
)

// someone is a rig with a desk, and an account that began a login there.
func someone(t *testing.T) (*flow, *desk, account.Snapshot, login) {
	t.Helper()
	return someoneOf(t, newRig(t))
}

func someoneOf(t *testing.T, r *rig) (*flow, *desk, account.Snapshot, login) {
	t.Helper()
	d := newDesk("desk")
	f := r.flow(t, d)
	a := r.register(t, r.acme.scope(), "someone@example.com", identity.SE)
	return f, d, a, f.begin(t, a, "")
}

func (r *rig) attached(t *testing.T, a account.Snapshot) int {
	t.Helper()
	n := len(r.trail(t, a.Scope, audit.AccountNumberAttached))
	if has := !r.read(t, a).Number.IsZero(); has != (n > 0) {
		t.Errorf("told of %d numbers, the account has one: %v", n, has)
	}
	return n
}

func TestOfManyReplaysOfOneCodeExactlyOneSucceeds(t *testing.T) {
	eitherWay(t, func(t *testing.T, word func(inbound.VerificationCode) inbound.VerificationCode) {
		onEither(t, func(t *testing.T, r *rig) {
			f, d, a, l := someoneOf(t, r)
			back := word(l.returned(d))
			won := 0
			for _, err := range crowd(20, func(int) error { _, err := f.Complete(t.Context(), back); return err }) {
				switch {
				case err == nil:
					won++
				case !errors.Is(err, eid.ErrClaimed) && !errors.Is(err, account.ErrNoVerification) && !errors.Is(err, eid.ErrCodeRejected):
					t.Errorf("a loser was told %v", err)
				}
			}
			if won != 1 || f.attached(t, a) != 1 || len(f.trail(t, a.Scope, audit.SessionCompleted)) != 1 {
				t.Errorf("%d won, %d numbers", won, f.attached(t, a))
			}
		})
	})
}

func TestATwinMeetsTheClaimAndSpendsNothing(t *testing.T) {
	f, d, a, l := someone(t)
	back := l.returned(d)
	d.meanwhile = func(ctx context.Context) {
		_, err := f.Complete(ctx, back)
		blames(t, err, eid.ErrClaimed, "")
	}
	if _, err := f.Complete(t.Context(), back); err != nil || f.attached(t, a) != 1 || d.asked() != 1 {
		t.Errorf("the first was asked of %d times: %v", d.asked(), err)
	}
}

func TestATwinWithoutAStateMayWinButNothingIsLost(t *testing.T) {
	f, d, a, l := someone(t)
	back := l.returned(d)
	d.meanwhile = func(ctx context.Context) {
		twin := back
		twin.State = ""
		if _, err := f.Complete(ctx, twin); err != nil {
			t.Errorf("the twin has the proof, and gets %v", err)
		}
	}
	_, err := f.Complete(t.Context(), back)
	blames(t, err, account.ErrNoVerification, "code")
	if s := f.session(t, a.Scope, l.id); s.State != eid.Completed || f.attached(t, a) != 1 {
		t.Errorf("the session is %s", s.State)
	}
}

func TestAStrangersCodeDoesNotSpendASessionThatIsBeingRedeemed(t *testing.T) {
	f, d, a, l := someone(t)
	thief := f.register(t, a.Scope, "thief@example.com", identity.SE)
	back, second := l.returned(d), l.returned(d) // the address of the login got about, and somebody else used it too
	d.meanwhile = func(ctx context.Context) {
		second.AccountID, second.State = thief.ID, ""
		_, err := f.Complete(ctx, second)
		blames(t, err, eid.ErrClaimed, "")
	}
	if _, err := f.Complete(t.Context(), back); err != nil || f.attached(t, a) != 1 {
		t.Errorf("the owner lost the login: %v", err)
	}
}

func TestACallerWhoHangsUpLosesNothing(t *testing.T) {
	eitherWay(t, func(t *testing.T, word func(inbound.VerificationCode) inbound.VerificationCode) {
		f, d, a, l := someone(t)
		ctx, hangUp := context.WithCancel(t.Context())
		d.meanwhile = func(context.Context) { hangUp() }
		done, err := f.Complete(ctx, word(l.returned(d)))
		if err != nil || done.Number.Reveal() != firstSwede || f.attached(t, a) != 1 {
			t.Errorf("got %v", err)
		}
	})
	t.Run("when the provider has nothing to say", func(t *testing.T) {
		f, d, a, l := someone(t)
		ctx, hangUp := context.WithCancel(t.Context())
		d.meanwhile, d.says = func(context.Context) { hangUp() }, []error{eid.ErrProviderUncertain}
		back := l.returned(d)
		_, err := f.Complete(ctx, back)
		blames(t, err, eid.ErrProviderUncertain, "")
		if _, err := f.Complete(t.Context(), back); err != nil || f.attached(t, a) != 1 {
			t.Errorf("the claim was not given back: %v", err)
		}
	})
	t.Run("when the code is wrong", func(t *testing.T) {
		f, d, a, l := someone(t)
		ctx, hangUp := context.WithCancel(t.Context())
		d.meanwhile = func(context.Context) { hangUp() }
		l.back.Code = "wrong"
		_, err := f.Complete(ctx, l.back)
		blames(t, err, eid.ErrCodeRejected, "code")
		if s := f.session(t, a.Scope, l.id); s.State != eid.Failed {
			t.Errorf("the session is %s", s.State)
		}
	})
}

func TestAnOutcomeThatCannotBeWrittenIsLostAndNeverCompleted(t *testing.T) {
	r, d := newRig(t), newDesk("desk")
	broken := &database.Breaking{Store: r.store, From: 2} // the claim is written, what comes of it is not
	r.work = r.store
	a := r.register(t, r.acme.scope(), "someone@example.com", identity.SE)
	l := r.flow(t, d).begin(t, a, "")
	back := l.returned(d)
	r.work = broken
	_, err := r.flow(t, d).Complete(t.Context(), back)
	blames(t, err, outbound.ErrStorage, "")
	r.work = r.store
	_, err = r.flow(t, d).Complete(t.Context(), back)
	blames(t, err, eid.ErrClaimed, "")
	r.clock.Advance(16 * time.Minute)
	r.sweep(t)
	if s := r.session(t, a.Scope, l.id); s.State != eid.Failed || s.Reason != eid.ReasonEvidenceLost || r.attached(t, a) != 0 {
		t.Errorf("the session is %s %q", s.State, s.Reason)
	}
}

func TestTheClaimOfAProcessThatDiedRunsOut(t *testing.T) {
	f, d, a, l := someone(t)
	back := l.returned(d)
	f.take(t, a, l.id, "a process that died")
	f.clock.Advance(30*time.Second - time.Microsecond)
	_, err := f.Complete(t.Context(), back)
	blames(t, err, eid.ErrClaimed, "")
	f.clock.Advance(time.Microsecond)
	if _, err := f.Complete(t.Context(), back); err != nil || f.attached(t, a) != 1 {
		t.Errorf("the code cannot be redeemed any more: %v", err)
	}
}

func TestALoginRedeemedInTimeMayBeSettledWhileItsClaimRuns(t *testing.T) {
	for _, c := range []struct {
		takes time.Duration
		good  bool
	}{{29 * time.Second, true}, {30 * time.Second, false}} {
		f, d, a, l := someone(t)
		f.clock.Advance(15*time.Minute - time.Microsecond)
		d.meanwhile = func(context.Context) { f.clock.Advance(c.takes) }
		_, err := f.Complete(t.Context(), l.returned(d))
		if c.good {
			if err != nil || f.attached(t, a) != 1 {
				t.Errorf("after %s: %v", c.takes, err)
			}
			continue
		}
		blames(t, err, account.ErrNoVerification, "code")
		f.sweep(t)
		if s := f.session(t, a.Scope, l.id); s.Reason != eid.ReasonEvidenceLost || f.attached(t, a) != 0 {
			t.Errorf("after %s the session is %s %q", c.takes, s.State, s.Reason)
		}
	}
}

func TestAnExpiredSessionIsNotRedeemedByItsNonce(t *testing.T) {
	f, d, a, l := someone(t)
	back := l.returned(d)
	back.State = ""
	f.clock.Advance(15 * time.Minute)
	_, err := f.Complete(t.Context(), back)
	blames(t, err, account.ErrNoVerification, "code")
	f.sweep(t)
	if s := f.session(t, a.Scope, l.id); s.State != eid.Expired || !slices.Equal(f.refusals(t, a), []string{"verification_unknown"}) {
		t.Errorf("the session is %s, the trail says %v", s.State, f.refusals(t, a))
	}
}

func TestSessionsWithOneStateAreToldApartByTheNonce(t *testing.T) {
	f, d, a, _ := someone(t)
	var logins []login
	for range 3 {
		logins = append(logins, f.begin(t, a, "the same"))
	}
	if _, err := f.Complete(t.Context(), logins[1].returned(d)); err != nil {
		t.Fatal(err)
	}
	for i, want := range []eid.State{eid.Pending, eid.Completed, eid.Pending} {
		if s := f.session(t, a.Scope, logins[i].id); s.State != want {
			t.Errorf("session %d is %s", i, s.State)
		}
	}
	// A code of a login with another state does not count for this one.
	other := f.begin(t, a, "another")
	other.back.State = "the same"
	_, err := f.Complete(t.Context(), other.returned(d))
	blames(t, err, account.ErrNoVerification, "state")
	if s := f.session(t, a.Scope, other.id); s.State != eid.Failed {
		t.Errorf("the session whose code was spent is %s", s.State)
	}
}

func TestAStateThatEverybodyUsesStillLeadsHome(t *testing.T) {
	f, d, a, _ := someone(t)
	mine := f.begin(t, a, "1")
	for i := range 11 {
		f.clock.Advance(time.Second)
		b := f.register(t, a.Scope, fmt.Sprintf("crowd%d@example.com", i), identity.SE)
		f.begin(t, b, "1")
	}
	wrong := mine.back
	wrong.Code, wrong.RedirectURI = d.code(mine.evidence), callback+"/"
	_, err := f.Complete(t.Context(), wrong)
	blames(t, err, account.ErrRedirectMismatch, "redirect_uri")
	mine = f.begin(t, a, "1")
	for i := range 11 {
		f.clock.Advance(time.Second)
		b := f.register(t, a.Scope, fmt.Sprintf("more%d@example.com", i), identity.SE)
		f.begin(t, b, "1")
	}
	if _, err := f.Complete(t.Context(), mine.returned(d)); err != nil || f.attached(t, a) != 1 {
		t.Errorf("got %v", err)
	}
}

func TestACodeFoundByItsNonceIsHeldAgainstEveryWord(t *testing.T) {
	for name, c := range map[string]struct {
		word  func(c *inbound.VerificationCode)
		want  func(t *testing.T, err error)
		state eid.State
	}{
		"redirect_uri": {func(c *inbound.VerificationCode) { c.RedirectURI = callback + "?" }, func(t *testing.T, err error) { blames(t, err, account.ErrRedirectMismatch, "redirect_uri") }, eid.Failed},
		"method":       {func(c *inbound.VerificationCode) { c.Context = "urn:grn:authn:se:bankid" }, func(t *testing.T, err error) { blames(t, err, account.ErrMethodMismatch, "method") }, eid.Failed},
	} {
		t.Run(name, func(t *testing.T) {
			f, d, a, _ := someone(t)
			// Nothing bound to the account is pending, so nothing can be checked before the exchange.
			f.clock.Advance(time.Hour)
			f.sweep(t)
			l := f.unbound(t, a)
			l.back.State = ""
			c.word(&l.back)
			_, err := f.Complete(t.Context(), l.returned(d))
			c.want(t, err)
			if s := f.session(t, a.Scope, l.id); s.State != c.state || f.attached(t, a) != 0 {
				t.Errorf("the session is %s", s.State)
			}
		})
	}
}

func TestAClaimThatRanOutAndWasTakenByAnotherIsNotSettled(t *testing.T) {
	f, d, a, l := someone(t)
	d.meanwhile = func(context.Context) {
		f.clock.Advance(30 * time.Second)
		f.take(t, a, l.id, "another")
	}
	_, err := f.Complete(t.Context(), l.returned(d))
	blames(t, err, account.ErrNoVerification, "code")
	if s := f.session(t, a.Scope, l.id); s.State != eid.Pending || s.Claim.Owner != "another" || f.attached(t, a) != 0 {
		t.Errorf("the session is %s, claimed by %q", s.State, s.Claim.Owner)
	}
}

// take claims a session for somebody.
func (r *rig) take(t *testing.T, a account.Snapshot, id, owner string) {
	t.Helper()
	r.do(t, func(ctx context.Context, tx outbound.Tx) error {
		s, err := tx.Sessions().Find(ctx, a.Scope, id)
		if err != nil {
			return err
		}
		if err := s.Take(owner, r.clock.Now(), 30*time.Second); err != nil {
			return err
		}
		return tx.Sessions().Save(ctx, s)
	})
}

func TestAnAccountThatIsGoneOrInactiveAsksNobody(t *testing.T) {
	f, d, a, l := someone(t)
	back := l.returned(d)
	f.deactivate(t, a)
	_, err := f.Complete(t.Context(), back)
	blames(t, err, account.ErrInactive, "")
	_, err = f.Start(t.Context(), inbound.VerificationStart{Scope: a.Scope, AccountID: a.ID, RedirectURI: callback, Context: qr})
	blames(t, err, account.ErrInactive, "")
	if err := f.keeper().Delete(t.Context(), a.Scope, a.ID, "client/test"); err != nil {
		t.Fatal(err)
	}
	_, err = f.Complete(t.Context(), back)
	blames(t, err, account.ErrNoAccount, "")
	if d.asked() != 0 {
		t.Error("the provider was asked")
	}
}

func TestAnAccountDeletedMeanwhileLeavesNoNumberBehind(t *testing.T) {
	eitherWay(t, func(t *testing.T, word func(inbound.VerificationCode) inbound.VerificationCode) {
		f, d, a, l := someone(t)
		d.meanwhile = func(ctx context.Context) {
			if err := f.keeper().Delete(ctx, a.Scope, a.ID, "client/test"); err != nil {
				t.Error(err)
			}
		}
		_, err := f.Complete(t.Context(), word(l.returned(d)))
		blames(t, err, account.ErrNoAccount, "")
		f.clock.Advance(16 * time.Minute)
		f.sweep(t)
		if s := f.session(t, a.Scope, l.id); s.State == eid.Completed || !s.State.Settled() {
			t.Errorf("the session is %s", s.State)
		}
		f.registerWith(t, "next@example.com", firstSwede) // the number is free
	})
}

func TestASessionWhoseProviderIsNotConfiguredAnyMoreIsLeftAlone(t *testing.T) {
	eitherWay(t, func(t *testing.T, word func(inbound.VerificationCode) inbound.VerificationCode) {
		f, d, a, l := someone(t)
		back := word(l.returned(d))
		_, err := f.flow(t, newDesk("another")).Complete(t.Context(), back)
		blames(t, err, eid.ErrProvider, "")
		if s := f.session(t, a.Scope, l.id); s.State != eid.Pending || s.Claim.Owner != "" {
			t.Errorf("the session is %s", s.State)
		}
		if _, err := f.Complete(t.Context(), back); err != nil {
			t.Errorf("and cannot be redeemed once it is back: %v", err)
		}
	})
}

func TestTheCodeGoesToTheProviderOfItsSession(t *testing.T) {
	r, first, second := newRig(t), newDesk("first"), newDesk("second")
	a := r.register(t, r.acme.scope(), "someone@example.com", identity.SE)
	l := r.flow(t, second, first).begin(t, a, "")
	eitherWay(t, func(t *testing.T, word func(inbound.VerificationCode) inbound.VerificationCode) {
		_, err := r.flow(t, first, second).Complete(t.Context(), word(l.returned(second)))
		if err != nil || first.asked() != 0 {
			t.Errorf("the first was asked %d times: %v", first.asked(), err)
		}
		l = r.flow(t, second, first).begin(t, a, "")
	})
}

func TestSweepingAndRedeemingAtOnceSettleOnce(t *testing.T) {
	f, d, a, l := someone(t)
	f.clock.Advance(15*time.Minute - time.Microsecond)
	d.meanwhile = func(context.Context) {
		f.clock.Advance(time.Second)
		s := &session.Sweeper{Ledger: &session.Ledger{Work: f.store}, Clock: f.clock, Keep: time.Hour}
		if settled, _, err := s.Sweep(t.Context()); err != nil || settled != 0 {
			t.Errorf("the sweep settled %d that are being redeemed: %v", settled, err)
		}
	}
	if _, err := f.Complete(t.Context(), l.returned(d)); err != nil || f.attached(t, a) != 1 {
		t.Errorf("got %v", err)
	}
}
