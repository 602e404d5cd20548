package contract

import (
	"errors"
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/ports/outbound"
)

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
	country := s.Order.EID.Country()
	if named := s.Order.Require.Person; s.Order.EID == eid.SEFreja && !named.IsZero() {
		country = named.Country() // Freja serves people of other countries as well
	}
	if e.Number.Country() != country {
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
