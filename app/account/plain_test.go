package account_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/eidgate/eidgate/domain/account"
	"github.com/eidgate/eidgate/domain/audit"
	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/fault"
	"github.com/eidgate/eidgate/domain/identity"
)

// redeemer redeems any code as a test says. Unlike a provider it gives the same answer again and again.
type redeemer func(ctx context.Context, code string) (eid.Evidence, error)

func (r redeemer) Redeem(ctx context.Context, code string) (eid.Evidence, error) { return r(ctx, code) }

// plain is a flow that redeems codes of logins it did not begin, and what such a login proves.
func plain(t *testing.T) (*flow, account.Snapshot, *eid.Evidence) {
	t.Helper()
	return plainOf(t, newRig(t))
}

func plainOf(t *testing.T, r *rig) (*flow, account.Snapshot, *eid.Evidence) {
	t.Helper()
	f := r.flow(t, newDesk("desk"))
	e := &eid.Evidence{
		Provider: "desk", EID: eid.SEBankID, Context: qr, Number: r.number(t, identity.SE, firstSwede), TokenID: "token-1", IssuedAt: r.clock.Now(),
	}
	f.Provider, f.Redeemer = "desk", redeemer(func(context.Context, string) (eid.Evidence, error) { return *e, nil })
	return f, r.register(t, r.acme.scope(), "someone@example.com", identity.SE), e
}

func TestWhereItIsOffNoForeignLoginIsRedeemed(t *testing.T) {
	f, a, _ := plain(t)
	f.Redeemer = nil
	_, err := f.CompletePlain(t.Context(), a.Scope, a.ID, "code")
	if blames(t, err, account.ErrPlainOff, ""); fault.Of(err).Kind() != fault.NotFound || len(f.trail(t, a.Scope, audit.AccountNumberRefused)) != 0 {
		t.Errorf("got %v", err)
	}
}

func TestAForeignLoginReachesTheAccountAndTheTrail(t *testing.T) {
	f, a, e := plain(t)
	done, err := f.CompletePlain(t.Context(), a.Scope, a.ID, "code")
	if err != nil || done.Number != e.Number || f.attached(t, a) != 1 {
		t.Fatalf("got %v", err)
	}
	var told []string
	for _, fact := range f.trail(t, a.Scope, "") {
		if len(fact.Kind) > 8 && fact.Kind[:8] == "session." {
			told = append(told, fact.Kind)
			if fact.Actor != account.Subject(a.ID) {
				t.Errorf("%s by %s", fact.Kind, fact.Actor)
			}
		}
	}
	if !slices.Equal(told, []string{audit.SessionOpened, audit.SessionPending, audit.SessionCompleted}) {
		t.Errorf("the trail says %v", told)
	}
}

func TestOnlyFreshNamedTokensOfForeignLoginsCount(t *testing.T) {
	for name, c := range map[string]struct {
		change func(f *flow, e *eid.Evidence)
		good   bool
	}{
		"as old as may be":     {func(f *flow, e *eid.Evidence) { e.IssuedAt = f.clock.Now().Add(-5 * time.Minute) }, true},
		"as early as may be":   {func(f *flow, e *eid.Evidence) { e.IssuedAt = f.clock.Now().Add(5 * time.Minute) }, true},
		"too old":              {func(f *flow, e *eid.Evidence) { e.IssuedAt = f.clock.Now().Add(-5*time.Minute - time.Microsecond) }, false},
		"of the far future":    {func(f *flow, e *eid.Evidence) { e.IssuedAt = f.clock.Now().Add(5*time.Minute + time.Microsecond) }, false},
		"without any time":     {func(_ *flow, e *eid.Evidence) { e.IssuedAt = time.Time{} }, false},
		"that nobody can name": {func(_ *flow, e *eid.Evidence) { e.TokenID = "" }, false},
	} {
		t.Run(name, func(t *testing.T) {
			f, a, e := plain(t)
			c.change(f, e)
			_, err := f.CompletePlain(t.Context(), a.Scope, a.ID, "code")
			if c.good {
				if err != nil || f.attached(t, a) != 1 {
					t.Errorf("got %v", err)
				}
				return
			}
			blames(t, err, eid.ErrEvidenceRejected, "")
			if told := f.refusals(t, a); f.attached(t, a) != 0 || !slices.Equal(told, []string{"evidence_rejected"}) || len(f.trail(t, a.Scope, audit.SessionOpened)) != 0 {
				t.Errorf("the trail says %v", told)
			}
		})
	}
}

func TestATokenOfAForeignLoginIsAcceptedOnce(t *testing.T) {
	onEither(t, func(t *testing.T, r *rig) {
		f, a, e := plainOf(t, r)
		b := f.register(t, a.Scope, "other@example.com", identity.SE)
		won := 0
		for _, err := range crowd(20, func(i int) error {
			_, err := f.CompletePlain(t.Context(), a.Scope, []int64{a.ID, b.ID}[i%2], "code")
			return err
		}) {
			if err == nil {
				won++
			} else {
				blames(t, err, eid.ErrCodeRejected, "code")
			}
		}
		if won != 1 || len(f.trail(t, a.Scope, audit.AccountNumberAttached)) != 1 {
			t.Errorf("%d won", won)
		}
		if n := len(f.trail(t, a.Scope, audit.AccountNumberRefused)); n != 19 {
			t.Errorf("the trail tells of %d replays", n)
		}
		// What was spent is remembered for as long as the token would be taken.
		e.IssuedAt = f.clock.Now().Add(5 * time.Minute)
		e.TokenID = "token-2"
		if _, err := f.CompletePlain(t.Context(), a.Scope, a.ID, "code"); (err == nil) == f.read(t, a).Number.IsZero() {
			t.Errorf("got %v", err)
		}
		f.clock.Advance(10 * time.Minute)
		purge(t, f.rig)
		_, err := f.CompletePlain(t.Context(), a.Scope, a.ID, "code")
		blames(t, err, eid.ErrCodeRejected, "code")
		f.clock.Advance(time.Microsecond)
		_, err = f.CompletePlain(t.Context(), a.Scope, a.ID, "code")
		blames(t, err, eid.ErrEvidenceRejected, "")
	})
}

func TestWhatIsWrongWithAForeignLoginIsToldToTheTrail(t *testing.T) {
	away := errors.New("10.1.2.3")
	for name, c := range map[string]struct {
		says  error
		want  *fault.Fault
		field string
		told  []string
	}{
		"an unknown code":           {eid.ErrCodeRejected.Because(away), eid.ErrCodeRejected, "code", []string{"code_rejected"}},
		"a token with a forged key": {eid.ErrEvidenceRejected.Because(away), eid.ErrEvidenceRejected, "", []string{"evidence_rejected"}},
		"a provider that is away":   {eid.ErrProvider.Because(away), eid.ErrProvider, "", nil},
		"one that is slow":          {eid.ErrProviderUncertain, eid.ErrProviderUncertain, "", nil},
		"one that refuses us":       {eid.ErrMisconfigured, eid.ErrMisconfigured, "", nil},
	} {
		t.Run(name, func(t *testing.T) {
			f, a, _ := plain(t)
			f.Redeemer = redeemer(func(context.Context, string) (eid.Evidence, error) { return eid.Evidence{}, c.says })
			_, err := f.CompletePlain(t.Context(), a.Scope, a.ID, "code")
			blames(t, err, c.want, c.field)
			if told := f.refusals(t, a); !slices.Equal(told, c.told) {
				t.Errorf("the trail says %v", told)
			}
		})
	}
}

func TestAForeignLoginOfTheWrongPersonSettlesItsSession(t *testing.T) {
	f, a, e := plain(t)
	e.Number = f.number(t, identity.NO, norwegian)
	_, err := f.CompletePlain(t.Context(), a.Scope, a.ID, "code")
	blames(t, err, account.ErrNumberInvalid, "number")
	if n := len(f.trail(t, a.Scope, audit.SessionCompleted)); n != 1 || f.attached(t, a) != 0 || !slices.Equal(f.refusals(t, a), []string{"ssn_invalid"}) {
		t.Errorf("%d sessions, the trail says %v", n, f.refusals(t, a))
	}
}

func TestAForeignLoginIsNotExchangedForAnAccountThatCannotHaveIt(t *testing.T) {
	f, a, e := plain(t)
	asked := 0
	f.Redeemer = redeemer(func(context.Context, string) (eid.Evidence, error) { asked++; return *e, nil })
	_, err := f.CompletePlain(t.Context(), f.other.scope(), a.ID, "code")
	blames(t, err, account.ErrNoAccount, "")
	f.deactivate(t, a)
	_, err = f.CompletePlain(t.Context(), a.Scope, a.ID, "code")
	if blames(t, err, account.ErrInactive, ""); asked != 0 {
		t.Error("the code was exchanged")
	}
}

func TestACallerWhoHangsUpLosesNoForeignLogin(t *testing.T) {
	f, a, e := plain(t)
	ctx, hangUp := context.WithCancel(t.Context())
	f.Redeemer = redeemer(func(context.Context, string) (eid.Evidence, error) { hangUp(); return *e, nil })
	if _, err := f.CompletePlain(ctx, a.Scope, a.ID, "code"); err != nil || f.attached(t, a) != 1 {
		t.Errorf("got %v", err)
	}
}
