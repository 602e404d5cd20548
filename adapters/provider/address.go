package provider

import (
	"net/netip"
	"net/url"
	"strings"

	"github.com/eidgate/eidgate/domain/eid"
)

// BaseAddress reads an address that paths are put behind: with a scheme and a host, without user, query, fragment, and a slash
// at the end.
func BaseAddress(address string) (*url.URL, bool) {
	u, err := url.Parse(address)
	if err != nil || u.Scheme == "" || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" ||
		strings.HasSuffix(address, "/") {
		return nil, false
	}
	return u, true
}

// Loopback holds for the own machine.
func Loopback(host string) bool {
	a, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && a.IsLoopback()
}

// longestBrowserAddress is more than providers need, and less than browsers take.
const longestBrowserAddress = 8_000

// Trusts holds for addresses to which a browser may be sent by a provider whose API is at base: as safe as that is.
func Trusts(base, address string) bool {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.User != nil || len(address) > longestBrowserAddress {
		return false
	}
	return u.Scheme == "https" || u.Scheme == "http" && Loopback(u.Hostname()) && strings.HasPrefix(base, "http:")
}

// ChallengeAt sends a browser to an address.
func ChallengeAt(address string) eid.Challenge {
	c := eid.Challenge{URL: address, Params: map[string]string{}}
	action, query, _ := strings.Cut(address, "?")
	c.Action = action
	if values, err := url.ParseQuery(query); err == nil {
		for name := range values {
			c.Params[name] = values.Get(name)
		}
	}
	return c
}
