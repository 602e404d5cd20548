package sessionapi

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/eidgate/eidgate/adapters/httpapi"
	"github.com/eidgate/eidgate/domain/fault"
	"github.com/eidgate/eidgate/domain/organization"
)

// FuzzRequest reads whatever is sent: it blames each member once, quotes nothing, and what it takes is within all limits.
func FuzzRequest(f *testing.F) {
	for _, seed := range []string{
		`{"flow":"redirect","requestedAttributes":["nin"],"callbackUrls":{"success":"https://a/","abort":"https://a/?x#y","error":"http://localhost:1/"}}`,
		`{"FLOW":"headless","flow":null,"requestedattributes":[],"tags":[1],"sessionLifetime":"12","expiresAt":"2026-06-15T12:00:00"}`,
		`{"flow":"embedded","requestedAttributes":[],"returnUrl":"https://a/","embeddedParentDomains":["a"],"additionalParameters":{"sbid_flow":"qr","sbid_intention_text":"YQ"}}`,
		`{"prefilledInput":{"nin":"1","mobile":null},"encryptionPublicKey":{"kty":"RSA","n":"AQAB","e":"AQAB","d":1},"requestedLoa":"LOW"}`, `{}`,
	} {
		f.Add(seed)
	}
	now := time.Date(2026, 6, 15, 12, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, body string) {
		members, err := httpapi.ParseObject(body, mostValues)
		if err != nil {
			return
		}
		q, err := parseRequest(members, true)
		if err != nil {
			blamed := map[string]bool{}
			for _, v := range fault.Of(err).Violations() {
				if blamed[v.Field] || v.Text == "" || v.Field == "" {
					t.Fatal("a member is blamed twice, or without a reason")
				}
				blamed[v.Field] = true
			}
			if !errors.Is(err, errParameter) || len(blamed) == 0 {
				t.Fatal(err)
			}
			return
		}
		if life := q.life(now); life < leastLife || life > mostLife {
			t.Fatalf("a session lives %s", life)
		}
		if len(q.tags) > mostTags || len(q.attributes) > mostAttributes || (q.flow == flowRedirect) != (q.callbacks != nil) {
			t.Fatal("a limit does not hold")
		}
		if q.callbacks != nil {
			for _, address := range []string{q.callbacks.Success, q.callbacks.Abort, q.callbacks.Error} {
				became := with(address, parameter{"sessionId", "id"})
				base, _, _ := strings.Cut(became, "#")
				if !organization.WellFormedAddress(base, true) && len(became) < mostText || strings.Count(became, "sessionId=id") != 1 {
					t.Fatalf("an address becomes none")
				}
				if with(became, parameter{"sessionId", "id"}) != became {
					t.Fatalf("an address changes when it is worded again")
				}
			}
		}
		if origins, ok := frames(q.parents, true); ok {
			for _, o := range origins {
				if strings.ContainsAny(o, " ;,'\"\n") {
					t.Fatal("an origin says more than one")
				}
			}
		}
	})
}
