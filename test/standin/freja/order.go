package freja

import (
	"crypto/rand"
	"encoding/json"
	"slices"
	"time"
)

// Freja's own times.
const (
	loginLife = 2 * time.Minute
	keptFor   = 10 * time.Minute
)

type order struct {
	request
	signs   bool
	client  string // serial number of the relying party's certificate
	ref     string
	named   *Person
	begun   time.Time
	expires time.Time
	status  string
	settled time.Time
	by      Person
}

// place takes a login or a signature.
func place(signs bool) handler {
	return func(s *Service, client string, question []byte) (map[string]any, int) {
		s.last = nil
		_ = json.Unmarshal(question, &s.last) // what cannot be read is refused below
		var r request
		if !read(question, &r) {
			return nil, 1010
		}
		if code := r.check(signs); code != fine {
			return nil, code
		}
		now := s.now()
		o := &order{request: r, signs: signs, client: client, ref: rand.Text() + rand.Text(), begun: now, expires: now.Add(loginLife), status: "STARTED"}
		if signs {
			if code := r.checkSignature(now); code != fine {
				return nil, code
			}
			if r.Expiry != nil {
				o.expires = time.UnixMilli(*r.Expiry)
			}
		}
		if r.UserInfoType != "INFERRED" {
			if o.named = r.person(); o.named == nil {
				return nil, 1012
			}
			if s.collides(o) {
				return nil, 2000
			}
		}
		s.orders = append(s.orders, o)
		return map[string]any{refName(signs): o.ref}, fine
	}
}

func refName(signs bool) string {
	if signs {
		return "signRef"
	}
	return "authRef"
}

// person is whom the order names.
func (r request) person() *Person {
	who, _ := r.ssn()
	i := slices.IndexFunc(People, func(p Person) bool {
		return r.UserInfoType == "PHONE" && p.Phone == r.UserInfo || r.UserInfoType == "SSN" && p.Country == who.Country && p.Number == who.SSN
	})
	if i < 0 {
		return nil
	}
	return &People[i]
}

// collides ends the login that the named person has open, and says whether there was one. Signatures may wait side by
// side.
func (s *Service) collides(o *order) bool {
	found := false
	for _, other := range s.orders {
		s.pass(other)
		if !o.signs && !other.signs && other.open() && other.named != nil && other.named.Number == o.named.Number {
			other.settle("REJECTED", s.now())
			found = true
		}
	}
	return found
}

func (o *order) open() bool { return o.status == "STARTED" || o.status == "DELIVERED_TO_MOBILE" }

func (o *order) settle(status string, now time.Time) { o.status, o.settled = status, now }

// pass lets time pass for an order.
func (s *Service) pass(o *order) {
	if o.open() && !s.now().Before(o.expires) {
		o.settle("EXPIRED", o.expires)
	}
}

// find gives an order of the client that can still be asked for.
func (s *Service) find(client string, signs bool, question []byte) *order {
	var ref map[string]string
	if json.Unmarshal(question, &ref) != nil || len(ref) != 1 {
		return nil
	}
	for _, o := range s.orders {
		if o.ref != ref[refName(signs)] || o.client != client || o.signs != signs {
			continue
		}
		if s.pass(o); !o.open() && s.now().Sub(o.settled) >= keptFor {
			return nil
		}
		return o
	}
	return nil
}

func result(signs bool) handler {
	return func(s *Service, client string, question []byte) (map[string]any, int) {
		o := s.find(client, signs, question)
		if o == nil {
			return nil, 1100
		}
		answer := map[string]any{refName(signs): o.ref, "status": o.status}
		if o.status == "APPROVED" {
			answer["details"] = s.details(o)
			answer["requestedAttributes"] = map[string]any{"ssn": ssn{"SE", "unsigned"}}
		}
		return answer, fine
	}
}

func cancel(signs bool) handler {
	return func(s *Service, client string, question []byte) (map[string]any, int) {
		o := s.find(client, signs, question)
		if o == nil {
			return nil, 1100
		}
		if o.open() {
			o.settle("RP_CANCELED", s.now())
		}
		return map[string]any{}, fine
	}
}
