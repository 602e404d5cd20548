package benchmark

import (
	"context"
	"log/slog"
	"time"

	"go.uber.org/fx"

	accounts "github.com/eidgate/eidgate/app/account"
	callbacks "github.com/eidgate/eidgate/app/callback"
	"github.com/eidgate/eidgate/app/document"
	"github.com/eidgate/eidgate/app/session"
	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/ports/outbound"
)

// alone keeps everything from the database that no request asked for: the relay never gets its lease, and the chores
// have nothing to do. Then whatever the store counts was done for a request. Sessions are watched by somebody else.
func alone() fx.Option {
	return fx.Decorate(
		func(outbound.Leases) outbound.Leases { return ungranted{} },
		func(s *session.Sweeper) *session.Sweeper {
			return &session.Sweeper{Ledger: &session.Ledger{Work: leisure{}}, Clock: s.Clock}
		},
		func(p *accounts.Purger) *accounts.Purger { return &accounts.Purger{Work: leisure{}, Clock: p.Clock} },
		func(*accounts.LastUsed) *accounts.LastUsed { return accounts.NewLastUsed(leisure{}) },
		func(p *document.Purger) *document.Purger { return &document.Purger{Work: leisure{}, Clock: p.Clock} },
		func(p *callbacks.Purger) *callbacks.Purger {
			return &callbacks.Purger{Work: leisure{}, Clock: p.Clock, Keep: p.Keep}
		},
		func(c outbound.Clock) *callbacks.Dispatcher {
			return callbacks.New(callbacks.Ports{Work: leisure{}, Bag: noCallbacks{}, Clock: c}, slog.New(slog.DiscardHandler))
		},
		watchedElsewhere,
	)
}

// unwatched leaves the sessions to the collector of another process.
func unwatched() fx.Option { return fx.Decorate(watchedElsewhere) }

func watchedElsewhere(c *session.Collector) *session.Collector {
	return &session.Collector{Claims: noSessions{}, Advancer: c.Advancer, Clock: c.Clock, Owner: c.Owner, Log: c.Log}
}

// noSessions are there to claim.
type noSessions struct{ outbound.SessionClaims }

func (noSessions) ClaimSessions(context.Context, string, int, time.Time, time.Duration) ([]*eid.Session, error) {
	return nil, nil
}

// noCallbacks wait to be delivered.
type noCallbacks struct{ outbound.CallbackBag }

func (noCallbacks) ClaimCallbacks(context.Context, int, time.Time, time.Duration) ([]outbound.Callback, error) {
	return nil, nil
}

// ungranted leases are always somebody else's.
type ungranted struct{}

func (ungranted) Hold(context.Context, string, string, time.Time, time.Duration) (int64, bool, error) {
	return 0, false, nil
}

func (ungranted) Release(context.Context, string, string) error { return nil }

// leisure is work that is never done.
type leisure struct{}

func (leisure) Do(context.Context, func(context.Context, outbound.Tx) error) error { return nil }

func (leisure) View(context.Context, func(context.Context, outbound.Reader) error) error { return nil }
