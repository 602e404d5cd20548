package outbound

import (
	"context"
	"time"
)

// Limit is how much is allowed in how long.
type Limit struct {
	Events int
	Per    time.Duration
}

// Allowance is a limiter's answer.
type Allowance struct {
	Allowed    bool
	Remaining  int
	RetryAfter time.Duration // until the next one is allowed; zero when allowed
	Reset      time.Time     // when the window ends
}

// Limiter counts events by bucket. Buckets are hashed before they are kept, expire, and are bounded in number.
type Limiter interface {
	// Take counts one event in a fixed window that starts with the first. Refused events do not count.
	Take(ctx context.Context, bucket string, limit Limit) Allowance
	// Peek answers as Take would, and counts nothing.
	Peek(ctx context.Context, bucket string, limit Limit) Allowance
}
