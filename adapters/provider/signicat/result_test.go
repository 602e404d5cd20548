package signicat_test

import (
	"encoding/json"
	"errors"
	"testing"
	"time"

	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/fault"
	"github.com/eidgate/eidgate/ports/outbound"
	standin "github.com/eidgate/eidgate/test/standin/signicat"
)

// subject changes what is told of the person.
func subject(change func(map[string]any)) func(map[string]any) {
	return func(a map[string]any) {
		if of, there := a["subject"].(map[string]any); there {
			change(of)
		}
	}
}

func TestASwedeIsToldWithSignatureAndDevice(t *testing.T) {
	b := newBench(t)
	for _, c := range []eid.Channel{eid.Page, eid.App} {
		e := b.proven(t, b.order(t, eid.SEBankID, c))
		if e.Number != number(t, eid.SEBankID, standin.Terne) || e.Name != "Terne Paulsen" || e.GivenName != "Terne" || e.Surname != "Paulsen" ||
			e.BirthDate.ISO() != "1968-02-02" || e.Device != "192.0.2.99" || e.PersonID != "" || len(e.Subject) != 44 || !e.IssuedAt.Equal(b.clock.Now()) {
			t.Error("something is told otherwise than Signicat says")
		}
		if len(e.Proofs) != 3 || e.Proofs[0].Kind != "signicat_session" || !json.Valid(e.Proofs[0].Data) ||
			e.Proofs[1].Kind != "signature" || string(e.Proofs[1].Data) != "<Signature/>" ||
			e.Proofs[2].Kind != "ocsp_response" || string(e.Proofs[2].Data) != "ocsp" {
			t.Error("the proofs are not kept as they came")
		}
	}
}

func TestEverybodyElseIsToldWithWhatTheirSchemeHas(t *testing.T) {
	b := newBench(t)
	for e, want := range map[eid.EID]eid.Evidence{
		eid.NOBankID: {PersonID: "9578-6000-4-1663921", IssuerID: "CN=BankID - TestBank1 - Bank CA 3"},
		eid.NOVipps:  {PersonID: "9578-6000-4-1663921", Phone: "+4740000001", Email: "Kari@example.com", Address: "Storgatan 1, 111 22 Stad"},
		eid.DKMitID:  {PersonID: "74ffcd31-fbaf-4c33-bdac-169f25c1e416"},
		eid.FIFTN:    {IssuerID: "fi-op"},
		eid.SEFreja:  {Phone: "+4740000001", Email: "Terne@example.com", Address: "Storgatan 1, 111 22 Stad"},
	} {
		got := b.proven(t, b.order(t, e, eid.Page))
		if got.Number != number(t, e, who(e)) || got.PersonID != want.PersonID || got.IssuerID != want.IssuerID || got.Phone != want.Phone ||
			got.Email != want.Email || got.Address != want.Address || got.Nonce != "" || got.Simulated {
			t.Errorf("%s: something is told otherwise", e)
		}
	}
}

// TestNoLevelIsClaimedThatNobodyStates: the lower of what Signicat and the scheme say, else the least of the scheme.
func TestNoLevelIsClaimedThatNobodyStates(t *testing.T) {
	b := newBench(t)
	const prefix = "urn:grn:authn:"
	for _, c := range []struct {
		eid       eid.EID
		loa, own  any
		assurance eid.Assurance
		context   eid.Context
	}{
		{eid.SEBankID, nil, nil, eid.Substantial, "se:bankid"},
		{eid.SEBankID, "low", nil, eid.Low, "se:bankid:low"},
		{eid.SEBankID, "banana", nil, eid.Substantial, "se:bankid"},
		{eid.SEFreja, nil, nil, eid.Unstated, "se:frejaid"},
		{eid.SEFreja, nil, "EXTENDED", eid.Substantial, "se:frejaid"},
		{eid.SEFreja, "low", "PLUS", eid.Low, "se:frejaid:low"},
		{eid.NOBankID, nil, nil, eid.Substantial, "no:bankid:substantial"},
		{eid.NOBankID, nil, "BID", eid.High, "no:bankid:high"},
		{eid.NOBankID, "high", "BIS", eid.Substantial, "no:bankid:substantial"},
		{eid.NOBankID, "HIGH", "BIM", eid.High, "no:bankid:high"},
		{eid.DKMitID, nil, nil, eid.Low, "dk:mitid:low"},
		{eid.DKMitID, "high", "SUBSTANTIAL", eid.Substantial, "dk:mitid:substantial"},
		{eid.DKMitID, nil, "HIGH", eid.High, "dk:mitid:high"},
		{eid.FIFTN, nil, nil, eid.Substantial, "fi:all"},
		{eid.FIFTN, "low", nil, eid.Low, "fi:all:low"},
		{eid.NOVipps, "high", nil, eid.Unstated, "no:vipps"},
	} {
		states := map[eid.EID]string{eid.SEFreja: "frejaRegistrationLevel", eid.NOBankID: "nbidIdp", eid.DKMitID: "mitidLoa"}[c.eid]
		b.there.Twist(func(a map[string]any) {
			a["loa"] = c.loa
			subject(func(s map[string]any) {
				if states != "" {
					s[states] = c.own
				}
			})(a)
		})
		if e := b.proven(t, b.order(t, c.eid, eid.Page)); e.Assurance != c.assurance || e.Context != prefix+c.context || e.Assurance > e.Context.Assurance() {
			t.Errorf("%s with %v and %v: %q, %s", c.eid, c.loa, c.own, e.Assurance, e.Context)
		}
	}
}

func TestALoginBelowWhatWasAskedForDoesNotComplete(t *testing.T) {
	b := newBench(t)
	b.there.Twist(func(a map[string]any) { a["loa"] = "low" })
	for _, c := range []struct {
		reason string
		s      eid.Snapshot
	}{
		{eid.ReasonAssurance, b.order(t, eid.FIFTN, eid.Page, func(o *eid.Order) { o.Require.Assurance = eid.Substantial })},
		{eid.ReasonOtherContext, b.order(t, eid.DKMitID, eid.Page, func(o *eid.Order) { o.Context = "urn:grn:authn:dk:mitid:substantial" })},
	} {
		e := b.proven(t, c.s)
		open := eid.Restore(c.s)
		if _, err := open.Complete(e, b.clock.Now()); err != nil || open.Snapshot().State == eid.Completed || open.Snapshot().Reason != c.reason {
			t.Errorf("%s: the session is %s because of %q", c.s.Order.EID, open.Snapshot().State, open.Snapshot().Reason)
		}
	}
}

func TestANumberIsReadInEveryFormThatItHas(t *testing.T) {
	b := newBench(t)
	kari := number(t, eid.NOBankID, standin.Kari)
	for name, nin := range map[string]any{
		"two letters":   map[string]any{"value": standin.Number(standin.Kari), "issuingCountry": "NO"},
		"three letters": map[string]any{"value": standin.Number(standin.Kari), "issuingCountry": "NOR"},
		"small letters": map[string]any{"value": standin.Number(standin.Kari), "issuingCountry": "no"},
		"no country":    map[string]any{"value": standin.Number(standin.Kari), "type": "BIRTH"},
		"a bare text":   standin.Number(standin.Kari),
	} {
		b.there.Twist(subject(func(s map[string]any) { s["nin"] = nin }))
		if e := b.proven(t, b.order(t, eid.NOBankID, eid.Page)); e.Number != kari || e.Malformed {
			t.Errorf("%s: not read", name)
		}
	}
	for name, c := range map[string]struct {
		nin       any
		malformed bool
	}{
		"a number that is none": {"11111111111", true}, "nothing": {nil, false}, "an empty object": {map[string]any{}, false},
	} {
		b.there.Twist(subject(func(s map[string]any) { s["nin"] = c.nin }))
		if e := b.proven(t, b.order(t, eid.NOBankID, eid.Page)); !e.Number.IsZero() || e.Malformed != c.malformed {
			t.Errorf("%s: malformed is %t", name, e.Malformed)
		}
	}
}

func TestFrejasPeopleOfOtherCountriesHaveNoSwedishNumber(t *testing.T) {
	b := newBench(t)
	for name, nin := range map[string]any{
		"Norway": map[string]any{"value": standin.Number(standin.Kari), "issuingCountry": "NO"}, "nowhere": standin.Number(standin.Mette),
	} {
		b.there.Twist(subject(func(s map[string]any) { s["nin"] = nin }))
		if e := b.proven(t, b.order(t, eid.SEFreja, eid.Page)); !e.Number.IsZero() || e.Malformed {
			t.Errorf("%s: the number counts", name)
		}
	}
}

// TestANumberIsNobodysIdentifier: where a scheme has none, Signicat takes the number.
func TestANumberIsNobodysIdentifier(t *testing.T) {
	b := newBench(t)
	b.there.Twist(subject(func(s map[string]any) {
		delete(s, "nbidAlternativeSubject")
		delete(s, "id")
		s["idpId"] = standin.Number(standin.Kari)
	}))
	if e := b.proven(t, b.order(t, eid.NOBankID, eid.Page)); e.PersonID != "" || e.Subject != e.TokenID {
		t.Error("the number is handed around as an identifier")
	}
}

func TestAnAnswerThatIsNotAboutThisOrderProvesNothing(t *testing.T) {
	for name, c := range map[string]struct {
		eid   eid.EID
		twist func(map[string]any)
	}{
		"another session":         {eid.NOBankID, func(a map[string]any) { a["id"] = "00000000-0000-4000-8000-000000000001" }},
		"another reference":       {eid.NOBankID, func(a map[string]any) { a["externalReference"] = "somebody else's" }},
		"no reference":            {eid.NOBankID, func(a map[string]any) { delete(a, "externalReference") }},
		"another eID":             {eid.NOBankID, func(a map[string]any) { a["provider"] = "sbid" }},
		"no eID":                  {eid.NOBankID, func(a map[string]any) { delete(a, "provider") }},
		"nobody":                  {eid.NOBankID, func(a map[string]any) { delete(a, "subject") }},
		"a number of Sweden":      {eid.NOBankID, subject(func(s map[string]any) { s["nin"].(map[string]string)["issuingCountry"] = "SE" })},
		"a number of another one": {eid.FIFTN, subject(func(s map[string]any) { s["nin"].(map[string]string)["issuingCountry"] = "EST" })},
		"two numbers":             {eid.FIFTN, subject(func(s map[string]any) { s["ftnHetu"] = "131052-308T" })},
		"a name that is a list":   {eid.NOBankID, subject(func(s map[string]any) { s["name"] = []string{"Kari"} })},
		"a number that is a list": {eid.NOBankID, subject(func(s map[string]any) { s["nin"] = []string{"1"} })},
		"a lower registration":    {eid.SEFreja, subject(func(s map[string]any) { s["frejaRegistrationLevel"] = "BASIC" })},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			s := b.order(t, c.eid, eid.Page)
			step := b.begun(t, s)
			nudge := b.act(t, s, step, standin.Approve(who(c.eid)))
			b.there.Twist(c.twist)
			got, err := b.Advance(t.Context(), step.Thread, nudge)
			if !errors.Is(err, eid.ErrEvidenceRejected) || got.Evidence != nil {
				t.Errorf("got %v because of %v", err, fault.Of(err).Cause())
			}
			silent(t, err)
			b.there.Twist(nil)
			if got, err := b.Advance(t.Context(), step.Thread, nudge); err != nil || got.Evidence == nil {
				t.Errorf("left alone, it is no evidence either: %v", err)
			}
		})
	}
}

func TestPlusIsPlus(t *testing.T) {
	b := newBench(t)
	plus := func(o *eid.Order) { o.Require.Registration = eid.Plus }
	b.proven(t, b.order(t, eid.SEFreja, eid.Page, plus))
	for _, told := range []any{"EXTENDED", nil, "banana"} {
		b.there.Twist(subject(func(s map[string]any) { s["frejaRegistrationLevel"] = told }))
		if _, err := b.ended(t, b.order(t, eid.SEFreja, eid.Page, plus), standin.Approve(standin.Terne)); !errors.Is(err, eid.ErrEvidenceRejected) {
			t.Errorf("%v: got %v", told, err)
		}
	}
}

func TestAgesAreToldByOrdinaryLogins(t *testing.T) {
	b := newBench(t)
	for _, o := range b.Offers() {
		if o.Operation != eid.ProveAge {
			continue
		}
		s := b.Order(t, o)
		open := eid.Restore(s)
		if _, err := open.Complete(b.proven(t, s), time.Now()); err != nil || open.Snapshot().State != eid.Completed || !open.Snapshot().AgeFits {
			t.Errorf("%s by %s: the session ended %s", o.EID, o.Channel, open.Snapshot().State)
		}
	}
}

func TestEveryEndHasItsReason(t *testing.T) {
	b := newBench(t)
	for _, c := range []struct {
		status, code, want string
	}{
		{"ABORT", "", eid.ReasonDeclined}, {"CANCELLED", "", eid.ReasonCancelled}, {"EXPIRED", "", eid.ReasonTimedOut},
		{"INVALID", "", eid.ReasonProviderFailed}, {"ERROR", "", eid.ReasonProviderFailed}, {"ERROR", "idp_error", eid.ReasonProviderFailed},
		{"ERROR", "session_error", eid.ReasonInterrupted}, {"ERROR", "idp_timeout", eid.ReasonTimedOut}, {"ERROR", "loa_not_met", eid.ReasonAssurance},
		{"ERROR", "other_person", eid.ReasonOtherPerson},
	} {
		got, err := b.ended(t, b.order(t, eid.FIFTN, eid.Page), standin.End(c.status, c.code))
		if err != nil || got.Refusal != c.want || got.Evidence != nil || got.Challenge != nil {
			t.Errorf("%s %s: got %q and %v", c.status, c.code, got.Refusal, err)
		}
	}
	for code, want := range map[string]string{
		"startFailed": eid.ReasonNotStarted, "expiredTransaction": eid.ReasonTimedOut, "certificateErr": eid.ReasonInvalidEID,
		"cancelled": eid.ReasonSuperseded, "userCancel": eid.ReasonDeclined, "userDeclinedCall": eid.ReasonCallDeclined, "news": eid.ReasonProviderFailed,
	} {
		s := b.order(t, eid.SEBankID, eid.App)
		step := b.begun(t, s)
		if err := b.there.Progress(step.Challenge.AppToken, code); err != nil {
			t.Fatal(err)
		}
		b.act(t, s, step, standin.End("ERROR", "idp_error"))
		if got, err := b.Advance(t.Context(), step.Thread, outbound.Nudge{}); err != nil || got.Refusal != want {
			t.Errorf("%s: got %q and %v", code, got.Refusal, err)
		}
	}
}
