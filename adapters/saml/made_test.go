package saml_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"math/big"
	"strings"
	"sync"
	"time"

	"github.com/eidgate/eidgate/adapters/saml"
)

// now is the time of these tests.
var now = time.Date(2026, 11, 26, 3, 4, 5, 0, time.UTC)

type clock struct{}

func (clock) Now() time.Time { return now }

func open() *saml.Metadata { return saml.New(saml.Config{}, clock{}) }

var (
	years = now.AddDate(3, 0, 0)
	// good are certificates whose keys are strong enough, made once.
	good = sync.OnceValue(func() map[string]string {
		return map[string]string{"RSA": certificate(rsaKey(2048), years), "EC": certificate(ecKey(elliptic.P256()), years.AddDate(1, 0, 0))}
	})
)

func rsaKey(bits int) crypto.Signer {
	key, err := rsa.GenerateKey(rand.Reader, bits)
	if err != nil {
		panic(err)
	}
	return key
}

func ecKey(curve elliptic.Curve) crypto.Signer {
	key, err := ecdsa.GenerateKey(curve, rand.Reader)
	if err != nil {
		panic(err)
	}
	return key
}

func edKey() crypto.Signer {
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		panic(err)
	}
	return key
}

// certificate is one that the key has signed itself, in base64.
func certificate(key crypto.Signer, until time.Time) string {
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "idp"}, NotBefore: now.AddDate(-1, 0, 0), NotAfter: until}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		panic(err)
	}
	return base64.StdEncoding.EncodeToString(der)
}

// filled puts the good certificates into a document, in one line or in lines of 64 characters.
func filled(document string) string {
	for name, text := range good() {
		var lines []string
		for rest := text; rest != ""; {
			n := min(64, len(rest))
			lines, rest = append(lines, rest[:n]), rest[n:]
		}
		document = strings.ReplaceAll(document, "{"+name+" lines}", strings.Join(lines, "\r\n"))
		document = strings.ReplaceAll(document, "{"+name+"}", text)
	}
	return document
}

// plain is the shortest metadata that is good. Tests break it in one place.
const plain = `<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" xmlns:ds="http://www.w3.org/2000/09/xmldsig#" entityID="https://idp.example">` +
	`<md:IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">` +
	`<md:KeyDescriptor use="signing"><ds:KeyInfo><ds:X509Data><ds:X509Certificate>{EC}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>` +
	`<md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="https://idp.example/sso"/>` +
	`</md:IDPSSODescriptor></md:EntityDescriptor>`

// swapped is the plain metadata with something else in place of a part of it.
func swapped(part, other string) string {
	if !strings.Contains(plain, part) {
		panic("the plain metadata has no such part")
	}
	return filled(strings.Replace(plain, part, other, 1))
}
