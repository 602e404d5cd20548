// Package clock has the clocks of tests: one that stands still until it is moved, and one that runs ahead of the real one.
package clock

import (
	"sync/atomic"
	"time"
)

// Manual is a clock that moves when it is told to, by exactly as much, and never of itself. It tells UTC, and stands at the
// beginning of 1970 where nobody has set it. Everybody may ask and move it at once.
type Manual struct{ nanos atomic.Int64 }

// At gives a clock that stands at a time.
func At(now time.Time) *Manual {
	m := &Manual{}
	m.Set(now)
	return m
}

// Stopped gives a clock that stands at the real time, in whole microseconds as storage keeps it.
func Stopped() *Manual { return At(time.Now().Truncate(time.Microsecond)) }

// Now tells the time.
func (m *Manual) Now() time.Time { return time.Unix(0, m.nanos.Load()).UTC() }

// Advance moves the time, also back.
func (m *Manual) Advance(d time.Duration) { m.nanos.Add(int64(d)) }

// Set moves the time to where it is told.
func (m *Manual) Set(to time.Time) { m.nanos.Store(to.UnixNano()) }

// Running goes on of itself, ahead of the real time by as much as it was moved. It tells UTC in whole microseconds, and the
// real time where nobody has moved it. Everybody may ask and move it at once.
type Running struct{ ahead atomic.Int64 }

// Now tells the time.
func (r *Running) Now() time.Time {
	return time.Now().Add(time.Duration(r.ahead.Load())).UTC().Truncate(time.Microsecond)
}

// Advance moves the time.
func (r *Running) Advance(d time.Duration) { r.ahead.Add(int64(d)) }
