// Package browser holds what tests of the pages that people see have in common: sessions that do as they are told, and
// the tests in a real browser. Those need Node, Chromium and zbarimg, so they are opt-in; see install.sh.
package browser

import (
	"context"
	"slices"
	"sync"

	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/ports/inbound"
	"github.com/eidgate/eidgate/ports/outbound"
)

var _ inbound.Visits = (*Sessions)(nil)

// Session is what a test says about one session.
type Session struct {
	inbound.Visit                           // as its own browser sees it; State is eid.Opened until the person begins
	Challenge     eid.Challenge             // what beginning leads to, with the secret of an animated code
	Challenges    map[eid.EID]eid.Challenge // what beginning leads to with one of several eIDs, in place of Challenge
	Outcome       eid.State                 // what a return from the provider leads to, "" for nothing
	BeginFails    error                     // what beginning fails with
}

// Call is a provider's own call as it arrived.
type Call struct {
	Provider, Ticket string
	Body             []byte
	Headers          map[string]string
}

// Sessions answers [inbound.Visits] for sessions that tests move on by hand.
type Sessions struct {
	clock    outbound.Clock
	mu       sync.Mutex
	open     map[string]*kept
	calls    []Call
	came     []map[string]string
	watchers map[*watcher]struct{}
	deserted []chan struct{}
	full     error
}

type kept struct {
	Session
	browser string
	arrival inbound.Arrival
	begun   eid.AnimatedQR
	drawn   []string
	begins  int
}

// NewSessions has none yet.
func NewSessions(clock outbound.Clock) *Sessions {
	return &Sessions{clock: clock, open: map[string]*kept{}, watchers: map[*watcher]struct{}{}}
}

// Open adds a session, or puts another in its place.
func (s *Sessions) Open(session Session) {
	s.mu.Lock()
	defer s.mu.Unlock()
	session.Visit.Challenge = eid.Challenge{}
	if session.State == "" {
		session.State = eid.Opened
	}
	s.open[session.Ticket] = &kept{Session: session}
}

// Change moves a session on.
func (s *Sessions) Change(ticket string, change func(*Session)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	change(&s.open[ticket].Session)
	s.tell()
}

// Settle ends a session.
func (s *Sessions) Settle(ticket string, state eid.State, reason string) {
	s.Change(ticket, func(n *Session) { n.State, n.Reason, n.Hint = state, reason, "" })
}

// Drawn lists the texts that codes of the session were drawn from, each once.
func (s *Sessions) Drawn(ticket string) []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.open[ticket].drawn)
}

// Begun is how often a browser began the session with an order, and the person's address at the time.
func (s *Sessions) Begun(ticket string) (times int, address string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.open[ticket].begins, s.open[ticket].arrival.Address
}

// Arrived is how the browser came that began the session.
func (s *Sessions) Arrived(ticket string) inbound.Arrival {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.open[ticket].arrival
}

// Calls lists the providers' calls, and Came what browsers brought from them.
func (s *Sessions) Calls() []Call { s.mu.Lock(); defer s.mu.Unlock(); return slices.Clone(s.calls) }

// Came lists what browsers brought from providers.
func (s *Sessions) Came() []map[string]string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.came)
}

func (k *kept) mine(browser string) bool { return k.browser == "" || k.browser == browser }

func (s *Sessions) show(k *kept, browser string) inbound.Visit {
	if !k.mine(browser) {
		return inbound.Visit{
			Ticket: k.Ticket, Session: k.Visit.Session, Language: k.Language, Simulated: k.Simulated, Frames: k.Frames, Theme: k.Theme,
		}
	}
	v := k.Visit
	v.Mine, v.Begun = true, v.State != eid.Opened
	if k.browser == "" {
		v.Proof = ""
	}
	if v.State == eid.Pending && k.browser != "" {
		v.Challenge = k.Session.Challenge
		if other, given := k.Challenges[v.EID]; given {
			v.Challenge = other
		}
		if q := v.Challenge.Animated; !q.IsZero() {
			q.Start = k.begun.Start
			v.Challenge.QR = q.At(s.clock.Now())
			v.Challenge.Animated = eid.AnimatedQR{}
		}
		if !slices.Contains(k.drawn, v.Challenge.QR) {
			k.drawn = append(k.drawn, v.Challenge.QR)
		}
	}
	return v
}

// Look answers [inbound.Visits].
func (s *Sessions) Look(_ context.Context, ticket, browser string) (inbound.Visit, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	k, known := s.open[ticket]
	if !known {
		return inbound.Visit{}, inbound.ErrNoVisit
	}
	return s.show(k, browser), nil
}

// Begin answers [inbound.Visits].
func (s *Sessions) Begin(_ context.Context, ticket string, a inbound.Arrival) (inbound.Visit, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	k, known := s.open[ticket]
	switch {
	case !known:
		return inbound.Visit{}, inbound.ErrNoVisit
	case a.Browser == "" || !k.mine(a.Browser):
		return inbound.Visit{}, eid.ErrOtherBrowser
	}
	k.browser = a.Browser
	if k.State == eid.Opened {
		if err := k.choose(a.EID); err != nil {
			return inbound.Visit{}, err
		}
	}
	if k.BeginFails != nil {
		return inbound.Visit{}, k.BeginFails
	}
	if k.State == eid.Opened {
		k.State, k.Trouble, k.arrival, k.begun.Start = eid.Pending, "", a, s.clock.Now()
		k.begins++
	}
	s.tell()
	return s.show(k, a.Browser), nil
}

func (k *kept) choose(e eid.EID) error {
	switch {
	case e == "" && k.EID == "":
		return eid.ErrNotChosen
	case e == "" || e == k.EID:
		return nil
	case !slices.Contains(k.Choices, e):
		return eid.ErrNotAChoice
	}
	k.EID = e
	return nil
}

// Reconsider answers [inbound.Visits].
func (s *Sessions) Reconsider(_ context.Context, ticket, browser string) (inbound.Visit, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	k, known := s.open[ticket]
	switch {
	case !known:
		return inbound.Visit{}, inbound.ErrNoVisit
	case !k.mine(browser):
		return inbound.Visit{}, eid.ErrOtherBrowser
	case !k.Renewable:
		return inbound.Visit{}, eid.ErrNotAChoice
	}
	if !k.State.Settled() {
		k.reopen("")
		s.tell()
	}
	return s.show(k, browser), nil
}

func (k *kept) reopen(trouble string) {
	k.State, k.Hint, k.Trouble = eid.Opened, "", trouble
	if len(k.Choices) > 0 {
		k.EID = ""
	}
}

// Reopen is what becomes of a renewable session whose order ran out or broke off.
func (s *Sessions) Reopen(ticket, trouble string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.open[ticket].reopen(trouble)
	s.tell()
}

// Cancel answers [inbound.Visits].
func (s *Sessions) Cancel(_ context.Context, ticket, browser string) (inbound.Visit, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	k, known := s.open[ticket]
	switch {
	case !known:
		return inbound.Visit{}, inbound.ErrNoVisit
	case !k.mine(browser):
		return inbound.Visit{}, eid.ErrOtherBrowser
	}
	if !k.State.Settled() {
		k.State, k.Reason = eid.Refused, eid.ReasonDeclined
		s.tell()
	}
	return s.show(k, browser), nil
}

// Return answers [inbound.Visits].
func (s *Sessions) Return(_ context.Context, _ string, params map[string]string, browser string) (inbound.Visit, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.came = append(s.came, params)
	k, known := s.open[params["state"]]
	switch {
	case !known:
		return inbound.Visit{}, inbound.ErrNoVisit
	case k.browser == "" || k.browser != browser:
		return inbound.Visit{}, eid.ErrOtherBrowser
	}
	if k.Outcome != "" {
		k.State = k.Outcome
		s.tell()
	}
	return s.show(k, browser), nil
}

// Notice answers [inbound.Visits].
func (s *Sessions) Notice(_ context.Context, provider, ticket string, body []byte, headers map[string]string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, known := s.open[ticket]; !known {
		return inbound.ErrNoVisit
	}
	s.calls = append(s.calls, Call{Provider: provider, Ticket: ticket, Body: body, Headers: headers})
	return nil
}
