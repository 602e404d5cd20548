package webhook

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"slices"
	"sync/atomic"
	"syscall"
)

// errRefused stops a connection to where no news may go.
var errRefused = errors.New("webhook: no news may go to this address")

// reach is which addresses connections may be made to.
type reach struct {
	loopback bool
	public   bool
	watch    watcher
}

// watcher sees every address that is about to be connected to, and may refuse it; nil lets all through.
type watcher func(netip.Addr) error

func (r reach) allows(a netip.Addr) bool {
	a = a.WithZone("").Unmap()
	if a.IsLoopback() {
		return r.loopback
	}
	return r.public && public(a)
}

// dialer judges the address that a connection is made to, between the making of the socket and the connecting: there is
// nothing behind it that could still change. Of several addresses of one name those that are refused are passed over;
// when all are, the name leads to where no news may go.
func (r reach) dialer(d net.Dialer) func(ctx context.Context, network, address string) (net.Conn, error) {
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		var passed, refused atomic.Bool
		one := d
		one.ControlContext = func(_ context.Context, _, address string, _ syscall.RawConn) error {
			to, err := netip.ParseAddrPort(address)
			if err != nil || !r.allows(to.Addr()) {
				refused.Store(true)
				return errRefused
			}
			passed.Store(true)
			if r.watch != nil {
				return r.watch(to.Addr())
			}
			return nil
		}
		conn, err := one.DialContext(ctx, network, address)
		switch {
		case err == nil:
			return conn, nil
		case !refused.Load():
			return nil, err
		case passed.Load():
			return nil, &net.OpError{Op: "dial", Net: network, Err: errors.New("none of the permitted addresses answers")}
		}
		return nil, errRefused
	}
}

// public holds for addresses in the Internet at large, as opposed to this machine, its networks, and blocks that the
// IANA registries of special-purpose addresses (RFC 6890) set apart.
func public(a netip.Addr) bool {
	switch {
	case a.Is4():
		return !within(apart4, a)
	case translated.Contains(a): // a network that speaks IPv6 only reaches IPv4 by this prefix
		b := a.As16()
		return public(netip.AddrFrom4([4]byte(b[12:])))
	}
	return unicast.Contains(a) && !within(apart6, a)
}

func within(blocks []netip.Prefix, a netip.Addr) bool {
	return slices.ContainsFunc(blocks, func(b netip.Prefix) bool { return b.Contains(a) })
}

func blocks(list ...string) []netip.Prefix {
	prefixes := make([]netip.Prefix, len(list))
	for i, text := range list {
		prefixes[i] = netip.MustParsePrefix(text)
	}
	return prefixes
}

var (
	apart4 = blocks(
		"0.0.0.0/8",        // this host
		"10.0.0.0/8",       // private
		"100.64.0.0/10",    // shared by carriers
		"127.0.0.0/8",      // loopback
		"168.63.129.16/32", // a host's own service in a large cloud, although the address looks public
		"169.254.0.0/16",   // link-local, metadata of clouds
		"172.16.0.0/12",    // private
		"192.0.0.0/24",     // protocol assignments
		"192.0.2.0/24",     // documentation
		"192.88.99.0/24",   // relays of 6to4
		"192.168.0.0/16",   // private
		"198.18.0.0/15",    // benchmarks
		"198.51.100.0/24",  // documentation
		"203.0.113.0/24",   // documentation
		"224.0.0.0/4",      // multicast
		"240.0.0.0/4",      // reserved, and broadcast
	)
	// unicast is all that is given to the Internet of IPv6. Outside are the unspecified address, loopback, addresses of
	// IPv4 in their forms but one, unique local, link-local and site-local addresses, and multicast.
	unicast    = netip.MustParsePrefix("2000::/3")
	translated = netip.MustParsePrefix("64:ff9b::/96")
	apart6     = blocks(
		"2001::/23",     // protocol assignments, and Teredo, which carries IPv4
		"2001:db8::/32", // documentation
		"2002::/16",     // 6to4, which carries IPv4
		"3fff::/20",     // documentation
	)
)
