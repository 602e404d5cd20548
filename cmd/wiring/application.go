package wiring

import (
	"context"
	"log/slog"
	"time"

	"go.uber.org/fx"

	"github.com/eidgate/eidgate/adapters/httpapi/orgapi"
	"github.com/eidgate/eidgate/adapters/metrics"
	"github.com/eidgate/eidgate/adapters/sqlstore"
	"github.com/eidgate/eidgate/app/account"
	"github.com/eidgate/eidgate/app/organization"
	"github.com/eidgate/eidgate/app/relay"
	"github.com/eidgate/eidgate/app/session"
	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/ports/inbound"
	"github.com/eidgate/eidgate/ports/outbound"
)

// sessionLife is how long a login waits for its person.
const sessionLife = 15 * time.Minute

// appLife is how long an order in an app waits: longer than any scheme lets it, so that its own word comes first.
const appLife = 5 * time.Minute

// documentLife is how long documents are kept, uploaded or signed.
const documentLife = 30 * 24 * time.Hour

// fallbackEID is whose login it is when neither method nor account says: the route is named after the Finnish
// network.
const fallbackEID = eid.FIFTN

var application = fx.Provide(
	newProcess,
	newNumbers, newRegistry, newAccounts, account.NewLastUsed, newSignIns, newStarter, newVerifications,
	newLedger, newAdvancer, newSessions, newCollector, newGuest, newWatchers, newVisits, newCards, newClients, newDocuments, newDocumentPurger, newDispatcher, newCallbackPurger,
	func(l *session.Ledger, c outbound.Clock, config Config) *session.Sweeper {
		return &session.Sweeper{Ledger: l, Clock: c, Keep: config.Retention.Results}
	},
	func(w outbound.UnitOfWork, c outbound.Clock) *account.Purger {
		return &account.Purger{Work: w, Clock: c}
	},
	newRelay,
	func(s *sqlstore.Store, r *relay.Relay) outbound.UnitOfWork { return nudging{s, r} },
)

func newNumbers(config Config) account.Numbers {
	return account.Numbers{Required: config.Accounts.SSNRequired, Synthetic: config.Identity.Synthetic, Simulated: simulatedFor(config)}
}

func newRegistry(config Config, w outbound.UnitOfWork, c outbound.Clock, ids outbound.IDs, r outbound.Random) *organization.Registry {
	return &organization.Registry{
		Work: w, Clock: c, IDs: ids, Random: r, LoopbackHTTP: config.Addresses.LoopbackHTTP, ManagementScopes: orgapi.Scopes(),
	}
}

func newAccounts(w outbound.UnitOfWork, c outbound.Clock, ids outbound.IDs, p outbound.Passwords, n account.Numbers) inbound.Accounts {
	return account.Accounts{
		Registrar:       &account.Registrar{Work: w, Clock: c, IDs: ids, Numbers: n},
		Keeper:          &account.Keeper{Work: w, Clock: c},
		PasswordChanger: &account.PasswordChanger{Work: w, Clock: c, Passwords: p},
	}
}

func newSignIns(config Config, w outbound.UnitOfWork, c outbound.Clock, ids outbound.IDs, r outbound.Random, used *account.LastUsed) inbound.SignIns {
	a := config.Accounts
	return &account.SignIns{
		Work: w, Clock: c, IDs: ids, Random: r, LastUsed: used, Demo: config.Mode == Development,
		Lives: account.Lives{App: a.AppTokenLife, CRM: a.CRMTokenLife, CRMLong: a.CRMTokenLongLife, LoginCode: a.SSOCodeLife},
	}
}

func newStarter(config Config, w outbound.UnitOfWork, routes *session.Routes, c outbound.Clock, ids outbound.IDs, r outbound.Random) *session.Starter {
	return &session.Starter{
		Work: w, Routes: routes, Clock: c, IDs: ids, Random: r, Life: sessionLife, AppLife: appLife,
		Page:  func(ticket string) string { return config.PublicURL + "/s/" + ticket },
		Names: &session.Names{Work: w, Clock: c},
	}
}

func newVerifications(config Config, w outbound.UnitOfWork, c outbound.Clock, ids outbound.IDs, s *session.Starter, n account.Numbers, r *roads) inbound.Verifications {
	attacher := &account.Attacher{Work: w, Clock: c, Numbers: n}
	policy := account.StartPolicy{Bound: config.Accounts.BoundStart, LoopbackHTTP: config.Addresses.LoopbackHTTP}
	if config.Mode == Development {
		policy.HostDomain = organization.DemoDomain
	}
	return account.Verifications{
		VerificationStarter:   &account.VerificationStarter{Work: w, IDs: ids, Starter: s, Policy: policy, Fallback: fallbackEID},
		VerificationCompleter: &account.VerificationCompleter{Work: w, Clock: c, IDs: ids, Routes: s.Routes, Attacher: attacher, Fallback: fallbackEID},
		PlainCompleter: &account.PlainCompleter{
			Work: w, Clock: c, IDs: ids, Redeemer: r.plain, Provider: r.plainName, Attacher: attacher, Life: sessionLife,
		},
	}
}

// nudging tells the relay of every unit of work that was kept, so that facts are told within moments.
type nudging struct {
	*sqlstore.Store
	relay *relay.Relay
}

// Do is the store's Do.
func (n nudging) Do(ctx context.Context, work func(ctx context.Context, tx outbound.Tx) error) error {
	err := n.Store.Do(ctx, work)
	if err == nil {
		n.relay.Nudge()
	}
	return err
}

func newRelay(l outbound.Leases, p outbound.Postbag, to outbound.Publisher, c outbound.Clock, m *metrics.Metrics, log *slog.Logger) *relay.Relay {
	return relay.New(relay.Ports{Leases: l, Postbag: p, Publisher: to, Clock: c, Lag: m.RelayLag}, processName(), log)
}
