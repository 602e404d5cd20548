package idkollen_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/eidgate/eidgate/adapters/provider/idkollen"
	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/identity"
	"github.com/eidgate/eidgate/ports/outbound"
	standin "github.com/eidgate/eidgate/test/standin/idkollen"
)

var approve = standin.Approve(standin.Terne)

// proven goes all the way, with the person of the contract.
func (b bench) proven(t *testing.T, s eid.Snapshot) eid.Evidence {
	t.Helper()
	step := b.begun(t, s)
	got, err := b.Rig.Provider.Advance(t.Context(), step.Thread, b.Approve(t, s, step))
	if err != nil || got.Evidence == nil {
		t.Fatalf("got %v", err)
	}
	return *got.Evidence
}

func TestASwedeIsToldWithAddressAndSignatory(t *testing.T) {
	b := newBench(t)
	company, err := identity.ParseOrg(identity.SE, "5590000948", identity.Options{AsOf: b.clock.Now()})
	if err != nil {
		t.Fatal(err)
	}
	s := b.order(t, eid.SEBankID, eid.Authenticate, eid.App)
	s.Order.Company = company
	e := b.proven(t, s)
	if e.Number != number(t, eid.SEBankID, standin.Terne) || e.Name != "Terne Paulsen" || e.GivenName != "Terne" || e.Surname != "Paulsen" ||
		e.Address != "Storgatan 1, 111 22 Stad" || e.Signatory != "Terne är företrädare för bolaget." || e.ValidFrom.ISO() != "2024-02-29" {
		t.Error("something is told otherwise than IDkollen says")
	}
	if e.Context != "urn:grn:authn:se:bankid" || e.Assurance != eid.Substantial || e.Simulated || !e.IssuedAt.Equal(b.clock.Now()) {
		t.Errorf("got %s, %q", e.Context, e.Assurance)
	}
	if len(e.Proofs) != 1 || e.Proofs[0].Kind != "idkollen_result" || !json.Valid(e.Proofs[0].Data) || !bytes.Contains(e.Proofs[0].Data, []byte(`"certStartDate"`)) {
		t.Error("the result as it came is not kept")
	}
}

func TestANorwegianIsToldWithEverythingAskedFor(t *testing.T) {
	b := newBench(t)
	for o, level := range map[eid.EID]eid.Assurance{eid.NOBankID: eid.Substantial, eid.NOVipps: eid.Unstated} {
		e := b.proven(t, b.order(t, o, eid.Authenticate, eid.Page))
		if e.Phone != "+4740000001" || e.Email != "Kari@example.com" || e.BirthDate.ISO() != "1946-03-27" || e.PersonID != "9578-6000-4-000001" ||
			e.IssuerID != "9980" || e.Subject != e.PersonID || e.Assurance != level {
			t.Errorf("%s: something is told otherwise", o)
		}
	}
}

func TestSignaturesComeAsTheSchemesHandThemOut(t *testing.T) {
	b := newBench(t)
	if got := b.proven(t, b.order(t, eid.NOBankID, eid.Sign, eid.Page)).Signature; got != (eid.Signature{Person: "cGVyc29u", Merchant: "bWVyY2hhbnQ=", Hash: "aGFzaA=="}) {
		t.Errorf("Norway: %+v", got)
	}
	if got := b.proven(t, b.order(t, eid.DKMitID, eid.Sign, eid.Page)).Signature; got != (eid.Signature{Checksum: "Y2hlY2tzdW0="}) {
		t.Errorf("Denmark: %+v", got)
	}
}

func TestLevelsAreClaimedOnlyWhereTheSchemeStandsForThem(t *testing.T) {
	b := newBench(t)
	if e := b.proven(t, b.order(t, eid.FIFTN, eid.Authenticate, eid.Page)); e.Assurance != eid.Substantial {
		t.Errorf("Finland: %q", e.Assurance)
	}
	if e := b.proven(t, b.order(t, eid.DKMitID, eid.Authenticate, eid.Page)); e.Assurance != eid.Substantial || e.Context != "urn:grn:authn:dk:mitid:substantial" {
		t.Errorf("MitID with a number: %q", e.Assurance)
	}
	b.there.Twist(func(r map[string]any) { delete(r, "ssn") })
	if e := b.proven(t, b.order(t, eid.DKMitID, eid.Authenticate, eid.Page)); e.Assurance != eid.Low || !e.Number.IsZero() || e.Malformed {
		t.Errorf("MitID without one: %q", e.Assurance)
	}
}

func TestOnTheBackchannelTheNamedPersonIsTheOneWhoAnswered(t *testing.T) {
	b := newBench(t)
	for _, e := range []eid.EID{eid.NOBankID, eid.DKMitID} {
		s := b.order(t, e, eid.Authenticate, eid.Backchannel)
		got := b.proven(t, s)
		if open := eid.Restore(s); got.Number != s.Order.Require.Person {
			t.Errorf("%s: the number is another", e)
		} else if _, err := open.Complete(got, b.clock.Now()); err != nil || open.Snapshot().State != eid.Completed {
			t.Errorf("%s: the session ended %s", e, open.Snapshot().State)
		}
	}
	b.there.Twist(func(r map[string]any) { r["ssn"] = standin.Number(standin.Ola) })
	if s := b.order(t, eid.NOBankID, eid.Authenticate, eid.Backchannel); b.proven(t, s).Number == s.Order.Require.Person {
		t.Error("what IDkollen says of the number is not heard")
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
		if _, err := open.Complete(b.proven(t, s), b.clock.Now()); err != nil {
			t.Fatal(err)
		}
		if end := open.Snapshot(); end.State != eid.Completed || !end.AgeFits {
			t.Errorf("%s: ended %s, %s", o.EID, end.State, end.Reason)
		}
	}
}

func TestAFailureIsARefusalWithItsReason(t *testing.T) {
	for code, want := range map[string]string{
		"CANCELLED": eid.ReasonDeclined, "AUTH_FAILED": eid.ReasonRejected, "INVALID_ID": eid.ReasonInvalidEID, "CONFLICT": eid.ReasonSuperseded,
		"INTERNAL_ERROR": eid.ReasonProviderFailed, "SESSION_TIMEOUT": eid.ReasonTimedOut, "UNSUPPORTED_CLIENT": eid.ReasonUnsupported,
		"SOMETHING_NEW": eid.ReasonRejected,
	} {
		b := newBench(t)
		step := b.begun(t, b.order(t, eid.SEFreja, eid.Sign, eid.App))
		if err := b.there.Scan(step.Challenge.QR, standin.Decision{Fail: code}); err != nil {
			t.Fatal(err)
		}
		if got, err := b.Advance(t.Context(), step.Thread, outbound.Nudge{}); err != nil || got.Refusal != want {
			t.Errorf("%s: got %q and %v", code, got.Refusal, err)
		}
	}
}

func TestHintsAreSaidInOurWords(t *testing.T) {
	b := newBench(t)
	step := b.begun(t, b.order(t, eid.SEBankID, eid.Authenticate, eid.App))
	for code, want := range map[string]eid.Hint{
		"outstandingTransaction": eid.HintOutstanding, "noClient": eid.HintNoClient, "started": eid.HintStarted, "userMrtd": eid.HintDocument,
		"userCallConfirm": eid.HintCallConfirm, "userSign": eid.HintSigning, "processing": eid.HintProcessing, "somethingNew": "somethingNew",
		"": "", "two words": "", strings.Repeat("x", 41): "",
	} {
		b.there.Twist(func(r map[string]any) { r["hintCode"] = code })
		b.clock.Advance(2_000_000_000)
		if got, err := b.Advance(t.Context(), step.Thread, outbound.Nudge{}); err != nil || got.Hint != want {
			t.Errorf("%q: got %q and %v", code, got.Hint, err)
		}
	}
}

func TestTheCodeOfSwedishBankIDCanBeScannedAsItChanges(t *testing.T) {
	b := newBench(t)
	step := b.begun(t, b.order(t, eid.SEBankID, eid.Sign, eid.App))
	first := step.Challenge.QR
	b.clock.Advance(30_000_000_000)
	if b.there.Scan(first, approve) == nil {
		t.Error("a code of half a minute ago is good")
	}
	if err := b.there.Scan(step.Challenge.At(b.clock.Now()).QR, approve); err != nil {
		t.Error(err)
	}
}

func TestANumberThatIsNoneIsSaidToBeMalformed(t *testing.T) {
	b := newBench(t)
	for name, c := range map[string]struct {
		eid       eid.EID
		country   any
		ssn       any
		malformed bool
	}{
		"a wrong check digit":                        {eid.SEBankID, nil, "196802020576", true},
		"a Norwegian in Sweden":                      {eid.SEBankID, nil, standin.Number(standin.Kari), true},
		"a Swede in Finland":                         {eid.FIFTN, nil, standin.Number(standin.Anna), true},
		"a Norwegian who is said to be a Dane":       {eid.SEFreja, "DENMARK", standin.Number(standin.Kari), true},
		"a Norwegian who is said to be a Swede":      {eid.SEFreja, "SWEDEN", standin.Number(standin.Kari), true},
		"a Freja user of a country that is not said": {eid.SEFreja, nil, standin.Number(standin.Anna), true},
		"a Freja user from farther away":             {eid.SEFreja, "GERMANY", standin.Number(standin.Kari), false},
		"a Freja user of no known country":           {eid.SEFreja, "UNKNOWN", standin.Number(standin.Anna), false},
		"a Freja user without a number":              {eid.SEFreja, "NORWAY", nil, false},
		"nobody":                                     {eid.SEBankID, nil, nil, false},
	} {
		b.there.Twist(func(r map[string]any) { r["ssn"], r["country"] = c.ssn, c.country })
		channel := eid.App
		if c.eid == eid.FIFTN {
			channel = eid.Page
		}
		if e := b.proven(t, b.order(t, c.eid, eid.Authenticate, channel)); !e.Number.IsZero() || e.Malformed != c.malformed {
			t.Errorf("%s: malformed is %v", name, e.Malformed)
		}
	}
}

func TestAResultThatCannotBeBelievedIsRejected(t *testing.T) {
	b := newBench(t)
	for name, twist := range map[string]func(map[string]any){
		"another's reference":  func(r map[string]any) { r["refId"] = "somebody-else" },
		"a number as a number": func(r map[string]any) { r["ssn"] = 196802020575 },
		"a name in parts":      func(r map[string]any) { r["name"] = []string{"Terne"} },
		"a signature as text":  func(r map[string]any) { r["signResult"] = "signed" },
		"a signature of 7":     func(r map[string]any) { r["signResult"] = map[string]any{"hash": 7} },
		"documents as text":    func(r map[string]any) { r["signedDocuments"] = "all" },
	} {
		b.there.Twist(nil)
		s := b.order(t, eid.SEBankID, eid.Authenticate, eid.App)
		step := b.begun(t, s)
		nudge := b.Approve(t, s, step)
		b.there.Twist(twist)
		if got, err := b.Rig.Provider.Advance(t.Context(), step.Thread, nudge); !errors.Is(err, eid.ErrEvidenceRejected) || got.Evidence != nil {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

func TestWhatPeopleReadHoldsNothingHidden(t *testing.T) {
	b := newBench(t)
	b.there.Twist(func(r map[string]any) {
		r["name"], r["givenName"] = "", "Te\u202erne\n"
		r["phone"], r["email"], r["birthDate"], r["certStartDate"] = "070-123", "Terne <t@example.com>", "yesterday", "2024-02-30"
		r["pid"] = strings.Repeat("p", 300)
	})
	e := b.proven(t, b.order(t, eid.NOBankID, eid.Authenticate, eid.Page))
	if e.Name != "Terne Prøve" || e.Phone != "" || e.Email != "" || e.BirthDate.Complete() || e.ValidFrom.Complete() || len(e.PersonID) != 200 {
		t.Errorf("got %q, %q, %q", e.Name, e.Phone, e.Email)
	}
}

func TestNoSecretAndNoNumberIsPrinted(t *testing.T) {
	b := newBench(t)
	c := idkollen.Config{BaseURL: b.there.BaseURL, AccountID: standin.Account, SecretKey: standin.Secret, CallbackKey: callbackKey, PublicURL: publicURL}
	e := b.proven(t, b.order(t, eid.SEBankID, eid.Authenticate, eid.App))
	e.Proofs = nil // bytes, which only a seal keeps
	for _, v := range []any{c, &c, b.Provider, []any{c, b.Provider}, struct{ A idkollen.Config }{c}, e} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q"} {
			text := fmt.Sprintf(verb, v)
			if strings.Contains(text, standin.Secret) || strings.Contains(text, callbackKey) || strings.Contains(text, standin.Number(standin.Terne)) {
				t.Errorf("%s of %T prints it", verb, v)
			}
		}
	}
}
