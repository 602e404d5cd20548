package accountapi_test

import (
	"context"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/eidgate/eidgate/adapters/httpapi"
	"github.com/eidgate/eidgate/adapters/httpapi/accountapi"
	"github.com/eidgate/eidgate/domain/account"
	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/identity"
	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/inbound"
	"github.com/eidgate/eidgate/ports/outbound"
	"github.com/eidgate/eidgate/test/surface"
)

const (
	appToken = "2|appappappappappappappappappappappappappa12345678"
	crmToken = "1|crmcrmcrmcrmcrmcrmcrmcrmcrmcrmcrmcrmcrmc12345678"
)

var (
	scope = organization.Scope{Organization: "org", Environment: organization.Production}
	then  = time.Date(2026, 6, 16, 21, 2, 5, 123456000, time.UTC)
)

func number(t testing.TB) identity.Number {
	t.Helper()
	n, err := identity.ParsePerson(identity.SE, "196802020575", identity.Options{AsOf: then})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// house answers every inbound port with the same account, and fails with err where one is set. It notes what it
// was asked.
type house struct {
	mu    sync.Mutex
	err   error
	anna  account.Snapshot
	done  inbound.CompletedVerification
	asked []any
}

func newHouse(t testing.TB) *house {
	n := number(t)
	return &house{
		anna: account.Snapshot{
			ID: 7, Scope: scope, Country: identity.SE, Type: account.Single, Active: true, Activation: then, Number: n,
			Plan:      account.Plan{ID: 1, Name: "Basic", Monitors: true, CreatedAt: then, UpdatedAt: then},
			Profile:   account.Profile{FirstName: "Anna", LastName: "Ek & Co", Email: "anna@example.com", Phone: "+46701234567", Language: "SV"},
			CreatedAt: then, UpdatedAt: then.Add(time.Hour),
		},
		done: inbound.CompletedVerification{Number: n, Correlation: "order-4711"},
	}
}

func (h *house) note(asked any) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.asked = append(h.asked, asked)
	return h.err
}

func (h *house) last() any {
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.asked) == 0 {
		return nil
	}
	return h.asked[len(h.asked)-1]
}

func (h *house) reset(err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.err, h.asked = err, nil
}

func (h *house) Register(_ context.Context, r inbound.Registration) (account.Snapshot, error) {
	return h.anna, h.note(r)
}
func (h *house) Find(_ context.Context, s organization.Scope, id int64) (account.Snapshot, error) {
	if id != h.anna.ID {
		return account.Snapshot{}, account.ErrNoAccount
	}
	return h.anna, h.note(s)
}
func (h *house) List(_ context.Context, _ organization.Scope, p inbound.AccountPage) ([]account.Snapshot, int, error) {
	err := h.note(p)
	if p.Number > 3 {
		return nil, 31, err
	}
	bare := account.Snapshot{ID: 8, Country: identity.FI, Type: account.Business, CreatedAt: then, UpdatedAt: then, Profile: account.Profile{FirstName: "Aino", LastName: "Virtanen", Phone: "+358401234567"}}
	return []account.Snapshot{h.anna, bare}, 31, err
}
func (h *house) Update(_ context.Context, u inbound.AccountUpdate) (account.Snapshot, error) {
	if u.ID != h.anna.ID {
		return account.Snapshot{}, account.ErrNoAccount
	}
	return h.anna, h.note(u)
}
func (h *house) Delete(_ context.Context, _ organization.Scope, id int64, actor string) error {
	if id != h.anna.ID {
		return account.ErrNoAccount
	}
	return h.note(actor)
}
func (h *house) ChangePassword(_ context.Context, p inbound.PasswordChange) error { return h.note(p) }
func (h *house) Plans(context.Context, organization.Scope) ([]account.Plan, error) {
	return []account.Plan{h.anna.Plan, {ID: 2, Name: "Plus", CreatedAt: then, UpdatedAt: then}}, h.note("plans")
}

func (h *house) ServiceToken(_ context.Context, _, _ string, keep bool) (string, error) {
	return crmToken, h.note(keep)
}
func (h *house) AppToken(_ context.Context, p inbound.PartnerSignIn) (string, error) {
	return appToken, h.note(p)
}
func (h *house) LoginCode(_ context.Context, p inbound.PartnerSignIn) (string, error) {
	return "one-time-code", h.note(p)
}
func (h *house) RedeemLoginCode(_ context.Context, code string) (string, error) {
	return appToken, h.note(code)
}
func (h *house) Authenticate(_ context.Context, token string) (account.Bearer, error) {
	switch token {
	case appToken:
		return account.Bearer{Token: account.Token{ID: 2, Scope: scope, Kind: account.AppToken, Account: 7, Client: "sso-client"}, Account: account.Restore(h.anna)}, nil
	case crmToken:
		return account.Bearer{Token: account.Token{ID: 1, Scope: scope, Kind: account.CRMToken, Client: "crm-client"}}, nil
	case "away":
		return account.Bearer{}, outbound.ErrStorage
	}
	return account.Bearer{}, account.ErrUnauthenticated
}

func (h *house) Start(_ context.Context, s inbound.VerificationStart) (inbound.StartedVerification, error) {
	if err := h.note(s); err != nil {
		return inbound.StartedVerification{}, err
	}
	c := s.Context
	if c == "" {
		c = eid.SEBankID.DefaultContext()
	}
	correlation := s.State
	if correlation == "" {
		correlation = "f47ac10b-58cc-4372-a567-0e02b2c3d479"
	}
	action := "https://tenant.example/oauth2/authorize"
	return inbound.StartedVerification{SessionID: "s", Context: c, Correlation: correlation, Simulated: s.State == "simulated", Challenge: eid.Challenge{
		URL: action + "?client_id=urn%3Amy&request=eyJ&state=" + correlation, Action: action,
		Params: map[string]string{"state": correlation, "request": "eyJ", "client_id": "urn:my"},
	}}, nil
}
func (h *house) Complete(_ context.Context, c inbound.VerificationCode) (inbound.CompletedVerification, error) {
	return h.done, h.note(c)
}
func (h *house) CompletePlain(_ context.Context, _ organization.Scope, id int64, code string) (inbound.CompletedVerification, error) {
	return h.done, h.note(code)
}

func newWindow() *surface.Window { return surface.NewWindow(1500*time.Millisecond, then) }

type fixed struct{}

func (fixed) Now() time.Time { return time.Now().UTC().Truncate(time.Microsecond) }
func (fixed) New() string    { return "request-id" }
func (fixed) Number() int64  { return 1 }

// gateway is the surface on a running server.
type gateway struct {
	*house
	limits  *surface.Window
	address string
}

func open(t testing.TB, config accountapi.Config) gateway {
	t.Helper()
	g := gateway{house: newHouse(t), limits: newWindow()}
	if config.PublicURL == "" {
		config.PublicURL = "https://id.example"
	}
	api := accountapi.New(config, accountapi.Deps{Accounts: g.house, SignIns: g.house, Verifications: g.house, Limiter: g.limits, Attempts: g.limits, Pacer: g.limits})
	server, err := httpapi.New(httpapi.Config{}, []httpapi.Surface{api}, httpapi.Deps{Clock: fixed{}, IDs: fixed{}})
	if err != nil {
		t.Fatal(err)
	}
	g.address = surface.Serve(t, server)
	return g
}

// answer is a response that has been read.
type answer struct {
	*http.Response
	body string
}

// ask sends a request. Headers are written as "Name: value".
func (g gateway) ask(t testing.TB, method, path, body string, headers ...string) answer {
	t.Helper()
	w, text := surface.Ask(t, g.address, method, path, body, headers...)
	return answer{w, text}
}

func asApp(headers ...string) []string { return append(headers, "Authorization: Bearer "+appToken) }
func asCRM(headers ...string) []string { return append(headers, "Authorization: Bearer "+crmToken) }

const standard = "X-API-Version: 2026-06-12"
