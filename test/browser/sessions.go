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
	inbound.Visit               // as its own browser sees it; State is eid.Opened until the person begins
	Challenge     eid.Challenge // what beginning leads to, with the secret of an animated code
	Outcome       eid.State     // what a return from the provider leads to, "" for nothing
	Trouble       error         // what beginning fails with
}

// Call is a provider's own call as it arrived.
type Call struct {
	Provider, Ticket string
	Body             []byte
	Headers          map[string]string
}

// Sessions answers [inbound.Visits] for sessions that tests move on by hand.
type Sessions struct {
	clock outbound.Clock
	mu    sync.Mutex
	open  map[string]*kept
	calls []Call
	came  []map[string]string
}

type kept struct {
	Session
	browser string
	address string
	begun   eid.AnimatedQR
	drawn   []string
	begins  int
}

// NewSessions has none yet.
func NewSessions(clock outbound.Clock) *Sessions {
	return &Sessions{clock: clock, open: map[string]*kept{}}
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
	return s.open[ticket].begins, s.open[ticket].address
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
		return inbound.Visit{Ticket: k.Ticket, Session: k.Visit.Session, Language: k.Language, Simulated: k.Simulated}
	}
	v := k.Visit
	v.Mine, v.Begun = true, v.State != eid.Opened
	if v.State == eid.Pending && k.browser != "" {
		v.Challenge = k.Session.Challenge
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
func (s *Sessions) Begin(_ context.Context, ticket, browser, address string) (inbound.Visit, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	k, known := s.open[ticket]
	switch {
	case !known:
		return inbound.Visit{}, inbound.ErrNoVisit
	case browser == "" || !k.mine(browser):
		return inbound.Visit{}, eid.ErrOtherBrowser
	}
	k.browser = browser
	if k.Trouble != nil {
		return inbound.Visit{}, k.Trouble
	}
	if k.State == eid.Opened {
		k.State, k.address, k.begun.Start = eid.Pending, address, s.clock.Now()
		k.begins++
	}
	return s.show(k, browser), nil
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
