package pages_test

import (
	"context"
	"encoding/json"
	"net"
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/eidgate/eidgate/adapters/httpapi"
	"github.com/eidgate/eidgate/adapters/httpapi/pages"
	"github.com/eidgate/eidgate/adapters/provider/simulator"
	"github.com/eidgate/eidgate/adapters/system"
	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/outbound"
	"github.com/eidgate/eidgate/test/surface"
)

// site is the pages on a real server, with a real simulator behind them.
type site struct {
	t         *testing.T
	base      string
	simulator *simulator.Simulator
}

// signer is there so that documents are offered to be signed; nobody gets that far here.
type signer struct{}

func (signer) SignDocument(context.Context, []byte, outbound.DocumentSignature) ([]byte, error) {
	return nil, eid.ErrNotPDF
}

// open starts a site; change may alter its configuration.
func open(t *testing.T, change func(*pages.Config)) site {
	t.Helper()
	l := surface.Listen(t)
	base := "http://" + l.Addr().String()
	sim, err := simulator.New(simulator.Config{PublicURL: base, Secret: make([]byte, 32), Plain: true, Signer: signer{}}, system.Clock{}, system.IDs{})
	if err != nil {
		t.Fatal(err)
	}
	config := pages.Config{PublicURL: base, Simulator: sim, Plain: true}
	if change != nil {
		change(&config)
	}
	own, err := pages.New(config, system.Clock{}, system.Random{})
	if err != nil {
		t.Fatal(err)
	}
	serve(t, l, httpapi.Config{Development: true, PublicURL: base}, own)
	return site{t: t, base: base, simulator: sim}
}

func serve(t *testing.T, l net.Listener, config httpapi.Config, own httpapi.Surface) {
	t.Helper()
	server, err := httpapi.New(config, []httpapi.Surface{own}, httpapi.Deps{Clock: system.Clock{}, IDs: system.IDs{}})
	if err != nil {
		t.Fatal(err)
	}
	surface.ServeOn(t, l, server)
}

// login begins a session as the account surface would, and gives the address that its person is sent to.
func (s site) login(e eid.EID, organizationName, state string) string {
	s.t.Helper()
	step, err := s.simulator.Begin(s.t.Context(), eid.Snapshot{
		ID: "session-" + state, Nonce: "nonce-" + state, ExpiresAt: time.Now().Add(time.Minute),
		Order: eid.Order{
			Scope: organization.Scope{Organization: "o", Environment: organization.Production}, Surface: "account",
			OnBehalfOf: organizationName, EID: e, Operation: eid.Authenticate, Channel: eid.Redirect, Wants: eid.WantNumber, ReturnTo: "https://shop.example/back", Correlation: state,
		},
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return step.Challenge.URL
}

// begin places an order as the other surfaces would.
func (s site) begin(id string, order eid.Order) eid.Challenge {
	s.t.Helper()
	order.Scope = organization.Scope{Organization: "o", Environment: organization.Production}
	order.Surface, order.OnBehalfOf = "eid", "Demo AB"
	step, err := s.simulator.Begin(s.t.Context(), eid.Snapshot{
		ID: id, Nonce: "nonce-" + id, Ticket: "ticket-" + id, ExpiresAt: time.Now().Add(time.Minute), Order: order,
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return *step.Challenge
}

// browser is one in front of the site.
type browser struct {
	site
	surface.Browser
}

func (s site) browser() browser {
	return browser{s, surface.NewBrowser(s.t, s.base)}
}

type answer struct {
	*http.Response
	body string
}

func (b browser) ask(method, address, body string, header ...string) answer {
	b.t.Helper()
	r, text := b.Ask(method, address, body, header...)
	return answer{r, text}
}

func (b browser) get(address string, header ...string) answer {
	b.t.Helper()
	return b.ask(http.MethodGet, address, "", header...)
}

// post sends JSON, as the pages' own script does.
func (b browser) post(address, body string) answer {
	b.t.Helper()
	return b.ask(http.MethodPost, address, body, "Content-Type", "application/json", "Origin", b.base, "Accept", "application/json")
}

func decode[T any](t *testing.T, a answer) T {
	t.Helper()
	var v T
	if err := json.Unmarshal([]byte(a.body), &v); err != nil {
		t.Fatalf("%d %s: %v", a.StatusCode, a.body, err)
	}
	return v
}

func (a answer) is(t *testing.T, status int, code string) {
	t.Helper()
	if a.StatusCode != status || a.Header.Get("X-Error-Code") != code {
		t.Errorf("got %d %q, want %d %q: %.300s", a.StatusCode, a.Header.Get("X-Error-Code"), status, code, a.body)
	}
}

type waiting struct {
	ID           string    `json:"id"`
	Session      string    `json:"session"`
	Correlation  string    `json:"correlation"`
	EID          string    `json:"eid"`
	Operation    string    `json:"operation"`
	Organization string    `json:"organization"`
	Text         string    `json:"text"`
	CreatedAt    time.Time `json:"created_at"`
}

const page = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"

func back(t *testing.T, a answer) url.Values {
	t.Helper()
	if a.StatusCode != http.StatusFound {
		t.Fatalf("not sent back: %d %s", a.StatusCode, a.body)
	}
	u, err := url.Parse(a.Header.Get("Location"))
	if err != nil {
		t.Fatal(err)
	}
	return u.Query()
}
