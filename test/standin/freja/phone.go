package freja

import (
	"errors"
	"net/url"
)

// Person is somebody with Freja.
type Person struct{ Country, Number, GivenName, Surname, Born, Phone, Email, Level string }

// People have numbers that the authorities of the four countries publish for testing.
var People = []Person{
	{"SE", "199001012385", "Anna", "Andersson", "1990-01-01", "+46701740605", "anna@example.se", "PLUS"},
	{"SE", "200001012392", "Erik", "Eriksson", "2000-01-01", "+46701740606", "erik@example.se", "EXTENDED"},
	{"SE", "196802020575", "Terne", "Paulsen", "1968-02-02", "+46701740607", "terne@example.se", "PLUS"},
	{"SE", "195002229598", "Sten", "Prov", "1950-02-22", "+46701740608", "sten@example.se", "PLUS"},
	{"NO", "05840399895", "Kari", "Nordmann", "2003-04-05", "+4799999991", "kari@example.no", "PLUS"},
	{"DK", "2911829996", "Mette", "Jensen", "1982-11-29", "+4530303030", "mette@example.dk", "PLUS"},
	{"FI", "210281-9988", "Aino", "Virtanen", "1981-02-21", "+358401234567", "aino@example.fi", "PLUS"},
}

// Phone is a person's app with an order in it.
type Phone struct {
	s *Service
	o *order
}

// Follow reads a code or follows a link to the app.
func (s *Service) Follow(link string) (*Phone, error) {
	u, err := url.Parse(link)
	if err != nil || u.Scheme != "frejaeid" || u.Host != "bindUserToTransaction" {
		return nil, errors.New("the link is none of Freja's")
	}
	ref := u.Query().Get("transactionReference")
	return s.pick(func(o *order) bool { return o.ref == ref && o.named == nil })
}

// Notified is the app of somebody whom an order names.
func (s *Service) Notified(number string) (*Phone, error) {
	return s.pick(func(o *order) bool { return o.open() && o.named != nil && o.named.Number == number })
}

func (s *Service) pick(is func(*order) bool) (*Phone, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := len(s.orders) - 1; i >= 0; i-- {
		o := s.orders[i]
		s.pass(o)
		if is(o) && o.open() {
			o.status = "DELIVERED_TO_MOBILE"
			return &Phone{s, o}, nil
		}
	}
	return nil, errors.New("there is no such order")
}

// Approve lets a person approve. One who is known less well than the order wants cannot.
func (p *Phone) Approve(who Person) {
	p.change(func() {
		if p.o.named != nil && p.o.named.Number != who.Number || p.o.MinRegistrationLevel == "PLUS" && who.Level != "PLUS" {
			p.o.settle("REJECTED", p.s.now())
			return
		}
		p.o.by = who
		p.o.settle("APPROVED", p.s.now())
	})
}

// Decline lets the person say no.
func (p *Phone) Decline() { p.Say("CANCELED") }

// Say sets the status of the order, whatever it is.
func (p *Phone) Say(status string) { p.change(func() { p.o.settle(status, p.s.now()) }) }

func (p *Phone) change(how func()) {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	if p.s.pass(p.o); p.o.open() {
		how()
	}
}
