package criipto

import (
	"strings"
	"testing"
	"time"

	"github.com/eidgate/eidgate/adapters/provider"
	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/test/clock"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func TestANameIsShortAndHarmless(t *testing.T) {
	for in, want := range map[string]string{
		`"  Åsa  "`:                          "Åsa",
		`"A\nlevel=ERROR\tB"`:                "Alevel=ERRORB",
		`"\u202egnirts\u2066x"`:              "gnirtsx",
		`"a\u0000b"`:                         "ab",
		`7`:                                  "",
		`"` + strings.Repeat("ö", 500) + `"`: strings.Repeat("ö", 200),
	} {
		if got := nameIn(object{"name": []byte(in)}, "name"); got != want {
			t.Errorf("%s became %q", in, got)
		}
	}
}

// FuzzClaims feeds the reader with payloads that a provider could sign by mistake.
func FuzzClaims(f *testing.F) {
	for _, seed := range []string{
		`{"iss":"i","sub":"s","aud":"c","exp":1772366500,"iat":1772366400,"nonce":"n","authenticationtype":"urn:grn:authn:se:bankid","ssn":"196802020575"}`,
		`{"sub":"s","aud":["c","d"],"azp":"c","exp":1772366500,"iat":1772366400.5,"authenticationtype":"urn:grn:authn:fi:bank-id","hetu":"070770-905D"}`,
		`{"sub":"s","exp":1772366500,"iat":1772366400,"acr":"urn:grn:authn:se:frejaid","details":{"requestedAttributes":{"ssn":{"ssn":"195002229598","country":"SE"}}}}`,
		`{"sub":"s","exp":1e400,"iat":-0,"name":"\ud800","socialno":[]}`, `{"a":{"a":1,"a":2}}`, `[]`, `{}{}`, `{"a"`, "\xff",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, payload []byte) {
		token, err := readToken(payload, "c", noon, oldestToken)
		if err != nil {
			if !eid.ErrEvidenceRejected.Is(err) || len(err.Error()) > 200 {
				t.Fatal("a refusal of another kind, or one that quotes the token")
			}
			return
		}
		if token.subject == "" || token.issuedAt.After(noon.Add(leeway)) || token.issuedAt.Before(noon.Add(-oldestToken)) {
			t.Fatalf("accepted %+v", token)
		}
		e := token.evidence(noon)
		if !e.Number.IsZero() && (e.Malformed || e.Number.Country() != e.EID.Country()) {
			t.Fatalf("%s has a number of %s", e.EID, e.Number.Country())
		}
		if e.Assurance > e.Context.Assurance() || strings.ContainsAny(e.Name+e.GivenName+e.Surname, "\x00\n\r\t") || len([]rune(e.Name)) > provider.LongestName {
			t.Fatalf("got %+v", e)
		}
	})
}

// FuzzToken feeds the outer layers with texts that are no tokens. None of them may verify, and none may lead to a
// request: this issuer has nobody to ask.
func FuzzToken(f *testing.F) {
	for _, seed := range []string{
		"", "..", "a.b.c", "....", "eyJhbGciOiJub25lIn0.e30.", "eyJhbGciOiJSUzI1NiIsImtpZCI6ImEifQ.e30.AA", "eyJhbGciOiJkaXIifQ....", `{"payload":"e30"}`,
	} {
		f.Add(seed)
	}
	away := newIssuer("http://127.0.0.1:1", time.Millisecond, nil, still)
	away.keys.memo.value, away.keys.memo.at = []publicKey{}, noon
	away.keys.window, away.keys.missed = noon, misses
	f.Fuzz(func(t *testing.T, raw string) {
		if _, err := away.verify(t.Context(), raw, "c", oldestToken); !eid.ErrEvidenceRejected.Is(err) {
			t.Fatalf("got %v", err)
		}
	})
}

var still = clock.At(noon)
