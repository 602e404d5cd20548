package criipto_test

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/eidgate/eidgate/adapters/provider/breaker"
	"github.com/eidgate/eidgate/adapters/provider/criipto"
	"github.com/eidgate/eidgate/adapters/system"
	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/identity"
	"github.com/eidgate/eidgate/ports/outbound"
	"github.com/eidgate/eidgate/test/contract"
	"github.com/eidgate/eidgate/test/standin"
)

func TestGuardedCriiptoKeepsThePromisesOfAProvider(t *testing.T) {
	contract.TestProvider(t, func(t *testing.T) contract.Rig {
		b := newBench(t)
		b.Rig.Provider = breaker.Guard(b.Provider, breaker.Config{}, system.Clock{}, func(string, string) {})
		return b.Rig
	})
}

// paged is an order by our own page.
func (b bench) paged(t *testing.T, e eid.EID, operation eid.Operation) eid.Snapshot {
	t.Helper()
	for _, o := range b.Offers() {
		if o.EID == e && o.Operation == operation && o.Channel == eid.Page {
			return b.Order(t, o)
		}
	}
	t.Fatalf("%s of %s is not offered by page", operation, e)
	return eid.Snapshot{}
}

func (b bench) begun(t *testing.T, s eid.Snapshot) (outbound.Step, map[string]any) {
	t.Helper()
	step, err := b.Begin(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	_, claims := requestObject(t, step.Challenge.Params["request"])
	return step, claims
}

func TestEveryEIDIsOfferedByRedirectAndByPage(t *testing.T) {
	b := newBench(t)
	for _, e := range eid.EIDs() {
		var ways []string
		for _, o := range b.Offers() {
			if o.EID == e && o.Offline && o.Tells.Has(eid.WantNumber) {
				ways = append(ways, string(o.Operation)+" by "+string(o.Channel))
			}
		}
		if want := []string{"authenticate by redirect", "authenticate by page", "prove_age by page"}; !slices.Equal(ways, want) {
			t.Errorf("%s: offered are %v", e, ways)
		}
	}
}

func TestWithoutAnAddressToComeBackToThereIsNoPage(t *testing.T) {
	b := newBench(t)
	c := b.config()
	c.PublicURL = ""
	p, err := criipto.New(c, b.clock, system.IDs{}, system.Random{})
	if err != nil {
		t.Fatal(err)
	}
	if slices.ContainsFunc(p.Offers(), func(o outbound.Offer) bool { return o.Channel == eid.Page }) {
		t.Error("it is offered")
	}
	if _, err := p.Begin(t.Context(), b.paged(t, eid.FIFTN, eid.Authenticate)); !errors.Is(err, eid.ErrNoRoute) {
		t.Errorf("got %v", err)
	}
}

func TestOnThePageTheCodeIsBoundToASecretOfOurs(t *testing.T) {
	b := newBench(t)
	s := b.paged(t, eid.DKMitID, eid.Authenticate)
	step, claims := b.begun(t, s)
	var kept struct {
		Verifier string `json:"verifier"`
	}
	if err := json.Unmarshal(step.Thread, &kept); err != nil || len(kept.Verifier) < 43 {
		t.Fatal("the thread holds no verifier")
	}
	sum := sha256.Sum256([]byte(kept.Verifier))
	for name, want := range map[string]any{
		"redirect_uri": publicURL + "/callback/criipto", "state": s.Ticket, "nonce": s.Nonce,
		"code_challenge_method": "S256", "code_challenge": base64.RawURLEncoding.EncodeToString(sum[:]),
	} {
		if claims[name] != want {
			t.Errorf("%s is another than it should be", name)
		}
	}
	if strings.Contains(step.Challenge.URL, kept.Verifier) {
		t.Error("the address shows the verifier")
	}
	other, _ := b.begun(t, b.paged(t, eid.DKMitID, eid.Authenticate))
	if strings.Contains(string(other.Thread), kept.Verifier) {
		t.Error("two orders share a verifier")
	}
}

func TestByRedirectThereIsNoChallenge(t *testing.T) {
	b := newBench(t)
	if _, claims := b.begun(t, b.Session(t, eid.FIFTN)); claims["code_challenge"] != nil || claims["code_challenge_method"] != nil {
		t.Error("a caller's login has a challenge")
	}
}

func TestACodeFromThePageNeedsTheVerifierOfItsOwnSession(t *testing.T) {
	b := newBench(t)
	s := b.paged(t, eid.SEBankID, eid.Authenticate)
	step, _ := b.begun(t, s)
	nudge := b.Approve(t, s, step)
	delete(nudge.Returned, "state")
	var thread map[string]any
	if err := json.Unmarshal(step.Thread, &thread); err != nil {
		t.Fatal(err)
	}
	thread["verifier"] = strings.Repeat("x", 64)
	wrong, err := json.Marshal(thread)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := b.Advance(t.Context(), wrong, nudge); !errors.Is(err, eid.ErrCodeRejected) || got.Evidence != nil {
		t.Errorf("got %v", err)
	}
}

func TestWhatComesBackForAnotherRequestIsNotTaken(t *testing.T) {
	b := newBench(t)
	s := b.paged(t, eid.SEBankID, eid.Authenticate)
	step, _ := b.begun(t, s)
	nudge := b.Approve(t, s, step)
	for name, value := range map[string]string{"state": "somebody-else's", "iss": "https://mix-up.example"} {
		spoilt := outbound.Nudge{Returned: maps.Clone(nudge.Returned)}
		spoilt.Returned[name] = value
		if got, err := b.Advance(t.Context(), step.Thread, spoilt); !errors.Is(err, eid.ErrCodeRejected) || got.Evidence != nil {
			t.Errorf("%s: got %v", name, err)
		}
	}
	nudge.Returned["iss"] = b.there.Issuer
	if got, err := b.Advance(t.Context(), step.Thread, nudge); err != nil || got.Evidence == nil {
		t.Errorf("with the right ones: %v", err)
	}
}

func TestAProofOfAgeComesWithTheBirth(t *testing.T) {
	b := newBench(t)
	for _, e := range eid.EIDs() {
		s := b.paged(t, e, eid.ProveAge)
		s.Order.Wants = 0 // an age is told by the number, whether that is wanted or not
		step, claims := b.begun(t, s)
		if asks := strings.Contains(claims["scope"].(string), "ssn"); asks != (e != eid.SEBankID && e != eid.FIFTN) {
			t.Errorf("%s: the scope is %v", e, claims["scope"])
		}
		got, err := b.Advance(t.Context(), step.Thread, b.Approve(t, s, step))
		if err != nil {
			t.Fatalf("%s: %v", e, err)
		}
		open := eid.Restore(s)
		if _, err := open.Complete(*got.Evidence, b.clock.Now()); err != nil {
			t.Fatal(err)
		}
		if end := open.Snapshot(); end.State != eid.Completed || !end.AgeFits || !end.Evidence.Number.IsZero() {
			t.Errorf("%s: ended %s, %s", e, end.State, end.Reason)
		}
	}
}

func TestOnThePageAsMuchIsAskedAsIsWanted(t *testing.T) {
	b := newBench(t)
	person, err := identity.ParsePerson(identity.NO, standin.Number(standin.Kari), identity.Options{AsOf: b.clock.Now()})
	if err != nil {
		t.Fatal(err)
	}
	hinted := func(text string) string { return "message:" + base64.StdEncoding.EncodeToString([]byte(text)) }
	for _, c := range []struct {
		name  string
		eid   eid.EID
		order func(*eid.Order)
		want  map[string]any
	}{
		{"no number", eid.NOBankID, func(o *eid.Order) { o.Wants = 0 }, map[string]any{"scope": "openid", "login_hint": nil}},
		{"a certain person", eid.NOBankID, func(o *eid.Order) { o.Wants, o.Require.Person = 0, person }, map[string]any{"scope": "openid ssn"}},
		{"a code and no finger", eid.NOBankID, func(o *eid.Order) { o.Require.PIN = true }, map[string]any{"login_hint": "BID"}},
		{"high assurance", eid.NOBankID, func(o *eid.Order) { o.Require.Assurance = eid.High }, map[string]any{"acr_values": "urn:grn:authn:no:bankid:high"}},
		{"everything of Vipps", eid.NOVipps, func(*eid.Order) {}, map[string]any{"scope": "openid ssn phone email address"}},
		{"Freja without number", eid.SEFreja, func(o *eid.Order) { o.Wants = 0 }, map[string]any{"scope": "openid"}},
		{"Freja Plus", eid.SEFreja, func(o *eid.Order) { o.Require.Registration = eid.Plus }, map[string]any{"login_hint": "minregistrationlevel:plus"}},
		{"MitID at its highest", eid.DKMitID, func(o *eid.Order) { o.Require.Assurance = eid.High }, map[string]any{"acr_values": "urn:grn:authn:dk:mitid:high"}},
		{"who asks", eid.DKMitID, func(*eid.Order) {}, map[string]any{"login_hint": hinted("Acme")}},
		{"who asks, and why", eid.SEBankID, func(o *eid.Order) { o.Text = "Log in to åäö." }, map[string]any{"login_hint": hinted("Acme: Log in to åäö.")}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := b.paged(t, c.eid, eid.Authenticate)
			c.order(&s.Order)
			step, claims := b.begun(t, s)
			for name, want := range c.want {
				if claims[name] != want {
					t.Errorf("%s is %v, want %v", name, claims[name], want)
				}
			}
			if !s.Order.Require.Person.IsZero() && strings.Contains(step.Challenge.URL, s.Order.Require.Person.Reveal()) {
				t.Error("the address shows the number")
			}
		})
	}
}

func TestWhatCannotBeAskedForIsRefused(t *testing.T) {
	b := newBench(t)
	for name, c := range map[string]struct {
		eid   eid.EID
		order func(*eid.Order)
		want  error
	}{
		"a text that MitID cannot show": {eid.DKMitID, func(o *eid.Order) { o.Text = strings.Repeat("x", 125) }, eid.ErrOrderRefused},
		"a text that BankID cannot":     {eid.SEBankID, func(o *eid.Order) { o.Text = strings.Repeat("x", 1_121) }, eid.ErrOrderRefused},
		"a PIN of MitID":                {eid.DKMitID, func(o *eid.Order) { o.Require.PIN = true }, eid.ErrNoRoute},
		"a signature":                   {eid.SEBankID, func(o *eid.Order) { o.Operation = eid.Sign }, eid.ErrNoRoute},
		"somebody else's app":           {eid.SEBankID, func(o *eid.Order) { o.Channel = eid.App }, eid.ErrNoRoute},
	} {
		s := b.paged(t, c.eid, eid.Authenticate)
		c.order(&s.Order)
		if _, err := b.Begin(t.Context(), s); !errors.Is(err, c.want) {
			t.Errorf("%s: got %v", name, err)
		}
	}
	s := b.paged(t, eid.SEBankID, eid.Authenticate)
	s.Ticket = ""
	if _, err := b.Begin(t.Context(), s); err == nil {
		t.Error("a page without a ticket is begun")
	}
}

func TestVippsTellsHowToReachThePerson(t *testing.T) {
	b := newBench(t)
	s := b.paged(t, eid.NOVipps, eid.Authenticate)
	step, _ := b.begun(t, s)
	got, err := b.Advance(t.Context(), step.Thread, b.Approve(t, s, step))
	if err != nil {
		t.Fatal(err)
	}
	if e := got.Evidence; e.Phone != "+4740000000" || e.Email != "ola@example.no" || e.Address != "Storgata 1, 0155 Oslo" {
		t.Errorf("got %q, %q and %q", e.Phone, e.Email, e.Address)
	}
	for name, twist := range map[string]standin.Twist{
		"a phone of letters": standin.Claim("mobilephone", "+47forty"), "a phone that is a number": standin.Claim("mobilephone", 4740000000),
		"mail to several": standin.Claim("emailaddress", "a@example.no, b@example.no"), "mail with a name": standin.Claim("emailaddress", "Ola <a@example.no>"),
		"an address of lists": standin.Claim("address", []string{"Storgata 1"}),
	} {
		b.there.Twist(twist)
		s := b.paged(t, eid.NOVipps, eid.Authenticate)
		step, _ := b.begun(t, s)
		got, err := b.Advance(t.Context(), step.Thread, b.Approve(t, s, step))
		if err != nil {
			t.Fatal(err)
		}
		if e := got.Evidence; e.Phone != "" && e.Email != "" && e.Address != "" {
			t.Errorf("%s is believed", name)
		}
	}
	b.there.Twist(standin.Claim("address", map[string]any{"street_address": "Storgata 1", "postal_code": "0155", "locality": "Oslo"}))
	s = b.paged(t, eid.NOVipps, eid.Authenticate)
	step, _ = b.begun(t, s)
	got, err = b.Advance(t.Context(), step.Thread, b.Approve(t, s, step))
	if err != nil || got.Evidence.Address != "Storgata 1, 0155 Oslo" {
		t.Errorf("an address in parts: %v", err)
	}
}

func TestLastingIdentifiersOfSchemesAreKept(t *testing.T) {
	b := newBench(t)
	for e, want := range map[eid.EID]string{eid.NOBankID: "9578-6000-4-351726", eid.DKMitID: "74ffcd31-fbaf-4c33-bdac-169f25c1e416", eid.FIFTN: ""} {
		got, err := b.login(t, e)
		if err != nil || got.Evidence.PersonID != want {
			t.Errorf("%s: another identifier, or %v", e, err)
		}
	}
}
