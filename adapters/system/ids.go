package system

import (
	"crypto/rand"
	"encoding/binary"
	"time"

	"github.com/google/uuid"

	"github.com/eidgate/eidgate/ports/outbound"
)

var _ outbound.IDs = IDs{}

// IDs makes identifiers from the machine's own time, whatever clock the rest of the gateway is given: a clock
// that stands still would make them collide. The zero value is ready.
type IDs struct{}

// New is a UUID of version 7 in lower case with hyphens. Within one process each sorts after the one before.
func (IDs) New() string { return uuid.Must(uuid.NewV7()).String() }

const (
	// since is the first millisecond that numbers count: 2020-01-01 in UTC.
	since = 1_577_836_800_000

	milliseconds = 41 // bits; they last until the year 2089
	noise        = 12 // bits; together with the milliseconds all that a float64 holds without loss
)

// Number is a positive integer below 2^53 that grows with time; see [outbound.IDs].
func (IDs) Number() int64 {
	var random [2]byte
	_, _ = rand.Read(random[:]) // it never fails
	return number(time.Now(), binary.BigEndian.Uint16(random[:]))
}

// number joins a time and a random number. A machine whose clock is before 2020 gets the first millisecond, for
// negative numbers would be worse than equal ones.
func number(now time.Time, random uint16) int64 {
	ms := min(max(now.UnixMilli()-since, 1), 1<<milliseconds-1)
	return ms<<noise | int64(random&(1<<noise-1))
}
