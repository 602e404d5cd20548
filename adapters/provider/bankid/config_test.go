package bankid_test

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/eidgate/eidgate/adapters/provider/bankid"
	"github.com/eidgate/eidgate/adapters/system"
	"github.com/eidgate/eidgate/test/standin"
)

func TestAConfigurationThatCannotWorkIsRefused(t *testing.T) {
	authority := standin.NewAuthority(t, "root")
	good := bankid.Config{
		BaseURL: "https://appapi2.test.bankid.com/rp/v6.0", Certificate: authority.Client(t, "us", time.Now().Add(time.Hour)),
		Roots: authority.Pool(), SubjectKey: bytes.Repeat([]byte{1}, 32), Policies: []string{"1.2.752.78.1.5"}, Address: "::1",
	}
	for name, change := range map[string]func(*bankid.Config){
		"base_url is no plain": func(c *bankid.Config) { c.BaseURL += "/" },
		"base_url must be":     func(c *bankid.Config) { c.BaseURL = "http://bankid.example" },
		"card_url must be":     func(c *bankid.Config) { c.CardURL = "http://bankid.example" },
		"certificate is":       func(c *bankid.Config) { c.Certificate = tls.Certificate{} },
		"ca is":                func(c *bankid.Config) { c.Roots = nil },
		"key of the subjects":  func(c *bankid.Config) { c.SubjectKey = []byte("short") },
		"policies":             func(c *bankid.Config) { c.Policies = []string{"1.2.three"} },
		"address":              func(c *bankid.Config) { c.Address = "home" },
	} {
		c := good
		change(&c)
		if _, err := bankid.New(c, system.Clock{}); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: got %v", name, err)
		}
	}
	p, err := bankid.New(good, system.Clock{})
	if err != nil || !p.CertificateExpiry().Equal(good.Certificate.Leaf.NotAfter) {
		t.Errorf("got %v", err)
	}
	if p, err := bankid.New(bankid.Config{BaseURL: "http://127.0.0.1:1", SubjectKey: good.SubjectKey}, system.Clock{}); err != nil || !p.CertificateExpiry().IsZero() {
		t.Errorf("plain http on loopback: %v", err)
	}
}

func TestAConfigurationPrintsNoKeys(t *testing.T) {
	c := bankid.Config{BaseURL: "https://b.example", SubjectKey: []byte("very secret")}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s"} {
		if got := fmt.Sprintf(verb, c); got != "bankid at https://b.example" {
			t.Errorf("%s prints something else", verb)
		}
	}
}

func TestOnlyThePinnedRootCounts(t *testing.T) {
	b := newBench(t)
	c := b.own
	c.Roots = x509.NewCertPool()
	if _, err := b.another(t, c).Begin(t.Context(), b.Order(t, appLogin)); err == nil || b.there.Calls("/rp/v6.0/auth") != 0 {
		t.Errorf("got %v", err)
	}
}
