package sessionapi_test

import (
	"context"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/inbound"
)

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
	add("colleague", here, organization.Addresses{Redirect: []string{"https://rp.example"}, DefaultCallback: "http://localhost:3000/news"})
	add("sandbox", sandbox, organization.Addresses{Redirect: []string{"https://rp.example", "http://localhost:3000"}, DefaultCallback: "http://localhost:3000/news"})
	framer := h.clients["full"]
	framer.Client.Domains = []string{"shop.example"}
	h.clients["framer"] = framer
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
	return h.seen(session), nil
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
	if !q.Draw {
		return inbound.Session{Snapshot: s.Snapshot(), Simulated: h.invented}, nil
	}
	return h.seen(s), nil
}

// seen is a session with its challenge as it looks then.
func (h *house) seen(s *eid.Session) inbound.Session {
	looks := s.Snapshot()
	looks.Challenge = looks.Challenge.At(then)
	return inbound.Session{Snapshot: looks, Simulated: h.invented}
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
