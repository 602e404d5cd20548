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

// Pace is how fast something may go on: so many a second in the long run, and so many at once after a rest.
type Pace struct {
	PerSecond int
	Burst     int
}

// Pacer keeps buckets to a pace: a bucket holds Burst events and is refilled with PerSecond of them each second.
// Buckets are kept as a [Limiter]'s are, and apart from them.
type Pacer interface {
	// Pass counts one event. Refused events do not count. RetryAfter is until one more fits, Reset is when the
	// bucket will be full again.
	Pass(ctx context.Context, bucket string, pace Pace) Allowance
}
