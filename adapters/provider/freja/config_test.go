package freja_test

import (
	"bytes"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/eidgate/eidgate/adapters/provider/freja"
	"github.com/eidgate/eidgate/adapters/system"
	"github.com/eidgate/eidgate/test/contract"
	"github.com/eidgate/eidgate/test/standin"
	there "github.com/eidgate/eidgate/test/standin/freja"
)

func TestAConfigurationThatCannotWorkIsRefused(t *testing.T) {
	authority := standin.NewAuthority(t, "root")
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	weak, err := rsa.GenerateKey(rand.Reader, 1024)
	if err != nil {
		t.Fatal(err)
	}
	good := freja.Config{
		BaseURL: "https://services.test.frejaeid.com", Certificate: authority.Client(t, "us", time.Now().Add(time.Hour)),
		Roots: authority.Pool(), SubjectKey: bytes.Repeat([]byte{1}, 32), JWSCertificates: []*x509.Certificate{there.Certificate(t, key)},
	}
	for name, change := range map[string]func(*freja.Config){
		"base_url is no plain":        func(c *freja.Config) { c.BaseURL += "/" },
		"base_url must be":            func(c *freja.Config) { c.BaseURL = "http://freja.example" },
		"certificate is":              func(c *freja.Config) { c.Certificate = tls.Certificate{} },
		"ca is":                       func(c *freja.Config) { c.Roots = nil },
		"key of the subjects":         func(c *freja.Config) { c.SubjectKey = []byte("short") },
		"jws_certificates is missing": func(c *freja.Config) { c.JWSCertificates = nil },
		"without an RSA key":          func(c *freja.Config) { c.JWSCertificates = []*x509.Certificate{authority.Certificate} },
		"at least 2048 bits":          func(c *freja.Config) { c.JWSCertificates = []*x509.Certificate{there.Certificate(t, weak)} },
	} {
		c := good
		change(&c)
		if _, err := freja.New(c, system.Clock{}); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: got %v", name, err)
		}
	}
	p, err := freja.New(good, system.Clock{})
	if err != nil || !p.CertificateExpiry().Equal(good.Certificate.Leaf.NotAfter) {
		t.Errorf("got %v", err)
	}
	plain := freja.Config{BaseURL: "http://127.0.0.1:1", SubjectKey: good.SubjectKey, JWSCertificates: good.JWSCertificates}
	if p, err := freja.New(plain, system.Clock{}); err != nil || !p.CertificateExpiry().IsZero() {
		t.Errorf("plain http on loopback: %v", err)
	}
}

func TestAConfigurationPrintsNoKeys(t *testing.T) {
	c := freja.Config{BaseURL: "https://f.example", SubjectKey: []byte("very secret")}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s"} {
		if got := fmt.Sprintf(verb, c); got != "freja at https://f.example" {
			t.Errorf("%s prints something else", verb)
		}
	}
}

func TestCertificatesOfResultsAreLoadedAndMistakesNamed(t *testing.T) {
	authority := standin.NewAuthority(t, "root")
	directory := t.TempDir()
	authority.PEM(t, directory, authority.Client(t, "us", time.Now().Add(time.Hour)))
	file := func(name string) string { return filepath.Join(directory, name) }
	write := func(name string, content []byte) string {
		t.Helper()
		if err := os.WriteFile(file(name), content, 0o600); err != nil {
			t.Fatal(err)
		}
		return file(name)
	}
	garbage := write("garbage.pem", []byte("hush, this is private"))
	one := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: authority.Certificate.Raw})
	two := write("two.pem", append(append([]byte{}, one...), one...))
	if got, err := freja.LoadJWS(two, file("ca.pem")); err != nil || len(got) != 3 {
		t.Errorf("got %d certificates and %v", len(got), err)
	}
	broken := write("broken.pem", pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: []byte("hush")}))
	for name, path := range map[string]string{
		"no PEM": garbage, "cannot be read": file("none.pem"), "is missing": "", "no certificate": broken, "is no certificate": file("key.pem"),
	} {
		_, err := freja.LoadJWS(path)
		if err == nil || !strings.Contains(err.Error(), name) || !strings.Contains(err.Error(), "jws_certificates") {
			t.Errorf("%s: got %v", name, err)
		}
		contract.Silent(t, err, "hush", directory)
	}
}
