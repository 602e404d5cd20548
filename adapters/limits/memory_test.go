package limits_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/eidgate/eidgate/adapters/limits"
	"github.com/eidgate/eidgate/ports/outbound"
	"github.com/eidgate/eidgate/test/clock"
	"github.com/eidgate/eidgate/test/contract"
)

func standing() *clock.Manual { return clock.At(time.Date(2026, 11, 22, 1, 2, 3, 0, time.UTC)) }

var secret = []byte("a secret for the tests")

func TestMemoryKeepsTheLimits(t *testing.T) {
	contract.TestLimiter(t, func(*testing.T) contract.Limits {
		c := standing()
		m := limits.NewMemory(c, secret, 10_000)
		return contract.Limits{Limiter: m, Pacer: m, Clock: c, Elapse: c.Advance}
	})
}

var once = outbound.Limit{Events: 1, Per: time.Minute}

func TestMemoryIsBoundedWhateverComes(t *testing.T) {
	c := standing()
	m := limits.NewMemory(c, secret, 640)
	for i := range 20_000 {
		if a := m.Take(t.Context(), fmt.Sprint("stranger ", i), once); !a.Allowed {
			t.Fatalf("stranger %d: %+v", i, a)
		}
		m.Pass(t.Context(), fmt.Sprint("stranger ", i), outbound.Pace{PerSecond: 1, Burst: 60})
		c.Advance(time.Microsecond)
	}
	if n := m.Buckets(); n > 640 || n < 600 {
		t.Errorf("it keeps %d buckets of 640", n)
	}
}

func TestMemoryForgetsFirstWhatEndsFirst(t *testing.T) {
	c := standing()
	m := limits.NewMemory(c, secret, 640)
	m.Take(t.Context(), "anna", outbound.Limit{Events: 1, Per: time.Hour})
	for i := range 20_000 {
		m.Take(t.Context(), fmt.Sprint("stranger ", i), once)
		c.Advance(time.Microsecond)
	}
	if a := m.Take(t.Context(), "anna", outbound.Limit{Events: 1, Per: time.Hour}); a.Allowed {
		t.Error("a crowd of strangers made it forget anna")
	}
	if a := m.Take(t.Context(), "stranger 0", once); !a.Allowed {
		t.Error("it still knows the first stranger")
	}
}

func TestMemoryGivesBackWhatHasEnded(t *testing.T) {
	c := standing()
	m := limits.NewMemory(c, secret, 100_000)
	for i := range 10_000 {
		m.Take(t.Context(), fmt.Sprint("morning ", i), once)
	}
	c.Advance(time.Hour)
	for i := range 10_000 {
		m.Take(t.Context(), fmt.Sprint("evening ", i), once)
	}
	if n := m.Buckets(); n > 10_100 {
		t.Errorf("10,000 windows are open, it keeps %d", n)
	}
}

func TestAClockThatWasSetBackKeepsNobodyOut(t *testing.T) {
	c := standing()
	m := limits.NewMemory(c, secret, 1000)
	pace := outbound.Pace{PerSecond: 1, Burst: 1}
	m.Take(t.Context(), "anna", once)
	m.Pass(t.Context(), "anna", pace)
	c.Advance(-24 * time.Hour)
	if a := m.Take(t.Context(), "anna", once); !a.Allowed {
		t.Errorf("limit: %+v", a)
	}
	if a := m.Pass(t.Context(), "anna", pace); !a.Allowed {
		t.Errorf("pace: %+v", a)
	}
}

func TestMemoryKeepsNoNames(t *testing.T) {
	m := limits.NewMemory(standing(), secret, 1000)
	m.Take(t.Context(), "anna@example.com", once)
	if names := m.Names(); strings.Contains(names, "anna") || len(names) != 32 {
		t.Errorf("it keeps %q", names)
	}
	if other := limits.NewMemory(standing(), []byte("another"), 1000); func() string {
		other.Take(t.Context(), "anna@example.com", once)
		return other.Names()
	}() == m.Names() {
		t.Error("anybody can compute the name")
	}
}

func BenchmarkMemoryTake(b *testing.B) {
	m := limits.NewMemory(standing(), secret, 100_000)
	b.ReportAllocs()
	for b.Loop() {
		m.Take(b.Context(), "client/019dc0de-0000-7000-8000-000000000001", outbound.Limit{Events: 10, Per: time.Minute})
	}
}

func BenchmarkMemoryPass(b *testing.B) {
	m := limits.NewMemory(standing(), secret, 100_000)
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			m.Pass(b.Context(), "client/019dc0de-0000-7000-8000-000000000001", outbound.Pace{PerSecond: 2000, Burst: 4000})
		}
	})
}

func BenchmarkMemoryStrangers(b *testing.B) {
	m := limits.NewMemory(standing(), secret, 10_000)
	names := make([]string, 100_000)
	for i := range names {
		names[i] = fmt.Sprint("stranger ", i)
	}
	i := 0
	for b.Loop() {
		m.Take(b.Context(), names[i%len(names)], once)
		i++
	}
}
