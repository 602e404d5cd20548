package eidapi_test

import (
	"context"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/identity"
	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/inbound"
	"github.com/eidgate/eidgate/ports/outbound"
)

var then = time.Date(2026, 6, 16, 21, 2, 5, 0, time.UTC)

const (
	firstID    = "1668b9da-bff1-4dfc-ad48-60507b5a8d12"
	documentID = "0b2c7d1e-3f43-4a6e-9a54-3f1f6ddc0c11"
	hash       = "5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef"
)

func number(t testing.TB, c identity.Country, digits string) identity.Number {
	t.Helper()
	n, err := identity.ParsePerson(c, digits, identity.Options{AsOf: then, Allow: identity.AllowSandbox})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// house answers the inbound ports out of its own memory by the domain's rules, and fails with err where one is set. It
// notes what it was asked.
type house struct {
	mu        sync.Mutex
	err       error
	clients   map[string]organization.Acting // by identifier; the secret is "secret:" and the identifier
	sessions  map[string]*eid.Session
	documents map[string]eid.Document
	card      eid.Card
	simulated bool
	silent    bool // providers give no hints
	one       bool // every session replaces the one before, and nothing is noted
	asked     []any
	n         int
}

func newHouse(t testing.TB) *house {
	h := &house{clients: map[string]organization.Acting{}}
	h.forget()
	addresses := organization.Addresses{
		Redirect: []string{"https://rp.example", "https://exact.example/done?a=1"}, Callback: []string{"https://rp.example"},
		DefaultRedirect: "https://rp.example/default", DefaultCallback: "https://rp.example/news",
	}
	add := func(identifier string, scope organization.Scope, c organization.Client) {
		c.ID, c.Scope, c.Kind, c.Identifier, c.Addresses = "client-"+identifier, scope, organization.KindEID, identifier, addresses
		h.clients[identifier] = organization.Acting{Client: c, Organization: organization.Organization{Name: "Example Bank"}}
	}
	here := organization.Scope{Organization: "org", Environment: organization.Production}
	add("full", here, organization.Client{Features: []string{"all"}})
	add("plain", here, organization.Client{})
	add("demo", here, organization.Client{Demo: true})
	add("sandbox", organization.Scope{Organization: "org", Environment: organization.Sandbox}, organization.Client{Features: []string{"all"}})
	add("foreign", organization.Scope{Organization: "other", Environment: organization.Production}, organization.Client{Features: []string{"all"}})
	h.card = eid.Card{EID: eid.SEBankID, Number: number(t, identity.SE, "199908072391"), Name: "Kari Karlsson", GivenName: "Kari", Surname: "Karlsson", Age: 26, VerifiedAt: then.Add(4 * time.Hour)}
	return h
}

func (h *house) forget() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.sessions, h.documents, h.asked, h.err, h.n, h.simulated = map[string]*eid.Session{}, map[string]eid.Document{}, nil, nil, 0, false
}

func (h *house) last() any {
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.asked) == 0 {
		return nil
	}
	return h.asked[len(h.asked)-1]
}

// order is that of the last start.
func (h *house) order(t testing.TB) eid.Order {
	t.Helper()
	s, ok := h.last().(inbound.SessionStart)
	if !ok {
		t.Fatalf("nothing was started")
	}
	return s.Order
}

// with does something to the last session.
func (h *house) with(change func(s *eid.Session)) eid.Snapshot {
	h.mu.Lock()
	defer h.mu.Unlock()
	s := h.sessions[h.id()]
	change(s)
	return s.Snapshot()
}

// id is that of the last session.
func (h *house) id() string {
	return firstID[:len(firstID)-1] + strconv.Itoa(h.n+1)
}

func (h *house) note(asked any) error {
	if !h.one {
		h.asked = append(h.asked, asked)
	}
	return h.err
}

func (h *house) Authenticate(_ context.Context, c inbound.Credentials) (organization.Acting, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	acting, known := h.clients[c.Identifier]
	switch {
	case c.Identifier == "away":
		return organization.Acting{}, outbound.ErrStorage
	case !known || c.Kind != organization.KindEID || c.Secret != "secret:"+c.Identifier:
		return organization.Acting{}, organization.ErrClientRefused
	}
	return acting, nil
}

func (h *house) Start(_ context.Context, s inbound.SessionStart) (inbound.Session, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if err := h.note(s); err != nil {
		return inbound.Session{}, err
	}
	for _, d := range s.Order.Documents {
		if d.ID != documentID {
			return inbound.Session{}, eid.ErrDocumentNamed.On("documents")
		}
	}
	if h.n++; h.one {
		h.n = 1
	}
	session, _, err := eid.Open(h.id(), "nonce", s.Order, then, 15*time.Minute)
	if err != nil {
		return inbound.Session{}, err
	}
	if s.Order.Channel == eid.Page {
		session.Invite("ticket", "https://eid.example/s/ticket")
	} else {
		if s.Order.EID == eid.SEBankID && !h.silent {
			session.Hint(eid.HintOutstanding)
		}
		if _, err := session.Present("provider", challenge(s.Order), nil, then); err != nil {
			return inbound.Session{}, err
		}
	}
	h.sessions[h.id()] = session
	return inbound.Session{Snapshot: session.Snapshot(), Simulated: h.simulated}, nil
}

func challenge(o eid.Order) eid.Challenge {
	const token = "6e8fdb9e-4cc7-42a7-9ce7-59947aeec6e6"
	switch {
	case o.Channel == eid.Backchannel && o.EID == eid.NOBankID:
		return eid.Challenge{BindingMessage: "BLÅ TIGER"}
	case o.Channel == eid.Backchannel:
		return eid.Challenge{}
	case o.EID == eid.SEFreja:
		return eid.Challenge{AppToken: token, QR: eid.SEFreja.LaunchLink(token, false, "")}
	}
	return eid.Challenge{AppToken: token, Animated: eid.AnimatedQR{Token: "8b9c387f-8948-4b53-b6a5-519eee985d44", Secret: "f47d75e0-6662-4bb9-9b09-ca37849ef1e0", Start: then}}
}

func (h *house) Ask(ctx context.Context, c inbound.Credentials, q inbound.SessionQuery) (inbound.Session, error) {
	acting, err := h.Authenticate(ctx, c)
	if err != nil {
		return inbound.Session{}, err
	}
	q.Scope = acting.Client.Scope
	return h.find(q)
}

func (h *house) AskAs(context.Context, organization.Kind, string, inbound.SessionQuery) (inbound.Session, error) {
	panic("nobody shows a token at this surface")
}

func (h *house) Follow(context.Context, inbound.SessionQuery) (inbound.Session, error) {
	panic("polls bring their credentials along")
}

func (h *house) Cancel(_ context.Context, q inbound.SessionQuery) (inbound.Session, error) {
	found, err := h.find(q)
	if err == nil {
		h.mu.Lock()
		defer h.mu.Unlock()
		_, _ = h.sessions[q.ID].Refuse(eid.ReasonCancelled, then)
	}
	return found, err
}

func (h *house) find(q inbound.SessionQuery) (inbound.Session, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if err := h.note(q); err != nil {
		return inbound.Session{}, err
	}
	s, known := h.sessions[q.ID]
	if !known || s.Snapshot().Order.Scope != q.Scope || !q.Fits(s.Snapshot().Order) {
		return inbound.Session{}, eid.ErrNoSession
	}
	return inbound.Session{Snapshot: s.Snapshot(), Simulated: h.simulated}, nil
}

func (h *house) Upload(_ context.Context, scope organization.Scope, client, name string, content []byte) (eid.Document, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if err := h.note([]string{scope.Organization, client, name, string(content)}); err != nil {
		return eid.Document{}, err
	}
	h.documents[scope.Organization+documentID] = eid.Document{ID: documentID, Name: name, Hash: hash, Content: content}
	return h.documents[scope.Organization+documentID], nil
}

func (h *house) Download(_ context.Context, scope organization.Scope, id string) (eid.Document, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	d, known := h.documents[scope.Organization+id]
	if err := h.note(id); err != nil || !known {
		return eid.Document{}, eid.ErrNoDocument
	}
	return d, nil
}

func (h *house) Remove(ctx context.Context, scope organization.Scope, _, id string) error {
	_, err := h.Download(ctx, scope, id)
	return err
}

func (h *house) Check(_ context.Context, _ organization.Acting, qr string) (eid.Card, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.card, h.note(qr)
}
