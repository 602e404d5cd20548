package webhook_test

import (
	"net/netip"
	"net/url"
	"strings"
	"testing"

	"github.com/eidgate/eidgate/adapters/webhook"
)

// FuzzAddress looks for addresses that get past the first look and lead inside by themselves, without any name.
func FuzzAddress(f *testing.F) {
	for _, trap := range traps {
		f.Add(strings.ReplaceAll(trap, "PORT", "4433"))
	}
	f.Add("https://ok.example/")
	c := webhook.New(webhook.Config{}, nil)
	f.Fuzz(func(t *testing.T, address string) {
		if !c.Fits(address) {
			return
		}
		u, err := url.Parse(address)
		if err != nil || u.Scheme != "https" || u.User != nil {
			t.Fatalf("%q is let through", address)
		}
		if a, err := netip.ParseAddr(u.Hostname()); err == nil && (a.IsLoopback() || a.IsPrivate() || a.IsLinkLocalUnicast() || a.IsUnspecified() || a.IsMulticast() || a.Is4In6() && a.Unmap().IsLoopback()) {
			t.Fatalf("%q is let through", address)
		}
		for _, r := range u.Hostname() {
			if r > 0x7e || r <= ' ' {
				t.Fatalf("%q is let through", address)
			}
		}
	})
}
