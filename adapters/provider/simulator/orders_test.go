package simulator_test

import (
	"encoding/json"
	"errors"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/eidgate/eidgate/adapters/provider/simulator"
	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/fault"
	"github.com/eidgate/eidgate/domain/identity"
	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/inbound"
	"github.com/eidgate/eidgate/ports/outbound"
	"github.com/eidgate/eidgate/test/clock"
)

// tick asks by the clock.
func tick(t *testing.T, s *simulator.Simulator, thread []byte) outbound.Step {
	t.Helper()
	step, err := s.Advance(t.Context(), thread, outbound.Nudge{})
	if err != nil {
		t.Fatalf("Advance: %v (%v)", err, errors.Unwrap(err))
	}
	return step
}

// tell asks by the clock, as often as the simulator wants to be asked, until the order is over.
func tell(t *testing.T, s *simulator.Simulator, c *clock.Manual, thread []byte) (last outbound.Step, hints []eid.Hint, took time.Duration) {
	t.Helper()
	for range 10 {
		last = tick(t, s, thread)
		if last.Hint != "" {
			hints = append(hints, last.Hint)
		}
		if last.Evidence != nil || last.Refusal != "" {
			return last, hints, took
		}
		if last.Thread != nil {
			thread = last.Thread
		}
		if last.Rest <= 0 {
			t.Fatal("an order that goes on by the clock says nothing of when")
		}
		c.Advance(last.Rest)
		took += last.Rest
	}
	t.Fatal("the order does not end")
	return last, hints, took
}

func named(t *testing.T, s *simulator.Simulator, id string) (identity.Number, string) {
	t.Helper()
	for _, p := range s.People() {
		if p.ID == id {
			return p.Number, p.Phone
		}
	}
	t.Fatalf("there is no %s", id)
	return identity.Number{}, ""
}

func TestHintsComeInTheirTrueOrderAndSoon(t *testing.T) {
	for name, way := range map[string]struct {
		order eid.Order
		named string // "" for nobody
		first eid.Hint
		then  []eid.Hint
	}{
		"BankID for anybody":     {eid.Order{EID: eid.SEBankID, Channel: eid.App}, "", eid.HintOutstanding, []eid.Hint{eid.HintStarted, eid.HintSigning, eid.HintProcessing}},
		"BankID for somebody":    {eid.Order{EID: eid.SEBankID, Channel: eid.App}, "anna", eid.HintNoClient, []eid.Hint{eid.HintStarted, eid.HintSigning, eid.HintProcessing}},
		"BankID on our page":     {eid.Order{EID: eid.SEBankID, Channel: eid.Page, Operation: eid.ProveAge}, "", eid.HintOutstanding, []eid.Hint{eid.HintStarted, eid.HintSigning, eid.HintProcessing}},
		"BankID on the phone":    {eid.Order{EID: eid.SEBankID, Channel: eid.Backchannel, Operation: eid.PhoneSign, Text: "x"}, "anna", eid.HintNoClient, []eid.Hint{eid.HintCallConfirm, eid.HintSigning, eid.HintProcessing}},
		"Freja for anybody":      {eid.Order{EID: eid.SEFreja, Channel: eid.App}, "", eid.HintOutstanding, []eid.Hint{eid.HintDelivered}},
		"Freja for somebody":     {eid.Order{EID: eid.SEFreja, Channel: eid.Backchannel}, "anna", eid.HintDelivered, nil},
		"MitID for somebody":     {eid.Order{EID: eid.DKMitID, Channel: eid.Backchannel}, "mette", eid.HintDelivered, nil},
		"Vipps for a telephone":  {eid.Order{EID: eid.NOVipps, Channel: eid.Backchannel}, "kari", eid.HintDelivered, nil},
		"Norwegian for somebody": {eid.Order{EID: eid.NOBankID, Channel: eid.Backchannel}, "kari", eid.HintDelivered, nil},
	} {
		t.Run(name, func(t *testing.T) {
			s, c := begin(t)
			person := map[identity.Country]string{identity.SE: "anna"}[way.order.EID.Country()]
			if way.named != "" {
				person = way.named
				way.order.Require.Person, way.order.Phone = named(t, s, way.named)
			}
			step := start(t, s, session(c, "s1", way.order))
			if step.Hint != way.first || step.Rest != time.Second {
				t.Errorf("begins at %q, to be asked again in %v", step.Hint, step.Rest)
			}
			for range 3 {
				if got := tick(t, s, step.Thread); got.Hint != "" || got.Thread != nil || got.Rest != time.Second {
					t.Errorf("while the person thinks: %+v", got)
				}
			}
			if err := s.Approve(t.Context(), "s1", person); err != nil {
				t.Fatal(err)
			}
			got, hints, took := tell(t, s, c, step.Thread)
			if got.Evidence == nil || !slices.Equal(hints, way.then) || took > 1500*time.Millisecond {
				t.Errorf("evidence %v after %v, by way of %v", got.Evidence != nil, took, hints)
			}
		})
	}
}

func TestTheCodeChangesEverySecondAndVerifies(t *testing.T) {
	// The published vector says what a verifier computes from token, secret and time.
	vector := eid.AnimatedQR{Token: "67df3917-fa0d-44e5-b327-edcc928297f8", Secret: "d28db9a7-4cde-429e-a983-359be676944c"}
	if !strings.HasSuffix(vector.At(time.Time{}.Add(10*time.Second)), ".10.2822ca616ce1e64a1c171df69154ebc5adef4011244c867d6ad88a02db178962") {
		t.Fatal("the vector does not hold")
	}
	s, c := begin(t)
	began := c.Now()
	step := start(t, s, session(c, "s1", eid.Order{EID: eid.SEBankID, Channel: eid.App}))
	challenge := *step.Challenge
	if challenge.QR != challenge.Animated.At(began) || !challenge.Animated.Start.Equal(began) {
		t.Error("the first code is not that of second 0")
	}
	for _, token := range []string{challenge.AppToken, challenge.Animated.Token, challenge.Animated.Secret} {
		if len(token) != 36 || strings.Count(token, "-") != 4 || strings.Trim(token, "0123456789abcdef-") != "" {
			t.Error("a token is not shaped like a UUID")
		}
	}
	if challenge.AppToken == challenge.Animated.Token || challenge.Animated.Token == challenge.Animated.Secret {
		t.Error("who reads the code can open the app, or draw the next")
	}
	seen := map[string]bool{}
	for second := range 180 {
		at := began.Add(time.Duration(second) * time.Second)
		drawn := challenge.At(at).QR
		if challenge.At(at.Add(999*time.Millisecond)).QR != drawn {
			t.Fatal("the code changes within a second")
		}
		if seen[drawn] || !strings.Contains(drawn, "."+strconv.Itoa(second)+".") {
			t.Fatalf("second %d is wrong", second)
		}
		seen[drawn] = true
	}
	other := *start(t, s, session(c, "s2", eid.Order{EID: eid.SEBankID, Channel: eid.App})).Challenge
	if other.AppToken == challenge.AppToken || other.Animated.Token == challenge.Animated.Token || other.Animated.Secret == challenge.Animated.Secret {
		t.Error("two sessions share a token")
	}
	if foreign := *start(t, open(t, c, secret(2)), session(c, "s1", eid.Order{EID: eid.SEBankID, Channel: eid.App})).Challenge; foreign.AppToken == challenge.AppToken {
		t.Error("a token does not depend on the secret")
	}
}

func TestWhatOpenedAnEarlierOrderOfASessionOpensNoLaterOne(t *testing.T) {
	s, c := begin(t)
	for _, e := range []eid.EID{eid.SEBankID, eid.SEFreja} {
		first := *start(t, s, session(c, "s1", eid.Order{EID: e, Channel: eid.App})).Challenge
		c.Advance(time.Second)
		second := *start(t, s, session(c, "s1", eid.Order{EID: e, Channel: eid.App})).Challenge
		if first.AppToken == second.AppToken || first.Animated.Secret != "" && first.Animated.Secret == second.Animated.Secret {
			t.Errorf("%s: both orders have one token", e)
		}
	}
}

func TestWhatOpensFrejaStandsInItsCode(t *testing.T) {
	s, c := begin(t)
	step := start(t, s, session(c, "s1", eid.Order{EID: eid.SEFreja, Channel: eid.App}))
	if want := "frejaeid://bindUserToTransaction?transactionReference=" + step.Challenge.AppToken; step.Challenge.QR != want || step.Challenge.AppToken == "" {
		t.Error("the code does not hold the link")
	}
	if !step.Challenge.Animated.IsZero() {
		t.Error("Freja's code changes")
	}
}

func TestBindingMessagesAreForBothToCompare(t *testing.T) {
	s, c := begin(t)
	order := eid.Order{EID: eid.NOBankID, Channel: eid.Backchannel}
	order.Require.Person, _ = named(t, s, "kari")
	ours := start(t, s, session(c, "s1", order)).Challenge.BindingMessage
	if len(strings.Fields(ours)) != 2 || start(t, open(t, c, secret(1)), session(c, "s1", order)).Challenge.BindingMessage != ours {
		t.Errorf("Norwegian BankID shows %q", ours)
	}
	order = eid.Order{EID: eid.DKMitID, Channel: eid.Backchannel, BindingMessage: "their own words"}
	order.Require.Person, _ = named(t, s, "mette")
	if got := start(t, s, session(c, "s2", order)).Challenge; got.BindingMessage != "their own words" || got.QR != "" || got.AppToken != "" {
		t.Errorf("MitID shows %q", got.BindingMessage)
	}
	for _, o := range s.Waiting() {
		if o.BindingMessage == "" {
			t.Error("the person does not see the binding message")
		}
	}
}

func TestAnOrderThatNobodyTouchesTimesOut(t *testing.T) {
	for e, life := range map[eid.EID]time.Duration{eid.SEBankID: 180 * time.Second, eid.SEFreja: 2 * time.Minute} {
		s, c := begin(t)
		step := start(t, s, session(c, "s1", eid.Order{EID: e, Channel: eid.App}))
		c.Advance(life - time.Second)
		if got := tick(t, s, step.Thread); got.Refusal != "" || len(s.Waiting()) != 1 {
			t.Errorf("%s: over too soon: %q", e, got.Refusal)
		}
		c.Advance(time.Second)
		if err := s.Approve(t.Context(), "s1", "anna"); !errors.Is(err, inbound.ErrNoSimulatedOrder) {
			t.Errorf("%s: approved too late: %v", e, err)
		}
		for _, who := range []*simulator.Simulator{s, open(t, c, secret(1))} {
			if got := tick(t, who, step.Thread); got.Refusal != eid.ReasonTimedOut {
				t.Errorf("%s: %+v", e, got)
			}
		}
	}
}

func TestAnApprovalJustInTimeCounts(t *testing.T) {
	s, c := begin(t)
	step := start(t, s, session(c, "s1", eid.Order{EID: eid.SEBankID, Channel: eid.App}))
	c.Advance(179 * time.Second)
	if err := s.Approve(t.Context(), "s1", "anna"); err != nil {
		t.Fatal(err)
	}
	c.Advance(2 * time.Second)
	if got, _, _ := tell(t, s, c, step.Thread); got.Evidence == nil {
		t.Errorf("got refusal %q", got.Refusal)
	}
}

func TestAnOrderOutlivesARestart(t *testing.T) {
	s, c := begin(t)
	order := eid.Order{EID: eid.SEBankID, Channel: eid.App, Operation: eid.Sign, Text: "I agree", Digest: "d", Correlation: "ref"}
	order.Require.Person, _ = named(t, s, "anna")
	step := start(t, s, session(c, "s1", order))
	before := s.Waiting()[0]
	restarted := open(t, c, secret(1))
	if len(restarted.Waiting()) != 0 {
		t.Fatal("it remembers")
	}
	tick(t, restarted, step.Thread)
	after := restarted.Waiting()
	if len(after) != 1 || !equal(after[0], before) || before.Person != "anna" || !before.Digest || before.Text != "I agree" {
		t.Fatalf("before %+v, after %+v", before, after)
	}
	if _, err := restarted.Begin(t.Context(), session(c, "s2", order)); !errors.Is(err, eid.ErrInProgress) {
		t.Errorf("the place is free after a restart: %v", err)
	}
	step = start(t, restarted, session(c, "s3", order))
	if err := restarted.Approve(t.Context(), "s3", "anna"); err != nil {
		t.Fatal(err)
	}
	hint := tick(t, restarted, step.Thread)
	if hint.Hint != eid.HintStarted {
		t.Fatalf("got %+v", hint)
	}
	// Once the approval was noticed, any process can go on.
	if got, hints, _ := tell(t, open(t, c, secret(1)), c, hint.Thread); got.Evidence == nil || len(hints) != 2 {
		t.Errorf("the approval is lost: %v", hints)
	}
}

func equal(a, b inbound.SimulatedOrder) bool {
	x, _ := json.Marshal(a)
	y, _ := json.Marshal(b)
	return string(x) == string(y)
}

func TestASecondOrderForAPersonEndsBoth(t *testing.T) {
	for e, ends := range map[eid.EID]string{eid.SEBankID: eid.ReasonSuperseded, eid.SEFreja: eid.ReasonRejected} {
		s, c := begin(t)
		order := eid.Order{EID: e, Channel: eid.App}
		order.Require.Person, _ = named(t, s, "anna")
		stranger, err := identity.ParsePerson(identity.SE, "191212121212", identity.Options{AsOf: c.Now()})
		if err != nil {
			t.Fatal(err)
		}
		unknown, erik := order, order
		unknown.Require.Person = stranger
		erik.Require.Person, _ = named(t, s, "erik")
		first := start(t, s, session(c, "s1", order))
		start(t, s, session(c, "s1", order)) // the same session again is no second order
		start(t, s, session(c, "e", erik))
		start(t, s, session(c, "u1", unknown))
		elsewhere := session(c, "other", order)
		elsewhere.Order.Scope.Environment = organization.Sandbox
		start(t, s, elsewhere)
		for _, again := range []eid.Order{order, unknown} {
			if step, err := s.Begin(t.Context(), session(c, "s2", again)); !errors.Is(err, eid.ErrInProgress) || step.Challenge != nil {
				t.Errorf("%s: %v", e, err)
			}
		}
		if got := tick(t, s, first.Thread); got.Refusal != ends {
			t.Errorf("%s: the first ended as %q", e, got.Refusal)
		}
		if n := len(s.Waiting()); n != 2 {
			t.Errorf("%s: %d wait", e, n)
		}
		third := start(t, s, session(c, "s3", order))
		if err := s.Approve(t.Context(), "s3", "anna"); err != nil {
			t.Fatal(err)
		}
		if got, _, _ := tell(t, s, c, third.Thread); got.Evidence == nil {
			t.Errorf("%s: the third is %+v", e, got)
		}
		start(t, s, session(c, "s4", order)) // what is over holds no place
	}
}

func TestWhomNobodyKnowsCannotBeNotified(t *testing.T) {
	s, c := begin(t)
	stranger, err := identity.ParsePerson(identity.SE, "191212121212", identity.Options{AsOf: c.Now()})
	if err != nil {
		t.Fatal(err)
	}
	kari, phone := named(t, s, "kari")
	for name, o := range map[string]eid.Order{
		"number":              {EID: eid.SEFreja, Channel: eid.Backchannel, Require: eid.Requirement{Person: stranger}},
		"number on the phone": {EID: eid.SEBankID, Channel: eid.Backchannel, Operation: eid.PhoneAuthenticate, Require: eid.Requirement{Person: stranger}},
		"other eID's number":  {EID: eid.DKMitID, Channel: eid.Backchannel, Require: eid.Requirement{Person: kari}},
		"telephone":           {EID: eid.NOVipps, Channel: eid.Backchannel, Phone: "+4799999999", Require: eid.Requirement{Person: kari}},
		"only a telephone":    {EID: eid.NOBankID, Channel: eid.Backchannel, Phone: phone},
	} {
		if _, err := s.Begin(t.Context(), session(c, name, o)); !errors.Is(err, eid.ErrUnknownPerson) {
			t.Errorf("%s: %v", name, err)
		}
	}
	step := start(t, s, session(c, "phone", eid.Order{EID: eid.NOVipps, Channel: eid.Backchannel, Phone: phone}))
	if got := s.Waiting(); len(got) != 1 || got[0].Person != "kari" || step.Challenge == nil {
		t.Errorf("waiting: %+v", got)
	}
	start(t, s, session(c, "app", eid.Order{EID: eid.SEBankID, Channel: eid.App, Require: eid.Requirement{Person: stranger}}))
	if got := s.Waiting()[0]; !got.Stranger || got.Person != "" {
		t.Errorf("a stranger's order: %+v", got)
	}
}

func TestAThreadThatIsNoneIsRefused(t *testing.T) {
	s, c := begin(t)
	step := start(t, s, session(c, "s1", eid.Order{EID: eid.SEBankID, Channel: eid.App}))
	for _, raw := range []string{
		"{", "[]", "null", "7", `{"nonce":7}`, `{"session":"s1","placed":1}`, strings.Replace(string(step.Thread), `"placed"`, `"stage":-1,"placed"`, 1),
	} {
		if got, err := s.Advance(t.Context(), []byte(raw), outbound.Nudge{}); !errors.Is(err, fault.ErrInternal) || got.Evidence != nil {
			t.Errorf("%s: %v", raw, err)
		}
	}
	forged := strings.Replace(string(step.Thread), `"placed"`, `"approved":"nobody","stage":9,"placed"`, 1)
	if got, err := s.Advance(t.Context(), []byte(forged), outbound.Nudge{}); !errors.Is(err, eid.ErrEvidenceRejected) || got.Evidence != nil {
		t.Errorf("forged: %v", err)
	}
}
