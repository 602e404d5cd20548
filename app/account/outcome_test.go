package account_test

import (
	"context"
	"errors"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/eidgate/eidgate/domain/account"
	"github.com/eidgate/eidgate/domain/audit"
	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/fault"
	"github.com/eidgate/eidgate/domain/identity"
	"github.com/eidgate/eidgate/ports/inbound"
	"github.com/eidgate/eidgate/ports/outbound"
)

// eitherWay runs a test for a code that comes with its state, which claims the session first, and for one without,
// which is exchanged first.
func eitherWay(t *testing.T, test func(t *testing.T, word func(inbound.VerificationCode) inbound.VerificationCode)) {
	t.Helper()
	t.Run("with a state", func(t *testing.T) {
		test(t, func(c inbound.VerificationCode) inbound.VerificationCode { return c })
	})
	t.Run("without a state", func(t *testing.T) {
		test(t, func(c inbound.VerificationCode) inbound.VerificationCode { c.State = ""; return c })
	})
}

func TestWhatALoginProvedDecidesWhatBecomesOfIt(t *testing.T) {
	for name, c := range map[string]struct {
		proved func(r *rig, t *testing.T, e *eid.Evidence)
		before func(r *rig, t *testing.T, a account.Snapshot)
		during func(r *rig, t *testing.T, a account.Snapshot) // while the provider is asked
		want   *fault.Fault
		field  string
		state  eid.State
		reason string // the session's
		told   string // the trail's reason for the account, "" for none
	}{
		"the number it should": {state: eid.Completed},
		"a refinement of the method": {
			proved: func(_ *rig, _ *testing.T, e *eid.Evidence) { e.Context += ":and-more" }, state: eid.Completed,
		},
		"another eID": {
			proved: func(_ *rig, _ *testing.T, e *eid.Evidence) {
				e.EID, e.Context = eid.SEFreja, "urn:grn:authn:se:frejaid"
			},
			want: account.ErrMethodMismatch, field: "method", state: eid.Failed, reason: eid.ReasonOtherContext, told: "method_mismatch",
		},
		"another way of the same eID": {
			proved: func(_ *rig, _ *testing.T, e *eid.Evidence) { e.Context = "urn:grn:authn:se:bankid:same-device" },
			want:   account.ErrMethodMismatch, field: "method", state: eid.Failed, reason: eid.ReasonOtherContext, told: "method_mismatch",
		},
		"no number": {
			proved: func(_ *rig, _ *testing.T, e *eid.Evidence) { e.Number = identity.Number{} },
			want:   account.ErrNumberMissing, field: "number", state: eid.Completed, told: "ssn_missing",
		},
		"a number that breaks its rules": {
			proved: func(_ *rig, _ *testing.T, e *eid.Evidence) { e.Number, e.Malformed = identity.Number{}, true },
			want:   account.ErrNumberInvalid, field: "number", state: eid.Completed, told: "ssn_invalid",
		},
		"a number of another country": {
			proved: func(r *rig, t *testing.T, e *eid.Evidence) { e.Number = r.number(t, identity.NO, norwegian) },
			want:   account.ErrNumberInvalid, field: "number", state: eid.Completed, told: "ssn_invalid",
		},
		"a number that another account has": {
			before: func(r *rig, t *testing.T, _ account.Snapshot) { r.registerWith(t, "taker@example.com", firstSwede) },
			want:   account.ErrNumberUnusable, field: "number", state: eid.Completed, told: "ssn_unusable",
		},
		"a number on the blocklist": {
			before: func(r *rig, t *testing.T, _ account.Snapshot) { r.block(t, firstSwede) },
			want:   account.ErrNumberUnusable, field: "number", state: eid.Completed, told: "ssn_blocked",
		},
		"somebody who is simulated": {
			proved: func(_ *rig, _ *testing.T, e *eid.Evidence) { e.Simulated = true },
			want:   account.ErrNumberUnusable, field: "number", state: eid.Completed, told: "simulated",
		},
		"somebody, on an account that was deactivated meanwhile": {
			during: func(r *rig, t *testing.T, a account.Snapshot) { r.deactivate(t, a) },
			want:   account.ErrInactive, state: eid.Completed, told: "account_inactive",
		},
	} {
		t.Run(name, func(t *testing.T) {
			eitherWay(t, func(t *testing.T, word func(inbound.VerificationCode) inbound.VerificationCode) {
				r, d := newRig(t), newDesk("desk")
				f := r.flow(t, d)
				a := r.register(t, r.acme.scope(), "someone@example.com", identity.SE)
				l := f.begin(t, a, "")
				if c.proved != nil {
					c.proved(r, t, &l.evidence)
				}
				if c.before != nil {
					c.before(r, t, a)
				}
				if c.during != nil {
					d.meanwhile = func(context.Context) { c.during(r, t, a) }
				}
				l.back.Context = "" // the caller need not say
				done, err := f.Complete(t.Context(), word(l.returned(d)))
				if c.want == nil {
					if err != nil || done.Number != l.evidence.Number || done.Correlation != l.back.State || done.Simulated {
						t.Errorf("got %+v: %v", done, err)
					}
				} else {
					blames(t, err, c.want, c.field)
				}
				s := r.session(t, a.Scope, l.id)
				if s.State != c.state || s.Reason != c.reason || s.Claim.Owner != "" || s.Thread != nil {
					t.Errorf("the session is %s %q, claimed by %q", s.State, s.Reason, s.Claim.Owner)
				}
				got := r.read(t, a)
				if attached := c.want == nil; !got.Number.IsZero() != attached || len(r.trail(t, a.Scope, audit.AccountNumberAttached)) == 0 == attached {
					t.Error("the account has a number, or none, against its login")
				}
				var want []string
				if c.told != "" {
					want = []string{c.told}
				}
				if told := r.refusals(t, a); !slices.Equal(told, want) {
					t.Errorf("the trail says %v", told)
				}
				// Whatever it was, it was once.
				again := word(l.returned(d))
				if _, err := f.Complete(t.Context(), again); err == nil {
					t.Error("the session is good for a second code")
				}
			})
		})
	}
}

// registerWith makes an account that has the number from the start.
func (r *rig) registerWith(t *testing.T, email, ssn string) account.Snapshot {
	t.Helper()
	reg := registration(r.acme.scope(), email, identity.SE)
	reg.SSN = inbound.Digits(ssn)
	a, err := r.registrar().Register(t.Context(), reg)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func (r *rig) block(t *testing.T, ssn string) {
	t.Helper()
	if err := r.blocklist.Add(t.Context(), []identity.Number{r.number(t, identity.SE, ssn)}); err != nil {
		t.Fatal(err)
	}
}

func TestNobodyLearnsWhetherANumberIsBlockedOrTaken(t *testing.T) {
	var answers []any
	for _, blocked := range []bool{true, false} {
		r, d := newRig(t), newDesk("desk")
		f := r.flow(t, d)
		a := r.register(t, r.acme.scope(), "someone@example.com", identity.SE)
		if blocked {
			r.block(t, firstSwede)
		} else {
			r.registerWith(t, "taker@example.com", firstSwede)
		}
		_, err := f.Complete(t.Context(), f.begin(t, a, "").returned(d))
		answers = append(answers, shown(err))
	}
	if !reflect.DeepEqual(answers[0], answers[1]) {
		t.Errorf("blocked: %v, taken: %v", answers[0], answers[1])
	}
}

func TestTheNumberThatIsThereAlreadySucceedsAgainEvenOnceItIsBlocked(t *testing.T) {
	r, d := newRig(t), newDesk("desk")
	f := r.flow(t, d)
	a := r.register(t, r.acme.scope(), "someone@example.com", identity.SE)
	for range 2 {
		done, err := f.Complete(t.Context(), f.begin(t, a, "").returned(d))
		if err != nil || done.Number.Reveal() != firstSwede {
			t.Fatalf("got %v", err)
		}
		r.block(t, firstSwede)
	}
	other := f.begin(t, a, "")
	other.evidence.Number = r.number(t, identity.SE, secondSwede)
	_, err := f.Complete(t.Context(), other.returned(d))
	blames(t, err, account.ErrNumberFixed, "number")
	if got := r.read(t, a).Number.Reveal(); got != firstSwede || len(r.trail(t, a.Scope, audit.AccountNumberAttached)) != 1 {
		t.Error("the number changed")
	}
}

func TestWhatTheProviderSaysDecidesWhetherTheSessionIsSpent(t *testing.T) {
	away := errors.New("connection refused by 10.1.2.3")
	for name, c := range map[string]struct {
		says   error
		step   *outbound.Step
		want   *fault.Fault
		field  string
		reason string // "" when the same code may come again
		state  eid.State
	}{
		"it cannot be reached":           {says: eid.ErrProvider.Because(away), want: eid.ErrProvider},
		"it did not answer in time":      {says: eid.ErrProviderUncertain.Because(away), want: eid.ErrProviderUncertain},
		"it refuses us":                  {says: eid.ErrMisconfigured.Because(away), want: eid.ErrMisconfigured},
		"it fails as nobody foresaw":     {says: away, want: fault.ErrInternal},
		"it has nothing new":             {step: &outbound.Step{}, want: eid.ErrProviderUncertain},
		"it does not know the code":      {says: eid.ErrCodeRejected.Because(away), want: eid.ErrCodeRejected, field: "code", state: eid.Failed, reason: eid.ReasonCodeRejected},
		"its answer does not verify":     {says: eid.ErrEvidenceRejected.Because(away), want: eid.ErrEvidenceRejected, state: eid.Failed, reason: eid.ReasonEvidenceRejected},
		"the person said no after all":   {step: &outbound.Step{Refusal: eid.ReasonDeclined}, want: eid.ErrCodeRejected, field: "code", state: eid.Refused, reason: eid.ReasonDeclined},
		"it vouches for another's nonce": {step: &outbound.Step{Evidence: &eid.Evidence{EID: eid.SEBankID, Context: qr, Nonce: "another"}}, want: eid.ErrEvidenceRejected, state: eid.Failed, reason: eid.ReasonEvidenceRejected},
	} {
		t.Run(name, func(t *testing.T) {
			r, d := newRig(t), newDesk("desk")
			f := r.flow(t, d)
			a := r.register(t, r.acme.scope(), "someone@example.com", identity.SE)
			l := f.begin(t, a, "")
			back := l.returned(d)
			if c.says != nil {
				d.says = []error{c.says}
			}
			d.step = c.step
			_, err := f.Complete(t.Context(), back)
			if errors.Is(c.want, fault.ErrInternal) {
				if fault.Of(err).Kind() != fault.Internal {
					t.Errorf("got %v", err)
				}
			} else {
				blames(t, err, c.want, c.field)
			}
			s := r.session(t, a.Scope, l.id)
			if c.reason != "" {
				if s.State != c.state || s.Reason != c.reason {
					t.Errorf("the session is %s %q", s.State, s.Reason)
				}
				d.step = nil
				_, err := f.Complete(t.Context(), l.returned(d))
				blames(t, err, account.ErrNoVerification, "state")
				return
			}
			if s.State != eid.Pending || s.Claim.Owner != "" {
				t.Errorf("the session is %s, claimed by %q", s.State, s.Claim.Owner)
			}
			d.step = nil
			if _, err := f.Complete(t.Context(), back); err != nil {
				t.Errorf("the same code does not work again: %v", err)
			}
		})
	}
}

func TestACodeThatIsExchangedFirstSpendsNothingUnlessItProvesASession(t *testing.T) {
	for name, c := range map[string]struct {
		says  error
		step  *outbound.Step
		want  *fault.Fault
		field string
		told  []string
	}{
		"it cannot be reached":       {says: eid.ErrProvider, want: eid.ErrProvider},
		"it did not answer in time":  {says: eid.ErrProviderUncertain, want: eid.ErrProviderUncertain},
		"it refuses us":              {says: eid.ErrMisconfigured, want: eid.ErrMisconfigured},
		"it does not know the code":  {says: eid.ErrCodeRejected, want: eid.ErrCodeRejected, field: "code", told: []string{"code_rejected"}},
		"its answer does not verify": {says: eid.ErrEvidenceRejected, want: eid.ErrEvidenceRejected, told: []string{"evidence_rejected"}},
		"the person said no":         {step: &outbound.Step{Refusal: eid.ReasonDeclined}, want: eid.ErrCodeRejected, field: "code", told: []string{"code_rejected"}},
		"its nonce is nobody's":      {step: &outbound.Step{Evidence: &eid.Evidence{Nonce: "nobody's"}}, want: account.ErrNoVerification, field: "code", told: []string{"verification_unknown"}},
		"it has no nonce":            {step: &outbound.Step{Evidence: &eid.Evidence{}}, want: account.ErrNoVerification, field: "code", told: []string{"verification_unknown"}},
	} {
		t.Run(name, func(t *testing.T) {
			r, d := newRig(t), newDesk("desk")
			f := r.flow(t, d)
			a := r.register(t, r.acme.scope(), "someone@example.com", identity.SE)
			l := f.begin(t, a, "")
			back := l.returned(d)
			back.State = ""
			if c.says != nil {
				d.says = []error{c.says}
			}
			d.step = c.step
			_, err := f.Complete(t.Context(), back)
			blames(t, err, c.want, c.field)
			if told := r.refusals(t, a); !slices.Equal(told, c.told) {
				t.Errorf("the trail says %v", told)
			}
			d.step = nil
			if _, err := f.Complete(t.Context(), back); err != nil {
				t.Errorf("the session was spent: %v", err)
			}
		})
	}
}

func TestAStateThatLeadsNowhereIsRefusedBeforeAnybodyIsAsked(t *testing.T) {
	r, d := newRig(t), newDesk("desk")
	f := r.flow(t, d)
	a := r.register(t, r.acme.scope(), "someone@example.com", identity.SE)
	other := r.register(t, r.acme.scope(), "other@example.com", identity.SE)
	foreign := f.begin(t, other, "")
	expired := f.begin(t, a, "")
	r.clock.Advance(15 * time.Minute)
	spent := f.begin(t, a, "")
	if _, err := f.Complete(t.Context(), spent.returned(d)); err != nil {
		t.Fatal(err)
	}
	asked, before := d.asked(), len(r.refusals(t, a))
	for name, back := range map[string]inbound.VerificationCode{
		"unknown": {Scope: a.Scope, AccountID: a.ID, Code: "c", RedirectURI: callback, State: "never"},
		"foreign": {Scope: a.Scope, AccountID: a.ID, Code: "c", RedirectURI: callback, State: foreign.back.State},
		"expired": expired.back, "spent": spent.back,
	} {
		_, err := f.Complete(t.Context(), back)
		if blames(t, err, account.ErrNoVerification, "state"); t.Failed() {
			t.Log(name)
		}
	}
	if d.asked() != asked {
		t.Error("the provider was asked")
	}
	if n := len(r.refusals(t, a)) - before; n != 4 {
		t.Errorf("the trail tells of %d", n)
	}
	if s := r.session(t, a.Scope, expired.id); s.State != eid.Pending {
		t.Errorf("what expired was touched: %s", s.State)
	}
}
