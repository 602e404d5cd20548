package bankid_test

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/eidgate/eidgate/adapters/provider"
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

func TestFilesAreLoadedAndMistakesNamed(t *testing.T) {
	authority := standin.NewAuthority(t, "root")
	directory := t.TempDir()
	authority.PEM(t, directory, authority.Client(t, "us", time.Now().Add(time.Hour)))
	file := func(name string) string { return filepath.Join(directory, name) }
	good := provider.Files{Certificate: file("certificate.pem"), Key: file("key.pem"), CA: file("ca.pem")}
	own, roots, err := provider.LoadCredentials(good)
	if err != nil || own.Leaf == nil || !roots.Equal(authority.Pool()) {
		t.Fatalf("got %v", err)
	}
	certificate, _ := os.ReadFile(good.Certificate)
	key, _ := os.ReadFile(good.Key)
	both := file("both.pem")
	if err := os.WriteFile(both, append(certificate, key...), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, _, err := provider.LoadCredentials(provider.Files{Certificate: both, CA: good.CA}); err != nil {
		t.Errorf("certificate and key in one file: %v", err)
	}
	stranger := t.TempDir()
	authority.PEM(t, stranger, authority.Client(t, "others", time.Now().Add(time.Hour)))
	if err := os.WriteFile(file("garbage.pem"), []byte("hush, this is private"), 0o600); err != nil {
		t.Fatal(err)
	}
	for setting, change := range map[string]func(*provider.Files){
		"certificate is missing":     func(f *provider.Files) { f.Certificate = "" },
		"certificate cannot be read": func(f *provider.Files) { f.Certificate = file("none.pem") },
		"key cannot be read":         func(f *provider.Files) { f.Key = directory },
		"ca is missing":              func(f *provider.Files) { f.CA = "" },
		"ca holds no":                func(f *provider.Files) { f.CA = file("garbage.pem") },
		"certificate and key":        func(f *provider.Files) { f.Key = filepath.Join(stranger, "key.pem") },
		"certificate and key are":    func(f *provider.Files) { f.Certificate = file("garbage.pem") },
	} {
		f := good
		change(&f)
		_, _, err := provider.LoadCredentials(f)
		if err == nil || !strings.Contains(err.Error(), setting) {
			t.Errorf("%s: got %v", setting, err)
		}
		silent(t, err, "hush", directory, "PRIVATE KEY")
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
