package eid

import (
	"strconv"
	"time"

	"github.com/eidgate/eidgate/domain/audit"
	"github.com/eidgate/eidgate/domain/fault"
)

// What can be wrong with a session, or with what is done to it.
var (
	ErrNoSession = fault.New(fault.NotFound, "session_unknown", "There is no such session.")
	ErrStale     = fault.New(fault.Conflict, "session_stale", "The session was changed by somebody else.")
	ErrSettled   = fault.New(fault.Conflict, "session_settled", "The session is over.")
	ErrClaimed   = fault.New(fault.Conflict, "session_claimed", "The session is being worked on; try again in a moment.")
	ErrExpired   = fault.New(fault.Invalid, "session_expired", "The session has expired.")
	// ErrOtherBrowser: the session belongs to another browser than the one that asks.
	ErrOtherBrowser = fault.New(fault.Forbidden, "other_browser", "This was begun in another browser; go on there, or start again.")
)

// State is how far a session has come.
type State string

// The states. All but Opened and Pending are final.
//
//	opened ──> pending ──> completed   the person approved, and the evidence fits the order
//	   │ ▲        ├──────> refused     the person or the scheme said no
//	   │ └────────┤
//	   │          ├──────> failed      the evidence does not fit, or was lost
//	   └──────────┴──────> expired     nobody said anything in time
//
// Only a renewable session goes back to opened: its order ran out, or its person wants another eID.
// A person saying no is an outcome, not an error.
const (
	Opened    State = "opened"
	Pending   State = "pending"
	Completed State = "completed"
	Refused   State = "refused"
	Failed    State = "failed"
	Expired   State = "expired"
)

// Settled holds for the final states.
func (s State) Settled() bool { return s != Opened && s != Pending }

// Session is one order on its way from opened to settled. It changes only through its methods, each of which
// returns the facts to append; no change, no fact.
type Session struct{ s Snapshot }

// Open begins a session that lives for the given time. It fails with [ErrOrder].
func Open(id, nonce string, order Order, now time.Time, life time.Duration) (*Session, []audit.Fact, error) {
	if err := order.check(); err != nil {
		return nil, nil, err
	}
	if err := order.checkLabels(now); err != nil {
		return nil, nil, err
	}
	if order.EID != "" {
		order = order.chosen(order.EID)
	}
	s := &Session{s: Snapshot{ID: id, Nonce: nonce, Order: order, State: Opened, OpenedAt: now, ExpiresAt: now.Add(life)}}
	details := map[string]string{"operation": string(order.Operation), "surface": order.Surface}
	if order.EID != "" {
		details["eid"] = string(order.EID)
	}
	return s, s.tell("session.opened", now, order.labelled(details)), nil
}

// Restore brings a session back from storage.
func Restore(s Snapshot) *Session { return &Session{s: s} }

// Snapshot shows the session as it stands.
func (s *Session) Snapshot() Snapshot { return s.s }

// Saved tells the session that storage holds it at the given version.
func (s *Session) Saved(version int64) { s.s.Version = version }

// Present notes which provider took the order and what the person is shown; what was pending already may be
// shown something new. It fails with [ErrSettled], [ErrExpired], or [ErrNotChosen].
func (s *Session) Present(provider string, challenge Challenge, thread []byte, now time.Time) ([]audit.Fact, error) {
	if err := s.alive(now); err != nil {
		return nil, err
	}
	if s.s.Order.EID == "" {
		return nil, ErrNotChosen
	}
	first := s.s.State == Opened
	s.s.Trouble = ""
	s.s.State, s.s.Provider, s.s.Challenge, s.s.Thread = Pending, provider, challenge, thread
	if !first {
		return nil, nil
	}
	return s.tell("session.pending", now, map[string]string{"provider": provider}), nil
}

// Take claims the session for owner until the lease ends. It fails with [ErrSettled], [ErrExpired], or
// [ErrClaimed] while somebody else's lease runs.
func (s *Session) Take(owner string, now time.Time, lease time.Duration) error {
	if err := s.alive(now); err != nil {
		return err
	}
	if s.s.Claim.Owner != "" && s.s.Claim.Owner != owner && now.Before(s.s.Claim.Until) {
		return ErrClaimed
	}
	s.s.Claim = Claim{Owner: owner, Until: now.Add(lease)}
	return nil
}

// Hold notes a claim that storage has prolonged without changing the session otherwise.
func (s *Session) Hold(c Claim) { s.s.Claim = c }

// GiveBack ends a claim, so that somebody else may try.
func (s *Session) GiveBack() { s.s.Claim = Claim{} }

// Complete settles the session with evidence: completed when it fits the order, failed when it does not, so that
// evidence is never looked at twice. It fails with [ErrSettled] or [ErrExpired].
//
// Who claimed the session in time may complete it until the claim ends.
func (s *Session) Complete(e Evidence, now time.Time) ([]audit.Fact, error) {
	if err := s.alive(now); err != nil && (s.s.State.Settled() || !now.Before(s.s.Claim.Until)) {
		return nil, err
	}
	reason := s.s.Order.unmet(e)
	if s.s.Order.Operation == ProveAge && reason == "" {
		s.s.AgeFits, reason = s.s.Order.Require.fits(e, now)
	}
	if reason != "" {
		return s.settle(Failed, reason, now), nil
	}
	s.s.Evidence = e.kept(s.s.Order)
	return s.settle(Completed, "", now), nil
}

// Refuse settles the session because the person or the scheme said no. A renewable session that nobody said no to, but
// whose order ran out or broke off, is open again instead; one whose provider failed only where the person may choose
// another eID. It fails with [ErrSettled].
func (s *Session) Refuse(reason string, now time.Time) ([]audit.Fact, error) {
	if s.s.State.Settled() {
		return nil, ErrSettled
	}
	if s.renews(reason, now) {
		return s.reopen(reason, now), nil
	}
	return s.settle(Refused, reason, now), nil
}

// Fail settles the session because its order cannot be carried out. A renewable session whose browser brought a code that its
// provider does not accept is open again instead: people with two windows bring that of an order before. It fails with
// [ErrSettled].
func (s *Session) Fail(reason string, now time.Time) ([]audit.Fact, error) {
	if s.s.State.Settled() {
		return nil, ErrSettled
	}
	if reason == ReasonCodeRejected && s.renews(ReasonInterrupted, now) {
		return s.reopen(ReasonInterrupted, now), nil
	}
	return s.settle(Failed, reason, now), nil
}

// Expire settles a session whose time is over: expired, or failed [ReasonStartLost] if its start never came back
// from the provider, or failed [ReasonEvidenceLost] if something was spent on it and it never settled. Before its time,
// while a claim that spends something runs, and when settled, it changes nothing.
func (s *Session) Expire(now time.Time) []audit.Fact {
	switch {
	case s.s.State.Settled() || now.Before(s.s.ExpiresAt) || now.Before(s.s.Claim.Until) && s.s.Claim.spends():
		return nil
	case s.s.State == Opened && s.s.Order.Channel != Page:
		return s.settle(Failed, ReasonStartLost, now)
	case s.s.Claim.spends():
		return s.settle(Failed, ReasonEvidenceLost, now)
	}
	return s.settle(Expired, "", now)
}

func (s *Session) alive(now time.Time) error {
	if s.s.State.Settled() {
		return ErrSettled
	}
	if !now.Before(s.s.ExpiresAt) {
		return ErrExpired
	}
	return nil
}

func (s *Session) settle(state State, reason string, now time.Time) []audit.Fact {
	s.s.State, s.s.Reason, s.s.SettledAt, s.s.Claim = state, reason, now, Claim{}
	s.s.Thread, s.s.Challenge, s.s.Hint, s.s.Due = nil, Challenge{}, "", time.Time{}
	details := s.s.Order.labelled(map[string]string{"eid": string(s.s.Order.EID), "provider": s.s.Provider})
	if reason != "" {
		details["reason"] = reason
	}
	if s.s.Order.Operation != Authenticate {
		details["operation"] = string(s.s.Order.Operation)
	}
	if state == Completed && s.s.Evidence.Simulated {
		details["simulated"] = "true"
	}
	return s.tell("session."+string(state), now, details)
}

func (s *Session) tell(kind string, now time.Time, details map[string]string) []audit.Fact {
	s.s.Sequence++
	actor := audit.System
	switch o := s.s.Order; {
	case o.Client == audit.Message:
		actor = audit.Message
	case o.Client != "":
		actor = "client/" + o.Client
	case o.Account != 0:
		actor = accountActor(o.Account)
	}
	return []audit.Fact{{
		Organization: s.s.Order.Scope.Organization, Environment: string(s.s.Order.Scope.Environment),
		Kind: kind, Subject: "session/" + s.s.ID, Sequence: s.s.Sequence, At: now, Actor: actor, Details: details,
	}}
}

func accountActor(id int64) string { return "account/" + strconv.FormatInt(id, 10) }
