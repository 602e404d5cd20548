package session

import (
	"cmp"
	"context"
	"log/slog"
	"reflect"
	"slices"
	"sync"
	"time"

	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/fault"
	"github.com/eidgate/eidgate/ports/inbound"
	"github.com/eidgate/eidgate/ports/outbound"
)

const (
	watchEvery = time.Second
	// mostWatchers is for how many browsers there is room where nobody has said how many.
	mostWatchers = 10_000
	// mostOfBrowser may watch one session in one browser, mostOfSession in all: as long as it is nobody's, any number of
	// browsers may look at it.
	mostOfBrowser, mostOfSession = 2, 8
	// vacancy is within what time a stream is given up that its browser has left: there is a beat at least as often.
	vacancy = 15 * time.Second
	// patience is how many rounds news may lie unread.
	patience = 5
	// roundTime is how long storage has for the one question of a round.
	roundTime = 3 * time.Second
)

// Watchers tells browsers how their sessions come on. It keeps in memory the sessions that are watched in this process, and
// asks storage once a round for all of them together what has changed; what changes by the clock alone it tells from memory.
type Watchers struct {
	Guest *Guest
	Most  int           // how many may watch at once; 0 for 10,000
	Every time.Duration // between two rounds; 0 for a second
	Log   *slog.Logger

	mu      sync.Mutex
	shows   map[string]*playing // by ticket
	count   int
	closed  bool
	unheard bool // storage did not answer in the last round
}

// playing is a session that somebody watches, as far as this process knows.
type playing struct {
	session  eid.Snapshot
	watchers []*onlooker
}

// onlooker is somebody who watches. There is room for one piece of news, which newer news replaces: what a session looks
// like is worth nothing when it looks otherwise.
type onlooker struct {
	browser string
	news    chan inbound.Visit
	last    inbound.Visit
	unread  int // for how many rounds
}

// Watch reads the session once, and then waits for the rounds; see [inbound.Visits].
func (w *Watchers) Watch(ctx context.Context, ticket, browser string) (<-chan inbound.Visit, func(), error) {
	w.mu.Lock()
	err := w.admits(ticket, browser)
	w.mu.Unlock()
	if err != nil {
		return nil, nil, err
	}
	session, err := w.Guest.find(ctx, ticket)
	if err != nil {
		return nil, nil, err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if err := w.admits(ticket, browser); err != nil {
		return nil, nil, err
	}
	w.hear(session.Snapshot())
	s := session.Snapshot()
	if p := w.shows[ticket]; p != nil {
		s = p.session // not older
	}
	o := &onlooker{browser: browser, news: make(chan inbound.Visit, 1)}
	v := w.Guest.show(s, browser)
	if !v.Mine {
		return nil, nil, eid.ErrOtherBrowser
	}
	o.put(v)
	if over(v) {
		close(o.news)
		return o.news, func() {}, nil
	}
	if w.shows == nil {
		w.shows = map[string]*playing{}
	}
	if w.shows[ticket] == nil {
		w.shows[ticket] = &playing{session: s}
	}
	w.shows[ticket].watchers = append(w.shows[ticket].watchers, o)
	w.count++
	return o.news, func() { w.leave(ticket, o) }, nil
}

// admits fails where there is no room.
func (w *Watchers) admits(ticket, browser string) error {
	most, own := w.Most, 0
	if most == 0 {
		most = mostWatchers
	}
	if w.closed || w.count >= most {
		return inbound.ErrTooManyWatchers
	}
	p := w.shows[ticket]
	if p == nil {
		return nil
	}
	for _, o := range p.watchers {
		if o.browser == browser {
			own++
		}
	}
	if own >= mostOfBrowser || len(p.watchers) >= mostOfSession {
		return inbound.ErrWatchedEnough.RetryIn(vacancy)
	}
	return nil
}

// leave is somebody who has seen enough. Doing so again changes nothing.
func (w *Watchers) leave(ticket string, o *onlooker) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.keep(ticket, func(other *onlooker) bool { return other != o })
}

// keep dismisses the watchers of a session that do not stay.
func (w *Watchers) keep(ticket string, stays func(o *onlooker) bool) {
	p := w.shows[ticket]
	if p == nil {
		return
	}
	p.watchers = slices.DeleteFunc(p.watchers, func(o *onlooker) bool {
		if stays(o) {
			return false
		}
		close(o.news)
		w.count--
		return true
	})
	if len(p.watchers) == 0 {
		delete(w.shows, ticket)
	}
}

// Watching is how many watch in this process.
func (w *Watchers) Watching() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.count
}

// Run goes its rounds until ctx ends, and then lets nobody watch any more.
func (w *Watchers) Run(ctx context.Context) {
	tick := time.NewTicker(cmp.Or(w.Every, watchEvery))
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			w.Close()
			return
		case <-tick.C:
			w.Round(ctx)
		}
	}
}

// Close dismisses all who watch, and lets nobody watch any more.
func (w *Watchers) Close() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.closed = true
	for ticket := range w.shows {
		w.keep(ticket, func(*onlooker) bool { return false })
	}
}

// Round asks storage what has changed, if anybody watches, and tells.
func (w *Watchers) Round(ctx context.Context) {
	known := w.known()
	if len(known) == 0 {
		return
	}
	var changed []*eid.Session
	asking, cancel := context.WithTimeout(ctx, roundTime)
	defer cancel()
	err := w.Guest.Work.View(asking, func(ctx context.Context, r outbound.Reader) (err error) {
		changed, err = r.Sessions().Watched(ctx, known)
		return err
	})
	now := w.Guest.Clock.Now()
	w.mu.Lock()
	defer w.mu.Unlock()
	w.complain(ctx, err)
	for _, session := range changed {
		w.hear(session.Snapshot())
	}
	for ticket, p := range w.shows {
		if w.moves(p.session, now) {
			w.tell(ticket, p)
		}
	}
}

// known is what to ask for. Who does not read what there is for them is dismissed.
func (w *Watchers) known() map[string]int64 {
	w.mu.Lock()
	defer w.mu.Unlock()
	known := make(map[string]int64, len(w.shows))
	for ticket, p := range w.shows {
		known[ticket] = p.session.Version
		w.keep(ticket, func(o *onlooker) bool {
			if len(o.news) == 0 {
				o.unread = 0
				return true
			}
			o.unread++
			return o.unread < patience
		})
		if w.shows[ticket] == nil {
			delete(known, ticket)
		}
	}
	return known
}

// moves holds for a session that looks otherwise now although nobody changed it.
func (w *Watchers) moves(s eid.Snapshot, now time.Time) bool {
	return !now.Before(s.ExpiresAt) || s.State == eid.Pending && !s.Challenge.Animated.IsZero()
}

// Kept is told at once of what this process has kept itself.
func (w *Watchers) Kept(s eid.Snapshot) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.hear(s)
}

// hear takes up a session that is newer than what is known of it.
func (w *Watchers) hear(s eid.Snapshot) {
	p := w.shows[s.Ticket]
	if p == nil || s.Version <= p.session.Version {
		return
	}
	p.session = s
	w.tell(s.Ticket, p)
}

// tell gives all who watch a session what it looks like, unless they have seen that.
func (w *Watchers) tell(ticket string, p *playing) {
	w.keep(ticket, func(o *onlooker) bool {
		v := w.Guest.show(p.session, o.browser)
		if !reflect.DeepEqual(v, o.last) {
			o.put(v)
		}
		return !over(v)
	})
}

func (o *onlooker) put(v inbound.Visit) {
	select {
	case <-o.news:
	default:
	}
	o.news <- v // there is room: nobody else puts anything in, for whoever does has the lock
	o.last = v
}

// over holds where there is no more to tell: the session has ended, or has become another browser's.
func over(v inbound.Visit) bool { return v.State.Settled() || !v.Mine }

// complain says once that storage does not answer.
func (w *Watchers) complain(ctx context.Context, err error) {
	if err != nil && !w.unheard && ctx.Err() == nil && w.Log != nil {
		w.Log.Warn("sessions cannot be watched", slog.String("fault", fault.Of(err).Code()))
	}
	w.unheard = err != nil
}
