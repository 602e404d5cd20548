package httpapi_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/eidgate/eidgate/adapters/httpapi"
	"github.com/eidgate/eidgate/domain/fault"
	"github.com/eidgate/eidgate/ports/outbound"
)

// tally is a limiter whose window never ends.
type tally struct {
	mu   sync.Mutex
	seen map[string]int
}

func newTally() *tally { return &tally{seen: map[string]int{}} }

func (c *tally) Take(_ context.Context, bucket string, l outbound.Limit) outbound.Allowance {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.seen[bucket] >= l.Events {
		return outbound.Allowance{RetryAfter: 300 * time.Millisecond, Reset: time.Unix(1_800_000_000, 0)}
	}
	c.seen[bucket]++
	return outbound.Allowance{Allowed: true, Remaining: l.Events - c.seen[bucket]}
}

func (c *tally) Peek(_ context.Context, bucket string, l outbound.Limit) outbound.Allowance {
	c.mu.Lock()
	defer c.mu.Unlock()
	return outbound.Allowance{Allowed: c.seen[bucket] < l.Events, Remaining: l.Events - c.seen[bucket], RetryAfter: time.Minute}
}

func TestAThrottleAnnouncesRefusesAndSharesItsCountByBucket(t *testing.T) {
	counts, reached := newTally(), 0
	limit := httpapi.Throttle{Limiter: counts, Limit: outbound.Limit{Events: 2, Per: time.Minute}, Announce: true, Bucket: func(c *fiber.Ctx) string { return c.Query("who") }}
	handler := func(c *fiber.Ctx) error { reached++; return nil }
	_, address := running(t, httpapi.Config{}, httpapi.Deps{}, language{name: "a", owns: []string{"/"}, routes: []httpapi.Route{
		{Method: "GET", Pattern: "/one", Chain: []fiber.Handler{limit.Handle}, Handler: handler},
		{Method: "GET", Pattern: "/two", Chain: []fiber.Handler{limit.Handle}, Handler: handler},
	}})
	for i, remaining := range []string{"1", "0"} {
		r := ask(t, address, "GET", []string{"/one", "/two"}[i]+"?who=a")
		if r.StatusCode != 200 || r.Header.Get("X-Ratelimit-Limit") != "2" || r.Header.Get("X-Ratelimit-Remaining") != remaining {
			t.Error(r.StatusCode, r.Header)
		}
	}
	r := ask(t, address, "GET", "/one?who=a")
	if r.StatusCode != http.StatusTooManyRequests || r.Header.Get("Retry-After") != "1" || r.Header.Get("X-Ratelimit-Reset") != "1800000000" || r.Header.Get("X-Error-Code") != "too_many_requests" {
		t.Error(r.StatusCode, r.Header)
	}
	if r := ask(t, address, "GET", "/one?who=b"); r.StatusCode != 200 {
		t.Error("another bucket:", r.StatusCode)
	}
	for range 5 {
		if r := ask(t, address, "GET", "/one"); r.StatusCode != 200 {
			t.Error("nobody is counted:", r.StatusCode)
		}
	}
	if reached != 8 || counts.seen["a"] != 2 {
		t.Error(reached, counts.seen)
	}
}

func TestAttemptsCountWhatFailsByAddressAndWhatSucceedsByName(t *testing.T) {
	counts := newTally()
	wrong := errors.New("wrong secret")
	attempts := httpapi.Attempts{
		Limiter: counts, Failures: outbound.Limit{Events: 2, Per: time.Minute}, Successes: outbound.Limit{Events: 3, Per: time.Second},
		Failed: func(err error) bool { return errors.Is(err, wrong) },
	}
	outcomes := map[string]error{"wrong": wrong, "broken": errors.New("something else"), "right": nil}
	_, address := running(t, httpapi.Config{}, httpapi.Deps{}, language{name: "a", owns: []string{"/"}, routes: []httpapi.Route{get("/:who/:how", func(c *fiber.Ctx) error {
		return attempts.Try(c, "test", httpapi.Param(c, "who"), func(context.Context) error { return outcomes[httpapi.Param(c, "how")] })
	})}})
	sequence := "anna/broken 500, anna/wrong 500, anna/right 200, anna/wrong 500, anna/right 429, anna/wrong 429, bert/right 200, bert/right 200, bert/right 200, bert/right 429"
	for step := range strings.SplitSeq(sequence, ", ") {
		path, want, _ := strings.Cut(step, " ")
		if r := ask(t, address, "GET", "/"+path); r.Status[:3] != want {
			t.Errorf("%s: %s, want %s", path, r.Status, want)
		}
	}
	for bucket := range counts.seen {
		if strings.Contains(bucket, "failures") && !strings.Contains(bucket, "127.0.0.1") || strings.Contains(bucket, "successes") && strings.Contains(bucket, "127.0.0.1") {
			t.Error("wrong bucket:", bucket)
		}
	}
}

func TestACrowdOfGuessesAtOneMomentGetsNoMoreThanTheLimit(t *testing.T) {
	wrong := errors.New("wrong secret")
	attempts := httpapi.Attempts{
		Limiter: newTally(), Failures: outbound.Limit{Events: 3, Per: time.Minute}, Strict: true,
		Failed: func(err error) bool { return errors.Is(err, wrong) },
	}
	const crowd = 20
	var heard atomic.Int32
	answered := make(chan int, crowd)
	release := make(chan struct{})
	_, address := running(t, httpapi.Config{}, httpapi.Deps{}, language{name: "a", owns: []string{"/"}, routes: []httpapi.Route{get("/:who", func(c *fiber.Ctx) error {
		return attempts.Try(c, "test", httpapi.Param(c, "who"), func(context.Context) error {
			heard.Add(1)
			<-release // nobody's guess is judged before all have been made
			return wrong
		})
	})}})
	for range crowd {
		go func() {
			r, err := http.Get("http://" + address + "/anna")
			if err != nil {
				answered <- 0
				return
			}
			answered <- r.StatusCode
			_ = r.Body.Close()
		}()
	}
	refused := 0
	for range crowd - 3 {
		select {
		case status := <-answered:
			if status == http.StatusTooManyRequests {
				refused++
			}
		case <-time.After(5 * time.Second):
			close(release)
			t.Fatalf("%d guesses were heard, and %d refused", heard.Load(), refused)
		}
	}
	close(release)
	if heard.Load() != 3 || refused != crowd-3 {
		t.Errorf("%d guesses were heard, and %d refused", heard.Load(), refused)
	}
}

func TestTheStatusOfEveryKindIsFixed(t *testing.T) {
	for kind, status := range map[*fault.Fault]int{
		fault.ErrInternal: 500, httpapi.ErrFields: 422, httpapi.ErrNotLocal: 403, httpapi.ErrNoPath: 404, httpapi.ErrMethod: 405, httpapi.ErrTooLarge: 413,
		httpapi.ErrHeaderLarge: 431, httpapi.ErrSlow: 408, httpapi.ErrRequest: 400, httpapi.ErrThrottled: 429, httpapi.ErrDeadline: 503, httpapi.ErrMediaType: 415, httpapi.ErrJSON: 400,
	} {
		if got := httpapi.Status(kind); got != status {
			t.Errorf("%s: %d, want %d", kind.Code(), got, status)
		}
	}
}
