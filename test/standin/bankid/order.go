package bankid

import (
	"crypto/rand"
	"encoding/json"
	"time"
)

// BankID's own times.
const (
	startWithin   = 30 * time.Second  // an app has to be started
	wholeOrder    = 180 * time.Second // the person has to be done
	keptSuccess   = 3 * time.Minute
	keptFailure   = 5 * time.Minute
	neverAskedFor = 190 * time.Second
)

type order struct {
	kind
	client            string // serial number of the relying party's certificate
	ref, app          string
	qrToken, qrSecret string
	person            string // the only one who may, "" for anybody
	visible, hidden   string
	begun             time.Time
	picked            bool // an app was started
	asked             bool // somebody has collected
	status, hint      string
	settled           time.Time
	by                Person
}

// place takes an order of one kind.
func place(k kind) handler {
	return func(s *Service, client string, body []byte) (map[string]any, *refusal) {
		var raw map[string]any
		_ = json.Unmarshal(body, &raw) // what cannot be read is refused below
		s.bodies = append(s.bodies, raw)
		var r request
		if !read(body, &r) || !k.check(r) {
			return nil, errInvalid
		}
		o := &order{kind: k, client: client, ref: uuid(), status: "pending", hint: "outstandingTransaction", begun: s.now()}
		if r.UserVisibleData != nil {
			o.visible = *r.UserVisibleData
		}
		if r.UserNonVisibleData != nil {
			o.hidden = *r.UserNonVisibleData
		}
		switch {
		case k.phone:
			o.person, o.hint = *r.PersonalNumber, "outstandingTransaction"
		case r.Requirement != nil && r.Requirement.PersonalNumber != nil:
			o.person, o.hint = *r.Requirement.PersonalNumber, "noClient"
		}
		if s.collides(o) {
			return nil, errInProgress
		}
		s.orders = append(s.orders, o)
		answer := map[string]any{"orderRef": o.ref}
		if !k.phone {
			o.app, o.qrToken, o.qrSecret = uuid(), uuid(), uuid()
			answer["autoStartToken"], answer["qrStartToken"], answer["qrStartSecret"] = o.app, o.qrToken, o.qrSecret
		}
		return answer, nil
	}
}

// collides ends the order that the named person has open, and says whether there was one.
func (s *Service) collides(o *order) bool {
	if o.person == "" {
		return false
	}
	found := false
	for _, other := range s.orders {
		if s.pass(other); other.status == "pending" && other.person == o.person {
			other.fail("cancelled", s.now())
			found = true
		}
	}
	return found
}

// pass lets time pass for an order.
func (s *Service) pass(o *order) {
	if o.status != "pending" {
		return
	}
	switch age := s.now().Sub(o.begun); {
	case !o.phone && !o.picked && age >= startWithin:
		o.fail("startFailed", o.begun.Add(startWithin))
	case age >= wholeOrder:
		o.fail("expiredTransaction", o.begun.Add(wholeOrder))
	}
}

func (o *order) fail(hint string, now time.Time) { o.status, o.hint, o.settled = "failed", hint, now }

// known finds an order of the client that can still be asked for.
func (s *Service) known(client, ref string) *order {
	for _, o := range s.orders {
		if o.ref != ref || o.client != client {
			continue
		}
		s.pass(o)
		now := s.now()
		switch {
		case o.status == "told",
			o.status == "complete" && now.Sub(o.settled) >= keptSuccess,
			o.status == "failed" && now.Sub(o.settled) >= keptFailure,
			!o.asked && now.Sub(o.begun) >= neverAskedFor:
			return nil
		}
		return o
	}
	return nil
}

type reference struct {
	OrderRef string `json:"orderRef"`
}

func collect(s *Service, client string, body []byte) (map[string]any, *refusal) {
	var r reference
	if !read(body, &r) {
		return nil, errInvalid
	}
	o := s.known(client, r.OrderRef)
	if o == nil {
		return nil, errInvalid
	}
	o.asked = true
	answer := map[string]any{"orderRef": o.ref, "status": o.status}
	switch o.status {
	case "complete":
		answer["completionData"] = s.completion(o)
		o.status = "told"
	case "failed":
		answer["hintCode"] = o.hint
		o.status = "told"
	default:
		answer["hintCode"] = o.hint
	}
	return answer, nil
}

func cancel(s *Service, client string, body []byte) (map[string]any, *refusal) {
	var r reference
	if !read(body, &r) {
		return nil, errInvalid
	}
	o := s.known(client, r.OrderRef)
	if o == nil || o.status != "pending" {
		return nil, errInvalid
	}
	o.status = "told" // who took it back is not told of it again
	return map[string]any{}, nil
}

// uuid is random, as BankID's names for things are.
func uuid() string {
	const digits = "0123456789abcdef"
	var b [32]byte
	_, _ = rand.Read(b[:]) // never fails
	text := make([]byte, 0, 36)
	for i, c := range b {
		if i == 8 || i == 12 || i == 16 || i == 20 {
			text = append(text, '-')
		}
		text = append(text, digits[c&15])
	}
	return string(text)
}
