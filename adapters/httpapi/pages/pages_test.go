package pages_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/eidgate/eidgate/adapters/httpapi"
	"github.com/eidgate/eidgate/adapters/httpapi/pages"
	"github.com/eidgate/eidgate/adapters/provider/simulator"
	"github.com/eidgate/eidgate/adapters/system"
	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/outbound"
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
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	base := "http://" + l.Addr().String()
	sim, err := simulator.New(simulator.Config{PublicURL: base, Secret: make([]byte, 32), Plain: true, Signer: signer{}}, system.Clock{}, system.IDs{})
	if err != nil {
		t.Fatal(err)
	}
	config := pages.Config{PublicURL: base, Simulator: sim, Plain: true}
	if change != nil {
		change(&config)
	}
	surface, err := pages.New(config, system.Clock{}, system.Random{})
	if err != nil {
		t.Fatal(err)
	}
	serve(t, l, httpapi.Config{Development: true, PublicURL: base}, surface)
	return site{t: t, base: base, simulator: sim}
}

func serve(t *testing.T, l net.Listener, config httpapi.Config, surface httpapi.Surface) {
	t.Helper()
	server, err := httpapi.New(config, []httpapi.Surface{surface}, httpapi.Deps{Clock: system.Clock{}, IDs: system.IDs{}})
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- server.Serve(l) }()
	t.Cleanup(func() {
		if err := server.Shutdown(t.Context(), 0); err != nil && t.Context().Err() == nil {
			t.Error(err)
		}
		_ = l.Close()
		<-done
	})
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

// browser keeps cookies, follows no redirect and asks for pages.
type browser struct {
	site
	client *http.Client
}

func (s site) browser() browser {
	jar, err := cookiejar.New(nil)
	if err != nil {
		s.t.Fatal(err)
	}
	return browser{site: s, client: &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error {
		return http.ErrUseLastResponse
	}}}
}

type answer struct {
	*http.Response
	body string
}

// ask sends a request; header alternates names and values.
func (b browser) ask(method, address, body string, header ...string) answer {
	b.t.Helper()
	if strings.HasPrefix(address, "/") {
		address = b.base + address
	}
	var content io.Reader
	if body != "" {
		content = strings.NewReader(body)
	}
	r, err := http.NewRequestWithContext(b.t.Context(), method, address, content)
	if err != nil {
		b.t.Fatal(err)
	}
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
		if header[i] == "Host" {
			r.Host = header[i+1]
		}
	}
	res, err := b.client.Do(r)
	if err != nil {
		b.t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	var read bytes.Buffer
	if _, err := read.ReadFrom(res.Body); err != nil {
		b.t.Fatal(err)
	}
	return answer{Response: res, body: read.String()}
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
