package acceptance

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"go.uber.org/fx"

	"github.com/eidgate/eidgate/adapters/messaging"
	"github.com/eidgate/eidgate/app/organization"
	"github.com/eidgate/eidgate/app/session"
	"github.com/eidgate/eidgate/cmd/wiring"
	"github.com/eidgate/eidgate/domain/audit"
	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/identity"
	domain "github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/inbound"
	"github.com/eidgate/eidgate/ports/outbound"
	"github.com/eidgate/eidgate/test/clock"
)

// Gateway is a real gateway, started as the binary starts it, with a clock that stories move and one door.
type Gateway struct {
	Door  Door
	Clock *clock.Manual

	base          string
	accounts      inbound.Accounts
	signIns       inbound.SignIns
	verifications inbound.Verifications
	people        inbound.Simulator
	work          outbound.UnitOfWork
	registry      *organization.Registry
	sweeper       *session.Sweeper
	broker        *messaging.Broker
	demo          domain.Organization
	stranger      domain.Organization
	clients       inbound.Clients
	sessions      inbound.Sessions
	visits        inbound.Visits
	cards         inbound.Cards
	documents     inbound.Documents
	operations    OperationDoor
	office        OrganizationDoor
	management    inbound.Management
	organizations inbound.Organizations
	directory     inbound.Directory
	applications  inbound.Applications
	connections   inbound.Connections
	trail         inbound.Trail
	onboarding    inbound.Onboarding
}

// open starts a gateway on a storage, named as the configuration names it, and ends it with the test.
func open(t *testing.T, database string, door func(*Gateway) Door, environ ...string) *Gateway {
	t.Helper()
	return openAt(t, clock.Stopped(), database, door, environ...)
}

// openAt is open by a clock that other gateways may share.
func openAt(t *testing.T, c *clock.Manual, database string, door func(*Gateway) Door, environ ...string) *Gateway {
	t.Helper()
	config, err := wiring.Load("", append([]string{
		"EIDGATE_DATA_DIR=" + t.TempDir(), "EIDGATE_LISTEN=127.0.0.1:0", "EIDGATE_OPS_LISTEN=127.0.0.1:0",
		"EIDGATE_DATABASE_URL=" + database, "EIDGATE_MIGRATE=true", "EIDGATE_HTTP_DRAIN=1ms",
		"EIDGATE_PROVIDERS_SIMULATOR_BREAKER_OPEN=3s", "EIDGATE_PROVIDERS_SIMULATOR_TIMEOUT=500ms",
	}, environ...))
	if err != nil {
		t.Fatal(err)
	}
	g := &Gateway{Clock: c}
	running, err := wiring.Start(t.Context(), config, slog.New(slog.DiscardHandler),
		fx.Decorate(func(outbound.Clock) outbound.Clock { return g.Clock }),
		fx.Populate(&g.accounts, &g.signIns, &g.verifications, &g.people, &g.work, &g.registry, &g.sweeper, &g.broker,
			&g.clients, &g.sessions, &g.visits, &g.cards, &g.documents,
			&g.management, &g.organizations, &g.directory, &g.applications, &g.connections, &g.trail, &g.onboarding))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := running.Stop(context.WithoutCancel(t.Context())); err != nil {
			t.Errorf("stopping: %v", err)
		}
	})
	g.base = running.Config.PublicURL
	g.view(t, func(ctx context.Context, r outbound.Reader) (err error) {
		g.demo, err = r.Organizations().FindByDomain(ctx, organization.DemoDomain)
		return err
	})
	g.Door = door(g)
	return g
}

func (g *Gateway) view(t *testing.T, read func(ctx context.Context, r outbound.Reader) error) {
	t.Helper()
	if err := g.work.View(t.Context(), read); err != nil {
		t.Fatal(err)
	}
}

func (g *Gateway) do(t *testing.T, work func(ctx context.Context, tx outbound.Tx) error) {
	t.Helper()
	if err := g.work.Do(t.Context(), work); err != nil {
		t.Fatal(err)
	}
}

func (g *Gateway) scope() domain.Scope { return g.demo.Scope(domain.Production) }

// Browse plays the person: it opens the address, approves as the named person or, for "", says no, and gives what
// the browser is sent back with.
func (g *Gateway) Browse(t *testing.T, address, person string) url.Values {
	t.Helper()
	back := g.browse(t, address, person)
	if !strings.HasPrefix(back.String(), callback) {
		t.Fatal("the person was sent elsewhere")
	}
	return back.Query()
}

// browse is Browse to wherever the browser is sent back.
func (g *Gateway) browse(t *testing.T, address, person string) *url.URL {
	t.Helper()
	return g.played(t, address, func(order string) error {
		if person == "" {
			return g.people.Reject(t.Context(), order)
		}
		return g.people.Approve(t.Context(), order, person)
	})
}

// played is browse for whatever becomes of the order.
func (g *Gateway) played(t *testing.T, address string, become func(order string) error) *url.URL {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	q := u.Query()
	visit := inbound.SimulatedVisit{ClientID: q.Get("client_id"), Request: q.Get("request"), State: q.Get("state"), Browser: "browser-of-a-story"}
	answer, err := g.people.Visit(t.Context(), visit)
	if err != nil {
		t.Fatal(err)
	}
	if err := become(answer.Order.ID); err != nil {
		t.Fatal(err)
	}
	if answer, err = g.people.Visit(t.Context(), visit); err != nil {
		t.Fatal(err)
	}
	back, err := url.Parse(answer.Redirect)
	if err != nil {
		t.Fatal(err)
	}
	return back
}

// NumberOf is a simulated person's number.
func (g *Gateway) NumberOf(t *testing.T, person string) string {
	t.Helper()
	for _, p := range g.people.People() {
		if p.ID == person {
			return p.Number.Reveal()
		}
	}
	t.Fatalf("there is no %s", person)
	return ""
}

// Other is somebody else of the country.
func (g *Gateway) Other(t *testing.T, c identity.Country, but string) string {
	t.Helper()
	for _, p := range g.people.People() {
		if p.Number.Country() == c && p.ID != but && len(p.EIDs) > 0 && !p.Minor {
			return p.ID
		}
	}
	t.Fatalf("nobody else is of %s", c)
	return ""
}

// Misbehave makes an eID's provider ill.
func (g *Gateway) Misbehave(t *testing.T, e eid.EID, kind string, count int) {
	t.Helper()
	if err := g.people.Misbehave(t.Context(), e, kind, count); err != nil {
		t.Fatal(err)
	}
}

// Heal waits until the breaker lets requests through again, which is a matter of the real clock.
func (g *Gateway) Heal(t *testing.T) {
	t.Helper()
	for timeout := time.After(10 * time.Second); ; {
		_, err := g.verifications.Start(t.Context(), inbound.VerificationStart{Host: "127.0.0.1", RedirectURI: callback, Context: swedish})
		if err == nil {
			return
		}
		select {
		case <-timeout:
			t.Fatalf("the provider does not come back: %v", err)
		case <-time.After(10 * time.Millisecond):
		}
	}
}

// Sweep settles what is over.
func (g *Gateway) Sweep(t *testing.T) {
	t.Helper()
	if _, _, err := g.sweeper.Sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// Facts reads the demo organization's trail: one kind of fact, or all for "".
func (g *Gateway) Facts(t *testing.T, kind string) []audit.Told {
	t.Helper()
	var found []audit.Told
	g.view(t, func(ctx context.Context, r outbound.Reader) error {
		facts, err := r.Facts().List(ctx, g.scope(), 0, 10_000)
		for _, f := range facts {
			if kind == "" || f.Kind == kind {
				found = append(found, f)
			}
		}
		return err
	})
	return found
}

// Stranger is an account of another organization, signed in at the door.
func (g *Gateway) Stranger(t *testing.T) Client {
	t.Helper()
	o, err := g.registry.Found(t.Context(), "Strangers", nil)
	if err != nil {
		t.Fatal(err)
	}
	return g.Door.Foreign(t, o)
}

var browser = &http.Client{Timeout: 20 * time.Second}

var invitationLink = regexp.MustCompile(`/onboarding/([A-Za-z0-9]+)`)

// lettersLink is the secret of the link in the newest letter.
func (g *Gateway) lettersLink(t *testing.T) string {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, g.base+"/dev/mail.json", nil)
	if err != nil {
		t.Fatal(err)
	}
	response, err := browser.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	page, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	link := invitationLink.FindSubmatch(page)
	if link == nil {
		t.Fatal("no letter has a link")
	}
	return string(link[1])
}
