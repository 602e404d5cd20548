package failover

import (
	"net/http"
	"testing"
	"time"

	"github.com/eidgate/eidgate/test/standin/bankid"
)

// lately lets the breaker try again after so short a time that a test can wait for it.
const lately = "EIDGATE_PROVIDERS_BANKID_BREAKER_OPEN=300ms"

// shown is a session whose person has begun to sign, at the first provider.
func shown(t *testing.T, w *world) (answer, *bankid.Phone) {
	t.Helper()
	a := w.start(t, swedish).good(t)
	phone, err := w.bank.Open(a.AutoStartToken)
	if err != nil {
		t.Fatal(err)
	}
	phone.Say("userSign")
	w.until(t, "it is known that the person signs", func() bool { // whoever asks first, the poll or the gateway itself
		w.clock.advance(2 * time.Second)
		return w.ask(t, http.MethodGet, swedish+"/"+a.ID, "").HintCode == "userSign"
	})
	return a, phone
}

// waits fails unless the session is told of as it was when its provider was heard of last.
func (w *world) waits(t *testing.T, a answer) {
	t.Helper()
	if now := w.follow(t, swedish, a); now.status != http.StatusOK || now.Status != "PENDING" || now.HintCode != "userSign" {
		t.Errorf("it is %s", now)
	}
}

func TestASessionStaysWithItsProvider(t *testing.T) {
	w := open(t, bankFirst, lately)
	a, phone := shown(t, w)
	w.toBank.cut()
	for range 5 { // which opens the breaker, whoever asks
		w.waits(t, a)
	}
	w.start(t, swedish).good(t) // others begin at the next
	w.wasAsked(t, 1, 1)
	phone.Approve(bankid.People[0])
	w.waits(t, a)
	w.toBank.mend(t)
	w.until(t, "the session is completed", func() bool {
		w.clock.advance(time.Second) // no more: BankID forgets, too
		now := w.ask(t, http.MethodGet, swedish+"/"+a.ID, "")
		if now.Status != "PENDING" && now.Status != "COMPLETED" {
			t.Fatalf("it ended as %s", now)
		}
		return now.Status == "COMPLETED"
	})
	w.wasAsked(t, 1, 1)
	// Once a second of the story's time, and that takes as long as the breaker and the machine take.
	if n, most := w.kollen.Calls("GET "+swedish), 10+int(w.clock.Now().Sub(w.clock.began)/time.Second); n > most {
		t.Errorf("idkollen was asked %d times about the one order that it has, %d at most", n, most)
	}
}

// While nothing comes back, a poll waits for the provider at most, and says what was known before.
func TestASessionWhoseProviderIsABlackHoleWaits(t *testing.T) {
	t.Parallel()
	w := open(t, bankFirst, "EIDGATE_PROVIDERS_BANKID_BREAKER_FAILURES=2")
	a, _ := shown(t, w)
	w.toBank.swallow(t)
	for range 4 { // two of which find the breaker open
		began := time.Now()
		w.waits(t, a)
		if took := time.Since(began); took > patience+10*time.Second {
			t.Errorf("a poll took %s", took)
		}
	}
	w.wasAsked(t, 1, 0)
}

func TestASessionWhoseProviderNeverComesBackEndsByItsOwnTime(t *testing.T) {
	w := open(t, bankFirst)
	a, phone := shown(t, w)
	w.toBank.cut()
	phone.Approve(bankid.People[0])
	for range 30 {
		w.waits(t, a)
	}
	w.clock.advance(5 * time.Minute)
	if over := w.follow(t, swedish, a); over.Status != "FAILED" || over.Error != "SESSION_TIMEOUT" {
		t.Errorf("it ended as %s", over)
	}
	w.toBank.mend(t)
	if over := w.follow(t, swedish, a); over.Status != "FAILED" || over.Error != "SESSION_TIMEOUT" {
		t.Errorf("it is not over: %s", over)
	}
	w.wasAsked(t, 1, 0)
}

// The order is over at its provider when that is back: what it had to say is lost, and nobody is said to have approved.
func TestASessionWhoseProviderComesBackTooLateHasFailed(t *testing.T) {
	w := open(t, bankFirst, lately)
	a, phone := shown(t, w)
	w.toBank.cut()
	phone.Approve(bankid.People[0])
	for range 4 {
		w.waits(t, a)
	}
	w.clock.advance(bankidKeeps)
	w.toBank.mend(t)
	w.until(t, "the session has failed", func() bool {
		now := w.follow(t, swedish, a)
		if now.Status == "COMPLETED" {
			t.Fatal("somebody approved who did not")
		}
		return now.Status == "FAILED"
	})
	w.wasAsked(t, 1, 0)
}

// bankidKeeps is for how long BankID has a success to tell.
const bankidKeeps = 3 * time.Minute
