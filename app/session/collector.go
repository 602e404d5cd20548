package session

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/fault"
	"github.com/eidgate/eidgate/ports/outbound"
)

const (
	// claimBatch is how many sessions one statement claims or renews.
	claimBatch = 500
	// claimLease is for how long; a dead process's sessions are watched by another one after that.
	claimLease = 30 * time.Second
	// renewBefore the end of a lease: early enough for a slow database, late enough to be rare.
	renewBefore = 18 * time.Second
	// leastLease is what must be left of a lease before a provider is asked under it.
	leastLease = 8 * time.Second
	// mostWatched bounds the memory that one process spends on sessions; others are left to other processes.
	mostWatched = 50_000
	// atOnce bounds the requests to one provider, so that one that hangs keeps nobody else waiting.
	atOnce = 64
	// leastRest is what a provider gets between two questions about one session, whoever is in a hurry.
	leastRest = time.Second

	lookEvery  = 100 * time.Millisecond
	claimEvery = 500 * time.Millisecond // while there is nothing to claim
)

// Collector moves sessions on that nobody polls: it claims those that wait for a provider, keeps in memory when to ask
// for which, asks, and renews its claims. Any number of processes may collect at once; none asks for a session that
// another one has claimed.
type Collector struct {
	Claims   outbound.SessionClaims
	Advancer *Advancer
	Clock    outbound.Clock
	Owner    string // names this process among all that claim sessions
	Log      *slog.Logger

	mu      sync.Mutex
	watched map[string]*watched
	waiting map[string][]*watched // who is due at a provider, longest waiting first, as of the last look
	busy    map[string]int        // requests under way, by provider
	running sync.WaitGroup
	claimAt time.Time
}

// watched is a session in this process's care.
type watched struct {
	session  *eid.Session
	id       string
	provider string
	expires  time.Time
	due      time.Time
	until    time.Time // of the lease
	asking   bool
	asked    time.Time // when the provider was asked last
}

// ready holds when the provider may be asked now.
func (w *watched) ready(now time.Time) bool {
	return !w.asking && w.until.Sub(now) >= leastLease && (!now.Before(w.due) || !now.Before(w.expires))
}

// Run collects until ctx ends, and then gives everything back.
func (c *Collector) Run(ctx context.Context) {
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			c.stop(ctx)
			return
		case <-tick.C:
			c.Collect(ctx)
		}
	}
}

// Collect does what is due: it claims, renews, and begins to ask. It waits for no provider.
func (c *Collector) Collect(ctx context.Context) {
	now := c.Clock.Now()
	c.claim(ctx, now)
	c.renew(ctx, now)
	for _, w := range c.ready(now) {
		c.running.Go(func() {
			for ; w != nil; w = c.next(ctx, w.provider) {
				c.attend(ctx, w)
			}
		})
	}
}

// Wait returns when nobody is being asked any more.
func (c *Collector) Wait() { c.running.Wait() }

// Watching is how many sessions are in this process's care.
func (c *Collector) Watching() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.watched)
}

// Hasten makes a session due now if this process watches it: somebody knows that there is news. Whoever knows the session's
// ticket may say so, as often as they like, so a provider is not asked more than once a second for that.
func (c *Collector) Hasten(id string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	w, now := c.watched[id], c.Clock.Now()
	if w == nil {
		return
	}
	if soonest := w.asked.Add(leastRest); now.Before(soonest) {
		now = soonest
	}
	if now.Before(w.due) {
		w.due = now
	}
}

func (c *Collector) owner() string { return eid.Watcher(c.Owner) }

func (c *Collector) claim(ctx context.Context, now time.Time) {
	c.mu.Lock()
	full := len(c.watched) >= mostWatched
	early := now.Before(c.claimAt)
	c.mu.Unlock()
	if full || early {
		return
	}
	claimed, err := c.Claims.ClaimSessions(ctx, c.owner(), claimBatch, now, claimLease)
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.watched == nil {
		c.watched, c.busy = map[string]*watched{}, map[string]int{}
	}
	if len(claimed) < claimBatch {
		c.claimAt = now.Add(claimEvery)
	}
	if err != nil {
		c.complain(ctx, "sessions cannot be claimed", err)
		return
	}
	for _, session := range claimed {
		s := session.Snapshot()
		c.watched[s.ID] = &watched{session: session, id: s.ID, provider: s.Provider, expires: s.ExpiresAt, due: s.Due, until: s.Claim.Until}
	}
}

// renew prolongs what is about to end. A session that is not ours any more has settled, or was changed by somebody who
// may: it is forgotten, and claimed anew where that makes sense.
func (c *Collector) renew(ctx context.Context, now time.Time) {
	for _, ids := range c.ending(now) {
		kept, err := c.Claims.RenewSessions(ctx, c.owner(), ids, now, claimLease)
		if err != nil {
			c.complain(ctx, "claims cannot be renewed", err)
			return
		}
		still := make(map[string]bool, len(kept))
		for _, id := range kept {
			still[id] = true
		}
		c.mu.Lock()
		for _, id := range ids {
			w := c.watched[id]
			switch {
			case w == nil:
			case !still[id]:
				delete(c.watched, id)
			default:
				w.until = now.Add(claimLease)
			}
		}
		c.mu.Unlock()
	}
}

// ending gives what has to be renewed, in batches. Whoever is being asked for is left out: it is saved with the end of the
// claim that it had, and enough of that is left.
func (c *Collector) ending(now time.Time) (batches [][]string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	var batch []string
	for id, w := range c.watched {
		if w.asking || w.until.Sub(now) > renewBefore {
			continue
		}
		if batch = append(batch, id); len(batch) == claimBatch {
			batches, batch = append(batches, batch), nil
		}
	}
	if len(batch) > 0 {
		batches = append(batches, batch)
	}
	return batches
}

// ready notes who is due, and gives those to begin with: as many for each provider as it may be asked for at once. Whoever
// has asked goes on with the next, see [Collector.next], so that many who are due do not wait for another look.
func (c *Collector) ready(now time.Time) (list []*watched) {
	c.mu.Lock()
	defer c.mu.Unlock()
	var due []*watched
	for _, w := range c.watched {
		if w.ready(now) {
			due = append(due, w)
		}
	}
	// Longest waiting first: a provider that has more of them than can be asked for gets to each in its turn.
	slices.SortFunc(due, func(a, b *watched) int { return a.due.Compare(b.due) })
	c.waiting = map[string][]*watched{}
	for _, w := range due {
		if c.busy[w.provider] >= atOnce {
			c.waiting[w.provider] = append(c.waiting[w.provider], w)
			continue
		}
		w.asking, w.asked = true, now
		c.busy[w.provider]++
		list = append(list, w)
	}
	return list
}

// next gives whoever waits longest for the provider, nil for nobody, which frees a place for the next look.
func (c *Collector) next(ctx context.Context, provider string) *watched {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := c.Clock.Now()
	for ctx.Err() == nil && len(c.waiting[provider]) > 0 {
		w := c.waiting[provider][0]
		c.waiting[provider] = c.waiting[provider][1:]
		if c.watched[w.id] == w && w.ready(now) {
			w.asking, w.asked = true, now
			return w
		}
	}
	c.busy[provider]--
	return nil
}

// attend moves one session on.
func (c *Collector) attend(ctx context.Context, w *watched) {
	before := w.session.Snapshot()
	session := eid.Restore(before)
	session.Hold(eid.Claim{Owner: c.owner(), Until: w.until})
	err := c.advance(ctx, session)
	after := session.Snapshot()

	c.mu.Lock()
	defer c.mu.Unlock()
	w.asking = false
	if c.watched[before.ID] != w {
		return // the lease ran out meanwhile, and the session was claimed anew
	}
	switch {
	case errors.Is(err, eid.ErrStale), err == nil && after.State != eid.Pending, err == nil && after.Due.IsZero():
		delete(c.watched, before.ID)
	case errors.Is(err, errNotKept):
		// Storage is away, or was: what the provider said is asked for again while the claim lasts.
		w.due = c.Clock.Now().Add(unwellRest)
		c.complain(ctx, "a session's progress cannot be kept", err)
	default:
		w.session, w.due = session, after.Due
	}
}

// errNotKept marks what storage, and no provider, failed at.
var errNotKept = errors.New("not kept")

func (c *Collector) advance(ctx context.Context, session *eid.Session) error {
	now := c.Clock.Now()
	if s := session.Snapshot(); !now.Before(s.ExpiresAt) {
		facts := session.Expire(now)
		if len(facts) == 0 {
			return nil
		}
		if err := c.Advancer.Ledger.keep(ctx, session, facts, outcome{}); err != nil {
			return notKept(err)
		}
		if p, known := c.Advancer.Routes.Provider(s.Provider); known {
			cancelOrder(ctx, p, s.Thread)
		}
		return nil
	}
	wrote, err := c.Advancer.Advance(ctx, session, outbound.Nudge{})
	if wrote && err != nil {
		return notKept(err)
	}
	if errors.Is(err, eid.ErrSettled) || errors.Is(err, eid.ErrExpired) {
		return nil
	}
	if err != nil && !session.Snapshot().Due.IsZero() {
		return nil // the provider is ill, which its breaker and its metrics tell; the session goes on
	}
	return err
}

func notKept(err error) error {
	if errors.Is(err, eid.ErrStale) {
		return err
	}
	return errors.Join(errNotKept, err)
}

// stop waits for those who ask, and lets other processes have the rest.
func (c *Collector) stop(ctx context.Context) {
	c.running.Wait()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), settleTime)
	defer cancel()
	now := c.Clock.Now()
	c.mu.Lock()
	ids := make([]string, 0, len(c.watched))
	for id := range c.watched {
		ids = append(ids, id)
	}
	c.watched = nil
	c.mu.Unlock()
	for len(ids) > 0 {
		n := min(claimBatch, len(ids))
		if err := c.Claims.ReleaseSessions(ctx, c.owner(), ids[:n], now); err != nil {
			return // the leases run out
		}
		ids = ids[n:]
	}
}

func (c *Collector) complain(ctx context.Context, what string, err error) {
	if ctx.Err() == nil && c.Log != nil {
		c.Log.Warn(what, slog.String("fault", fault.Of(err).Code()))
	}
}
