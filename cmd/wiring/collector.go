package wiring

import (
	"os"
	"runtime/debug"
)

// TuneCollector tells the garbage collector what kind of program this is, unless GOGC says otherwise. Most of what a
// request allocates is gone with it and little lives long, so collecting at five times the living heap, some tens of
// MiB, leaves more processor time for requests than Go's default of twice.
func TuneCollector() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(400)
	}
}
