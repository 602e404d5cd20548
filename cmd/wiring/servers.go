package wiring

import (
	"context"
	"log/slog"
	"net"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2/middleware/adaptor"
	"go.opentelemetry.io/otel/trace"
	"go.uber.org/fx"

	"github.com/eidgate/eidgate/adapters/httpapi"
	"github.com/eidgate/eidgate/adapters/httpapi/accountapi"
	"github.com/eidgate/eidgate/adapters/httpapi/eidapi"
	"github.com/eidgate/eidgate/adapters/httpapi/ops"
	"github.com/eidgate/eidgate/adapters/httpapi/orgapi"
	"github.com/eidgate/eidgate/adapters/httpapi/pages"
	"github.com/eidgate/eidgate/adapters/httpapi/sessionapi"
	"github.com/eidgate/eidgate/adapters/httpapi/visits"
	"github.com/eidgate/eidgate/adapters/messaging"
	"github.com/eidgate/eidgate/adapters/metrics"
	"github.com/eidgate/eidgate/adapters/provider/simulator"
	"github.com/eidgate/eidgate/adapters/sqlstore"
	"github.com/eidgate/eidgate/adapters/vault"
	"github.com/eidgate/eidgate/app/session"
	"github.com/eidgate/eidgate/ports/inbound"
	"github.com/eidgate/eidgate/ports/outbound"
)

var servers = fx.Options(
	fx.Provide(newMetrics, newLimiter, newTracer, newAccountSurface, newEIDSurface, newSessionSurface, newVisitPages, newPages, newOps),
	fx.Invoke(serve),
)

func newAccountSurface(config Config, a inbound.Accounts, s inbound.SignIns, v inbound.Verifications, l outbound.Limiter, p outbound.Pacer, t attempts) *accountapi.Surface {
	return accountapi.New(
		accountapi.Config{PublicURL: config.PublicURL, ClientRate: config.Limits.ClientRate, NormalizeAll: config.Accounts.NormalizeAll},
		accountapi.Deps{Accounts: a, SignIns: s, Verifications: v, Limiter: l, Attempts: t.Limiter, Pacer: p},
	)
}

func newEIDSurface(
	config Config, c inbound.Clients, s inbound.Sessions, d inbound.Documents, cards inbound.Cards,
	starter *session.Starter, clock outbound.Clock, l outbound.Limiter, p outbound.Pacer, t attempts,
) *eidapi.Surface {
	return eidapi.New(
		eidapi.Config{ClientRate: config.Limits.ClientRate, Synthetic: config.Identity.Synthetic, LoopbackHTTP: config.Addresses.LoopbackHTTP, Page: starter.Page},
		eidapi.Deps{Clients: c, Sessions: s, Documents: d, Cards: cards, Clock: clock, Limiter: l, Attempts: t.Limiter, Pacer: p},
	)
}

func newVisitPages(config Config, v inbound.Visits, r *roads, random outbound.Random) (*visits.Surface, error) {
	themes, err := config.Themes.made()
	if err != nil {
		return nil, err
	}
	c := visits.Config{PublicURL: config.PublicURL, Themes: themes}
	if config.Mode == Development && r.simulator != nil {
		c.SimulatorURL = config.PublicURL + "/simulator"
	}
	return visits.New(c, v, random)
}

func newPages(config Config, r *roads, m messaging.Config, clock outbound.Clock, random outbound.Random) (*pages.Surface, error) {
	c := pages.Config{
		PublicURL: config.PublicURL, Plain: config.Mode == Development,
		OpenAPI:  map[string][]byte{"account": accountapi.Document(), "eid": eidapi.Document(), "organization": orgapi.Document(), "session": sessionapi.Document()},
		AsyncAPI: m.Document(),
	}
	for code, text := range accountapi.Codes() {
		c.Words = append(c.Words, pages.Word{API: "account", Code: code, Text: text})
	}
	for code, text := range eidapi.Codes() {
		c.Words = append(c.Words, pages.Word{API: "eid", Code: code, Text: text})
	}
	for code, text := range orgapi.Codes() {
		c.Words = append(c.Words, pages.Word{API: "organization", Code: code, Text: text})
	}
	for code, text := range sessionapi.Codes() {
		c.Words = append(c.Words, pages.Word{API: "session", Code: code, Text: text})
	}
	for _, e := range orgapi.Events() {
		c.Events = append(c.Events, pages.Event{Code: e.Code, Fact: e.Kind, Text: e.Sentence})
	}
	for _, a := range sessionapi.Attributes() {
		c.Attributes = append(c.Attributes, pages.Attribute(a))
	}
	slices.SortFunc(c.Words, func(a, b pages.Word) int { return strings.Compare(a.Code, b.Code) })
	if config.Mode == Development && r.simulator != nil {
		c.Simulator = r.simulator
	}
	return pages.New(c, clock, random)
}

func newOps(config Config, store *sqlstore.Store, v *vault.Vault, m *metrics.Metrics, d *demo) *ops.Surface {
	checks := []ops.Check{{Name: "database", Run: store.Ping}, {Name: "schema", Run: schemaReady(store)}}
	if config.Mode == Development {
		checks = append(checks, ops.Check{Name: "demo", Run: d.ready})
	}
	return ops.New(ops.Config{
		Checks: checks, Keys: v.KnownIDs, Metrics: adaptor.HTTPHandler(m.Handler()), Everything: true,
	})
}

// opsSurfaces are the operators' own and, in production, the simulator's, which has no place on the public listener.
func opsSurfaces(config Config, o *ops.Surface, s *simulator.Simulator, clock outbound.Clock, random outbound.Random) ([]httpapi.Surface, error) {
	if config.Mode == Development || s == nil {
		return []httpapi.Surface{o}, nil
	}
	p, err := pages.New(pages.Config{PublicURL: simulatorURL(config), Origins: []string{simulatorURL(config)}, Simulator: s}, clock, random)
	if err != nil {
		return nil, err
	}
	return []httpapi.Surface{o, &pages.Desk{Surface: p}}, nil
}

// stations are the two servers' surfaces and what they share.
type stations struct {
	fx.In

	Life    fx.Lifecycle
	Config  Config
	At      Listeners
	Running *Running
	Log     *slog.Logger
	Clock   outbound.Clock
	IDs     outbound.IDs
	Random  outbound.Random
	Metrics *metrics.Metrics
	Tracer  trace.Tracer
	Roads   *roads
	Account *accountapi.Surface
	EID     *eidapi.Surface
	Offices *orgapi.Surface
	Hosted  *sessionapi.Surface
	Desks   desks
	Visits  *visits.Surface
	Streams *session.Watchers
	Pages   *pages.Surface
	Ops     *ops.Surface
}

// serve is invoked last, so that the servers start when everything else runs, and stop first.
func serve(s stations) error {
	config := httpapi.Config{
		Development: s.Config.Mode == Development, PublicURL: s.Config.PublicURL, TrustedProxies: s.Config.HTTP.TrustedProxies,
		BodyLimit: int(s.Config.HTTP.BodyLimit), Timeout: s.Config.HTTP.Timeout,
	}
	deps := httpapi.Deps{Clock: s.Clock, IDs: s.IDs, Log: s.Log, Observe: s.Metrics.Answer, Tracer: s.Tracer}
	public, err := httpapi.New(config, append([]httpapi.Surface{s.Account, s.EID, s.Offices, s.Hosted, s.Visits, s.Pages}, s.Desks...), deps)
	if err != nil {
		return err
	}
	surfaces, err := opsSurfaces(s.Config, s.Ops, s.Roads.simulator, s.Clock, s.Random)
	if err != nil {
		return err
	}
	private, err := httpapi.New(config, surfaces, httpapi.Deps{Clock: s.Clock, IDs: s.IDs, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		return err
	}
	answer := func(server *httpapi.Server, l net.Listener) {
		go func() {
			if err := server.Serve(l); err != nil {
				s.Running.failed <- err
			}
		}()
	}
	s.Life.Append(fx.Hook{
		OnStart: func(context.Context) error {
			answer(private, s.At.Ops)
			answer(public, s.At.API)
			return nil
		},
		OnStop: func(ctx context.Context) error {
			s.Ops.Drain()     // load balancers hear of it while the public listener still accepts
			s.Streams.Close() // or they would be in flight until the end; their pages ask instead
			err := public.Shutdown(ctx, s.Config.HTTP.Drain)
			if last := private.Shutdown(ctx, 0); err == nil {
				err = last
			}
			return err
		},
	})
	return nil
}
