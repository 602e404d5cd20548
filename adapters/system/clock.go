// Package system is what the machine gives: the time, identifiers and randomness. It is the only place that asks
// for them; everybody else is handed a port.
package system

import (
	"time"

	"github.com/eidgate/eidgate/ports/outbound"
)

var _ outbound.Clock = Clock{}

// Clock is the machine's clock. The zero value is ready.
type Clock struct{}

// Now is the time in UTC and whole microseconds. It carries no monotonic reading, so that it equals what a store
// gives back.
func (Clock) Now() time.Time { return time.Now().UTC().Truncate(time.Microsecond) }
