package bankid

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"strconv"
	"strings"
	"time"
)

// Person is somebody with a BankID.
type Person struct{ Number, GivenName, Surname string }

// People have numbers that the Swedish Tax Agency publishes for testing.
var People = []Person{
	{"199001012385", "Anna", "Andersson"},
	{"200001012392", "Erik", "Eriksson"},
	{"197010632391", "Sam", "Sjöberg"},
	{"196802020575", "Terne", "Paulsen"},
	{"195002229598", "Sten", "Prov"},
	{"201701102384", "Saga", "Andersson"},
}

// Phone is a person's app with an order in it.
type Phone struct {
	s *Service
	o *order
}

// skew is how far the seconds in a code may be from BankID's own.
const skew = 5

// Scan reads an animated code. It fails for a code that was not made as BankID says, or not just now.
func (s *Service) Scan(code string) (*Phone, error) {
	parts := strings.Split(code, ".")
	if len(parts) != 4 || parts[0] != "bankid" {
		return nil, errors.New("the code is none of BankID's")
	}
	return s.pick(func(o *order) bool { return o.qrToken != "" && o.qrToken == parts[1] }, func(o *order) error {
		seconds, err := strconv.Atoi(parts[2])
		if err != nil || strconv.Itoa(seconds) != parts[2] {
			return errors.New("the code has no whole seconds")
		}
		mac := hmac.New(sha256.New, []byte(o.qrSecret))
		mac.Write([]byte(parts[2]))
		if hex.EncodeToString(mac.Sum(nil)) != parts[3] {
			return errors.New("the code is forged")
		}
		if age := int(s.now().Sub(o.begun) / time.Second); seconds < age-skew || seconds > age+skew {
			return errors.New("the code is of another time")
		}
		return nil
	})
}

// Open starts the app by a link with the token.
func (s *Service) Open(token string) (*Phone, error) {
	return s.pick(func(o *order) bool { return o.app != "" && o.app == token }, nil)
}

// Rings is the app of a person on the telephone.
func (s *Service) Rings(number string) (*Phone, error) {
	return s.pick(func(o *order) bool { return o.phone && o.status == "pending" && o.person == number }, nil)
}

func (s *Service) pick(is func(*order) bool, may func(*order) error) (*Phone, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := len(s.orders) - 1; i >= 0; i-- {
		o := s.orders[i]
		if !is(o) {
			continue
		}
		if s.pass(o); o.status != "pending" {
			return nil, errors.New("the order is over")
		}
		if may != nil {
			if err := may(o); err != nil {
				return nil, err
			}
		}
		o.picked, o.hint = true, "started"
		if o.phone {
			o.hint = "userCallConfirm"
		}
		return &Phone{s, o}, nil
	}
	return nil, errors.New("there is no such order")
}

// Say sets the hint code of an order that goes on.
func (p *Phone) Say(hint string) { p.change(func() { p.o.hint = hint }) }

// Approve lets a person approve. Another one than the order names finds no BankID that will do.
func (p *Phone) Approve(who Person) {
	p.change(func() {
		if p.o.person != "" && p.o.person != who.Number {
			p.o.fail("startFailed", p.s.now())
			return
		}
		p.o.by, p.o.status, p.o.hint, p.o.settled = who, "complete", "", p.s.now()
	})
}

// Decline lets the person say no.
func (p *Phone) Decline() { p.Fail("userCancel") }

// Fail ends the order with a hint code.
func (p *Phone) Fail(hint string) { p.change(func() { p.o.fail(hint, p.s.now()) }) }

// Shows is what the person reads, in base64 as it came.
func (p *Phone) Shows() (text string) {
	p.change(func() { text = p.o.visible })
	return text
}

func (p *Phone) change(how func()) {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	if p.s.pass(p.o); p.o.status == "pending" {
		how()
	}
}
