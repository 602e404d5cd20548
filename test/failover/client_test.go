package failover

import (
	"encoding/json"
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"
)

// Where operations begin.
const (
	swedish   = "/v3/bankid-se/auth"
	freja     = "/v3/freja/auth"
	danish    = "/v3/mitid/auth"
	norwegian = "/v3/bankid-no/auth" // on a page
)

// answer is what a client is told.
type answer struct {
	status    int
	code      string        // of a failure
	retry     time.Duration // Retry-After
	simulated bool
	took      time.Duration

	ID, Status, Error, HintCode, URL string
	AutoStartToken                   string
}

// in says what an answer is about, without anything that a person or a provider could be known by.
func (a answer) String() string {
	return strings.TrimSpace(strconv.Itoa(a.status) + " " + a.code + " " + a.Status + " " + a.Error + " " + a.HintCode)
}

func (w *world) ask(t *testing.T, method, path, body string) answer {
	t.Helper()
	a, err := w.try(t, method, path, body)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// try is ask for goroutines, which must not end the test.
func (w *world) try(t *testing.T, method, path, body string) (a answer, err error) {
	t.Helper()
	began := time.Now()
	request, err := http.NewRequestWithContext(t.Context(), method, w.url+path, strings.NewReader(body))
	if err != nil {
		return a, err
	}
	request.SetBasicAuth("demo", "demo-eid-secret")
	if body != "" {
		request.Header.Set("Content-Type", "application/json")
	}
	response, err := w.http.Do(request)
	if err != nil {
		return a, err
	}
	content, err := io.ReadAll(response.Body)
	_ = response.Body.Close()
	a.took = time.Since(began)
	if err != nil {
		return a, err
	}
	a.status, a.code = response.StatusCode, response.Header.Get("X-Error-Code")
	a.simulated = response.Header.Get("X-Eidgate-Simulated") == "true"
	if seconds, err := strconv.Atoi(response.Header.Get("Retry-After")); err == nil {
		a.retry = time.Duration(seconds) * time.Second
	}
	return a, json.Unmarshal(content, &a)
}

func (w *world) start(t *testing.T, path string) answer {
	t.Helper()
	return w.ask(t, http.MethodPost, path, "{}")
}

// warm begins something with the first provider. A connection that was cut may be taken for one that stands for a moment
// longer, and what is sent by it then may have arrived, for all that anybody knows.
func (w *world) warm(t *testing.T) {
	t.Helper()
	w.until(t, "the line is well", func() bool { return w.start(t, swedish).status/100 == 2 })
}

// follow asks for a session as soon as its provider may be asked again.
func (w *world) follow(t *testing.T, path string, begun answer) answer {
	t.Helper()
	w.clock.advance(3 * time.Second)
	return w.ask(t, http.MethodGet, path+"/"+begun.ID, "")
}

// ends follows a session until it is over. Who asks the provider, a poll or the gateway itself, is nobody's business.
func (w *world) ends(t *testing.T, path string, begun answer) (over answer) {
	t.Helper()
	w.until(t, "the session ends", func() bool {
		over = w.follow(t, path, begun)
		return over.Status != "PENDING"
	})
	return over
}

// good fails unless the start succeeded.
func (a answer) good(t *testing.T) answer {
	t.Helper()
	if a.status/100 != 2 || a.ID == "" || a.Status != "PENDING" {
		t.Fatalf("the start was answered %s", a)
	}
	return a
}

// uncertain fails unless the start ended as one that may stand.
func (a answer) uncertain(t *testing.T) {
	t.Helper()
	if a.status != http.StatusServiceUnavailable || a.code != "provider_timeout" || a.retry <= 0 {
		t.Errorf("the start was answered %s", a)
	}
}

// away fails unless the start found nobody on its route.
func (a answer) away(t *testing.T) {
	t.Helper()
	if a.status != http.StatusServiceUnavailable || a.code != "provider_unavailable" || a.retry < time.Second {
		t.Errorf("the start was answered %s, to come back in %s", a, a.retry)
	}
}

// asked fails unless the providers were asked that often.
func (w *world) wasAsked(t *testing.T, bank, kollen int) {
	t.Helper()
	if b, k := w.asked(); b != bank || k != kollen {
		t.Errorf("bankid was asked %d times and idkollen %d times, want %d and %d", b, k, bank, kollen)
	}
}
