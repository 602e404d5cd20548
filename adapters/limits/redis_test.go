package limits_test

import (
	"context"
	"fmt"
	"net"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"github.com/eidgate/eidgate/adapters/limits"
	"github.com/eidgate/eidgate/adapters/system"
	"github.com/eidgate/eidgate/ports/outbound"
	"github.com/eidgate/eidgate/test/contract"
	"github.com/eidgate/eidgate/test/redis"
)

// shared is a limiter on the Redis as it comes, with a count of how often it counted alone.
func shared(t testing.TB, url string, secret string) (*limits.Redis, *atomic.Int64) {
	t.Helper()
	return connect(t, limits.Config{URL: url, Secret: []byte(secret)})
}

// patient is one that waits for the Redis while the machine does other things, where that is not the question.
func patient(t testing.TB, url string, secret string) (*limits.Redis, *atomic.Int64) {
	t.Helper()
	return connect(t, limits.Config{URL: url, Secret: []byte(secret), Patience: 10 * time.Second})
}

func connect(t testing.TB, c limits.Config) (*limits.Redis, *atomic.Int64) {
	t.Helper()
	alone := new(atomic.Int64)
	r, err := limits.NewRedis(c, system.Clock{},
		limits.NewMemory(system.Clock{}, c.Secret, 1000), func() { alone.Add(1) })
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	})
	return r, alone
}

// client is another client of the same Redis, to look behind the limiter's back.
func client(t testing.TB, url string) *goredis.Client {
	t.Helper()
	o, err := goredis.ParseURL(url)
	if err != nil {
		t.Fatal(err)
	}
	c := goredis.NewClient(o)
	t.Cleanup(func() { _ = c.Close() })
	return c
}

// elapse makes everything in Redis as much older: ends come nearer, and so do the times that paces are kept as.
var elapse = goredis.NewScript(`
for _, key in ipairs(redis.call('KEYS', 'eidgate:limit:*')) do
  local left = redis.call('PTTL', key) - tonumber(ARGV[1])
  local value = tonumber(redis.call('GET', key))
  if left <= 0 then
    redis.call('DEL', key)
  elseif value > 1000000000000 then
    redis.call('SET', key, string.format('%.3f', value - ARGV[1] * 1000), 'PX', left)
  else
    redis.call('PEXPIRE', key, left)
  end
end
return 1
`)

func TestRedisKeepsTheLimits(t *testing.T) {
	server := redis.Start(t)
	c := client(t, server.URL)
	n := 0
	contract.TestLimiter(t, func(t *testing.T) contract.Limits {
		n++
		r, alone := patient(t, server.URL, fmt.Sprint(t.Name(), time.Now().UnixNano(), n))
		t.Cleanup(func() {
			if times := alone.Load(); times != 0 {
				t.Errorf("it counted alone %d times", times)
			}
		})
		return contract.Limits{Limiter: r, Pacer: r, Clock: system.Clock{}, Elapse: func(d time.Duration) {
			ms := (d + time.Millisecond - 1).Milliseconds()
			if err := elapse.Run(t.Context(), c, nil, ms).Err(); err != nil {
				t.Fatal(err)
			}
		}}
	})
}

func TestProcessesThatShareARedisCountTogether(t *testing.T) {
	server := redis.Start(t)
	secret := fmt.Sprint(t.Name(), time.Now().UnixNano())
	first, _ := patient(t, server.URL, secret)
	second, _ := patient(t, server.URL, secret)
	stranger, _ := patient(t, server.URL, secret+"x")
	limit := outbound.Limit{Events: 10, Per: time.Minute}
	var (
		group   sync.WaitGroup
		allowed atomic.Int64
	)
	for _, l := range []outbound.Limiter{first, second} {
		for range 20 {
			group.Go(func() {
				if l.Take(t.Context(), "anna", limit).Allowed {
					allowed.Add(1)
				}
			})
		}
	}
	group.Wait()
	if n := allowed.Load(); n != 10 {
		t.Errorf("%d of 10 were allowed", n)
	}
	if a := stranger.Take(t.Context(), "anna", limit); !a.Allowed || a.Remaining != 9 {
		t.Errorf("a gateway with other keys in the same Redis: %+v", a)
	}
}

func TestWhatIsInRedisNamesNobodyAndEnds(t *testing.T) {
	server := redis.Own(t)
	r, _ := patient(t, server.URL, "secret")
	c := client(t, server.URL)
	r.Take(t.Context(), "anna@example.com", outbound.Limit{Events: 3, Per: time.Minute})
	r.Take(t.Context(), "anna@example.com", outbound.Limit{Events: 3, Per: time.Minute})
	r.Peek(t.Context(), "kari@example.com", outbound.Limit{Events: 3, Per: time.Minute})
	r.Pass(t.Context(), "anna@example.com", outbound.Pace{PerSecond: 1, Burst: 60})
	keys, err := c.Keys(t.Context(), "*").Result()
	if err != nil || len(keys) != 2 {
		t.Fatalf("it holds %q, %v", keys, err)
	}
	for _, key := range keys {
		if !strings.HasPrefix(key, "eidgate:limit:") || strings.Contains(key, "anna") {
			t.Errorf("it holds %q", key)
		}
		if left, err := c.PTTL(t.Context(), key).Result(); err != nil || left <= 0 || left > time.Minute {
			t.Errorf("%q ends in %v, %v", key, left, err)
		}
		// Somebody makes it stay for ever, and it still does not keep anna out for longer than it should.
		if err := c.Persist(t.Context(), key).Err(); err != nil {
			t.Fatal(err)
		}
	}
	r.Take(t.Context(), "anna@example.com", outbound.Limit{Events: 3, Per: time.Minute})
	r.Pass(t.Context(), "anna@example.com", outbound.Pace{PerSecond: 1, Burst: 60})
	for _, key := range keys {
		if left, err := c.PTTL(t.Context(), key).Result(); err != nil || left <= 0 {
			t.Errorf("%q ends in %v, %v", key, left, err)
		}
	}
}

// fallsBack expects the limiter to count alone, exactly and quickly, and not to wait for Redis each time.
func fallsBack(t *testing.T, r *limits.Redis, alone *atomic.Int64) {
	t.Helper()
	before := alone.Load()
	var slowest time.Duration
	waited := 0
	for i := range 100 {
		began := time.Now()
		a := r.Take(t.Context(), "anna", outbound.Limit{Events: 10, Per: time.Hour})
		took := time.Since(began)
		slowest = max(slowest, took)
		if took > 25*time.Millisecond {
			waited++
		}
		if a.Allowed != (i < 10) {
			t.Errorf("event %d: %+v", i+1, a)
		}
	}
	t.Logf("100 events without Redis: %d waited, the slowest %v", waited, slowest)
	// It is 50 ms, and something for a machine that does other things as well.
	if slowest > 250*time.Millisecond {
		t.Errorf("an event waited %v", slowest)
	}
	if waited > 20 {
		t.Errorf("%d of 100 events waited", waited)
	}
	if n := alone.Load() - before; n != 100 {
		t.Errorf("of 100 events counted alone, %d were reported", n)
	}
}

func TestWhenRedisDiesTheProcessCountsAlone(t *testing.T) {
	server := redis.Own(t)
	r, alone := shared(t, server.URL, "secret")
	r.Take(t.Context(), "kari", once) // so that it is connected
	server.Stop(t)
	fallsBack(t, r, alone)
}

func TestWhenRedisFreezesTheProcessCountsAloneUntilItThaws(t *testing.T) {
	server := redis.Own(t)
	r, alone := shared(t, server.URL, "secret")
	other, _ := patient(t, server.URL, "secret")
	other.Take(t.Context(), "kari", once)
	r.Peek(t.Context(), "kari", once) // so that it is connected
	server.Freeze(t)
	fallsBack(t, r, alone)
	if err := r.Ping(t.Context()); err == nil {
		t.Error("a frozen Redis seems ready")
	}
	server.Thaw(t)
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		before := alone.Load()
		r.Peek(t.Context(), "kari", once)
		if alone.Load() == before {
			break
		}
		if time.Now().After(deadline) {
			t.Fatal("it never went back to Redis")
		}
	}
	if a := r.Take(t.Context(), "kari", once); a.Allowed {
		t.Error("what was counted before was forgotten")
	}
	if err := r.Ping(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestARedisThatNeverWasThereIsNoMistake(t *testing.T) {
	server := redis.Own(t)
	server.Stop(t)
	r, alone := shared(t, server.URL, "secret")
	fallsBack(t, r, alone)
}

// Each answer comes within 50 ms, but it takes several to connect and to count.
func TestARedisThatTricklesIsNotWaitedForEither(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer c.Close()
				request := make([]byte, 4096)
				for range 2 { // the greeting and the count; then it hangs up, and all begins anew
					if _, err := c.Read(request); err != nil {
						return
					}
					time.Sleep(45 * time.Millisecond)
					if _, err := c.Write([]byte("-ERR unknown command\r\n")); err != nil {
						return
					}
				}
			}()
		}
	}()
	r, alone := shared(t, "redis://"+l.Addr().String(), "secret")
	var waited []time.Duration
	for range 5 {
		began := time.Now()
		r.Take(t.Context(), "anna", once)
		waited = append(waited, time.Since(began))
	}
	// The one in the middle, because the machine may do other things as well.
	if slices.Sort(waited); waited[2] > 75*time.Millisecond || alone.Load() != 5 {
		t.Errorf("events waited %v; %d of 5 were counted alone", waited, alone.Load())
	}
}

func TestCallersWhoLeaveSayNothingAboutRedis(t *testing.T) {
	server := redis.Start(t)
	r, alone := patient(t, server.URL, fmt.Sprint(t.Name(), time.Now().UnixNano()))
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	for range 20 {
		r.Take(gone, "anna", once)
	}
	if a := r.Take(t.Context(), "anna", once); !a.Allowed || alone.Load() != 0 {
		t.Errorf("%+v, %d times alone", a, alone.Load())
	}
}

func TestAnAddressThatIsNoneIsRefusedWithoutQuotingIt(t *testing.T) {
	for _, url := range []string{"", "localhost:6379", "http://user:hemligt@localhost", "redis://user:hemligt@localhost:port", "redis://:hemligt@h/x"} {
		r, err := limits.NewRedis(limits.Config{URL: url}, system.Clock{}, nil, nil)
		if err == nil || r != nil || strings.Contains(err.Error(), "hemligt") {
			t.Errorf("%q: %v", url, err)
		}
	}
}

func BenchmarkRedisTake(b *testing.B) {
	r, alone := patient(b, redis.Start(b).URL, fmt.Sprint(b.Name(), time.Now().UnixNano()))
	for b.Loop() {
		r.Take(b.Context(), "anna", outbound.Limit{Events: 1_000_000, Per: time.Minute})
	}
	if alone.Load() != 0 {
		b.Error("it counted alone")
	}
}
