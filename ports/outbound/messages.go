package outbound

import (
	"context"
	"time"

	"github.com/eidgate/eidgate/domain/audit"
)

// Broker is the destination of every fact.
const Broker = "broker"

// Postbag is the deliveries as the relay sees them.
type Postbag interface {
	// Claim takes up to n deliveries to a destination that are due, oldest first, until the lease ends.
	Claim(ctx context.Context, destination string, n int, now time.Time, lease time.Duration) ([]audit.Told, error)
	// Delivered removes deliveries to the broker; their facts stay.
	Delivered(ctx context.Context, destination string, told []audit.Told) error
	// Postpone gives deliveries back, to be tried again from the given time on.
	Postpone(ctx context.Context, destination string, told []audit.Told, until time.Time) error
}

// Publisher tells the world. Telling it twice is allowed, not telling it isn't: Publish returns nil only when the
// message is with the broker.
type Publisher interface {
	Publish(ctx context.Context, told audit.Told) error
}

// Leases choose one among several processes.
type Leases interface {
	// Hold takes or renews the lease for owner until now+life. ok is false while another owner's runs. The
	// fence grows with every change of owner: what carries an older one comes from somebody who lost the lease.
	Hold(ctx context.Context, name, owner string, now time.Time, life time.Duration) (fence int64, ok bool, err error)
	// Release ends the owner's lease, if it still has it.
	Release(ctx context.Context, name, owner string) error
}
