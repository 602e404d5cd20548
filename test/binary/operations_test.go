package binary_test

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/eidgate/eidgate/test/postgres"
)

// operation is what the eID operations API says of one.
type operation struct {
	ID, Status, Error, HintCode, URL string
	SSN, Name                        string
}

// operate asks the eID operations API as the demo client. The status is 0 when nobody answered.
func (g *gateway) operate(t *testing.T, method, path, body string) (operation, int) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, g.base+path, bytes.NewReader([]byte(body)))
	if err != nil {
		t.Fatal(err)
	}
	request.SetBasicAuth("demo", "demo-eid-secret")
	request.Header.Set("Content-Type", "application/json")
	response, err := quick.Do(request)
	if err != nil {
		return operation{}, 0
	}
	defer func() { _ = response.Body.Close() }()
	var o operation
	if response.StatusCode < 300 && response.StatusCode != http.StatusNoContent {
		if err := json.NewDecoder(response.Body).Decode(&o); err != nil {
			t.Fatal(err)
		}
	}
	return o, response.StatusCode
}

// approve plays the person at this process.
func (g *gateway) approve(t *testing.T, id, person string) int {
	t.Helper()
	response, err := quick.Post(g.base+"/simulator/orders/"+id+"/approve", "application/json", bytes.NewReader([]byte(`{"person":"`+person+`"}`)))
	if err != nil {
		return 0
	}
	_ = response.Body.Close()
	return response.StatusCode
}

// receiver is a client's server that takes news, when it is willing.
type receiver struct {
	*httptest.Server
	mu      sync.Mutex
	willing bool
	asked   int
	taken   map[string][]byte // by session
	forged  int
}

func receive(t *testing.T) *receiver {
	t.Helper()
	r := &receiver{taken: map[string][]byte{}}
	r.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, request *http.Request) {
		body, _ := io.ReadAll(request.Body)
		r.mu.Lock()
		defer r.mu.Unlock()
		if r.asked++; !r.willing {
			w.WriteHeader(http.StatusInternalServerError)
			return
		}
		mac := hmac.New(sha256.New, []byte("demo-callback-key"))
		mac.Write(body)
		if base64.StdEncoding.EncodeToString(mac.Sum(nil)) != request.Header.Get("X-Signature-SHA256") {
			r.forged++
		}
		var o operation
		if json.Unmarshal(body, &o) == nil {
			r.taken[o.ID] = body
		}
		w.WriteHeader(http.StatusNoContent)
	}))
	t.Cleanup(r.Close)
	return r
}

func (r *receiver) is(willing bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.willing = willing
}

func (r *receiver) has(id string) []byte {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.taken[id]
}

func (r *receiver) wasAsked() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.asked
}

func TestASessionComesToItsEndWithoutAPollAndItsNewsSurvivesKills(t *testing.T) {
	storages(t, func(t *testing.T, g *gateway) {
		r := receive(t)
		g.start(t)
		o, status := g.operate(t, http.MethodPost, "/v3/bankid-se/auth", `{"callbackUrl":"`+r.URL+`/news"}`)
		if status != http.StatusCreated {
			t.Fatalf("a start is answered with %d", status)
		}
		g.process.kill() // the order waits for its person, who waits for us
		g.start(t)
		eventually(t, patience, "the order waits again", func() bool { return g.approve(t, o.ID, "anna") == http.StatusNoContent })
		eventually(t, patience, "the receiver is asked", func() bool { return r.wasAsked() > 0 })
		g.process.kill() // settled, and the news is not told
		r.is(true)
		g.start(t)
		// The killed process may have claimed it just then, for a lease.
		eventually(t, 2*time.Minute, "the news arrives", func() bool { return r.has(o.ID) != nil })
		if r.forged != 0 {
			t.Error("the news is not signed with the client's key")
		}
		var polled []byte
		eventually(t, patience, "a poll is answered", func() bool {
			request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, g.base+"/v3/bankid-se/auth/"+o.ID, nil)
			if err != nil {
				t.Fatal(err)
			}
			request.SetBasicAuth("demo", "demo-eid-secret")
			response, err := quick.Do(request)
			if err != nil {
				return false
			}
			defer func() { _ = response.Body.Close() }()
			polled, err = io.ReadAll(response.Body)
			return err == nil && response.StatusCode == http.StatusOK
		})
		if !bytes.Equal(polled, r.has(o.ID)) {
			t.Error("the news is not what a poll says")
		}
	})
}

func TestAStartIsNeverForgottenAndNeverTwice(t *testing.T) {
	storages(t, func(t *testing.T, g *gateway) {
		g.start(t)
		var started []string
		for range 20 {
			o, status := g.operate(t, http.MethodPost, "/v3/freja/auth", `{}`)
			if status != http.StatusCreated {
				t.Fatalf("a start is answered with %d", status)
			}
			started = append(started, o.ID)
		}
		g.process.kill()
		g.start(t)
		for _, id := range started {
			if o, status := g.operate(t, http.MethodGet, "/v3/freja/auth/"+id, ""); status != http.StatusOK || o.Status != "PENDING" {
				t.Errorf("after the kill a session is %q with status %d", o.Status, status)
			}
		}
	})
}

func TestTheSessionsOfAKilledProcessAreTakenOver(t *testing.T) {
	t.Parallel()
	one := install(t, postgres.URL(t))
	must(t, one.environ, "migrate", "up")
	one.start(t)
	other := one.twin(t)
	other.start(t)
	r := receive(t)
	r.is(true)
	o, status := one.operate(t, http.MethodPost, "/v3/bankid-se/auth", `{"callbackUrl":"`+r.URL+`/news"}`)
	if status != http.StatusCreated {
		t.Fatalf("a start is answered with %d", status)
	}
	watched := func(g *gateway) bool {
		_, text := g.look("/metrics")
		return strings.Contains(text, "eidgate_sessions_watched 1")
	}
	eventually(t, patience, "somebody watches it", func() bool { return watched(one) || watched(other) })
	if watched(other) {
		one, other = other, one
	}
	one.process.kill()
	eventually(t, time.Minute, "the other watches it", func() bool { return other.approve(t, o.ID, "anna") == http.StatusNoContent })
	eventually(t, 2*time.Minute, "the news arrives", func() bool { return r.has(o.ID) != nil }) // the dead one's claim runs out first
	if p, _ := other.operate(t, http.MethodGet, "/v3/bankid-se/auth/"+o.ID, ""); p.Status != "COMPLETED" {
		t.Errorf("the other process says %s %s", p.Status, p.Error)
	}
}
