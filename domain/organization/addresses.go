package organization

import (
	"net/netip"
	"net/url"
	"slices"
	"strings"

	"github.com/eidgate/eidgate/domain/fault"
)

// ErrAddress refuses an address that people or news may not be sent to.
var ErrAddress = fault.New(fault.Invalid, "address_invalid",
	"An address is an absolute https URL of at most 2,000 characters without user, fragment or control characters.")

// ErrAddressNotAllowed refuses an address that the client has not registered.
var ErrAddressNotAllowed = fault.New(fault.Forbidden, "address_not_allowed", "The client may not send people or news to this address.")

// ErrRedirect refuses an address that nobody registered for sending people back to.
var ErrRedirect = fault.New(fault.Invalid, "redirect_uri_unregistered", "The redirect_uri is not registered.")

// Addresses are where a client lets people and news be sent.
type Addresses struct {
	Redirect        []string // compared byte for byte
	DefaultRedirect string
	Callback        []string
	DefaultCallback string // where news of a session goes that names no address of its own
	AnyLoopback     bool   // every http or https address on loopback too; for demo clients
}

// check refuses addresses that could never be used. Plain http is left to the policy of the deployment; see
// [WellFormedAddress].
func (a Addresses) check() error {
	for _, group := range [][]string{a.Redirect, a.Callback} {
		for _, s := range group {
			if !WellFormedAddress(s, true) {
				return ErrAddress.On("address")
			}
		}
	}
	for _, s := range []string{a.DefaultRedirect, a.DefaultCallback} {
		if s != "" && !WellFormedAddress(s, true) {
			return ErrAddress.On("address")
		}
	}
	return nil
}

// AllowsRedirect holds for exactly the registered redirect addresses, and for any loopback address where the
// client allows those.
func (a Addresses) AllowsRedirect(address string) bool {
	if slices.Contains(a.Redirect, address) || a.DefaultRedirect != "" && a.DefaultRedirect == address {
		return true
	}
	return a.AnyLoopback && isLoopback(address)
}

// AllowsReturn holds for the addresses that people may be sent back to where an allowed address without a path stands for
// its whole host: see [Addresses.AllowsCallback].
func (a Addresses) AllowsReturn(address string) bool {
	return a.AllowsRedirect(address) || allows(a.Redirect, address)
}

// AllowsCallback holds for the addresses that news may be sent to. A registered address with a path or query is one
// address; one without allows everything at exactly its scheme, host and port.
func (a Addresses) AllowsCallback(address string) bool {
	return a.DefaultCallback != "" && a.DefaultCallback == address || allows(a.Callback, address) || a.AnyLoopback && isLoopback(address)
}

func allows(registered []string, address string) bool {
	if !WellFormedAddress(address, true) {
		return false
	}
	asked, err := url.Parse(address)
	if err != nil {
		return false
	}
	return slices.ContainsFunc(registered, func(one string) bool {
		u, err := url.Parse(one)
		switch {
		case err != nil:
			return false
		case u.Path != "" && u.Path != "/" || u.RawQuery != "" || u.ForceQuery:
			return one == address
		}
		return u.Scheme == asked.Scheme && strings.EqualFold(u.Hostname(), asked.Hostname()) && port(u) == port(asked)
	})
}

func port(u *url.URL) string {
	switch {
	case u.Port() != "":
		return u.Port()
	case u.Scheme == "http":
		return "80"
	}
	return "443"
}

// WellFormedAddress holds for absolute https URLs with a host and without user or fragment, and for http ones on
// loopback when allowed (RFC 8252 section 7.3). It compares nothing: it only says that the text is an address.
func WellFormedAddress(address string, loopbackHTTP bool) bool {
	if address == "" || len(address) > 2000 {
		return false
	}
	for i := range len(address) {
		if address[i] <= ' ' || address[i] >= 0x7f || address[i] == '\\' {
			return false
		}
	}
	u, err := url.Parse(address)
	if err != nil || u.Opaque != "" || u.User != nil || u.Fragment != "" || u.Hostname() == "" || address[len(address)-1] == '#' {
		return false
	}
	return u.Scheme == "https" || u.Scheme == "http" && loopbackHTTP && loopbackHost(u.Hostname())
}

func isLoopback(address string) bool {
	if !WellFormedAddress(address, true) {
		return false
	}
	u, err := url.Parse(address)
	return err == nil && loopbackHost(u.Hostname())
}

func loopbackHost(host string) bool {
	if host == "localhost" {
		return true
	}
	a, err := netip.ParseAddr(host)
	return err == nil && a.IsLoopback()
}
