package simulator

import (
	"time"

	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/identity"
	"github.com/eidgate/eidgate/ports/outbound"
)

const (
	// idle is how long to leave us alone while the person thinks, stride while the scheme works: from the person's word
	// to the evidence it takes Swedish BankID three strides.
	idle   = time.Second
	stride = 500 * time.Millisecond
)

// lifeOf is how long a scheme lets an order wait in the app (BankID, Relying Party guidelines: 180 s in all; Freja,
// transaction expiry: 2 minutes). An order at Swedish BankID that nobody touches lives as long, as one does whose QR code
// keeps changing: that no app was started is only heard when somebody lets it fail with "startFailed". For the others,
// which say nothing binding, it is BankID's time.
func lifeOf(e eid.EID) time.Duration {
	if e == eid.SEFreja {
		return 2 * time.Minute
	}
	return 180 * time.Second
}

// exclusive holds for the schemes that let nobody have two orders at once, and says how the first ends.
func exclusive(e eid.EID) (ends failure, ok bool) {
	switch e {
	case eid.SEBankID:
		return failures["cancelled"], true
	case eid.SEFreja:
		return failures["REJECTED"], true
	}
	return failure{}, false
}

// place puts an order before the people with apps. Where it names one of them who has another order open, both end, as
// the scheme has it; organizations and environments do not meet there, because they all play the same few people.
func (s *Simulator) place(session eid.Snapshot, channel eid.Channel) (outbound.Step, error) {
	now := s.clock.Now()
	a := ask(session, channel)
	p, ours, named := whom(session.Order, now)
	if channel == eid.Backchannel && !ours {
		return outbound.Step{}, eid.ErrUnknownPerson
	}
	a.Person, a.Stranger, a.Placed = p.id, named && !ours, now.UnixMicro()
	switch {
	case channel != eid.Backchannel:
	case a.EID == eid.NOBankID:
		a.Binding = s.binding(a.order())
	case a.EID == eid.DKMitID:
		a.Binding = session.Order.BindingMessage
	}
	t := thread{asked: a}
	raw, err := t.written()
	if err != nil {
		return outbound.Step{}, err
	}
	o := s.placed(a, now)
	if ends, alone := exclusive(a.EID); alone && named {
		o.alone = standing{scope: a.Scope, eid: a.EID, number: session.Order.Require.Person}
		if !s.openAlone(o, ends, now) {
			return outbound.Step{}, eid.ErrInProgress
		}
	} else {
		s.open(o, now)
	}
	c := s.shownAt(a, now)
	return outbound.Step{Challenge: &c, Hint: firstHint(a), Thread: raw, Rest: idle}, nil
}

// standing is a person's place at a scheme, which one order at a time can take.
type standing struct {
	scope  string
	eid    eid.EID
	number identity.Number
}

func (s *Simulator) open(o *order, now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.orders.add(o, now)
}

// openAlone is open where the order's place is free. Where another session has it, that one's order ends.
func (s *Simulator) openAlone(o *order, ends failure, now time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if other := s.orders.alone[o.alone]; other != nil && other.key != o.key && other.waits(now) {
		other.fail(ends, now)
		return false
	}
	s.orders.add(o, now)
	return true
}

// placed is the order of a thread, as its person sees it.
func (s *Simulator) placed(a asked, now time.Time) *order {
	return &order{
		id: s.token("order", a.order()), key: placedKey(a.Session), token: s.appToken(a), made: now, request: request{asked: a.excerpt(mostShown)},
	}
}

func placedKey(session string) string { return "placed/" + session }

// appToken opens the app: BankID's auto-start token, Freja's transaction reference. Nobody but the person who is named
// can open an order on the backchannel.
func (s *Simulator) appToken(a asked) string {
	if a.Channel != eid.App {
		return ""
	}
	return s.token("app", a.order())
}

// shownAt is the challenge of a placed order as it looks at a moment.
func (s *Simulator) shownAt(a asked, now time.Time) eid.Challenge {
	c := eid.Challenge{AppToken: s.appToken(a), BindingMessage: a.Binding}
	switch {
	case c.AppToken == "":
	case a.EID == eid.SEBankID:
		c.Animated = eid.AnimatedQR{
			Token: s.token("qr", a.order()), Secret: s.token("qr secret", a.order()), Start: time.UnixMicro(a.Placed).UTC(),
		}
		c.QR = c.Animated.At(now)
	default:
		c.QR = a.EID.LaunchLink(c.AppToken, false, "")
	}
	return c
}
