package freja_test

import (
	"bytes"
	"crypto/rand"
	"crypto/rsa"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/identity"
	"github.com/eidgate/eidgate/ports/outbound"
	"github.com/eidgate/eidgate/test/contract"
	there "github.com/eidgate/eidgate/test/standin/freja"
)

// approved is what comes of an order that one of the stand-in's people approves, spoiled before it is signed.
func (b bench) approved(t *testing.T, o outbound.Offer, who there.Person, twists ...there.Twist) (outbound.Step, outbound.Step, error) {
	t.Helper()
	step, app := b.app(t, o)
	app.Approve(who)
	b.there.Twist(twists...)
	got, err := b.Advance(t.Context(), step.Thread, outbound.Nudge{})
	return step, got, err
}

func TestEvidenceIsWhatFrejaSigned(t *testing.T) {
	b := newBench(t)
	_, got, err := b.approved(t, appLogin, there.People[0])
	if err != nil || got.Evidence == nil {
		t.Fatalf("got %v because of %v", err, errors.Unwrap(err))
	}
	e := got.Evidence
	if e.Number.Reveal() != there.People[0].Number || e.Malformed {
		t.Error("another number than the person's")
	}
	if e.Name != "Anna Andersson" || e.GivenName != "Anna" || e.Surname != "Andersson" || e.Context != "urn:grn:authn:se:frejaid" ||
		e.BirthDate != (identity.Date{Year: 1990, Month: 1, Day: 1}) || !e.IssuedAt.Equal(b.clock.Now()) || e.Simulated {
		t.Error("the evidence says something else than Freja")
	}
	if e.Phone != there.People[0].Phone || e.Email != there.People[0].Email || e.Address != "Storgatan 1, lgh 1101, 123 46 Storstad" {
		t.Error("the person lives or is reached elsewhere")
	}
	if len(e.Proofs) != 1 || e.Proofs[0].Kind != "details" || bytes.Count(e.Proofs[0].Data, []byte(".")) != 2 {
		t.Error("the details are not there as signed")
	}
}

func TestASignatureIsKept(t *testing.T) {
	b := newBench(t)
	_, got, err := b.approved(t, appSign, there.People[1])
	if err != nil || got.Evidence == nil {
		t.Fatalf("got %v because of %v", err, errors.Unwrap(err))
	}
	kinds := ""
	for _, p := range got.Evidence.Proofs {
		kinds += p.Kind + " "
	}
	if kinds != "details signature ocsp_response " {
		t.Errorf("the proofs are %s", kinds)
	}
}

func TestTheSubjectLastsAndTellsNothing(t *testing.T) {
	b := newBench(t)
	subject := func(b bench, who there.Person) string {
		_, got, err := b.approved(t, appLogin, who)
		if err != nil {
			t.Fatal(err)
		}
		return got.Evidence.Subject
	}
	first := subject(b, there.People[0])
	if subject(b, there.People[0]) != first || subject(b, there.People[1]) == first {
		t.Error("the subject is not the person's own")
	}
	c := b.own
	c.SubjectKey = bytes.Repeat([]byte{8}, 32)
	b.Provider = b.another(t, c)
	if subject(b, there.People[0]) == first {
		t.Error("the subject does not depend on the key")
	}
}

func TestWhatIsNotSignedSoIsNoEvidence(t *testing.T) {
	weeks := time.Now().Add(-14 * 24 * time.Hour).UnixMilli()
	for name, twist := range map[string]there.Twist{
		"a foreign key":          there.Forged,
		"an unknown certificate": there.Header("x5t", "2LQIrINOzwWAVDhoYybqUcXXmVs"),
		"no certificate":         func(d *there.Details) { delete(d.Header, "x5t") },
		"a list of certificates": there.Header("x5t", []string{"a"}),
		"no algorithm":           there.Header("alg", "none"),
		"a shared secret":        there.Header("alg", "HS256"),
		"another algorithm":      there.Header("alg", "PS256"),
		"a key of its own":       there.Header("jwk", map[string]string{"kty": "RSA"}),
		"critical news":          there.Header("crit", []string{"exp"}),
		"no base64":              there.Header("b64", false),
		"another order":          there.Claim("authRef", "another"),
		"a signature as well":    there.Claim("signRef", "another"),
		"no order":               func(d *there.Details) { delete(d.Claims, "authRef") },
		"not approved":           there.Claim("status", "CANCELED"),
		"no status":              there.Claim("status", nil),
		"a lower level":          there.Claim("minRegistrationLevel", "BASIC"),
		"no level":               there.Claim("minRegistrationLevel", ""),
		"weeks before the order": there.Claim("timestamp", weeks),
		"tomorrow":               there.Claim("timestamp", time.Now().Add(24*time.Hour).UnixMilli()),
		"no time":                there.Claim("timestamp", nil),
		"a time that is a text":  there.Claim("timestamp", "now"),
		"a status twice":         func(d *there.Details) { d.Claims["status"], d.Repeat = "REJECTED", `"STATUS":"APPROVED"` },
		"a person twice": func(d *there.Details) {
			d.Repeat = `"requestedAttributes":{"ssn":{"country":"SE","ssn":"200001012392"}}`
		},
		"nothing":                 func(d *there.Details) { d.Raw = " " },
		"three dots":              func(d *there.Details) { d.Raw = "..." },
		"JSON and no compact JWS": func(d *there.Details) { d.Raw = `{"payload":"e30","signatures":[]}` },
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			step, got, err := b.approved(t, appLogin, there.People[0], twist)
			if !errors.Is(err, eid.ErrEvidenceRejected) || got.Evidence != nil || got.Refusal != "" {
				t.Fatalf("got %v", err)
			}
			contract.Silent(t, err, there.People[0].Number, there.People[0].Surname, step.Challenge.AppToken, "200001012392")
		})
	}
}

func TestAnAnswerAboutAnotherOrderIsNoEvidence(t *testing.T) {
	b := newBench(t)
	step, app := b.app(t, appLogin)
	app.Approve(there.People[0])
	for _, ref := range []any{"another", "", nil} {
		b.there.Spoil(func(answer map[string]any) { answer["authRef"] = ref })
		if _, err := b.Advance(t.Context(), step.Thread, outbound.Nudge{}); !errors.Is(err, eid.ErrEvidenceRejected) {
			t.Errorf("got %v", err)
		}
	}
	b.there.Spoil(func(answer map[string]any) { delete(answer, "details") })
	if _, err := b.Advance(t.Context(), step.Thread, outbound.Nudge{}); !errors.Is(err, eid.ErrEvidenceRejected) {
		t.Errorf("without details: got %v", err)
	}
}

func TestDetailsOfOneOrderAreNoneOfAnother(t *testing.T) {
	b := newBench(t)
	_, first, err := b.approved(t, appLogin, there.People[1])
	if err != nil {
		t.Fatal(err)
	}
	raw := string(first.Evidence.Proofs[0].Data)
	if _, _, err := b.approved(t, appLogin, there.People[0], func(d *there.Details) { d.Raw = raw }); !errors.Is(err, eid.ErrEvidenceRejected) {
		t.Errorf("got %v", err)
	}
}

func TestASignatureWithoutThePersonsOwnIsNone(t *testing.T) {
	b := newBench(t)
	for _, data := range []any{nil, map[string]any{"userSignature": "", "certificateStatus": "YQ=="}} {
		if _, _, err := b.approved(t, appSign, there.People[0], there.Claim("signatureData", data)); !errors.Is(err, eid.ErrEvidenceRejected) {
			t.Errorf("got %v", err)
		}
	}
}

func TestWhoeverWasMetIsMoreThanEnough(t *testing.T) {
	b := newBench(t)
	if _, got, err := b.approved(t, appLogin, there.People[0], there.Claim("minRegistrationLevel", "PLUS")); err != nil || got.Evidence == nil {
		t.Errorf("got %v", err)
	}
}

func TestACertificateIsFoundWithOrWithoutPadding(t *testing.T) {
	b := newBench(t)
	padded := func(d *there.Details) { d.Header["x5t"] = d.Header["x5t"].(string) + "=" }
	if _, got, err := b.approved(t, appLogin, there.People[0], padded); err != nil || got.Evidence == nil {
		t.Errorf("got %v", err)
	}
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	c := b.own
	c.JWSCertificates = append(c.JWSCertificates[:0:0], there.Certificate(t, key), b.there.Signer)
	b.Provider = b.another(t, c)
	if _, got, err := b.approved(t, appLogin, there.People[0]); err != nil || got.Evidence == nil {
		t.Errorf("with two certificates: got %v", err)
	}
}

func TestWhatIsOddInAResultIsToldAsOdd(t *testing.T) {
	b := newBench(t)
	odd := func(country, number string) *eid.Evidence {
		_, got, err := b.approved(t, appLogin, there.People[0], there.Claim("requestedAttributes", map[string]any{
			"basicUserInfo": map[string]any{"name": " Anna\u202e\n" + strings.Repeat("a", 1000), "surname": ""},
			"ssn":           map[string]any{"country": country, "ssn": number}, "dateOfBirth": "1990-02-30", "emailAddress": "anna@example.se\nBcc: x",
			"allPhoneNumbers": []any{map[string]any{"phoneNumber": "112"}}, "addresses": []any{},
		}))
		if err != nil || got.Evidence == nil {
			t.Fatalf("got %v", err)
		}
		return got.Evidence
	}
	for _, c := range []struct {
		country, number string
		malformed       bool
	}{{"SE", "199001012386", true}, {"SE", "", false}, {"GB", "QQ123456C", false}, {"NO", "199001012385", true}, {"", "199001012385", true}} {
		e := odd(c.country, c.number)
		if e.Malformed != c.malformed || !e.Number.IsZero() || e.Name != "Anna"+strings.Repeat("a", 196) || e.BirthDate.Complete() ||
			e.Email != "" || e.Phone != "" || e.Address != "" || e.Subject == "" {
			t.Errorf("country %q: the evidence hides what is odd", c.country)
		}
	}
}
