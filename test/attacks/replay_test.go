package attacks

import (
	"encoding/json"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/eidgate/eidgate/test/standin/bankid"
)

func TestAProofIsSpentOnceHoweverOftenItIsBrought(t *testing.T) {
	t.Parallel()
	g := open(t)
	b := g.browser(t)
	o := g.demo().login(t)
	b.begins(t, o)
	back := b.approves(t, o, "mette")
	var crowd sync.WaitGroup
	for range 20 {
		crowd.Go(func() {
			request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, back, nil)
			if err != nil {
				t.Error(err)
				return
			}
			response, err := b.client.Do(request)
			if err != nil {
				t.Error(err)
				return
			}
			_ = response.Body.Close()
			if response.StatusCode >= 500 {
				t.Errorf("a replay is answered with %d", response.StatusCode)
			}
		})
	}
	crowd.Wait()
	o.is(t, "COMPLETED")
	if n := len(g.facts(t, "session.completed")); n != 1 {
		t.Errorf("the session was completed %d times", n)
	}
	// A new session in the same browser is not completed by the old proof.
	again := g.demo().login(t)
	b.begins(t, again)
	b.get(t, strings.Replace(back, o.ticket(), again.ticket(), 1))
	if s, _ := again.poll(t); s.Status == "COMPLETED" || s.Name != "" {
		t.Error("an old proof completes a new session")
	}
}

func TestAResultIsForWhoeverStartedAndNotForEver(t *testing.T) {
	t.Parallel()
	g := open(t)
	o := g.demo().start(t, "bankid-se/auth", `{}`)
	g.approve(t, o.ID, "anna")
	if s := o.ends(t); s.Status != "COMPLETED" {
		t.Fatalf("the session is %s", s.Status)
	}
	// Nobody makes it anything else afterwards.
	if a := o.c.ask(t, http.MethodDelete, o.path, ""); a.status != http.StatusNoContent {
		t.Errorf("to cancel it is answered with %d", a.status)
	}
	if a := send(t, http.MethodPost, g.base+"/simulator/orders/"+o.ID+"/approve", `{"person":"erik"}`); a.status < 400 {
		t.Error("it is approved again")
	}
	s, _ := o.poll(t)
	if s.Status != "COMPLETED" || s.SSN != g.people["anna"].SSN {
		t.Error("the answer has changed")
	}
	g.clock.Advance(25 * time.Hour)
	if _, _, err := g.sweeper.Sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
	if s, a := o.poll(t); a.status != http.StatusNotFound || s.SSN != "" {
		t.Errorf("a day later it is answered with %d", a.status)
	}
}

func TestPollingFasterBringsNothing(t *testing.T) {
	t.Parallel()
	g := open(t)
	o := g.demo().start(t, "bankid-se/auth", `{}`)
	o.poll(t)
	throttled := 0
	for range 30 {
		a := o.c.ask(t, http.MethodGet, o.path, "")
		if a.status == http.StatusTooManyRequests && a.header.Get("Retry-After") == "1" {
			throttled++
		}
	}
	if throttled < 25 {
		t.Errorf("of 30 polls at once %d were refused", throttled)
	}
	// Neither spelling of the identifier or the address is another count, nor is another credential's form.
	for _, path := range []string{o.path + "?x=1", o.path + "?", strings.Replace(o.path, o.ID, "%"+hexOf(o.ID[0])+o.ID[1:], 1)} {
		if a := o.c.ask(t, http.MethodGet, path, ""); a.status != http.StatusTooManyRequests {
			t.Errorf("another spelling is answered with %d", a.status)
		}
	}
}

func hexOf(b byte) string {
	const digits = "0123456789ABCDEF"
	return string([]byte{digits[b>>4], digits[b&15]})
}

func TestAStormOfStartsForOnePersonLeavesOneOrder(t *testing.T) {
	t.Parallel()
	g := open(t)
	body := `{"ssn":"` + g.people["anna"].SSN + `"}`
	var crowd sync.WaitGroup
	for range 4 {
		crowd.Go(func() {
			for range 25 {
				for _, path := range []string{"/v3/bankid-se/auth", "/v3/bankid-se/sign"} {
					with := body
					if strings.HasSuffix(path, "sign") {
						with = strings.TrimSuffix(body, "}") + `,"text":"I agree."}`
					}
					if a := g.demo().ask(t, http.MethodPost, path, with); a.status >= 500 {
						t.Errorf("a start is answered with %d", a.status)
					}
				}
			}
		})
	}
	crowd.Wait()
	if n := len(g.waiting(t)); n > 1 {
		t.Errorf("%d orders wait for one person", n)
	}
}

func TestACallNeedsSomebodyWhoCalled(t *testing.T) {
	t.Parallel()
	g := open(t)
	number := g.people["anna"].SSN
	for _, path := range []string{"/v3/bankid-se/phone/auth", "/v3/bankid-se/phone/sign"} {
		for _, initiator := range []string{`null`, `""`, `"user"`, `"rp"`, `"USER "`, `"USER\u0000"`, `["USER"]`, `{"USER":true}`, `true`, `1`, `"person"`, `"USER,RP"`, ``, `"RP","callInitiator":"USER"`} {
			body := `{"ssn":"` + number + `","text":"I agree."`
			if initiator != "" {
				body += `,"callInitiator":` + initiator
			}
			if a := g.demo().ask(t, http.MethodPost, path, body+"}"); a.status != http.StatusBadRequest || a.code == "" {
				t.Errorf("%s: a call begun by %s is answered with %d", path, initiator, a.status)
			}
		}
		// Nor can a call be turned into a login of somebody who is not named, or into an order with a code to be scanned.
		for _, body := range []string{`{"callInitiator":"USER","text":"x"}`, `{"callInitiator":"USER","ssn":null,"text":"x"}`, `{"callInitiator":"USER","ssn":"","text":"x"}`} {
			if a := g.demo().ask(t, http.MethodPost, path, body); a.status != http.StatusBadRequest {
				t.Errorf("a call of nobody is answered with %d", a.status)
			}
		}
	}
	if n := len(g.waiting(t)); n != 0 {
		t.Errorf("%d orders wait all the same", n)
	}
	a := g.demo().ask(t, http.MethodPost, "/v3/bankid-se/phone/auth", `{"ssn":"`+number+`","callInitiator":"RP"}`)
	var told map[string]any
	if json.Unmarshal(a.body, &told) != nil || a.status != http.StatusCreated {
		t.Fatalf("a call is answered with %d", a.status)
	}
	for _, hook := range []string{"autoStartToken", "qrStartToken", "qrStartSecret", "qrData", "url"} {
		if _, there := told[hook]; there {
			t.Errorf("an order by phone has %s, for somebody else to pick up", hook)
		}
	}
}

func TestAnOrderByPhoneSaysAtBankIDWhoCalled(t *testing.T) {
	t.Parallel()
	g, bank := atBankID(t)
	for i, word := range []string{"USER", "RP"} {
		wanted := []string{"user", "RP"}[i]
		g.demo().start(t, "bankid-se/phone/auth", `{"ssn":"`+bankid.People[i].Number+`","callInitiator":"`+word+`"}`)
		if got := bank.Last()["callInitiator"]; got != wanted {
			t.Errorf("%s became %v", word, got)
		}
	}
}
