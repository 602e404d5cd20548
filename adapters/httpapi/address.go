package httpapi

import (
	"net"
	"net/netip"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"
)

// client finds the address of whoever asks. A trusted peer's X-Forwarded-For is read from the right, where our
// own proxies write: the first hop that is not one of them is the client. What stands further left was sent by
// that client and may be anything.
func (s *Server) client(c *fiber.Ctx) netip.Addr {
	peer := addressOf(c.Context().RemoteAddr())
	if len(s.config.TrustedProxies) == 0 || !s.trusted(peer) {
		return peer
	}
	client := peer
	lines := c.Request().Header.PeekAll("X-Forwarded-For")
	for _, line := range slices.Backward(lines) {
		hops := strings.Split(string(line), ",")
		for _, hop := range slices.Backward(hops) {
			a, ok := parseHop(strings.TrimSpace(hop))
			if !ok {
				return client
			}
			client = a
			if !s.trusted(a) {
				return client
			}
		}
	}
	return client
}

func (s *Server) trusted(a netip.Addr) bool {
	return slices.ContainsFunc(s.config.TrustedProxies, func(p netip.Prefix) bool { return p.Contains(a) })
}

func addressOf(a net.Addr) netip.Addr {
	if tcp, ok := a.(*net.TCPAddr); ok {
		return tcp.AddrPort().Addr().Unmap().WithZone("")
	}
	return netip.Addr{}
}

// parseHop reads an address with or without port.
func parseHop(hop string) (netip.Addr, bool) {
	if a, err := netip.ParseAddr(strings.Trim(hop, "[]")); err == nil {
		return a.Unmap().WithZone(""), true
	}
	if p, err := netip.ParseAddrPort(hop); err == nil {
		return p.Addr().Unmap().WithZone(""), true
	}
	return netip.Addr{}, false
}

// host is the name under which we were called, and a trusted proxy's word for it where there is one.
func (s *Server) host(c *fiber.Ctx, header string) string {
	if len(s.config.TrustedProxies) > 0 && s.trusted(addressOf(c.Context().RemoteAddr())) {
		if forwarded := c.Get("X-Forwarded-Host"); forwarded != "" {
			_, last, found := strings.Cut(forwarded[max(0, strings.LastIndexByte(forwarded, ',')):], ",")
			if !found {
				last = forwarded
			}
			header = strings.TrimSpace(last)
		}
	}
	return withoutPort(strings.ToLower(header))
}

func withoutPort(host string) string {
	if strings.HasPrefix(host, "[") {
		inner, _, _ := strings.Cut(host[1:], "]")
		return inner
	}
	if name, _, found := strings.Cut(host, ":"); found {
		return name
	}
	return host
}

// loopbackName holds for the names by which a machine calls itself.
func loopbackName(host string) bool {
	if host == "localhost" || strings.HasSuffix(host, ".localhost") {
		return true
	}
	a, err := netip.ParseAddr(host)
	return err == nil && a.Unmap().IsLoopback()
}
