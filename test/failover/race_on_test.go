//go:build race

package failover

// watched says that the detector of races slows everything down.
const watched = true
