package binary_test

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"strconv"
	"sync"
	"testing"
	"time"
)

// journal is what clients were told: the gateway's acknowledgements, kept outside of it.
type journal struct {
	mu       sync.Mutex
	accounts map[int64]*entry
	tokens   map[string]int64 // and whose they are
	acks     int
}

// entry is one account as far as its client knows.
type entry struct {
	email    string
	ssn      string // "" for none, as far as was acknowledged
	unsure   bool   // an attachment was sent and not answered
	deleting bool   // a deletion was sent
	deleted  bool   // and acknowledged
}

func (j *journal) note(write func()) {
	j.mu.Lock()
	defer j.mu.Unlock()
	write()
	j.acks++
}

func (j *journal) acknowledged() int {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.acks
}

// client lives with one simulated person, whose number goes from account to account.
type client struct {
	g       *gateway
	j       *journal
	name    string
	country string
	method  string
	person  string
	numbers *roll
	office  string
	over    <-chan struct{}
	t       *testing.T
}

// known waits until the gateway is there again after an answer that did not come, and says whether this one did.
func (c *client) known(a answer) bool {
	switch {
	case a.err != nil:
		again := time.NewTicker(5 * time.Millisecond)
		defer again.Stop()
		for !c.gone() && c.g.health("/readyz") != http.StatusOK {
			<-again.C
		}
		return false
	case a.status >= 500 || a.status == http.StatusTooManyRequests:
		c.t.Errorf("%s was answered with %v", c.name, a)
	}
	return true
}

func (c *client) gone() bool {
	select {
	case <-c.over:
		return true
	default:
		return false
	}
}

// live makes accounts, signs in, attaches and deletes, until it is over.
func (c *client) live() {
	for n := 0; !c.gone(); n++ {
		c.give(fmt.Sprintf("%s-%d-given@example.com", c.name, n))
		id := c.prove(fmt.Sprintf("%s-%d@example.com", c.name, n))
		if id == 0 || c.gone() {
			continue
		}
		c.remove(id)
	}
}

// give registers an account with a number.
func (c *client) give(email string) {
	ssn := c.numbers.take()
	id, a := c.g.register(c.office, email, "NO", ssn)
	if !c.known(a) {
		return
	}
	if id == 0 {
		c.t.Errorf("%s cannot register with a number: %v", c.name, a)
		return
	}
	c.j.note(func() { c.j.accounts[id] = &entry{email: email, ssn: ssn} })
}

// prove registers an account and attaches the person's number. It gives the account, 0 if there is none for sure.
func (c *client) prove(email string) int64 {
	id, a := c.g.register(c.office, email, c.country, "")
	if !c.known(a) {
		return 0
	}
	if id == 0 {
		c.t.Errorf("%s cannot register: %v", c.name, a)
		return 0
	}
	e := &entry{email: email}
	c.j.note(func() { c.j.accounts[id] = e })
	token, a := c.g.signIn(email)
	if !c.known(a) {
		return id
	}
	c.j.note(func() { c.j.tokens[token] = id })
	ssn, a := c.g.attach(token, c.method, c.person)
	switch {
	case !c.known(a):
		c.j.note(func() { e.unsure = true })
	case ssn != "":
		c.j.note(func() { e.ssn = ssn })
	case a.status != http.StatusNotFound && a.status != http.StatusBadRequest: // the simulator's orders died with it
		c.t.Errorf("%s cannot attach: %v", c.name, a)
	}
	return id
}

// remove deletes the account, however often it takes.
func (c *client) remove(id int64) {
	c.j.note(func() { c.j.accounts[id].deleting = true })
	for tries := 0; ; tries++ {
		a := c.g.ask(http.MethodDelete, "/api/v1/account/"+strconv.FormatInt(id, 10), c.office, nil)
		switch {
		case !c.known(a):
			if c.gone() {
				return
			}
			continue
		case a.ok() || tries > 0 && a.status == http.StatusNotFound:
			c.j.note(func() { c.j.accounts[id].deleted = true })
		default:
			c.t.Errorf("%s cannot delete: %v", c.name, a)
		}
		return
	}
}

func TestKillingTheProgramLosesNothingThatWasAcknowledged(t *testing.T) {
	storages(t, func(t *testing.T, g *gateway) {
		g.start(t)
		j := &journal{accounts: map[int64]*entry{}, tokens: map[string]int64{}}
		office, numbers, over := g.office(t), &roll{}, make(chan struct{})
		var all sync.WaitGroup
		for i, c := range []client{
			{country: "SE", method: "se.bankid.qr", person: "anna"}, {country: "SE", method: "se.bankid.same", person: "erik"},
			{country: "DK", method: "dk.mitid.low", person: "mette"}, {country: "FI", method: "fi.all", person: "aino"},
		} {
			c.g, c.j, c.t, c.numbers, c.office, c.over, c.name = g, j, t, numbers, office, over, "client-"+strconv.Itoa(i)
			all.Go(c.live)
		}
		ends := sync.OnceFunc(func() { close(over); all.Wait() })
		defer ends()
		const kills = 6
		for range kills {
			target := j.acknowledged() + 20 + rand.IntN(30)
			eventually(t, patience, "work goes on", func() bool { return j.acknowledged() >= target || t.Failed() })
			g.process.kill()
			g.start(t)
		}
		target := j.acknowledged() + 30
		eventually(t, patience, "work goes on", func() bool { return j.acknowledged() >= target || t.Failed() })
		ends()
		g.awaitTold(t)
		j.check(t, g, office)
		g.awaitTold(t)
		g.stop(t)
		j.checkTrail(t, g)
	})
}
