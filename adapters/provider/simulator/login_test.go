package simulator_test

import (
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/fault"
	"github.com/eidgate/eidgate/ports/inbound"
	"github.com/eidgate/eidgate/ports/outbound"
)

func TestEveryEIDCanLogSomebodyIn(t *testing.T) {
	for person, want := range map[string]struct {
		eid     eid.EID
		context eid.Context // as asked, "" for the default
		proven  eid.Context
		number  string
	}{
		"anna":  {eid.SEBankID, "urn:grn:authn:se:bankid:another-device:qr", "urn:grn:authn:se:bankid:another-device:qr", "199001012385"},
		"erik":  {eid.SEFreja, "", "urn:grn:authn:se:frejaid", "200001012392"},
		"sam":   {eid.SEBankID, "", "urn:grn:authn:se:bankid", "197010632391"},
		"kari":  {eid.NOBankID, "", "urn:grn:authn:no:bankid:high", "05840399895"},
		"lars":  {eid.NOVipps, "", "urn:grn:authn:no:vipps", "12829499914"},
		"mette": {eid.DKMitID, "urn:grn:authn:dk:mitid:low", "urn:grn:authn:dk:mitid:low", "2911829996"},
		"jens":  {eid.DKMitID, "", "urn:grn:authn:dk:mitid:substantial", "1502779995"},
		"aino":  {eid.FIFTN, "urn:grn:authn:fi:all", "urn:grn:authn:fi:bank-id", "210281-9988"},
		"eino":  {eid.FIFTN, "urn:grn:authn:fi:mobile-id", "urn:grn:authn:fi:mobile-id", "040594V9030"},
	} {
		t.Run(person, func(t *testing.T) {
			s, c := begin(t)
			snapshot := session(c, "s1", eid.Order{EID: want.eid, Context: want.context})
			step := start(t, s, snapshot)
			code := login(t, s, step, person)
			got, err := s.Advance(t.Context(), step.Thread, returned(code, returnTo))
			if err != nil {
				t.Fatal(err)
			}
			e := got.Evidence
			if e == nil || e.Number.Reveal() != want.number || e.EID != want.eid || e.Context != want.proven {
				t.Fatalf("wrong evidence: %+v", e)
			}
			if !e.Simulated || e.Nonce != "nonce-s1" || e.Provider != "simulator" || e.TokenID == "" || !e.IssuedAt.Equal(c.Now()) {
				t.Errorf("evidence lacks what ties it to the session: %+v", e)
			}
			if e.Assurance != want.proven.Assurance() || !e.BirthDate.Complete() || e.Name != e.GivenName+" "+e.Surname {
				t.Errorf("evidence describes the person badly: %+v", e)
			}
			if want.context != "" && !e.Context.Satisfies(want.context) {
				t.Errorf("%s was proven, %s was asked", e.Context, want.context)
			}
		})
	}
}

func TestTheCodeIsEnoughWithoutTheSession(t *testing.T) {
	s, c := begin(t)
	step := start(t, s, session(c, "s1", eid.Order{EID: eid.SEBankID}))
	code := login(t, s, step, "anna")
	got, err := s.Advance(t.Context(), nil, returned(code, returnTo))
	if err != nil || got.Evidence == nil || got.Evidence.Nonce != "nonce-s1" {
		t.Fatalf("the nonce does not say whose the code is: %+v, %v", got.Evidence, err)
	}
}

func TestAnEmployeesLoginCarriesNoNumber(t *testing.T) {
	s, c := begin(t)
	step := start(t, s, session(c, "s1", eid.Order{EID: eid.DKMitID, Context: "urn:grn:authn:dk:mitid:business"}))
	got, err := s.Advance(t.Context(), step.Thread, returned(login(t, s, step, "mette"), returnTo))
	if err != nil || !got.Evidence.Number.IsZero() || got.Evidence.Name == "" {
		t.Fatalf("got %+v, %v", got.Evidence, err)
	}
}

func TestTheChallengeIsTheSignedRequestInThePromisedOrder(t *testing.T) {
	s, c := begin(t)
	step := start(t, s, session(c, "s1", eid.Order{EID: eid.SEBankID, Correlation: "my state & more"}))
	ch := step.Challenge
	want := ch.Action + "?client_id=" + ch.Params["client_id"] + "&request=" + ch.Params["request"] + "&state=my+state+%26+more"
	if ch.URL != want || ch.Action != public+"/simulator/oauth2/authorize" || len(ch.Params) != 3 || ch.Params["state"] != "my state & more" {
		t.Errorf("challenge %+v", ch)
	}
}

func TestTheBrowserIsSentBackWithCodeAndStateBehindItsOwnQuery(t *testing.T) {
	s, c := begin(t)
	step := start(t, s, session(c, "s1", eid.Order{EID: eid.SEBankID, Correlation: "st&te"}))
	v := visitOf(t, step.Challenge.URL, "browser")
	first := visit(t, s, v)
	if first.Redirect != "" || first.Order.Session != "s1" || first.Order.Organization != "Demo AB" {
		t.Fatalf("the first visit waits: %+v", first)
	}
	if again := visit(t, s, v); again.Order.ID != first.Order.ID {
		t.Error("the same browser got a second order")
	}
	if err := s.Approve(t.Context(), first.Order.ID, "anna"); err != nil {
		t.Fatal(err)
	}
	back := visit(t, s, v).Redirect
	if !strings.HasPrefix(back, returnTo+"&code=") || query(t, back).Get("state") != "st&te" || query(t, back).Get("lang") != "sv" {
		t.Errorf("sent back to %q", back)
	}
	if again := visit(t, s, v).Redirect; again != back {
		t.Error("a repeated visit is answered otherwise")
	}
	c.Advance(16 * time.Minute)
	if _, err := s.Visit(t.Context(), v); !errors.Is(err, inbound.ErrSimulatorRequest) {
		t.Errorf("long after, the answer is still there: %v", err)
	}
}

func TestAnotherBrowserDoesNotGetTheCode(t *testing.T) {
	s, c := begin(t)
	step := start(t, s, session(c, "s1", eid.Order{EID: eid.SEBankID}))
	mine, other := visitOf(t, step.Challenge.URL, "mine"), visitOf(t, step.Challenge.URL, "other")
	order := visit(t, s, mine).Order
	if err := s.Approve(t.Context(), order.ID, "anna"); err != nil {
		t.Fatal(err)
	}
	for _, v := range []inbound.SimulatedVisit{other, visitOf(t, step.Challenge.URL, "")} {
		if got := visit(t, s, v); got.Redirect != "" || got.Order.ID == order.ID {
			t.Errorf("browser %q was given what is another's: %+v", v.Browser, got)
		}
	}
	if visit(t, s, mine).Redirect == "" {
		t.Error("the right browser was not sent back")
	}
}

func TestBrowsersWithoutANameNeverShareAnOrder(t *testing.T) {
	s, c := begin(t)
	v := visitOf(t, start(t, s, session(c, "s1", eid.Order{EID: eid.SEBankID})).Challenge.URL, "")
	if first, again := visit(t, s, v).Order.ID, visit(t, s, v).Order.ID; first == again {
		t.Error("two browsers without a name were taken for one")
	}
}

func TestANoAndAFailureComeBackAsOAuthErrors(t *testing.T) {
	for reason, want := range map[string][2]string{
		"":                        {"access_denied", "Collect failed: userCancel"},
		"startFailed":             {"access_denied", "Collect failed: startFailed"},
		"mitid_core_client_error": {"mitid_core_client_error", "The MitID client reported an error."},
		"temporarily_unavailable": {"temporarily_unavailable", "The provider is away for a while."},
	} {
		t.Run("reason "+reason, func(t *testing.T) {
			s, c := begin(t)
			v := visitOf(t, start(t, s, session(c, "s1", eid.Order{EID: eid.SEBankID, Correlation: "corr"})).Challenge.URL, "b")
			id := visit(t, s, v).Order.ID
			var err error
			if reason == "" {
				err = s.Reject(t.Context(), id)
			} else {
				err = s.Fail(t.Context(), id, reason)
			}
			if err != nil {
				t.Fatal(err)
			}
			q := query(t, visit(t, s, v).Redirect)
			if q.Get("error") != want[0] || q.Get("error_description") != want[1] || q.Get("state") != "corr" || q.Has("code") {
				t.Errorf("brought back %v", q)
			}
			if len(s.Waiting()) != 0 {
				t.Error("the order still waits")
			}
			if err := s.Approve(t.Context(), id, "anna"); !errors.Is(err, inbound.ErrNoSimulatedOrder) {
				t.Errorf("a settled order was approved: %v", err)
			}
		})
	}
	s, _ := begin(t)
	if err := s.Fail(t.Context(), "x", "no such reason"); !errors.Is(err, inbound.ErrSimulatorRequest) {
		t.Errorf("an unknown reason: %v", err)
	}
}

func TestACodeWorksOnce(t *testing.T) {
	s, c := begin(t)
	step := start(t, s, session(c, "s1", eid.Order{EID: eid.SEBankID}))
	code := login(t, s, step, "anna")
	won := make(chan bool)
	var crowd sync.WaitGroup
	for range 50 {
		crowd.Go(func() {
			got, err := s.Advance(t.Context(), nil, returned(code, returnTo))
			if err != nil && !errors.Is(err, eid.ErrCodeRejected) {
				t.Error(err)
			}
			won <- err == nil && got.Evidence != nil
		})
	}
	go func() { crowd.Wait(); close(won) }()
	winners := 0
	for w := range won {
		if w {
			winners++
		}
	}
	if winners != 1 {
		t.Errorf("%d of 50 redeemed the code", winners)
	}
}

func TestACodeSurvivesARestart(t *testing.T) {
	s, c := begin(t)
	step := start(t, s, session(c, "s1", eid.Order{EID: eid.SEBankID}))
	code := login(t, s, step, "anna")
	restarted := open(t, c, secret(1))
	if got, err := restarted.Advance(t.Context(), step.Thread, returned(code, returnTo)); err != nil || got.Evidence == nil {
		t.Errorf("after a restart: %v", err)
	}
	if got := visit(t, restarted, visitOf(t, step.Challenge.URL, "browser")); got.Order.Session != "s1" {
		t.Errorf("a request from before the restart: %+v", got)
	}
}

func TestWhatIsWrongWithACodeIsNoticed(t *testing.T) {
	s, c := begin(t)
	step := start(t, s, session(c, "s1", eid.Order{EID: eid.SEBankID}))
	other := start(t, s, session(c, "s2", eid.Order{EID: eid.SEBankID}))
	foreign := open(t, c, secret(2))
	abroad := login(t, foreign, start(t, foreign, session(c, "s1", eid.Order{EID: eid.SEBankID})), "anna")
	expired := login(t, s, other, "anna")
	c.Advance(5 * time.Minute)
	good := login(t, s, step, "anna")
	for name, attempt := range map[string]struct {
		thread []byte
		nudge  outbound.Nudge
		want   error
	}{
		"no code and no session": {nil, outbound.Nudge{}, eid.ErrCodeRejected},
		"garbage":                {nil, returned("x.y.z", returnTo), eid.ErrCodeRejected},
		"another deployment's":   {nil, returned(abroad, returnTo), eid.ErrCodeRejected},
		"expired":                {nil, returned(expired, returnTo), eid.ErrCodeRejected},
		"another address":        {nil, returned(good, "https://shop.example/back"), eid.ErrCodeRejected},
		"no address, no session": {nil, returned(good, ""), eid.ErrCodeRejected},
		"no code at all":         {step.Thread, returned("", returnTo), eid.ErrCodeRejected},
		"tampered":               {nil, returned(good[:len(good)-2]+"AA", returnTo), eid.ErrCodeRejected},
		"very long":              {nil, returned(strings.Repeat("a.", 1<<20), returnTo), eid.ErrCodeRejected},
		"a thread that is none":  {[]byte("{"), returned(good, returnTo), fault.ErrInternal},
	} {
		if got, err := s.Advance(t.Context(), attempt.thread, attempt.nudge); !errors.Is(err, attempt.want) || got.Evidence != nil {
			t.Errorf("%s: got %v, want %v", name, err, attempt.want)
		}
	}
	if _, err := s.Advance(t.Context(), other.Thread, returned(good, returnTo)); !errors.Is(err, eid.ErrEvidenceRejected) {
		t.Errorf("another session's thread: %v", err)
	}
	if _, err := s.Advance(t.Context(), step.Thread, returned(good, returnTo)); !errors.Is(err, eid.ErrCodeRejected) {
		t.Errorf("a code that did not verify must be spent: %v", err)
	}
}

func TestATickChangesNothing(t *testing.T) {
	s, c := begin(t)
	step := start(t, s, session(c, "s1", eid.Order{EID: eid.SEBankID}))
	got, err := s.Advance(t.Context(), step.Thread, outbound.Nudge{})
	if err != nil || got.Evidence != nil || got.Challenge != nil || got.Refusal != "" {
		t.Errorf("got %+v, %v", got, err)
	}
}

func TestRequestsThatWeDidNotSignAreRefused(t *testing.T) {
	s, c := begin(t)
	step := start(t, s, session(c, "s1", eid.Order{EID: eid.SEBankID}))
	ours := visitOf(t, step.Challenge.URL, "b")
	foreign := open(t, c, secret(2))
	theirs := visitOf(t, start(t, foreign, session(c, "s1", eid.Order{EID: eid.SEBankID})).Challenge.URL, "b")
	parts := strings.Split(ours.Request, ".")
	none := ours
	none.Request = "eyJhbGciOiJub25lIn0." + parts[1] + "."
	tampered := ours
	tampered.Request = parts[0] + "." + parts[1][:len(parts[1])-4] + "fQ" + "." + parts[2]
	client := ours
	client.ClientID = "demo-plain"
	long := ours
	long.Request = strings.Repeat("a", 1<<20)
	for name, v := range map[string]inbound.SimulatedVisit{
		"another key": theirs, "no signature": none, "tampered": tampered, "another client": client, "too long": long, "empty": {},
	} {
		if _, err := s.Visit(t.Context(), v); !errors.Is(err, inbound.ErrSimulatorRequest) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if len(s.Waiting()) != 0 {
		t.Error("a refused visit made an order")
	}
	c.Advance(15 * time.Minute)
	if _, err := s.Visit(t.Context(), ours); !errors.Is(err, inbound.ErrSimulatorRequest) {
		t.Errorf("an expired request: %v", err)
	}
}

func TestAnErrorThatComesBackMeansWhatItSays(t *testing.T) {
	s, c := begin(t)
	step := start(t, s, session(c, "s1", eid.Order{EID: eid.DKMitID}))
	for code, want := range map[string]struct {
		refusal string
		err     error
	}{
		"access_denied":           {refusal: eid.ReasonDeclined},
		"mitid_core_client_error": {refusal: eid.ReasonInterrupted},
		"temporarily_unavailable": {err: eid.ErrProvider},
		"invalid_scope":           {err: eid.ErrMisconfigured},
	} {
		got, err := s.Advance(t.Context(), step.Thread, outbound.Nudge{Returned: map[string]string{"error": code}})
		if got.Refusal != want.refusal || !errors.Is(err, want.err) {
			t.Errorf("%s: got %q and %v", code, got.Refusal, err)
		}
	}
}
