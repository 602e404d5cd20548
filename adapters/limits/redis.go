package limits

import (
	"cmp"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/logging"
	"github.com/redis/go-redis/v9/maintnotifications"
	"github.com/sony/gobreaker/v2"

	"github.com/eidgate/eidgate/ports/outbound"
)

var (
	_ outbound.Limiter = (*Redis)(nil)
	_ outbound.Pacer   = (*Redis)(nil)
)

const (
	// patience is how long a request waits for Redis, unless it is configured otherwise.
	patience = 50 * time.Millisecond
	// After so many failures in a row nobody waits for Redis for a while; then one tries again.
	failures = 5
	respite  = time.Second
)

// Config is which Redis to share, and how.
type Config struct {
	URL    string // redis://, rediss:// or unix://, as Redis clients know them
	Secret []byte // keys the hashes of the buckets' names; the same in all processes that share
	// Patience is how long a request waits for Redis before the process counts alone; 50 ms if zero.
	Patience time.Duration
}

// Redis counts in a Redis that several processes share, by the time of that Redis. When it does not answer in time,
// and for a while after it has failed several times, the process counts alone.
type Redis struct {
	client     *redis.Client
	secret     []byte
	patience   time.Duration
	clock      outbound.Clock
	alone      *Memory
	onFallback func()
	breaker    *gobreaker.CircuitBreaker[[]int64]
}

// NewRedis counts in the Redis of the configuration, and in alone when it must. onFallback is called for each
// event that is counted alone; it must not block. Nothing is connected yet, and a Redis that is away is no
// mistake; an address that is none is.
func NewRedis(c Config, clock outbound.Clock, alone *Memory, onFallback func()) (*Redis, error) {
	o, err := redis.ParseURL(c.URL)
	if err != nil {
		// The parser's own words may hold the password.
		return nil, errors.New("limits: the address of Redis is not of the form redis://user:password@host:port/database")
	}
	// The client writes a line of its own to standard error for each connection that fails. onFallback says as
	// much, and lets whoever runs us choose how to hear it.
	logging.Disable()
	o.ContextTimeoutEnabled = true // without it the client keeps its own time
	wait := cmp.Or(c.Patience, patience)
	o.DialTimeout, o.ReadTimeout, o.WriteTimeout, o.PoolTimeout = wait, wait, wait, wait
	o.MaxRetries, o.DialerRetries = -1, 1
	o.MaintNotificationsConfig = &maintnotifications.Config{Mode: maintnotifications.ModeDisabled}
	o.PipelinePoolSize, o.DisableIdentity = -1, true
	r := &Redis{client: redis.NewClient(o), secret: c.Secret, patience: wait, clock: clock, alone: alone, onFallback: onFallback}
	r.breaker = gobreaker.NewCircuitBreaker[[]int64](gobreaker.Settings{
		Name:        "redis",
		Timeout:     respite,
		ReadyToTrip: func(n gobreaker.Counts) bool { return n.ConsecutiveFailures >= failures },
		// A caller who hangs up says nothing about Redis.
		IsExcluded: func(err error) bool { return errors.Is(err, errCallerLeft) },
	})
	return r, nil
}

// Close ends the connections.
func (r *Redis) Close() error { return r.client.Close() }

// Ping asks whether Redis is there, for readiness; it waits no longer than a request would.
func (r *Redis) Ping(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, r.patience)
	defer cancel()
	return r.client.Ping(ctx).Err()
}

// window counts one event unless the window is full. It answers with whether the event is allowed, how many
// there are now, and when the window ends in milliseconds from now. A key without an end, which nothing of ours
// writes, gets one: it would shut somebody out for ever.
var window = redis.NewScript(`
local count = tonumber(redis.call('GET', KEYS[1]) or '0')
local events, per, take = tonumber(ARGV[1]), tonumber(ARGV[2]), ARGV[3] == '1'
local left = redis.call('PTTL', KEYS[1])
if count > 0 and left < 0 then
  redis.call('PEXPIRE', KEYS[1], per)
  left = per
end
if count == 0 then left = per end
if left < 1 then left = 1 end
if count >= events then return {0, count, left} end
if take then
  if count == 0 then
    redis.call('SET', KEYS[1], 1, 'PX', per)
  else
    redis.call('INCR', KEYS[1])
  end
end
return {1, count + 1, left}
`)

// pace counts one event unless the bucket is empty. The key holds the microsecond at which the bucket will be
// full again. It answers with whether the event is allowed, how many more are, how many microseconds until the
// next is, and until the bucket is full.
var pace = redis.NewScript(`
local interval, burst = tonumber(ARGV[1]), tonumber(ARGV[2])
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000000 + tonumber(time[2])
local whole = burst * interval
local full = tonumber(redis.call('GET', KEYS[1]) or '0')
if full < now or full - now > whole then full = now end
local room = whole - (full - now)
if room < interval then return {0, 0, math.ceil(interval - room), math.ceil(full - now)} end
full = full + interval
redis.call('SET', KEYS[1], string.format('%.3f', full), 'PX', math.ceil((full - now) / 1000) + 1)
return {1, math.floor(room / interval) - 1, 0, math.ceil(full - now)}
`)

// Take counts one event in the bucket's window; see [outbound.Limiter].
func (r *Redis) Take(ctx context.Context, bucket string, limit outbound.Limit) outbound.Allowance {
	if a, ok := r.window(ctx, bucket, limit, 1); ok {
		return a
	}
	return r.alone.Take(ctx, bucket, limit)
}

// Peek tells what Take would.
func (r *Redis) Peek(ctx context.Context, bucket string, limit outbound.Limit) outbound.Allowance {
	if a, ok := r.window(ctx, bucket, limit, 0); ok {
		return a
	}
	return r.alone.Peek(ctx, bucket, limit)
}

func (r *Redis) window(ctx context.Context, bucket string, limit outbound.Limit, take int) (outbound.Allowance, bool) {
	got, ok := r.run(ctx, window, 3, r.key("w", bucket), limit.Events, max(limit.Per.Milliseconds(), 1), take)
	if !ok {
		return outbound.Allowance{}, false
	}
	left := time.Duration(got[2]) * time.Millisecond
	a := outbound.Allowance{Allowed: got[0] == 1, Reset: r.clock.Now().Add(left)}
	if a.Allowed {
		a.Remaining = limit.Events - int(got[1])
	} else {
		a.RetryAfter = left
	}
	return a, true
}

// Pass counts one event against the bucket's pace; see [outbound.Pacer].
func (r *Redis) Pass(ctx context.Context, bucket string, p outbound.Pace) outbound.Allowance {
	if p.PerSecond <= 0 || p.Burst <= 0 {
		return never(r.clock.Now())
	}
	interval := float64(time.Second/time.Microsecond) / float64(p.PerSecond)
	got, ok := r.run(ctx, pace, 4, r.key("p", bucket), interval, p.Burst)
	if !ok {
		return r.alone.Pass(ctx, bucket, p)
	}
	return outbound.Allowance{
		Allowed: got[0] == 1, Remaining: int(got[1]), RetryAfter: time.Duration(got[2]) * time.Microsecond,
		Reset: r.clock.Now().Add(time.Duration(got[3]) * time.Microsecond),
	}
}

var (
	errCallerLeft = errors.New("limits: the caller left")
	errNonsense   = errors.New("limits: Redis answered something else than the script")
)

// run runs a script that answers with so many integers. ok is false when Redis did not.
func (r *Redis) run(ctx context.Context, script *redis.Script, answers int, key string, args ...any) (got []int64, ok bool) {
	got, err := r.breaker.Execute(func() ([]int64, error) {
		limited, cancel := context.WithTimeout(ctx, r.patience)
		defer cancel()
		got, err := script.Run(limited, r.client, []string{key}, args...).Int64Slice()
		switch {
		case err != nil && ctx.Err() != nil:
			return nil, errCallerLeft
		case err != nil:
			return nil, fmt.Errorf("limits: %w", err)
		case len(got) != answers:
			return nil, errNonsense
		}
		return got, nil
	})
	if err != nil && !errors.Is(err, errCallerLeft) {
		r.onFallback()
	}
	return got, err == nil
}

// key is the name of a bucket in Redis: it tells nobody whose it is, and other uses of the same Redis do not
// meet it.
func (r *Redis) key(kind, bucket string) string {
	mac := hmac.New(sha256.New, r.secret)
	mac.Write([]byte(kind))
	mac.Write([]byte(bucket))
	return "eidgate:limit:" + base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}
