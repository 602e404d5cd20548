package outbound

import (
	"context"
	"time"

	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/fault"
	"github.com/eidgate/eidgate/domain/organization"
)

// What can go wrong with a delivery.
var (
	// ErrAddressForbidden: the address leads to where no news may go.
	ErrAddressForbidden = fault.New(fault.Forbidden, "callback_address_forbidden", "The address leads to where no news may go.")
	// ErrNotDelivered: the receiver could not be reached, or did not accept the news.
	ErrNotDelivered = fault.New(fault.Unavailable, "callback_not_delivered", "The receiver did not take the news.")
)

// Callback is the news of a settled session on its way to a client. It is worded once, when the session settles, and
// kept sealed until it is delivered or given up.
type Callback struct {
	Session     string
	Scope       organization.Scope
	Client      string // whose key signs it
	Address     string
	ContentType string
	Body        []byte
	CreatedAt   time.Time
	Attempts    int // how many were made before
}

// CallbackAttempt is one try at delivery.
type CallbackAttempt struct {
	Number  int // 1, 2, 3 ...
	At      time.Time
	Took    time.Duration
	Status  int    // of the answer, 0 where there was none
	Failure string // a stable code, "" when it was delivered
}

// CallbackState is how far a callback has come.
type CallbackState string

// The states of a callback.
const (
	CallbackWaiting   CallbackState = "waiting"
	CallbackDelivered CallbackState = "delivered"
	CallbackGivenUp   CallbackState = "given_up"
)

// CallbackReader finds what became of callbacks. What is not there, or another scope's, is eid.ErrNoSession.
type CallbackReader interface {
	Attempts(ctx context.Context, scope organization.Scope, session string) (CallbackState, []CallbackAttempt, error)
}

// Callbacks keeps callbacks, one for a session.
type Callbacks interface {
	CallbackReader
	Add(ctx context.Context, c Callback) error
	// Tried writes an attempt down. A callback that still waits is due again at the given time; of one that was
	// delivered or given up address and body are forgotten.
	Tried(ctx context.Context, c Callback, a CallbackAttempt, state CallbackState, due time.Time) error
	// Purge removes up to n callbacks that were delivered or given up before the given time, and says how many.
	Purge(ctx context.Context, before time.Time, n int) (int, error)
}

// CallbackBag is the waiting callbacks as those see them who deliver.
type CallbackBag interface {
	// ClaimCallbacks takes up to n callbacks that are due, longest waiting first, until the lease ends, in one
	// statement. What cannot be unsealed is left out.
	ClaimCallbacks(ctx context.Context, n int, now time.Time, lease time.Duration) ([]Callback, error)
	// PostponeCallbacks gives callbacks back untried, to be claimed again from the given time on.
	PostponeCallbacks(ctx context.Context, sessions []string, until time.Time) error
}

// Wording words settled sessions for the clients of one surface.
type Wording interface {
	// Surface is the word by which orders remember the surface.
	Surface() string
	// Word gives what the surface would answer to whoever asked for the session.
	Word(s eid.Snapshot) (contentType string, body []byte, err error)
	// ReturnTo is the order's address for the person with what the surface promises to add to it; "" where there is
	// no address, or none for a session in this state. No result of the session is in it.
	ReturnTo(s eid.Snapshot) string
}

// Parcel is a callback, signed and ready to go.
type Parcel struct {
	Address     string
	ContentType string
	Body        []byte
	Signature   string // "" for none
	ID          string // the same for every attempt
}

// Courier brings parcels to clients, over the network.
type Courier interface {
	// Bring delivers. status is that of the answer, 0 where there was none; retryAfter is the receiver's own wish, 0
	// for none. It fails with ErrAddressForbidden for an address that no news may go to, and else with
	// ErrNotDelivered for anything but an answer of 2xx. An error that says when to try again (fault.Fault.RetryAfter)
	// was not even tried: the receiver rests until then. The cause of either is a fault of its own, whose code tells what
	// happened.
	Bring(ctx context.Context, p Parcel) (status int, retryAfter time.Duration, err error)
}
