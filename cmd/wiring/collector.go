package wiring

import (
	"os"
	"runtime/debug"
	"runtime/metrics"
	"time"
)

const (
	// roomy is how much memory may be garbage before a collection, in percent of what lives.
	roomy = 400
	// modest is how much memory the program keeps to, in bytes, as long as what lives leaves a third of it free. What is
	// mapped from the program's file comes on top, some 20 MiB.
	modest = 96 << 20
	// measureEvery is how often it is looked at how much lives.
	measureEvery = time.Second
)

// TuneCollector tells the garbage collector what kind of program this is, unless GOGC or GOMEMLIMIT say otherwise. Most of
// what a request allocates is gone with it and little lives long, so collecting at five times the living heap, some tens of
// MiB, leaves more processor time for requests than Go's default of twice. Where thousands of pages watch their sessions,
// more lives, and five times that would be a lot for what is thrown away in seconds: then it collects sooner.
func TuneCollector() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(roomy)
	}
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(modest)
		go widen()
	}
}

// widen keeps the limit away from what lives: as it comes close, the collector would do nothing but collect.
func widen() {
	look := time.NewTicker(measureEvery)
	defer look.Stop()
	lives := []metrics.Sample{{Name: "/gc/heap/live:bytes"}, {Name: "/memory/classes/heap/stacks:bytes"}}
	limit := int64(modest)
	for range look.C {
		metrics.Read(lives)
		if wanted := limitFor(lives[0].Value.Uint64() + lives[1].Value.Uint64()); wanted != limit {
			limit = wanted
			debug.SetMemoryLimit(limit)
		}
	}
}

// limitFor leaves a third free of what the limit is, in steps that are coarse enough to be taken seldom.
func limitFor(living uint64) int64 {
	const step = 16 << 20
	wanted := living + living/2
	return max(modest, int64((wanted+step-1)/step*step)) //nolint:gosec // no machine has so much
}
