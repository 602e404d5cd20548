package attacks

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"go.uber.org/fx"

	"github.com/eidgate/eidgate/adapters/sqlstore"
	"github.com/eidgate/eidgate/app/organization"
	"github.com/eidgate/eidgate/app/session"
	"github.com/eidgate/eidgate/cmd/wiring"
	domain "github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/outbound"
	"github.com/eidgate/eidgate/test/clock"
)

// done is where the demo organization wants people back.
const done = "http://127.0.0.1:9701/done"

// gateway is a real one, with a clock that tests move. Time passes of itself, too, so that what runs by the clock goes on.
type gateway struct {
	base, ops string
	clock     *clock.Running
	work      outbound.UnitOfWork
	registry  *organization.Registry
	sweeper   *session.Sweeper
	store     *sqlstore.Store
	people    map[string]person
}

// person is a simulated one, as the simulator shows them.
type person struct {
	ID, SSN, Name, Surname, Address, Email, Phone string
	GivenName                                     string `json:"given_name"`
}

func open(t *testing.T, settings ...string) *gateway {
	t.Helper()
	return openWith(t, &clock.Running{}, settings...)
}

func openWith(t *testing.T, c *clock.Running, settings ...string) *gateway {
	t.Helper()
	folder := t.TempDir()
	config, err := wiring.Load("", append([]string{
		"EIDGATE_DATA_DIR=" + folder, "EIDGATE_LISTEN=127.0.0.1:0", "EIDGATE_OPS_LISTEN=127.0.0.1:0", "EIDGATE_MIGRATE=true",
		"EIDGATE_HTTP_DRAIN=1ms", "EIDGATE_LIMITS_CLIENT_RATE=100000",
	}, settings...))
	if err != nil {
		t.Fatal(err)
	}
	g := &gateway{clock: c, people: map[string]person{}}
	running, err := wiring.Start(t.Context(), config, slog.New(slog.DiscardHandler),
		fx.Decorate(func(outbound.Clock) outbound.Clock { return c }), fx.Populate(&g.work, &g.registry, &g.sweeper, &g.store))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := running.Stop(context.WithoutCancel(t.Context())); err != nil {
			t.Errorf("stopping: %v", err)
		}
	})
	g.base, g.ops = "http://"+running.Config.Listen, "http://"+running.Config.Ops.Listen
	var people []person
	if err := json.Unmarshal(send(t, http.MethodGet, g.base+"/simulator/people", "").body, &people); err != nil {
		t.Fatal(err)
	}
	for _, p := range people {
		g.people[p.ID] = p
	}
	return g
}

// client is an organization's server at the eID operations API.
type client struct {
	g                  *gateway
	identifier, secret string
}

func (g *gateway) demo() client { return client{g, "demo", "demo-eid-secret"} }

// enrol makes a client of an organization, "" for the demo one. The organization may be there already.
func (g *gateway) enrol(t *testing.T, name, identifier string, a domain.Addresses, features ...string) client {
	t.Helper()
	secret := "the secret of " + identifier
	err := g.work.Do(t.Context(), func(ctx context.Context, tx outbound.Tx) error {
		o, err := tx.Organizations().FindByDomain(ctx, organization.DemoDomain)
		if err != nil {
			return err
		}
		if name != "" {
			all, err := tx.Organizations().List(ctx)
			if err != nil {
				return err
			}
			for _, one := range all {
				if one.Name == name {
					o = one
				}
			}
		}
		c, facts, err := domain.Enrol(domain.Client{
			ID: identifier, Scope: o.Scope(domain.Production), Kind: domain.KindEID, Identifier: identifier,
			Secret: domain.HashSecret(secret), Features: features, Addresses: a,
		}, g.clock.Now())
		if err != nil {
			return err
		}
		if err := tx.Clients().Add(ctx, c); err != nil {
			return err
		}
		return tx.Facts().Append(ctx, facts...)
	})
	if err != nil {
		t.Fatal(err)
	}
	return client{g, identifier, secret}
}

// stranger is a client of another organization, which may do everything there.
func (g *gateway) stranger(t *testing.T, name string) client {
	t.Helper()
	if _, err := g.registry.Found(t.Context(), name, nil); err != nil {
		t.Fatal(err)
	}
	return g.enrol(t, name, strings.ToLower(strings.Fields(name)[0])+"-eid", domain.Addresses{AnyLoopback: true}, "all")
}

// answer is what came back.
type answer struct {
	status int
	code   string // X-Error-Code
	header http.Header
	body   []byte
}

func (a answer) text() string { return string(a.body) }

var caller = &http.Client{
	Timeout: 20 * time.Second, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
}

// send asks without any credential. Headers come in pairs.
func send(t *testing.T, method, address, body string, headers ...string) answer {
	t.Helper()
	return through(t, caller, method, address, body, headers...)
}

func through(t *testing.T, c *http.Client, method, address, body string, headers ...string) answer {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, address, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if body != "" {
		request.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i+1 < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	if host := request.Header.Get("Host"); host != "" {
		request.Host = host
	}
	response, err := c.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	a := answer{status: response.StatusCode, code: response.Header.Get("X-Error-Code"), header: response.Header}
	if a.body, err = readAll(response); err != nil {
		t.Fatal(err)
	}
	return a
}
