// Package outbound is what eidgate asks of the world: storage, providers, messages, keys, time. The comments are
// contracts; test/contract holds every adapter to them.
package outbound

import "time"

// Clock tells the time, in UTC and whole microseconds: no finer than any store keeps it, so that what is read
// back equals what was written. Timers in loops come from package time and are tested with testing/synctest.
type Clock interface {
	Now() time.Time
}

// IDs makes identifiers. None of them is a secret.
type IDs interface {
	// New is unique and sorts by time of making: a UUID of version 7 (RFC 9562).
	New() string
	// Number is a positive integer below 2^53, for wire formats that have digits: 41 bits of milliseconds since
	// 2020 and 12 random bits. Two made in one millisecond may be equal, so a unique violation is answered by
	// trying another.
	Number() int64
}

// Random makes secrets from the system's random source.
type Random interface {
	// Alphanumeric is n letters and digits, each equally likely: 40 carry 238 bits.
	Alphanumeric(n int) string
}
