package callback

import (
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/eidgate/eidgate/ports/outbound"
)

const (
	mostHeld   = 512 // callbacks in memory, waiting or on their way
	mostActive = 128 // of those on their way
	firstWidth = 2   // deliveries side by side to a receiver that nothing is known of ...
	mostWidth  = 8   // ... and to one that answers
	depth      = 8   // callbacks held for each that may be on its way

	leastBack = 500 * time.Millisecond // how far a callback is put off because its lane is full, at least ...
	mostBack  = time.Minute            // ... and at most
	step      = 250 * time.Millisecond

	memory = time.Minute // how long it is remembered how quick a receiver is
)

// lanes holds the claimed callbacks, by receiving host. A lane grows while its receiver answers and shrinks to one
// delivery at a time when it does not, so that what hangs takes little room from the others.
type lanes struct {
	mu     sync.Mutex
	all    map[string]*lane
	held   int
	active int
}

type lane struct {
	opened time.Time
	used   time.Time // last
	queue  []job
	active int
	width  int
	took   time.Duration // by the last delivery, 0 before one has ended
	free   time.Time     // when there will be room for what is put off next
	rests  time.Time     // until then the receiver is left alone
}

// job is a claimed callback in its lane.
type job struct {
	callback outbound.Callback
	claimed  time.Time
	lane     *lane
}

// later is callbacks that are given back, by when they are due again.
type later = map[time.Time][]string

func newLanes() *lanes { return &lanes{all: map[string]*lane{}} }

// room says how many callbacks may be claimed, and forgets lanes of which nothing is left to know.
func (s *lanes) room(now time.Time) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	for receiver, l := range s.all {
		if l.held() == 0 && !now.Before(l.rests) && now.Sub(l.used) > memory {
			delete(s.all, receiver)
		}
	}
	return mostHeld - s.held
}

// admit takes a callback that was claimed just now, or says when it should be due again.
func (s *lanes) admit(c outbound.Callback, now time.Time) (until time.Time, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	to := receiver(c.Address)
	l := s.all[to]
	if l == nil {
		l = &lane{width: firstWidth, opened: now}
		s.all[to] = l
	}
	l.used = now
	switch {
	case now.Before(l.rests) && !tooOld(c, now):
		return untried(c, l.rests.Sub(now), now), false
	case l.held() >= l.width*depth:
		return l.back(now), false
	}
	l.queue = append(l.queue, job{c, now, l})
	s.held++
	return time.Time{}, true
}

// next gives what may be delivered now, and what waited so long that its claim ends soon.
func (s *lanes) next(now time.Time) (jobs []job, stale later) {
	s.mu.Lock()
	defer s.mu.Unlock()
	stale = later{}
	for _, l := range s.all {
		for len(l.queue) > 0 && l.active < l.width && s.active < mostActive {
			j := l.queue[0]
			l.queue = l.queue[1:]
			if now.Sub(j.claimed) > freshness {
				s.held--
				stale[now] = append(stale[now], j.callback.Session)
				continue
			}
			l.active++
			s.active++
			jobs = append(jobs, j)
		}
	}
	return jobs, stale
}

// done takes a callback that was not brought to its receiver out of its lane.
func (s *lanes) done(j job) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.leave(j)
}

// answered notes that the receiver is there.
func (s *lanes) answered(j job, took time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.leave(j)
	j.lane.took = max(took, 1)
	j.lane.width = min(j.lane.width+1, mostWidth)
}

// silent notes that the receiver did not answer. What waits for it is given back.
func (s *lanes) silent(j job, took time.Duration, now time.Time) later {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.leave(j)
	j.lane.took = max(took, 1)
	j.lane.width = 1
	return s.clear(j.lane, func(job) time.Time { return j.lane.back(now) })
}

// resting notes that the receiver is left alone for a while. What waits for it is given back.
func (s *lanes) resting(j job, rest time.Duration, now time.Time) later {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.leave(j)
	j.lane.rests = now.Add(rest)
	return s.clear(j.lane, func(w job) time.Time { return untried(w.callback, rest, now) })
}

// empty gives back everything that waits, at once.
func (s *lanes) empty(now time.Time) later {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := later{}
	for _, l := range s.all {
		all[now] = append(all[now], s.clear(l, func(job) time.Time { return now })[now]...)
	}
	if len(all[now]) == 0 {
		return nil
	}
	return all
}

func (s *lanes) leave(j job) {
	j.lane.active--
	s.active--
	s.held--
}

func (s *lanes) clear(l *lane, until func(job) time.Time) later {
	back := later{}
	for _, j := range l.queue {
		at := until(j)
		back[at] = append(back[at], j.callback.Session)
	}
	s.held -= len(l.queue)
	l.queue = nil
	return back
}

func (l *lane) held() int { return l.active + len(l.queue) }

// back says when there may be room for one more. What is put off is spread over time as quickly as the receiver has
// worked so far, so that it neither comes back all at once nor is claimed in vain again and again. While nobody knows how
// quickly that is, it is put off for as long as that has been so.
func (l *lane) back(now time.Time) time.Time {
	if l.took == 0 {
		return upToStep(now.Add(min(max(leastBack, now.Sub(l.opened)), mostBack)))
	}
	pace := l.took / time.Duration(l.width)
	if !now.Before(l.free) {
		l.free = now.Add(pace * time.Duration(l.held()))
	}
	if l.free = l.free.Add(pace); l.free.Sub(now) > mostBack {
		l.free = now.Add(mostBack)
	}
	return upToStep(l.free)
}

func upToStep(t time.Time) time.Time { return t.Truncate(step).Add(step) }

// receiver names the host and port of an address, in one spelling.
func receiver(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	port := u.Port()
	switch {
	case port != "":
	case u.Scheme == "http":
		port = "80"
	default:
		port = "443"
	}
	return strings.TrimSuffix(strings.ToLower(u.Hostname()), ".") + ":" + port
}
