package wiring

import (
	"log/slog"

	"github.com/eidgate/eidgate/adapters/httpapi/eidapi"
	"github.com/eidgate/eidgate/adapters/httpapi/sessionapi"
	"github.com/eidgate/eidgate/adapters/metrics"
	"github.com/eidgate/eidgate/adapters/pdf"
	"github.com/eidgate/eidgate/adapters/sqlstore"
	"github.com/eidgate/eidgate/adapters/webhook"
	"github.com/eidgate/eidgate/app/callback"
	"github.com/eidgate/eidgate/app/document"
	"github.com/eidgate/eidgate/app/organization"
	"github.com/eidgate/eidgate/app/relay"
	"github.com/eidgate/eidgate/app/session"
	"github.com/eidgate/eidgate/domain/identity"
	domain "github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/inbound"
	"github.com/eidgate/eidgate/ports/outbound"
)

// process names this process among all that work on the same database.
type process string

func newProcess() process { return process(processName()) }

func newLedger(config Config, w outbound.UnitOfWork, ids outbound.IDs, d *callback.Dispatcher) *session.Ledger {
	wordings := map[string]outbound.Wording{}
	for _, one := range []outbound.Wording{eidapi.Wording{}, sessionapi.Wording{}} {
		wordings[one.Surface()] = one
	}
	return &session.Ledger{Work: w, IDs: ids, Wordings: wordings, Evidence: config.Retention.Evidence, Documents: documentLife, News: d.Nudge}
}

func newAdvancer(r *session.Routes, c outbound.Clock, l *session.Ledger) *session.Advancer {
	return &session.Advancer{Routes: r, Clock: c, Ledger: l}
}

// numbersIn says which national numbers count: synthetic ones in sandboxes, and wherever the configuration says so.
func numbersIn(config Config, clock outbound.Clock) func(domain.Scope, identity.Country) identity.Options {
	return func(scope domain.Scope, c identity.Country) identity.Options {
		o := identity.Options{AsOf: c.Today(clock.Now())}
		if config.Identity.Synthetic || scope.Environment == domain.Sandbox {
			o.Allow = identity.AllowSandbox
		}
		return o
	}
}

func newSessions(config Config, s *session.Starter, a *session.Advancer, store *sqlstore.Store, w outbound.UnitOfWork, clock outbound.Clock, p process) inbound.Sessions {
	return session.Sessions{
		Opener:    &session.Opener{Starter: s, Numbers: numbersIn(config, clock)},
		Follower:  &session.Follower{Work: w, Claims: store, Clock: clock, Advancer: a, Owner: string(p), Demo: config.Mode == Development},
		Canceller: &session.Canceller{Routes: s.Routes, Clock: clock, Ledger: a.Ledger},
	}
}

func newCollector(a *session.Advancer, store *sqlstore.Store, clock outbound.Clock, p process, log *slog.Logger) *session.Collector {
	return &session.Collector{Claims: store, Advancer: a, Clock: clock, Owner: string(p), Log: log}
}

func newGuest(routes *session.Routes, l *session.Ledger, w outbound.UnitOfWork, clock outbound.Clock) *session.Guest {
	return &session.Guest{
		Work: w, Clock: clock, Routes: routes, Ledger: l, Canceller: &session.Canceller{Routes: routes, Clock: clock, Ledger: l},
	}
}

// newWatchers hear at once of what this process keeps.
func newWatchers(config Config, guest *session.Guest, log *slog.Logger) *session.Watchers {
	w := &session.Watchers{Guest: guest, Most: config.Limits.Watchers, Log: log}
	guest.Ledger.Kept = w.Kept
	return w
}

func newVisits(
	guest *session.Guest, watchers *session.Watchers, s *session.Starter, a *session.Advancer, c *session.Collector, store *sqlstore.Store, ids outbound.IDs, p process,
) inbound.Visits {
	return session.Visits{
		Guest:      guest,
		Watchers:   watchers,
		PageOpener: &session.PageOpener{Guest: guest, Starter: s, IDs: ids},
		Returner:   &session.Returner{Guest: guest, Advancer: a, Claims: store, IDs: ids, Owner: string(p), Hasten: c.Hasten},
	}
}

func newCards(w outbound.UnitOfWork, clock outbound.Clock, ids outbound.IDs, routes *session.Routes, r *roads) inbound.Cards {
	return &session.Cards{Work: w, Clock: clock, IDs: ids, Routes: routes, Checkers: r.cards}
}

func newClients(config Config, w outbound.UnitOfWork) inbound.Clients {
	return &organization.Credentials{Work: w, Demo: config.Mode == Development}
}

func newDocuments(w outbound.UnitOfWork, clock outbound.Clock, ids outbound.IDs) inbound.Documents {
	return &document.Documents{Work: w, Clock: clock, IDs: ids, Inspector: pdf.Inspector{}, Keep: documentLife}
}

func newDocumentPurger(w outbound.UnitOfWork, clock outbound.Clock) *document.Purger {
	return &document.Purger{Work: w, Clock: clock}
}

// newDispatcher delivers news of sessions. Its own facts are told within moments, too. In production no setting lets news
// go to loopback: addresses.loopback_http is about where people may be sent back to.
func newDispatcher(config Config, store *sqlstore.Store, r *relay.Relay, clock outbound.Clock, m *metrics.Metrics, log *slog.Logger) *callback.Dispatcher {
	courier := webhook.Guard(webhook.New(webhook.Config{AllowLoopback: config.Mode == Development && config.Addresses.LoopbackHTTP}, clock), webhook.GuardConfig{}, clock, m.CallbackBreaker)
	return callback.New(callback.Ports{
		Work: nudging{store, r}, Bag: store, Courier: courier, Clock: clock, Tried: m.Callback, Lag: m.CallbackLag,
	}, log)
}

func newCallbackPurger(config Config, w outbound.UnitOfWork, clock outbound.Clock) *callback.Purger {
	return &callback.Purger{Work: w, Clock: clock, Keep: config.Retention.Evidence}
}
