package visits_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/eidgate/eidgate/adapters/httpapi"
	"github.com/eidgate/eidgate/adapters/httpapi/visits"
	"github.com/eidgate/eidgate/adapters/system"
	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/ports/inbound"
	"github.com/eidgate/eidgate/test/browser"
	"github.com/eidgate/eidgate/test/clock"
	"github.com/eidgate/eidgate/test/surface"
)

// site is the pages on a real server, with sessions that do as they are told behind them.
type site struct {
	t        *testing.T
	base     string
	sessions *browser.Sessions
	surface  *visits.Surface
	server   *httpapi.Server
	clock    *clock.Manual
}

func open(t *testing.T, change func(*visits.Config)) site {
	t.Helper()
	l := surface.Listen(t)
	s := site{t: t, base: "http://" + l.Addr().String(), clock: clock.At(time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC))}
	s.sessions = browser.NewSessions(s.clock)
	config := visits.Config{PublicURL: s.base}
	if change != nil {
		change(&config)
	}
	var err error
	if s.surface, err = visits.New(config, s.sessions, system.Random{}); err != nil {
		t.Fatal(err)
	}
	s.server, err = httpapi.New(httpapi.Config{PublicURL: config.PublicURL}, []httpapi.Surface{s.surface}, httpapi.Deps{Clock: system.Clock{}, IDs: system.IDs{}})
	if err != nil {
		t.Fatal(err)
	}
	surface.ServeOn(t, l, s.server)
	return s
}

// login is a session with the app of Swedish BankID.
func login(ticket string) browser.Session {
	return browser.Session{
		Visit: inbound.Visit{
			Ticket: ticket, Session: "session-" + ticket, Organization: "Acme Bank", EID: eid.SEBankID, Operation: eid.Authenticate,
			ReturnTo: "https://shop.example/back?id=1&refId=a%26b",
		},
		Challenge: eid.Challenge{
			AppToken: "7c40b5c9-fa74-49cf-b98c-bfe651f9a7c6",
			Animated: eid.AnimatedQR{Token: "67df3917-fa0d-44e5-b327-edcc928297f8", Secret: secret},
		},
	}
}

// redirect is a session with MitID, whose provider has pages of its own.
func redirect(ticket string) browser.Session {
	s := login(ticket)
	s.EID, s.Challenge = eid.DKMitID, eid.Challenge{URL: "https://mitid.example/authorize?a=1&state=" + ticket}
	return s
}

const secret = "d28db9a7-4cde-429e-a983-359be676944c" //nolint:gosec // the sample value of BankID's own documents

// visitor is a browser that asks for pages.
type visitor struct {
	site
	surface.Browser
}

func (s site) visitor() visitor {
	return visitor{s, surface.NewBrowser(s.t, s.base, "Accept", "text/html")}
}

// blocked is a browser that keeps no cookie.
func (s site) blocked() visitor {
	v := s.visitor()
	v.Client.Jar = nil
	return v
}

type answer struct {
	*http.Response
	body string
}

func (v visitor) ask(method, path, body string, header ...string) answer {
	v.t.Helper()
	r, text := v.Ask(method, path, body, header...)
	return answer{r, text}
}

func (v visitor) get(path string, header ...string) answer {
	v.t.Helper()
	return v.ask(http.MethodGet, path, "", header...)
}

func (v visitor) json(path string, header ...string) answer {
	v.t.Helper()
	return v.ask(http.MethodGet, path, "", append([]string{"Accept", "application/json"}, header...)...)
}

// post sends a form as the page's own button does.
func (v visitor) post(path string, header ...string) answer {
	v.t.Helper()
	return v.form(path, "", header...)
}

// form is post with fields.
func (v visitor) form(path, fields string, header ...string) answer {
	v.t.Helper()
	r, text := v.Press(path, fields, header...)
	return answer{r, text}
}

func (a answer) want(t *testing.T, status int, code string) {
	t.Helper()
	if a.StatusCode != status || a.Header.Get("X-Error-Code") != code {
		t.Errorf("%s %s: got %d %q, want %d %q", a.Request.Method, a.Request.URL.Path, a.StatusCode, a.Header.Get("X-Error-Code"), status, code)
	}
}
