package sessionapi_test

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/eidgate/eidgate/adapters/httpapi"
	"github.com/eidgate/eidgate/adapters/httpapi/sessionapi"
	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/identity"
	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/inbound"
)

var _ = flag.Bool("update", false, "write the golden files anew")

var then = time.Date(2026, 6, 15, 12, 0, 0, 123456000, time.UTC)

const (
	sessions = "/auth/rest/sessions"
	firstID  = "0198a1f2-3b4c-7d5e-8f60-000000000001"
)

var (
	here    = organization.Scope{Organization: "org", Environment: organization.Production}
	sandbox = organization.Scope{Organization: "org", Environment: organization.Sandbox}
	foreign = organization.Scope{Organization: "other", Environment: organization.Production}
)

type fixedClock struct{}

func (fixedClock) Now() time.Time { return then }

// house answers the inbound ports out of its own memory by the domain's rules, and fails with err where one is set. A
// client's token is "token-" and its name. It notes what was started.
type house struct {
	mu       sync.Mutex
	err      error
	clients  map[string]organization.Acting // by identifier
	sessions map[string]*eid.Session
	started  []eid.Order
	invented bool
	asked    int // how often storage would have been
	n        int
}

func newHouse() *house {
	h := &house{clients: map[string]organization.Acting{}}
	add := func(name string, scope organization.Scope, a organization.Addresses) {
		c := organization.Client{ID: name, Scope: scope, Kind: organization.KindSession, Identifier: name, Addresses: a}
		h.clients[name] = organization.Acting{Client: c, Organization: organization.Organization{Name: "Example Bank"}}
	}
	add("full", here, organization.Addresses{
		Redirect: []string{"https://rp.example", "https://exact.example/done?a=1", "http://localhost:3000"}, DefaultCallback: "https://rp.example/news",
	})
	add("colleague", here, organization.Addresses{})
	add("sandbox", sandbox, organization.Addresses{Redirect: []string{"https://rp.example", "http://localhost:3000"}, DefaultCallback: "http://localhost:3000/news"})
	add("foreign", foreign, organization.Addresses{Redirect: []string{"https://rp.example"}})
	h.forget()
	return h
}

func (h *house) forget() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.sessions, h.started, h.err, h.n, h.invented, h.asked = map[string]*eid.Session{}, nil, nil, 0, false, 0
}

func (h *house) fail(err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.err = err
}

func (h *house) id() string { return firstID[:len(firstID)-1] + strconv.Itoa(h.n) }

// order is that of the last start.
func (h *house) order(t testing.TB) eid.Order {
	t.Helper()
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.started) == 0 {
		t.Fatal("nothing was started")
	}
	return h.started[len(h.started)-1]
}

func (h *house) starts() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.started)
}

// times is how often storage would have been asked since the last call.
func (h *house) times() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	n := h.asked
	h.asked = 0
	return n
}

// with does something to the last session.
func (h *house) with(t testing.TB, change func(s *eid.Session) error) eid.Snapshot {
	t.Helper()
	h.mu.Lock()
	defer h.mu.Unlock()
	s := h.sessions[h.id()]
	if err := change(s); err != nil {
		t.Fatal(err)
	}
	return s.Snapshot()
}

func (h *house) Issue(context.Context, inbound.Credentials) (inbound.AccessToken, error) {
	panic("the token endpoint has a rig of its own")
}

func (h *house) Keys(context.Context) ([]inbound.PublicKey, error) { return nil, nil }

func (h *house) Read(_ context.Context, token string) (string, error) {
	name, ours := strings.CutPrefix(token, "token-")
	if _, known := h.clients[name]; !ours || !known && name != "revoked" {
		return "", organization.ErrAccessToken
	}
	return name, nil
}

func (h *house) Admit(ctx context.Context, token string) (organization.Acting, error) {
	name, err := h.Read(ctx, token)
	if err != nil {
		return organization.Acting{}, err
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.asked++
	acting, known := h.clients[name]
	if !known {
		return acting, organization.ErrAccessToken
	}
	return acting, nil
}

func (h *house) Start(_ context.Context, s inbound.SessionStart) (inbound.Session, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.err != nil {
		return inbound.Session{}, h.err
	}
	session, _, err := eid.Open(firstID[:len(firstID)-1]+strconv.Itoa(h.n+1), "nonce", s.Order, then, s.Order.Life)
	if err != nil {
		return inbound.Session{}, err
	}
	h.n++
	if session.Invite("ticket", ""); s.Order.Channel == eid.Page {
		session.Invite("ticket", page("ticket"))
	} else {
		session.Hint(eid.HintOutstanding)
		if _, err := session.Present("provider", challenge(s.Order), nil, then); err != nil {
			return inbound.Session{}, err
		}
	}
	h.started = append(h.started, s.Order)
	h.sessions[h.id()] = session
	return inbound.Session{Snapshot: session.Snapshot(), Simulated: h.invented}, nil
}

func page(ticket string) string { return "https://eid.example/s/" + ticket }

func challenge(o eid.Order) eid.Challenge {
	const token = "6e8fdb9e-4cc7-42a7-9ce7-59947aeec6e6"
	if o.EID == eid.SEFreja {
		return eid.Challenge{AppToken: token, QR: eid.SEFreja.LaunchLink(token, false, "")}
	}
	return eid.Challenge{AppToken: token, Animated: eid.AnimatedQR{Token: "8b9c387f-8948-4b53-b6a5-519eee985d44", Secret: "f47d75e0-6662-4bb9-9b09-ca37849ef1e0", Start: then}}
}

func (h *house) Follow(context.Context, inbound.SessionQuery) (inbound.Session, error) {
	panic("whoever asks brings a token along")
}

func (h *house) Ask(context.Context, inbound.Credentials, inbound.SessionQuery) (inbound.Session, error) {
	panic("whoever asks brings a token along")
}

func (h *house) AskAs(_ context.Context, kind organization.Kind, client string, q inbound.SessionQuery) (inbound.Session, error) {
	acting, known := h.clients[client]
	if !known || kind != organization.KindSession {
		return inbound.Session{}, organization.ErrAccessToken
	}
	q.Scope = acting.Client.Scope
	return h.find(q)
}

func (h *house) Cancel(_ context.Context, q inbound.SessionQuery) (inbound.Session, error) {
	found, err := h.find(q)
	if err != nil {
		return found, err
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	_, _ = h.sessions[q.ID].Refuse(eid.ReasonCancelled, then)
	return inbound.Session{Snapshot: h.sessions[q.ID].Snapshot(), Simulated: h.invented}, nil
}

func (h *house) find(q inbound.SessionQuery) (inbound.Session, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.asked++
	s, known := h.sessions[q.ID]
	switch {
	case h.err != nil:
		return inbound.Session{}, h.err
	case !known || s.Snapshot().Order.Scope != q.Scope || !q.Fits(s.Snapshot().Order):
		return inbound.Session{}, eid.ErrNoSession
	}
	return inbound.Session{Snapshot: s.Snapshot(), Simulated: h.invented}, nil
}

// offered is a deployment with every eID but that nobody is enabled for Vipps in production; Swedish BankID and Freja are
// had in the app alone.
func offered(acting organization.Acting, e eid.EID, channel eid.Channel) bool {
	switch e {
	case eid.SEBankID, eid.SEFreja:
		return channel == eid.App
	case eid.NOVipps:
		return channel == eid.Page && acting.Client.Scope.Environment == organization.Sandbox
	}
	return channel == eid.Page
}

// gateway is the surface on a running server.
type gateway struct {
	*house
	limits  *counting
	address string
}

func (g gateway) forget() {
	g.house.forget()
	g.limits.forget()
}

func deps(h *house, limits *counting) sessionapi.Deps {
	return sessionapi.Deps{Tokens: h, Sessions: h, Offered: offered, Clock: fixedClock{}, Limiter: limits, Attempts: limits, Pacer: limits}
}

func open(t testing.TB, config sessionapi.Config) gateway {
	t.Helper()
	config.PublicURL, config.Page = "https://eid.example", page
	g := gateway{house: newHouse(), limits: &counting{counts: map[string]int{}}}
	server, err := httpapi.New(httpapi.Config{}, []httpapi.Surface{sessionapi.New(config, deps(g.house, g.limits))}, httpapi.Deps{Clock: running{}, IDs: still{}})
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	g.address = l.Addr().String()
	done := make(chan error, 1)
	go func() { done <- server.Serve(l) }()
	t.Cleanup(func() {
		http.DefaultClient.CloseIdleConnections()
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		if err := server.Shutdown(ctx, 0); err != nil {
			t.Error(err)
		}
		<-done
	})
	return g
}

// answer is a response that has been read.
type answer struct {
	*http.Response
	body string
}

// ask sends a request with a client's token, "" for none. Headers are written as "Name: value".
func (g gateway) ask(t testing.TB, as, method, path, body string, headers ...string) answer {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, "http://"+g.address+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	if as != "" {
		r.Header.Set("Authorization", "Bearer token-"+as)
	}
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		r.Header.Set(name, value)
	}
	w, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	defer w.Body.Close()
	b, err := io.ReadAll(w.Body)
	if err != nil {
		t.Fatal(err)
	}
	w.Request, w.Body = r, io.NopCloser(bytes.NewReader(b))
	newDocument(t).judge(t, w, string(b))
	return answer{w, string(b)}
}

// create opens a session, and fails the test where there is none.
func (g gateway) create(t testing.TB, body string) answer {
	t.Helper()
	g.limits.forget()
	a := g.ask(t, "full", "POST", sessions, body)
	if a.StatusCode != http.StatusOK {
		t.Fatal(a.StatusCode, a.body)
	}
	return a
}

// get asks for the last session.
func (g gateway) get(t testing.TB, query string) answer {
	t.Helper()
	g.limits.forget()
	return g.ask(t, "full", "GET", sessions+"/"+g.id()+query, "")
}

// members are those of an answer in JSON.
func (a answer) members(t testing.TB) map[string]any {
	t.Helper()
	var m map[string]any
	if err := json.Unmarshal([]byte(a.body), &m); err != nil {
		t.Fatal("no JSON:", err)
	}
	return m
}

// blames lists the names in invalidParams.
func (a answer) blames(t testing.TB) string {
	t.Helper()
	var names []string
	list, _ := a.members(t)["invalidParams"].([]any)
	for _, one := range list {
		names = append(names, one.(map[string]any)["name"].(string))
	}
	return strings.Join(names, " ")
}

func number(t testing.TB, c identity.Country, digits string) identity.Number {
	t.Helper()
	n, err := identity.ParsePerson(c, digits, identity.Options{AsOf: then, Allow: identity.AllowSandbox})
	if err != nil {
		t.Fatal("a number of the tests is none")
	}
	return n
}

// evidence is everything that a provider could know, so that answers show what they leave out.
func evidence(t testing.TB, o eid.Order) eid.Evidence {
	e := eid.Evidence{
		EID: o.EID, Context: o.EID.DefaultContext(), Assurance: eid.High, Name: "Kari Nordmann", GivenName: "Kari", Surname: "Nordmann",
		BirthDate: identity.Date{Year: 1999, Month: 8, Day: 7}, Phone: "+4790881716", Email: "kari@example.com", Address: "Storgata 1, 0155 Oslo",
		Device: "203.0.113.9", PersonID: "9578-6000-4-30799", IssuerID: "9980", Subject: "2c4f7c0e", IssuedAt: then,
		Proofs: []eid.Proof{{Kind: "signature", Data: []byte("<Signature/>")}, {Kind: "ocsp_response", Data: []byte{0x30, 0x03}}},
	}
	if o.EID == eid.SEBankID {
		e.PersonID, e.IssuerID, e.Assurance, e.BirthDate = "", "", eid.Substantial, identity.Date{}
	}
	if o.EID == eid.NOBankID {
		e.Context = "urn:grn:authn:no:bankid:high"
	}
	switch o.EID.Country() {
	case identity.SE:
		e.Number = number(t, identity.SE, "199908072391")
	case identity.NO:
		e.Number = number(t, identity.NO, "20123931743")
	case identity.DK:
		e.Number = number(t, identity.DK, "1310521234")
	case identity.FI:
		e.Number = number(t, identity.FI, "131052-308T")
	}
	return e
}

// approve takes the last session through to its end: opened by a browser, chosen, begun and approved.
func (g gateway) approve(t testing.TB, chosen eid.EID, b eid.Browser) eid.Snapshot {
	t.Helper()
	return g.with(t, func(s *eid.Session) error {
		if s.Snapshot().Order.Channel == eid.Page {
			if _, err := s.Bind(b, then); err != nil {
				return err
			}
			if chosen != "" {
				if _, err := s.Choose(chosen, then); err != nil {
					return err
				}
			}
			if _, err := s.Present("provider", eid.Challenge{URL: "https://provider.example/authorize?secret=1"}, nil, then); err != nil {
				return err
			}
		}
		_, err := s.Complete(evidence(t, s.Snapshot().Order), then)
		return err
	})
}

var browser = eid.Browser{Name: "browser", Address: "203.0.113.7", Agent: "Mozilla/5.0 (X11)"}
