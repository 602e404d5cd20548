package simulator

import (
	"context"
	"time"

	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/ports/outbound"
)

// firstHint is where a placed order stands before anybody has touched it.
func firstHint(a asked) eid.Hint {
	switch {
	case a.EID == eid.SEBankID && (a.Person != "" || a.Stranger):
		return eid.HintNoClient
	case a.Channel == eid.App:
		return eid.HintOutstanding
	}
	return eid.HintDelivered
}

// hints are what is heard after the person's word and before the evidence, in true order.
func (t thread) hints() []eid.Hint {
	switch {
	case t.EID == eid.SEBankID && t.Operation.ByPhone():
		return []eid.Hint{eid.HintCallConfirm, eid.HintSigning, eid.HintProcessing}
	case t.EID == eid.SEBankID:
		return []eid.Hint{eid.HintStarted, eid.HintSigning, eid.HintProcessing}
	case t.Channel == eid.App:
		return []eid.Hint{eid.HintDelivered}
	}
	return nil
}

// follow looks after a placed order. Once the person has approved, each call brings the next hint and then the evidence;
// the thread remembers who it was, so that any process can go on.
func (s *Simulator) follow(ctx context.Context, t thread) (outbound.Step, error) {
	if err := s.stumble(ctx, t.EID); err != nil {
		return outbound.Step{}, err
	}
	now := s.clock.Now()
	if t.Approved == "" {
		person, refusal := s.word(t.asked, now)
		switch {
		case refusal != "":
			return outbound.Step{Refusal: refusal}, nil
		case person == "":
			return outbound.Step{Rest: idle}, nil
		}
		t.Approved = person
	}
	if hints := t.hints(); t.Stage < len(hints) {
		hint := hints[t.Stage]
		t.Stage++
		raw, err := t.written()
		return outbound.Step{Hint: hint, Thread: raw, Rest: stride}, err
	}
	evidence, err := s.evidence(t.asked, t.Approved, s.token("evidence", t.Session), now)
	return outbound.Step{Evidence: evidence}, err
}

// word is what the person has said: who approved, or why there was no approval, or nothing yet. An order that this
// process does not know is put before its person again.
func (s *Simulator) word(a asked, now time.Time) (person, refusal string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	o := s.orders.find(placedKey(a.Session), now)
	switch {
	case o != nil && !o.settled.IsZero():
		return o.person, o.failure.reason
	case a.expired(now):
		return "", eid.ReasonTimedOut
	case o == nil:
		s.orders.add(s.again(a, now), now)
	}
	return "", ""
}

// again is the order of a thread that this process has not seen, or has forgotten.
func (s *Simulator) again(a asked, now time.Time) *order {
	o := s.placed(a, time.UnixMicro(a.Placed).UTC())
	if p, found := personCalled(a.Person); found {
		if _, alone := exclusive(a.EID); alone {
			if n, err := p.number(now); err == nil {
				o.alone = standing{scope: a.Scope, eid: a.EID, number: n}
			}
		}
	}
	return o
}

// expired holds when the scheme's time for a placed order is over.
func (a asked) expired(now time.Time) bool {
	return !now.Before(time.UnixMicro(a.Placed).Add(lifeOf(a.EID)))
}

// Cancel takes an order back; the browsers that wait are sent back as after a no. A browser that has not come yet can
// still come: its code then meets a session that is over.
func (s *Simulator) Cancel(_ context.Context, raw []byte) error {
	t, err := readThread(raw)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.clock.Now()
	s.papers.remove(t.Session)
	if t.Placed == 0 {
		for _, o := range s.orders.waiting(now) {
			if o.request.Nonce == t.Nonce {
				o.fail(withdrawn, now)
			}
		}
		return nil
	}
	o := s.orders.find(placedKey(t.Session), now)
	if o == nil && !t.expired(now) { // so that nobody finds it waiting again
		o = s.again(t.asked, now)
		s.orders.add(o, now)
	}
	if o != nil && o.waits(now) {
		o.fail(withdrawn, now)
	}
	return nil
}
