package browser

import (
	"context"
	"reflect"
	"time"

	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/ports/inbound"
)

// pulse is how often watchers are looked after beside every change: codes change by the clock alone.
const pulse = 100 * time.Millisecond

// watcher is whoever reads the news of one session.
type watcher struct {
	ticket, browser string
	news            chan inbound.Visit
	last            inbound.Visit
}

// Watch answers [inbound.Visits].
func (s *Sessions) Watch(_ context.Context, ticket, browser string) (<-chan inbound.Visit, func(), error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	k, known := s.open[ticket]
	switch {
	case !known:
		return nil, nil, inbound.ErrNoVisit
	case !k.mine(browser):
		return nil, nil, eid.ErrOtherBrowser
	case s.full != nil:
		return nil, nil, s.full
	}
	w := &watcher{ticket: ticket, browser: browser, news: make(chan inbound.Visit, 8)}
	s.watchers[w] = struct{}{}
	s.tell()
	done := make(chan struct{})
	go func() {
		t := time.NewTicker(pulse)
		defer t.Stop()
		for {
			select {
			case <-done:
				return
			case <-t.C:
				s.mu.Lock()
				s.tell()
				s.mu.Unlock()
			}
		}
	}()
	stopped := false
	return w.news, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		if !stopped {
			stopped = true
			close(done)
			s.drop(w)
		}
	}, nil
}

// tell gives every watcher what is new to it. Whoever calls holds the lock.
func (s *Sessions) tell() {
	for w := range s.watchers {
		v := s.show(s.open[w.ticket], w.browser)
		if reflect.DeepEqual(v, w.last) {
			continue
		}
		w.last = v
		select {
		case w.news <- v:
			if v.State.Settled() {
				s.drop(w)
			}
		default: // too slow
			s.drop(w)
		}
	}
}

func (s *Sessions) drop(w *watcher) {
	if _, there := s.watchers[w]; there {
		delete(s.watchers, w)
		close(w.news)
	}
	if len(s.watchers) == 0 {
		for _, told := range s.deserted {
			close(told)
		}
		s.deserted = nil
	}
}

// Deserted is closed as soon as nobody watches.
func (s *Sessions) Deserted() <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	told := make(chan struct{})
	if len(s.watchers) == 0 {
		close(told)
	} else {
		s.deserted = append(s.deserted, told)
	}
	return told
}

// Drain closes every stream as a gateway does that is about to stop.
func (s *Sessions) Drain() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for w := range s.watchers {
		s.drop(w)
	}
}

// Fill lets nobody watch any more, for the given reason, until it is called with nil.
func (s *Sessions) Fill(full error) { s.mu.Lock(); defer s.mu.Unlock(); s.full = full }

// Watching is how many watch at this moment.
func (s *Sessions) Watching() int { s.mu.Lock(); defer s.mu.Unlock(); return len(s.watchers) }
