package pdf_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"
	"strings"
	"testing"

	"github.com/eidgate/eidgate/adapters/pdf"
	"github.com/eidgate/eidgate/ports/outbound"
)

func TestEveryProcessWithTheSecretHasTheSameIdentity(t *testing.T) {
	one, other := identity(t), identity(t)
	if !one.Chain[0].Equal(other.Chain[0]) {
		t.Error("one secret gives two certificates")
	}
	foreign, err := pdf.DevelopmentIdentity([]byte("a secret of another test"))
	if err != nil {
		t.Fatal(err)
	}
	if foreign.Chain[0].Equal(one.Chain[0]) || foreign.Chain[0].SerialNumber.Cmp(one.Chain[0].SerialNumber) == 0 {
		t.Error("two secrets give one certificate")
	}
	if _, err := pdf.DevelopmentIdentity([]byte("too short")); err == nil {
		t.Error("a short secret is taken")
	}
}

func TestTheDevelopmentCertificateSaysWhatItIs(t *testing.T) {
	c := identity(t).Chain[0]
	if c.Subject.CommonName != pdf.DevelopmentName || c.IsCA || c.CheckSignature(c.SignatureAlgorithm, c.RawTBSCertificate, c.Signature) != nil {
		t.Error("the certificate has another name, may sign others, or is not signed by its own key")
	}
}

func TestAKeyNeedsItsOwnCertificate(t *testing.T) {
	mine := identity(t)
	foreign, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	_, edwards, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]pdf.Config{
		"nothing":           {},
		"no certificate":    {Key: mine.Key},
		"another's":         {Key: foreign, Chain: mine.Chain},
		"no issuer":         {Key: mine.Key, Chain: []*x509.Certificate{mine.Chain[0], issued(t, foreign, "Somebody", nil, nil)}},
		"an unsuitable key": {Key: edwards, Chain: []*x509.Certificate{issued(t, edwards, "Somebody", nil, nil)}},
	} {
		if _, err := pdf.New(c); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
}

// issued makes a certificate for the key, by an issuer or by itself.
func issued(t *testing.T, key crypto.Signer, name string, issuer *x509.Certificate, by crypto.Signer) *x509.Certificate {
	t.Helper()
	template := &x509.Certificate{
		SerialNumber: big.NewInt(7), Subject: pkix.Name{CommonName: name}, NotBefore: moment.AddDate(-1, 0, 0), NotAfter: moment.AddDate(50, 0, 0),
		IsCA: issuer == nil, BasicConstraintsValid: true,
	}
	if issuer == nil {
		issuer, by = template, key
	}
	der, err := x509.CreateCertificate(rand.Reader, template, issuer, key.Public(), by)
	if err != nil {
		t.Fatal(err)
	}
	c, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestAKeyOfAnotherKindSignsAndBringsItsIssuers(t *testing.T) {
	root, err := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	issuer := issued(t, root, "An issuer", nil, nil)
	s, err := pdf.New(pdf.Config{Key: key, Chain: []*x509.Certificate{issued(t, key, "A company", issuer, root), issuer}})
	if err != nil {
		t.Fatal(err)
	}
	out, err := s.SignDocument(t.Context(), onePage().write(), outbound.DocumentSignature{At: moment})
	if err != nil {
		t.Fatal(reasons(err))
	}
	said, _ := run(t, "pdfsig", "-nocert", file(t, out))
	if !strings.Contains(said, "Signature is Valid.") || !strings.Contains(said, "A company") {
		t.Errorf("pdfsig: %s", said)
	}
	d := cut(t, out)[0]
	if said, err := d.verify(t, issuer); err != nil {
		t.Errorf("openssl: %v\n%s", err, said)
	}
}
