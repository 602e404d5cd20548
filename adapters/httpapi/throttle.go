package httpapi

import (
	"context"
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/eidgate/eidgate/domain/fault"
	"github.com/eidgate/eidgate/ports/outbound"
)

// Throttle lets requests through up to a limit. It goes into a route's chain behind whatever finds out who asks.
type Throttle struct {
	Limiter outbound.Limiter
	Limit   outbound.Limit
	// Bucket names who is counted. Routes with the same buckets share one count; "" counts nobody.
	Bucket func(c *fiber.Ctx) string
	// Announce puts X-RateLimit-Limit and X-RateLimit-Remaining on every answer. Refusals always have them, with
	// Retry-After (seconds) and X-RateLimit-Reset (Unix seconds).
	Announce bool
	// Refusal is the fault to refuse with, ErrThrottled if nil.
	Refusal *fault.Fault
}

// Handle is the link in the chain. What it refuses reaches no later link and does not count.
func (t Throttle) Handle(c *fiber.Ctx) error {
	bucket := t.Bucket(c)
	if bucket == "" {
		return c.Next()
	}
	a := t.Limiter.Take(c.UserContext(), bucket, t.Limit)
	if t.Announce {
		announce(c, t.Limit, a)
	}
	if !a.Allowed {
		return refusal(c, t.Limit, a, t.Refusal)
	}
	return c.Next()
}

// Paced holds clients to a pace. It goes into a route's chain behind whatever finds out who asks. Its refusals have
// the headers of [Throttle]'s; the limit they name is the burst.
type Paced struct {
	Pacer  outbound.Pacer
	Pace   outbound.Pace
	Bucket func(c *fiber.Ctx) string // who is counted; "" counts nobody
}

// Handle is the link in the chain. What it refuses reaches no later link and does not count.
func (p Paced) Handle(c *fiber.Ctx) error {
	bucket := p.Bucket(c)
	if bucket == "" {
		return c.Next()
	}
	if a := p.Pacer.Pass(c.UserContext(), bucket, p.Pace); !a.Allowed {
		return refusal(c, outbound.Limit{Events: p.Pace.Burst}, a, nil)
	}
	return c.Next()
}

func announce(c *fiber.Ctx, l outbound.Limit, a outbound.Allowance) {
	c.Set("X-RateLimit-Limit", strconv.Itoa(l.Events))
	c.Set("X-RateLimit-Remaining", strconv.Itoa(max(0, a.Remaining)))
}

func refusal(c *fiber.Ctx, l outbound.Limit, a outbound.Allowance, f *fault.Fault) error {
	if f == nil {
		f = ErrThrottled
	}
	announce(c, l, a)
	if !a.Reset.IsZero() {
		c.Set("X-RateLimit-Reset", strconv.FormatInt(a.Reset.Unix(), 10))
	}
	return f.RetryIn(max(a.RetryAfter, time.Second))
}

// Attempts guards what takes a secret: who fails too often is not heard for a while, and who succeeds is counted
// like any other client.
//
// It looks before an attempt and counts after it, so that a wrong secret costs only the address that sends it:
// nobody can use up a stranger's budget. Attempts that run at the same moment may each be let in, unless Strict.
type Attempts struct {
	Limiter   outbound.Limiter
	Failures  outbound.Limit // for each address and identifier
	Successes outbound.Limit // for each identifier; no events for no limit
	// Failed says which errors of an attempt are wrong secrets.
	Failed func(error) bool
	// Strict counts every attempt against Failures, before it is made and whatever comes of it. It is for secrets that
	// people choose and that take long to check: no crowd of guesses at one moment is heard, and nobody keeps the
	// checking busy with right ones.
	Strict bool
}

// Try makes an attempt with a secret of the given sort for the given identifier ("" where the secret alone
// counts), and passes its error on.
func (a Attempts) Try(c *fiber.Ctx, sort, identifier string, attempt func(ctx context.Context) error) error {
	ctx := c.UserContext()
	failures := "failures|" + sort + "|" + ClientBucket(c) + "|" + identifier
	if a.Strict {
		if taken := a.Limiter.Take(ctx, failures, a.Failures); !taken.Allowed {
			return refusal(c, a.Failures, taken, nil)
		}
		return attempt(ctx)
	}
	if seen := a.Limiter.Peek(ctx, failures, a.Failures); !seen.Allowed {
		return refusal(c, a.Failures, seen, nil)
	}
	successes := ""
	if identifier != "" && a.Successes.Events > 0 {
		successes = "successes|" + sort + "|" + identifier
		if seen := a.Limiter.Peek(ctx, successes, a.Successes); !seen.Allowed {
			return refusal(c, a.Successes, seen, nil)
		}
	}
	err := attempt(ctx)
	switch {
	case err == nil && successes != "":
		a.Limiter.Take(ctx, successes, a.Successes)
	case err != nil && a.Failed(err):
		a.Limiter.Take(ctx, failures, a.Failures)
	}
	return err
}
