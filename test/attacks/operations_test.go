package attacks

import (
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"
)

func readAll(r *http.Response) ([]byte, error) { return io.ReadAll(io.LimitReader(r.Body, 32<<20)) }

// began is an operation under way.
type began struct {
	c    client
	path string // where it is polled and cancelled
	ID   string
	URL  string

	AutoStartToken, QRStartToken, QRStartSecret, QRData string
}

func (b began) ticket() string { return b.URL[strings.LastIndexByte(b.URL, '/')+1:] }

// seen is what a poll tells.
type seen struct {
	Status, Error, HintCode, SSN, Name string
	AgeVerified                        *bool
}

func (c client) ask(t *testing.T, method, path, body string, headers ...string) answer {
	t.Helper()
	basic := "Basic " + base64.StdEncoding.EncodeToString([]byte(c.identifier+":"+c.secret))
	return send(t, method, c.g.base+path, body, append([]string{"Authorization", basic}, headers...)...)
}

// start starts what must start, at a path below /v3.
func (c client) start(t *testing.T, path, body string) began {
	t.Helper()
	a := c.ask(t, http.MethodPost, "/v3/"+path, body)
	b := began{c: c, path: "/v3/" + strings.NewReplacer("/phone/", "/", "/backchannel/", "/").Replace(path)}
	if a.status != http.StatusCreated || json.Unmarshal(a.body, &b) != nil || b.ID == "" {
		t.Fatalf("a start at %s is answered with %d %s", path, a.status, a.code)
	}
	b.path += "/" + b.ID
	return b
}

// login starts a login with MitID, on a page.
func (c client) login(t *testing.T) began {
	t.Helper()
	return c.start(t, "mitid/auth", `{"redirectUrl":"`+done+`","refId":"a caller's own"}`)
}

// adult starts a proof of age with Swedish BankID, whose page shows an animated code.
func (c client) adult(t *testing.T) began {
	t.Helper()
	return c.start(t, "bankid-se/age-verification", `{"redirectUrl":"`+done+`","minAge":18}`)
}

// poll asks how far an operation has come, as soon as one may ask again.
func (b began) poll(t *testing.T) (seen, answer) {
	t.Helper()
	b.c.g.clock.Advance(time.Second)
	var s seen
	a := b.c.ask(t, http.MethodGet, b.path, "")
	if a.status == http.StatusOK && json.Unmarshal(a.body, &s) != nil {
		t.Fatal("a poll is not answered in JSON")
	}
	return s, a
}

// is fails unless the operation stands so.
func (b began) is(t *testing.T, status string) {
	t.Helper()
	if s, a := b.poll(t); s.Status != status {
		t.Errorf("the session is %q %s (%d), and should be %s", s.Status, s.Error, a.status, status)
	}
}

// ends waits until the operation is over. Whoever has claimed it works by the real clock, so that both go on.
func (b began) ends(t *testing.T) seen {
	t.Helper()
	again := time.NewTicker(30 * time.Millisecond)
	defer again.Stop()
	for n := range 4_000 { // two minutes
		if b.c.g.session(t, b).State.Settled() {
			s, _ := b.poll(t)
			return s
		}
		if n < 300 { // no more, or it runs out
			b.c.g.clock.Advance(300 * time.Millisecond)
		}
		<-again.C
	}
	t.Fatal("the session does not end")
	return seen{}
}

// approve plays the person at the simulator.
func (g *gateway) approve(t *testing.T, order, person string) {
	t.Helper()
	if a := send(t, http.MethodPost, g.base+"/simulator/orders/"+order+"/approve", `{"person":"`+person+`"}`); a.status != http.StatusNoContent {
		t.Fatalf("%s cannot approve: %d %s", person, a.status, a.code)
	}
}

// waiting lists what waits for people.
func (g *gateway) waiting(t *testing.T) (orders []struct{ ID, Session, EID, Text, Organization string }) {
	t.Helper()
	if err := json.Unmarshal(send(t, http.MethodGet, g.base+"/simulator/orders", "").body, &orders); err != nil {
		t.Fatal(err)
	}
	return orders
}
