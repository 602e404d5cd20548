package failover

import (
	"net/http"
	"testing"
	"time"

	"github.com/eidgate/eidgate/test/standin"
	"github.com/eidgate/eidgate/test/standin/idkollen"
)

func TestARefusedOrderGoesNoFurther(t *testing.T) {
	w := open(t, bankFirst)
	says := func(status int, code string) standin.Mishap {
		return standin.Answer(status, "application/json", "", `{"errorCode":"`+code+`"}`)
	}
	n := 0
	for name, c := range map[string]struct {
		mishap standin.Mishap
		status int
		code   string
	}{
		"another order is open": {says(400, "alreadyInProgress"), http.StatusBadRequest, "already_in_progress"},
		"parameters":            {says(400, "invalidParameters"), http.StatusBadRequest, "order_refused"},
		"no words":              {standin.Page(400), http.StatusInternalServerError, "provider_refuses_us"},
		"not us":                {says(401, "unauthorized"), http.StatusInternalServerError, "provider_refuses_us"},
	} {
		for range 4 { // which also opens no breaker
			w.bank.Misbehave(bankAuth, c.mishap)
			if a := w.start(t, swedish); a.status != c.status || a.code != c.code {
				t.Errorf("%s: answered %s", name, a)
			}
			n++
		}
	}
	w.wasAsked(t, n, 0)
	w.start(t, swedish).good(t)
	w.wasAsked(t, n+1, 0)
}

func TestAPersonsNoGoesNoFurther(t *testing.T) {
	w := open(t, bankFirst)
	for n := range 5 {
		a := w.start(t, swedish).good(t)
		phone, err := w.bank.Open(a.AutoStartToken)
		if err != nil {
			t.Fatal(err)
		}
		phone.Decline()
		if over := w.ends(t, swedish, a); over.Status != "FAILED" || over.Error != "CANCELLED" {
			t.Errorf("it ended as %s", over)
		}
		w.wasAsked(t, n+1, 0)
	}
}

// An order stands at the first provider, and we do not hear of it.
func TestAnOrderThatMayStandGoesNoFurther(t *testing.T) {
	t.Parallel()
	w := open(t, kollenFirst, tolerant)
	for name, spoil := range map[string]func(l *line){
		"reset while it answers":     func(l *line) { l.poison(t, "reset_peer", answers, nil) },
		"cut in its first byte":      func(l *line) { l.poison(t, "limit_data", answers, map[string]int{"bytes": 1}) },
		"cut in its header":          func(l *line) { l.poison(t, "limit_data", answers, map[string]int{"bytes": 60}) },
		"cut in its body":            func(l *line) { l.poison(t, "limit_data", answers, map[string]int{"bytes": 200}) },
		"swallowed":                  func(l *line) { l.poison(t, "timeout", answers, nil) },
		"swallowed, then closed":     func(l *line) { l.poison(t, "timeout", answers, map[string]int{"timeout": 300}) },
		"ten seconds late":           func(l *line) { l.poison(t, "latency", answers, map[string]int{"latency": 10_000}) },
		"late by a connection's end": func(l *line) { l.poison(t, "reset_peer", answers, map[string]int{"timeout": 300}) },
	} {
		t.Run(name, func(t *testing.T) {
			spoil(w.toKollen) // all that comes of it is a connection that nobody uses again
			_, before := w.asked()
			a := w.start(t, swedish)
			a.uncertain(t)
			if a.took > patience+10*time.Second {
				t.Errorf("it took %s", a.took)
			}
			if bank, kollen := w.asked(); bank != 0 || kollen == before {
				t.Errorf("bankid was asked %d times, and idkollen %d", bank, kollen-before)
			}
			w.toKollen.renew(t)
		})
	}
}

// The same, over TLS: the connection stands already, for a handshake that fails is no order.
func TestAnOrderThatMayStandBehindTLSGoesNoFurther(t *testing.T) {
	t.Parallel()
	w := open(t, bankFirst, tolerant)
	for name, spoil := range map[string]func(l *line){
		"reset while it answers": func(l *line) { l.poison(t, "reset_peer", answers, nil) },
		"swallowed":              func(l *line) { l.swallow(t) },
		"a bit in the answer":    func(l *line) { l.poison(t, "flip", answers, map[string]int{"at": 50}) },
		"a bit in the question":  func(l *line) { l.poison(t, "flip", questions, map[string]int{"at": 50}) },
		"cut in the answer":      func(l *line) { l.poison(t, "limit_data", answers, map[string]int{"bytes": 50}) },
		"an answer without end":  func(*line) { w.bank.Misbehave(bankAuth, standin.Endless) },
		"half an answer":         func(*line) { w.bank.Misbehave(bankAuth, standin.CutOff) },
		"a page of HTML":         func(*line) { w.bank.Misbehave(bankAuth, standin.Page(200)) },
	} {
		t.Run(name, func(t *testing.T) {
			w.warm(t)
			spoil(w.toBank)
			w.start(t, swedish).uncertain(t)
			if _, kollen := w.asked(); kollen != 0 {
				t.Error("somebody else was asked")
			}
			w.toBank.renew(t)
		})
	}
}

func TestASlowLineIsALine(t *testing.T) {
	t.Parallel()
	w := open(t, kollenFirst, "EIDGATE_PROVIDERS_IDKOLLEN_TIMEOUT=7s", "EIDGATE_PROVIDERS_IDKOLLEN_BREAKER_FAILURES=1000") // what is cut to mend the line counts as well
	for name, spoil := range map[string]func(l *line){
		"1 kB a second": func(l *line) { l.poison(t, "bandwidth", answers, map[string]int{"rate": 1}) },
		"byte by byte": func(l *line) {
			l.poison(t, "slicer", answers, map[string]int{"average_size": 1, "delay": 100})
			l.poison(t, "slicer", questions, map[string]int{"average_size": 1, "delay": 100})
		},
		"slow to close": func(l *line) { l.poison(t, "slow_close", answers, map[string]int{"delay": 5_000}) },
		"200 ms":        func(l *line) { l.poison(t, "latency", answers, map[string]int{"latency": 200}) },
	} {
		t.Run(name, func(t *testing.T) {
			w.warm(t)
			spoil(w.toKollen)
			_, before := w.asked()
			a := w.start(t, swedish).good(t)
			w.wasAsked(t, 0, before+1)
			if err := w.kollen.OpenApp(a.AutoStartToken, idkollen.Approve(idkollen.Terne)); err != nil {
				t.Fatal(err)
			}
			w.toKollen.renew(t)
			if over := w.ends(t, swedish, a); over.Status != "COMPLETED" {
				t.Errorf("it ended as %s", over)
			}
		})
	}
}

// At 1 kB a second a handshake takes longer than anybody waits; whatever comes of it, it comes in time.
func TestALineTooSlowForAHandshakeIsLeftInTime(t *testing.T) {
	t.Parallel()
	w := open(t, bankFirst)
	w.toBank.poison(t, "bandwidth", answers, map[string]int{"rate": 1})
	w.toBank.poison(t, "bandwidth", questions, map[string]int{"rate": 1})
	a := w.start(t, swedish)
	if a.took > patience+10*time.Second {
		t.Errorf("it took %s", a.took)
	}
	bank, kollen := w.asked()
	if a.status/100 == 2 && bank+kollen != 1 || bank > 0 && kollen > 0 {
		t.Errorf("answered %s, with %d and %d orders", a, bank, kollen)
	}
}
