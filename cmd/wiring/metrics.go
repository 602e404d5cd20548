package wiring

import (
	"runtime/debug"

	"github.com/eidgate/eidgate/adapters/metrics"
)

func newMetrics(config Config) *metrics.Metrics {
	m := metrics.New(Version())
	for _, key := range config.Relaxed() {
		m.Relaxed(key)
	}
	return m
}

// Version is what the binary was built from.
func Version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok || info.Main.Version == "" {
		return "(devel)"
	}
	return info.Main.Version
}
