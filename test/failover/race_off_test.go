//go:build !race

package failover

const watched = false
