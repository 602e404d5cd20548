package webhook_test

import (
	"errors"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/eidgate/eidgate/adapters/webhook"
	"github.com/eidgate/eidgate/ports/outbound"
)

// traps are addresses that lead inside, or try to; PORT is where the canary listens. Names are looked up in the zone of
// [inside].
var traps = strings.Fields(`
	https://127.0.0.1:PORT/ https://127.0.0.2:PORT/ https://127.1:PORT/ https://127.0.1:PORT/ https://0:PORT/ https://0.0.0.0:PORT/
	https://0x7f.1:PORT/ https://0x7f000001:PORT/ https://0X7F.0.0.1:PORT/ https://017700000001:PORT/ https://0177.0.0.1:PORT/ https://2130706433:PORT/
	https://00000127.0.0.1:PORT/ https://127.0.0.0x1:PORT/ https://127.000.000.001:PORT/ https://4294967297:PORT/ https://0x:PORT/ https://1.0x:PORT/
	https://[::]:PORT/ https://[::1]:PORT/ https://[0:0:0:0:0:0:0:1]:PORT/ https://[::ffff:127.0.0.1]:PORT/ https://[::ffff:7f00:1]:PORT/
	https://[::127.0.0.1]:PORT/ https://[::ffff:0:127.0.0.1]:PORT/ https://[64:ff9b::7f00:1]:PORT/ https://[64:ff9b::10.0.0.1]:PORT/ https://[64:ff9b:1::7f00:1]:PORT/
	https://[2002:7f00:1::]:PORT/ https://[2002:a00:1::1]:PORT/ https://[2001:0:7f00:1::1]:PORT/ https://[2001::80ff:fffe]:PORT/
	https://[fe80::1%25lo]:PORT/ https://[fe80::1]:PORT/ https://[::1%25lo]:PORT/ https://[fc00::1]:PORT/ https://[fd00:ec2::254]:PORT/ https://[fec0::1]:PORT/
	https://[ff02::1]:PORT/ https://[100::1]:PORT/ https://[2001:db8::1]:PORT/ https://[3fff::1]:PORT/ https://[5f00::1]:PORT/
	https://10.0.0.1/ https://10.255.255.255/ https://172.16.0.1/ https://172.31.255.255/ https://192.168.0.1/ https://169.254.169.254/latest/meta-data/
	https://100.64.0.1/ https://100.100.100.200/ https://100.127.255.255/ https://192.0.0.192/ https://198.18.0.1/ https://198.19.255.255/ https://192.0.2.1/
	https://198.51.100.1/ https://203.0.113.1/ https://224.0.0.1/ https://239.255.255.250/ https://240.0.0.1/ https://255.255.255.255/ https://0.1.2.3/
	https://168.63.129.16/ https://192.88.99.1/
	https://localhost:PORT/ https://LOCALHOST:PORT/ https://localhost.:PORT/ https://a.localhost:PORT/ https://LocalHost.:PORT/
	https://a@127.0.0.1:PORT/ https://ok.example@127.0.0.1:PORT/ https://a:b@127.0.0.1:PORT/ https://ok.example#@127.0.0.1:PORT/ https://ok.example:443#@127.0.0.1:PORT/
	https://ok.example\@127.0.0.1:PORT/ https:\\127.0.0.1:PORT/ https:/\127.0.0.1:PORT/ https:127.0.0.1:PORT/ https:///127.0.0.1:PORT/ https://127.0.0.1:PORT\@ok.example/
	https://①②⑦.⓪.⓪.①:PORT/ https://127。0。0。1:PORT/ https://%E2%91%A0%E2%91%A1%E2%91%A6.0.0.1:PORT/ https://%31%32%37.0.0.1:PORT/ https://l%6fcalhost:PORT/
	https://ⓛⓞⓒⓐⓛⓗⓞⓢⓣ:PORT/ https://loc%C2%ADalhost:PORT/ https://127.0.0.1%00.ok.example:PORT/ https://127.0.0.1%0d%0a:PORT/ https://[127.0.0.1]:PORT/
	http://127.0.0.1:PORT/ http://localhost:PORT/ http://[::1]:PORT/ http://ok.example/ HTTP://127.0.0.1:PORT/ ws://127.0.0.1:PORT/ wss://127.0.0.1:PORT/
	file:///etc/passwd gopher://127.0.0.1:PORT/_x ftp://127.0.0.1:PORT/ dict://127.0.0.1:PORT/ unix:///run/x.sock data:,x javascript:alert(1) //127.0.0.1:PORT/ 127.0.0.1:PORT
	https://loopback.example:PORT/ https://loopback.example.:PORT/ https://LOOPBACK.EXAMPLE:PORT/ https://loopback6.example:PORT/ https://mapped.example:PORT/ https://alias.example:PORT/
	https://private.example/ https://metadata.example/ https://linklocal.example/ https://unspecified.example:PORT/ https://unspecified6.example:PORT/ https://translated.example:PORT/
	https://sixtofour.example:PORT/ https://teredo.example:PORT/ https://shared.example/ https://all.example:PORT/ https://127.0.0.1.nip.example:PORT/
	https://ok.example:22/ https://ok.example:25/ https://ok.example:0/ https://ok.example:6553666/ https://ok.example:-1/ https://ok.example:x/
`)

// inside is a zone whose every name leads to where no news may go.
func inside(name string, _ int) record {
	switch name {
	case "alias.example":
		return record{alias: "localhost.internal", addresses: []string{"127.0.0.1", "::1"}}
	case "all.example":
		return record{addresses: []string{"127.0.0.1", "10.0.0.1", "169.254.169.254", "::1", "fe80::1", "fd00::1"}}
	}
	address, known := map[string]string{
		"loopback.example": "127.0.0.1", "loopback6.example": "::1", "mapped.example": "::ffff:127.0.0.1", "private.example": "192.168.1.1",
		"metadata.example": "169.254.169.254", "linklocal.example": "fe80::1", "unspecified.example": "0.0.0.0", "unspecified6.example": "::",
		"translated.example": "64:ff9b::7f00:1", "sixtofour.example": "2002:7f00:1::1", "teredo.example": "2001::80ff:fffe", "shared.example": "100.64.1.1",
		"127.0.0.1.nip.example": "127.0.0.1",
	}[name]
	if !known {
		return record{}
	}
	return record{addresses: []string{address}}
}

func TestNoAddressLeadsInside(t *testing.T) {
	if len(traps) < 60 {
		t.Fatalf("there are only %d", len(traps))
	}
	canary := newCanary(t)
	c, reached := watched(t, names(t, inside))
	for _, trap := range append(traps, "https://ok.example/\r\nX: y", "https://ok.example /", " https://127.0.0.1:PORT/", "https://127.0.0.1:PORT/\t", "") {
		address := strings.ReplaceAll(trap, "PORT", canary.port)
		_, _, err := c.Bring(t.Context(), parcel(address))
		if !errors.Is(err, outbound.ErrAddressForbidden) {
			t.Errorf("%q: %v", address, err)
			continue
		}
		fails(t, err, outbound.ErrAddressForbidden, webhook.ErrTargetRefused)
	}
	if n := canary.hits.Load(); n != 0 || len(reached()) > 0 {
		t.Errorf("%d connections came to loopback, and %v would have been connected to", n, reached())
	}
	// The same canary is reached where loopback is allowed, so it does sing.
	open := webhook.New(webhook.Config{AllowLoopback: true}, nil)
	t.Cleanup(open.Close)
	_, _, _ = open.Bring(t.Context(), parcel("https://127.0.0.1:"+canary.port+"/"))
	if canary.hits.Load() != 1 {
		t.Error("the canary is mute")
	}
}

func TestInDevelopmentLoopbackAloneIsReachedToo(t *testing.T) {
	c := webhook.NewWatched(webhook.Config{AllowLoopback: true, Resolver: names(t, inside)}, nil, func(netip.Addr) error { return errNotHere })
	t.Cleanup(c.Close)
	for _, trap := range traps {
		if strings.Contains(trap, "PORT") || strings.Contains(trap, ":0/") {
			continue
		}
		if _, _, err := c.Bring(t.Context(), parcel(trap)); !errors.Is(err, outbound.ErrAddressForbidden) {
			t.Errorf("%q: %v", trap, err)
		}
	}
}

func TestAPublicAddressIsReached(t *testing.T) {
	public := map[string]string{"one.example": "1.1.1.1", "six.example": "2a00:1450::1", "translated.example": "64:ff9b::101:101", "edge.example": "172.32.0.1"}
	c, reached := watched(t, names(t, func(name string, _ int) record { return record{addresses: []string{public[name]}} }))
	for name, address := range public {
		_, _, err := c.Bring(t.Context(), parcel("https://"+name+":8443/news"))
		fails(t, err, outbound.ErrNotDelivered, webhook.ErrUnreachable)
		if !slices.Contains(reached(), netip.MustParseAddr(address)) {
			t.Errorf("%s was not tried", name)
		}
	}
	for _, address := range []string{"https://9.9.9.9/", "https://[::ffff:9.9.9.9]:443/", "https://[2620:fe::fe]:8443/?q"} {
		if _, _, err := c.Bring(t.Context(), parcel(address)); errors.Is(err, outbound.ErrAddressForbidden) {
			t.Errorf("%s: %v", address, err)
		}
	}
}

func TestANameThatTurnsInsideBetweenTwoLooksIsNotFollowed(t *testing.T) {
	canary := newCanary(t)
	c, reached := watched(t, names(t, func(_ string, asked int) record {
		if asked == 1 {
			return record{addresses: []string{"1.1.1.1"}}
		}
		return record{addresses: []string{"127.0.0.1"}}
	}))
	address := "https://rebinding.example:" + canary.port + "/"
	_, _, err := c.Bring(t.Context(), parcel(address))
	fails(t, err, outbound.ErrNotDelivered, webhook.ErrUnreachable) // it would have gone to the public address
	for range 3 {
		_, _, err = c.Bring(t.Context(), parcel(address))
		fails(t, err, outbound.ErrAddressForbidden, webhook.ErrTargetRefused)
	}
	if canary.hits.Load() != 0 || len(reached()) != 1 {
		t.Errorf("%d connections came to loopback", canary.hits.Load())
	}
}

func TestOfTwoAddressesTheOneInsideIsPassedOver(t *testing.T) {
	canary := newCanary(t)
	for _, pair := range [][]string{{"1.1.1.1", "127.0.0.1"}, {"127.0.0.1", "1.1.1.1"}, {"127.0.0.1", "2a00:1450::1"}, {"::1", "1.1.1.1"}} {
		c, reached := watched(t, names(t, func(string, int) record { return record{addresses: pair} }))
		_, _, err := c.Bring(t.Context(), parcel("https://mixed.example:"+canary.port+"/"))
		fails(t, err, outbound.ErrNotDelivered, webhook.ErrUnreachable)
		if len(reached()) != 1 || reached()[0].IsLoopback() {
			t.Errorf("%v: %v would have been connected to", pair, reached())
		}
	}
	if canary.hits.Load() != 0 {
		t.Errorf("%d connections came to loopback", canary.hits.Load())
	}
}

func TestAResolverThatIsSilentHoldsADeliveryNoLongerThanItsTime(t *testing.T) {
	c, _ := watched(t, names(t, func(name string, _ int) record { return record{silent: strings.HasPrefix(name, "silent.")} }))
	began := time.Now()
	_, _, err := c.Bring(t.Context(), parcel("https://silent.example/"))
	fails(t, err, outbound.ErrNotDelivered, webhook.ErrNoName)
	if took := time.Since(began); took > 3*time.Second {
		t.Errorf("it took %v", took)
	}
	_, _, err = c.Bring(t.Context(), parcel("https://nobody.example/"))
	fails(t, err, outbound.ErrNotDelivered, webhook.ErrNoName)
}
