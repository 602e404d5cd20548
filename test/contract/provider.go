package contract

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/outbound"
)

// Rig is a provider with people in front of it and a plug to pull. Approve and Decline play the person who was
// shown the step of that session, and give what the session hears of it: what the person brings back, or the zero
// Nudge where the provider is asked by the clock.
type Rig struct {
	Provider outbound.Provider
	ReturnTo string // an address that the provider may send people back to

	Approve func(t *testing.T, session eid.Snapshot, step outbound.Step) outbound.Nudge
	Decline func(t *testing.T, session eid.Snapshot, step outbound.Step) outbound.Nudge

	Unplug func(t *testing.T) // nobody reaches the provider any more
	Replug func(t *testing.T)
}

var sessionsMade atomic.Int64

// Session opens an order of the eID for authentication, with a nonce and a correlation that no other has.
func (r Rig) Session(t *testing.T, e eid.EID) eid.Snapshot {
	t.Helper()
	n := sessionsMade.Add(1)
	s, _, err := eid.Open(fmt.Sprintf("session-%d", n), fmt.Sprintf("nonce-%d-of-this-session-and-no-other", n), eid.Order{
		Scope: organization.Scope{Organization: "acme", Environment: organization.Sandbox}, OnBehalfOf: "Acme",
		Surface: "account", EID: e, Operation: eid.Authenticate, ReturnTo: r.ReturnTo,
		Correlation: fmt.Sprintf("caller's own %d & more", n), Language: "sv",
	}, time.Now().UTC().Truncate(time.Microsecond), 15*time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	return s.Snapshot()
}

func (r Rig) begin(t *testing.T, s eid.Snapshot) outbound.Step {
	t.Helper()
	step, err := r.Provider.Begin(t.Context(), s)
	if err != nil {
		t.Fatalf("begin %s: %v", s.Order.EID, err)
	}
	return step
}

func (r Rig) advance(t *testing.T, thread []byte, nudge outbound.Nudge) outbound.Step {
	t.Helper()
	step, err := r.Provider.Advance(t.Context(), thread, nudge)
	if err != nil {
		t.Fatalf("advance: %v", err)
	}
	return step
}

// logins are the offers of authentication, and of them those whose code goes to the caller.
func (r Rig) logins() (all, toCaller []outbound.Offer) {
	for _, o := range r.Provider.Offers() {
		if o.Operation != eid.Authenticate {
			continue
		}
		all = append(all, o)
		if o.Returns == outbound.ToCaller {
			toCaller = append(toCaller, o)
		}
	}
	return all, toCaller
}

// TestProvider holds an adapter to the promises of [outbound.Provider]. Each call of open gives a rig of its own,
// plugged in.
func TestProvider(t *testing.T, open func(t *testing.T) Rig) {
	t.Run("name and offers are constant", func(t *testing.T) {
		p := open(t).Provider
		if p.Name() == "" || p.Name() != p.Name() {
			t.Errorf("the name is %q, then %q", p.Name(), p.Name())
		}
		first := p.Offers()
		if len(first) == 0 {
			t.Fatal("nothing is offered")
		}
		want := slices.Clone(first)
		first[0] = outbound.Offer{}
		if got := p.Offers(); !slices.Equal(got, want) {
			t.Errorf("the offers changed from %v to %v", want, got)
		}
		seen := map[outbound.Offer]bool{}
		for _, o := range want {
			way := outbound.Offer{EID: o.EID, Operation: o.Operation, Returns: o.Returns}
			if !o.EID.Known() || o.Operation == "" || o.Returns != outbound.ToCaller && o.Returns != outbound.ToUs || seen[way] {
				t.Errorf("%+v is no offer, or stands there twice", o)
			}
			seen[way] = true
		}
	})

	t.Run("an order that is not offered is not begun", func(t *testing.T) {
		r := open(t)
		s := r.Session(t, eid.SEBankID)
		s.Order.Operation = "levitate"
		if step, err := r.Provider.Begin(t.Context(), s); err == nil || step.Challenge != nil {
			t.Errorf("got %v and %v", step.Challenge, err)
		}
	})

	t.Run("beginning gives a challenge and a thread", func(t *testing.T) {
		r := open(t)
		all, _ := r.logins()
		for _, o := range all {
			s := r.Session(t, o.EID)
			step := r.begin(t, s)
			if step.Challenge == nil || len(step.Thread) == 0 || step.Evidence != nil || step.Refusal != "" {
				t.Fatalf("%s: got %+v", o.EID, step)
			}
			if o.Returns == outbound.ToCaller {
				providerAddress(t, s, *step.Challenge)
			}
			if strings.Contains(step.Challenge.Action, s.Nonce) {
				t.Errorf("%s: the address shows the session's nonce", o.EID)
			}
		}
	})

	t.Run("while the person thinks, a tick changes nothing", func(t *testing.T) {
		r := open(t)
		all, _ := r.logins()
		step := r.begin(t, r.Session(t, all[0].EID))
		if got := r.advance(t, step.Thread, outbound.Nudge{}); got.Evidence != nil || got.Refusal != "" {
			t.Errorf("got %+v", got)
		}
	})

	t.Run("approval gives evidence of this session", func(t *testing.T) {
		r := open(t)
		all, _ := r.logins()
		for _, o := range all {
			s := r.Session(t, o.EID)
			step := r.begin(t, s)
			got := r.advance(t, step.Thread, r.Approve(t, s, step))
			providerEvidence(t, r, s, got)
		}
	})

	t.Run("the context that was ordered is the one that is proven", func(t *testing.T) {
		r := open(t)
		all, _ := r.logins()
		for _, o := range all {
			s := r.Session(t, o.EID)
			s.Order.Context = o.EID.DefaultContext()
			step := r.begin(t, s)
			got := r.advance(t, step.Thread, r.Approve(t, s, step))
			providerEvidence(t, r, s, got)
			if !got.Evidence.Context.Satisfies(s.Order.Context) {
				t.Errorf("%s was ordered, %s proven", s.Order.Context, got.Evidence.Context)
			}
		}
	})

	t.Run("a no is a refusal and no error", func(t *testing.T) {
		r := open(t)
		all, _ := r.logins()
		for _, o := range all {
			s := r.Session(t, o.EID)
			step := r.begin(t, s)
			got := r.advance(t, step.Thread, r.Decline(t, s, step))
			if got.Refusal != eid.ReasonDeclined || got.Evidence != nil || got.Challenge != nil {
				t.Errorf("%s: got %+v", o.EID, got)
			}
		}
	})

	t.Run("many noes are no reason to refuse the next person", func(t *testing.T) {
		r := open(t)
		all, _ := r.logins()
		for range 12 {
			s := r.Session(t, all[0].EID)
			step := r.begin(t, s)
			r.advance(t, step.Thread, r.Decline(t, s, step))
		}
		s := r.Session(t, all[0].EID)
		step := r.begin(t, s)
		providerEvidence(t, r, s, r.advance(t, step.Thread, r.Approve(t, s, step)))
	})

	providerCodes(t, open)

	t.Run("unplugged it says so, and plugged in again it goes on", func(t *testing.T) {
		r := open(t)
		all, _ := r.logins()
		s := r.Session(t, all[0].EID)
		step := r.begin(t, s)
		nudge := r.Approve(t, s, step)
		r.Unplug(t)
		got, err := r.Provider.Advance(t.Context(), step.Thread, nudge)
		if !errors.Is(err, eid.ErrProvider) && !errors.Is(err, eid.ErrProviderUncertain) {
			t.Errorf("unplugged: got %+v and %v", got, err)
		}
		providerSilence(t, err, nudge)
		r.Replug(t)
		providerEvidence(t, r, s, r.advance(t, step.Thread, nudge))
	})

	t.Run("what begins offline begins while unplugged", func(t *testing.T) {
		r := open(t)
		all, _ := r.logins()
		for _, o := range all {
			if !o.Offline {
				continue
			}
			r.begin(t, r.Session(t, o.EID))
			r.Unplug(t)
			s := r.Session(t, o.EID)
			step := r.begin(t, s)
			r.Replug(t)
			providerEvidence(t, r, s, r.advance(t, step.Thread, r.Approve(t, s, step)))
		}
	})

	t.Run("who gives up early has asked for nothing", func(t *testing.T) {
		r := open(t)
		all, _ := r.logins()
		s := r.Session(t, all[0].EID)
		step := r.begin(t, s)
		nudge := r.Approve(t, s, step)
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if got, err := r.Provider.Advance(ctx, step.Thread, nudge); !errors.Is(err, context.Canceled) || got.Evidence != nil || got.Refusal != "" {
			t.Fatalf("got %+v and %v", got, err)
		}
		providerEvidence(t, r, s, r.advance(t, step.Thread, nudge))
	})

	t.Run("a challenge that is drawn again depends on thread and time alone", func(t *testing.T) {
		r := open(t)
		all, _ := r.logins()
		step := r.begin(t, r.Session(t, all[0].EID))
		now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
		first, ok := r.Provider.Redraw(step.Thread, now)
		r.Unplug(t)
		if again, still := r.Provider.Redraw(step.Thread, now); ok != still || !reflect.DeepEqual(first, again) {
			t.Errorf("got %+v, then %+v", first, again)
		}
	})

	t.Run("taking back what is over is no error", func(t *testing.T) {
		r := open(t)
		all, _ := r.logins()
		waiting := r.begin(t, r.Session(t, all[0].EID))
		s := r.Session(t, all[0].EID)
		settled := r.begin(t, s)
		r.advance(t, settled.Thread, r.Approve(t, s, settled))
		for _, thread := range [][]byte{waiting.Thread, waiting.Thread, settled.Thread} {
			if err := r.Provider.Cancel(t.Context(), thread); err != nil {
				t.Errorf("cancel: %v", err)
			}
		}
	})

	t.Run("many people at once get what is theirs", func(t *testing.T) {
		r := open(t)
		all, _ := r.logins()
		var crowd sync.WaitGroup
		for n := range 24 {
			crowd.Go(func() {
				s := r.Session(t, all[n%len(all)].EID)
				step, err := r.Provider.Begin(t.Context(), s)
				if err != nil {
					t.Errorf("begin: %v", err)
					return
				}
				got, err := r.Provider.Advance(t.Context(), step.Thread, r.Approve(t, s, step))
				if err != nil || got.Evidence == nil {
					t.Errorf("%s: got %+v and %v", s.Order.EID, got, err)
				} else if e := got.Evidence; e.EID != s.Order.EID || e.Nonce != "" && e.Nonce != s.Nonce {
					t.Errorf("%s: got the evidence of somebody else", s.Order.EID)
				}
			})
		}
		crowd.Wait()
	})
}

// providerCodes are the promises about codes that the caller brings.
func providerCodes(t *testing.T, open func(t *testing.T) Rig) {
	// brought is a session whose person has approved, and the code of it.
	brought := func(t *testing.T, r Rig) (eid.Snapshot, outbound.Step, outbound.Nudge) {
		t.Helper()
		_, toCaller := r.logins()
		if len(toCaller) == 0 {
			t.Skip("the provider gives callers no codes")
		}
		s := r.Session(t, toCaller[0].EID)
		step := r.begin(t, s)
		nudge := r.Approve(t, s, step)
		if nudge.Returned["code"] == "" || nudge.Returned["redirect_uri"] != s.Order.ReturnTo {
			t.Fatalf("the person brought %v", slices.Sorted(maps.Keys(nudge.Returned)))
		}
		return s, step, nudge
	}
	spent := func(t *testing.T, r Rig, thread []byte, nudge outbound.Nudge) {
		t.Helper()
		got, err := r.Provider.Advance(t.Context(), thread, nudge)
		if !errors.Is(err, eid.ErrCodeRejected) || got.Evidence != nil {
			t.Errorf("got %+v and %v", got, err)
		}
		providerSilence(t, err, nudge)
	}

	t.Run("a code works once", func(t *testing.T) {
		r := open(t)
		s, step, nudge := brought(t, r)
		providerEvidence(t, r, s, r.advance(t, step.Thread, nudge))
		spent(t, r, step.Thread, nudge)
		spent(t, r, nil, nudge)
	})

	t.Run("a code that was never given is rejected", func(t *testing.T) {
		r := open(t)
		_, step, nudge := brought(t, r)
		for _, code := range []string{"", "made-up", strings.Repeat("x", 10_000), "two words", "línea\n", "\x00"} {
			nudge.Returned = map[string]string{"code": code, "redirect_uri": nudge.Returned["redirect_uri"]}
			spent(t, r, step.Thread, nudge)
			spent(t, r, nil, nudge)
		}
	})

	t.Run("a code is not redeemed for another address", func(t *testing.T) {
		r := open(t)
		_, step, nudge := brought(t, r)
		nudge.Returned = maps.Clone(nudge.Returned)
		nudge.Returned["redirect_uri"] += "/elsewhere"
		spent(t, r, step.Thread, nudge)
		spent(t, r, nil, nudge)
	})

	t.Run("a code of one session is no evidence for another", func(t *testing.T) {
		r := open(t)
		_, _, nudge := brought(t, r)
		_, step, _ := brought(t, r)
		got, err := r.Provider.Advance(t.Context(), step.Thread, nudge)
		if !errors.Is(err, eid.ErrEvidenceRejected) && !errors.Is(err, eid.ErrCodeRejected) || got.Evidence != nil {
			t.Errorf("got %+v and %v", got, err)
		}
	})

	t.Run("without a thread the evidence says whose it is", func(t *testing.T) {
		r := open(t)
		s, _, nudge := brought(t, r)
		got := r.advance(t, nil, nudge)
		providerEvidence(t, r, s, got)
		if got.Evidence.Nonce != s.Nonce {
			t.Error("the nonce is not the session's")
		}
	})

	t.Run("of many who bring the same code one is served", func(t *testing.T) {
		r := open(t)
		_, _, nudge := brought(t, r)
		var served atomic.Int64
		var crowd sync.WaitGroup
		for range 8 {
			crowd.Go(func() {
				switch got, err := r.Provider.Advance(t.Context(), nil, nudge); {
				case err == nil && got.Evidence != nil:
					served.Add(1)
				case !errors.Is(err, eid.ErrCodeRejected):
					t.Errorf("got %+v and %v", got, err)
				}
			})
		}
		crowd.Wait()
		if served.Load() != 1 {
			t.Errorf("%d were served", served.Load())
		}
	})
}

// providerAddress looks at a challenge that is an address: the parts must give the whole, and the state must be the
// caller's.
func providerAddress(t *testing.T, s eid.Snapshot, c eid.Challenge) {
	t.Helper()
	action, query, found := strings.Cut(c.URL, "?")
	values, err := url.ParseQuery(query)
	if !found || err != nil || action != c.Action || len(values) != len(c.Params) {
		t.Fatalf("%s: the address and its parts differ", s.Order.EID)
	}
	for name, value := range c.Params {
		if got := values[name]; len(got) != 1 || got[0] != value {
			t.Errorf("%s: %s differs between the address and its parts", s.Order.EID, name)
		}
	}
	if c.Params["state"] != s.Order.Correlation || c.Params["client_id"] == "" {
		t.Errorf("%s: the state is %q", s.Order.EID, c.Params["state"])
	}
}

func providerEvidence(t *testing.T, r Rig, s eid.Snapshot, got outbound.Step) {
	t.Helper()
	e := got.Evidence
	if e == nil || got.Refusal != "" || got.Challenge != nil {
		t.Fatalf("%s: got %+v", s.Order.EID, got)
	}
	if e.Provider != r.Provider.Name() || e.EID != s.Order.EID || e.Subject == "" || e.TokenID == "" || e.IssuedAt.IsZero() || e.Malformed {
		t.Errorf("%s: the evidence is incomplete: %+v", s.Order.EID, e)
	}
	if proven, ok := e.Context.EID(); !ok || proven != e.EID {
		t.Errorf("%s: the context %q is none of the eID's", s.Order.EID, e.Context)
	}
	if e.Assurance > e.Context.Assurance() {
		t.Errorf("%s: %s claims %q", s.Order.EID, e.Context, e.Assurance)
	}
	if e.Number.Country() != s.Order.EID.Country() {
		t.Errorf("%s: the number is of country %q", s.Order.EID, e.Number.Country())
	}
	if e.Nonce != "" && e.Nonce != s.Nonce {
		t.Errorf("%s: the nonce is another session's", s.Order.EID)
	}
}

// providerSilence looks for the code in an error and in everything behind it.
func providerSilence(t *testing.T, err error, nudge outbound.Nudge) {
	t.Helper()
	code := nudge.Returned["code"]
	for ; err != nil; err = errors.Unwrap(err) {
		if len(code) > 3 && strings.Contains(fmt.Sprintf("%v %+v %#v", err, err, err), code) {
			t.Errorf("an error shows the code: %T", err)
		}
	}
}
