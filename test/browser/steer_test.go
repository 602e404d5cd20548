package browser_test

import (
	"encoding/json"
	"html/template"
	"net/http"
	"net/url"
	"strings"

	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/ports/inbound"
	"github.com/eidgate/eidgate/test/browser"
)

// steer lets a script move the sessions on: one path for each thing that it can want.
type steer struct {
	sessions *browser.Sessions
	provider string
}

func (s steer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	ticket := q.Get("ticket")
	var answer any
	switch r.URL.Path {
	case "/open":
		s.sessions.Open(s.session(q))
		if q.Get("state") == "foreign" {
			_, _ = s.sessions.Begin(r.Context(), ticket, inbound.Arrival{Browser: "somebody else"})
		}
	case "/hint":
		s.sessions.Change(ticket, func(n *browser.Session) { n.Hint = eid.Hint(q.Get("hint")) })
	case "/settle":
		s.sessions.Settle(ticket, eid.State(q.Get("state")), q.Get("reason"))
	case "/reopen":
		s.sessions.Reopen(ticket, q.Get("reason"))
	case "/drain":
		s.sessions.Drain()
	case "/watching":
		answer = s.sessions.Watching()
	case "/arrived":
		answer = s.sessions.Arrived(ticket)
	case "/drawn":
		answer = s.sessions.Drawn(ticket)
	case "/begun":
		answer, _ = s.sessions.Begun(ticket)
	default:
		http.NotFound(w, r)
		return
	}
	_ = json.NewEncoder(w).Encode(answer)
}

func (s steer) session(q url.Values) browser.Session {
	n := browser.Session{
		Visit: inbound.Visit{
			Ticket: q.Get("ticket"), Session: "session", Organization: "Nordiska Sparkassan & Partner", EID: eid.SEBankID, Operation: eid.Authenticate,
			LeastAge: 13, GreatestAge: 17, ReturnTo: s.provider + "/landed?id=1&refId=a%26b", Simulated: q.Get("simulated") != "", Reason: q.Get("reason"),
		},
		Challenge: eid.Challenge{
			AppToken: "7c40b5c9-fa74-49cf-b98c-bfe651f9a7c6",
			Animated: eid.AnimatedQR{Token: "67df3917-fa0d-44e5-b327-edcc928297f8", Secret: "d28db9a7-4cde-429e-a983-359be676944c"},
		},
	}
	if q.Get("organization") != "" {
		n.Organization = q.Get("organization")
	}
	if q.Get("operation") != "" {
		n.Operation = eid.Operation(q.Get("operation"))
	}
	if q.Get("text") != "" {
		n.Text = strings.Repeat("Jag godkänner villkoren i avtalet och att uppgifterna lämnas vidare.\n", 12) + strings.Repeat("x", 120)
	}
	if q.Get("documents") != "" {
		n.Documents = []string{"Hyresavtal.pdf", "En-bilaga-med-ett-mycket-långt-namn-utan-ett-enda-mellanslag-2026.pdf"}
	}
	if q.Get("binding") != "" {
		n.Challenge = eid.Challenge{BindingMessage: "KARL 4711"}
	}
	if q.Get("redirect") != "" {
		n.EID, n.Outcome = eid.DKMitID, eid.Completed
		n.Challenge = eid.Challenge{URL: s.provider + "/authorize?state=" + q.Get("ticket")}
	}
	s.hosted(q, &n)
	if q.Get("hostile") != "" {
		const hostile = `"><svg onload=alert(1)><img src=x onerror=alert(2)>`
		n.Operation, n.Text, n.Organization, n.Documents, n.Challenge.BindingMessage = eid.Sign, hostile, hostile, []string{hostile}, hostile
	}
	if q.Get("stay") == "1" {
		n.ReturnTo = ""
	}
	switch state := eid.State(q.Get("state")); {
	case state.Settled() && state != "foreign" && state != "trouble" && state != eid.Pending:
		n.State = state
	case state == "trouble":
		n.BeginFails = eid.ErrProvider
	}
	return n
}

// hosted are what only hosted sessions have: eIDs to choose among, another try, a look, and pages around theirs.
func (s steer) hosted(q url.Values, n *browser.Session) {
	n.Renewable, n.Visit.Trouble, n.Device, n.Theme = q.Get("renewable") != "", q.Get("trouble"), eid.Device(q.Get("device")), q.Get("theme")
	if n.Frames = strings.Fields(q.Get("frames")); len(n.Frames) > 0 {
		n.Proof = "cHJvb2Ytb2YtdGhlLWJyb3dzZXI"
	}
	for _, e := range strings.Fields(q.Get("choices")) {
		n.EID, n.Choices, n.Renewable, n.Outcome = "", append(n.Choices, eid.EID(e)), true, eid.Completed
	}
	away := eid.Challenge{URL: s.provider + "/authorize?state=" + n.Ticket}
	n.Challenges = map[eid.EID]eid.Challenge{
		eid.NOBankID: away, eid.NOVipps: away, eid.DKMitID: away, eid.FIFTN: away,
		eid.SEFreja: {AppToken: "FREJA-7c40b5c9", QR: eid.SEFreja.LaunchLink("FREJA-7c40b5c9", false, "")},
	}
	if n.EID != "" {
		n.Challenges = nil
	}
}

// elsewhere is every other site: a provider, the organization's own, and somebody with bad intentions.
func elsewhere(base string) http.Handler {
	pages := template.Must(template.New("").Parse(`{{define "page"}}<!doctype html><html lang="en"><head><title>Elsewhere</title><link rel="icon" href="data:,"></head><body><main><h1>Elsewhere</h1>
{{with .Back}}<a id="done" href="{{.}}">Approve</a>{{end}}
{{with .Post}}<form method="post" action="{{.}}"><button>You have won</button></form>{{end}}
{{with .Frame}}<iframe src="{{.}}" title="A frame"></iframe>{{end}}</main></body></html>{{end}}`))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		q := r.URL.Query()
		var view struct{ Back, Post, Frame string }
		switch r.URL.Path {
		case "/authorize":
			view.Back = base + "/callback/criipto?" + url.Values{"code": {"c"}, "state": {q.Get("state")}}.Encode()
		case "/post":
			view.Post = q.Get("to")
		case "/frame":
			view.Frame = q.Get("of")
		}
		_ = pages.ExecuteTemplate(w, "page", view)
	})
}
