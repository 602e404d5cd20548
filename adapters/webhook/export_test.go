package webhook

import (
	"net/netip"

	"github.com/eidgate/eidgate/ports/outbound"
)

// NewWatched makes a courier that tells every address it is about to connect to, and does not where watch objects: a
// test that needs a public address must send nothing there.
func NewWatched(c Config, clock outbound.Clock, watch func(netip.Addr) error) *Courier {
	return build(c, clock, watch)
}

// Fits is the first look at an address.
func (c *Courier) Fits(address string) bool { return c.fits(address) }
