package visits_test

import (
	"fmt"
	"html"
	"strings"
	"testing"

	"github.com/eidgate/eidgate/domain/eid"
)

// The organization waits for the browser whatever came of it: whoever has something to read is given the time for it.
func TestWhateverCameOfItTheBrowserGoesBack(t *testing.T) {
	s := open(t, nil)
	v := s.visitor()
	const to = "https://shop.example/back?id=1&refId=a%26b"
	for ticket, end := range map[string]struct {
		state   eid.State
		reason  string
		heading string
		wait    int
	}{
		"approved":     {eid.Completed, "", "Done", 2000},
		"declined":     {eid.Refused, eid.ReasonDeclined, "Cancelled", 2000},
		"taken-back":   {eid.Refused, eid.ReasonCancelled, "Cancelled", 8000},
		"no-call":      {eid.Refused, eid.ReasonCallDeclined, "It did not work", 8000},
		"unusable":     {eid.Refused, eid.ReasonInvalidEID, "It did not work", 8000},
		"provider":     {eid.Refused, eid.ReasonProviderFailed, "It did not work", 8000},
		"other-person": {eid.Failed, eid.ReasonOtherPerson, "It did not work", 8000},
		"too-late":     {eid.Expired, "", "It did not work", 8000},
	} {
		s.sessions.Open(login(ticket))
		v.post("/s/" + ticket + "/begin")
		s.sessions.Settle(ticket, end.state, end.reason)
		n := news(t, v, ticket)
		if n["auto"] != float64(end.wait) || n["return_to"] != to || n["heading"] != end.heading {
			t.Errorf("%s: the script is told %v, after %v", ticket, n["heading"], n["auto"])
		}
		if said, _ := n["status"].(string); !strings.HasSuffix(said, " You are being taken back.") {
			t.Errorf("%s: the person is not told that they are taken back", ticket)
		}
		a := v.get("/s/" + ticket)
		for _, part := range []string{
			fmt.Sprintf(`data-auto="%d"`, end.wait), `<h1 id="heading" tabindex="-1">` + end.heading + `</h1>`,
			fmt.Sprintf(`<noscript><meta http-equiv="refresh" content="%d;url=%s"></noscript>`, end.wait/1000+1, html.EscapeString(to)),
		} {
			if !strings.Contains(a.body, part) {
				t.Errorf("%s: the page lacks %s", ticket, part)
			}
		}
	}
}
