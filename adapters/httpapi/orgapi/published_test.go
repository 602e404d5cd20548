package orgapi_test

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"math/big"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/eidgate/eidgate/adapters/httpapi"
	"github.com/eidgate/eidgate/adapters/httpapi/orgapi"
	"github.com/eidgate/eidgate/adapters/system"
	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/inbound"
)

// issuer publishes keys of its own.
type issuer struct {
	inbound.IssuedTokens
	keys []inbound.PublicKey
}

func (i issuer) Keys(context.Context, string, organization.KeyPurpose) (organization.Organization, []inbound.PublicKey, error) {
	return organization.Organization{Domain: "misapret"}, i.keys, nil
}

func TestAForeignLibraryVerifiesWithThePublishedKeys(t *testing.T) {
	var keys []inbound.PublicKey
	signers := map[string]*rsa.PrivateKey{}
	for _, id := range []string{"present", "former"} {
		private, err := rsa.GenerateKey(rand.Reader, 2048)
		if err != nil {
			t.Fatal(err)
		}
		template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "id.example"}, NotBefore: then, NotAfter: then.Add(time.Hour)}
		certificate, err := x509.CreateCertificate(rand.Reader, template, template, private.Public(), private)
		if err != nil {
			t.Fatal(err)
		}
		signers[id] = private
		keys = append(keys, inbound.PublicKey{ID: id, Modulus: private.N.Bytes(), Exponent: private.E, Certificate: certificate})
	}
	g := gateway{house: newHouse(), limits: newWindow()}
	deps := g.deps()
	deps.Tokens = issuer{keys: keys}
	server, err := httpapi.New(httpapi.Config{}, []httpapi.Surface{orgapi.New(orgapi.Config{PublicURL: "https://id.example/"}, deps)}, httpapi.Deps{Clock: system.Clock{}, IDs: fixed{}})
	if err != nil {
		t.Fatal(err)
	}
	fetch := func(path string, into any) {
		a := answerTo(t, server.Handler(), "GET "+path+" HTTP/1.1\r\nHost: id.example\r\n\r\n")
		if err := json.Unmarshal(a.Body(), into); err != nil || a.StatusCode() != 200 {
			t.Fatal(a.StatusCode(), err, string(a.Header.Peek("X-Eidgate-Fault")))
		}
	}
	var discovered struct {
		Issuer     string   `json:"issuer"`
		Keys       string   `json:"jwks_uri"`
		Algorithms []string `json:"id_token_signing_alg_values_supported"`
	}
	fetch("/t/misapret/.well-known/openid-configuration", &discovered)
	if discovered.Issuer != "https://id.example/t/misapret" || len(discovered.Algorithms) != 1 {
		t.Errorf("%+v", discovered)
	}
	var set jose.JSONWebKeySet
	fetch(discovered.Keys[len("https://id.example"):], &set)
	for id, private := range signers {
		signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.SignatureAlgorithm(discovered.Algorithms[0]), Key: private}, nil)
		if err != nil {
			t.Fatal(err)
		}
		signed, err := signer.Sign([]byte("text"))
		if err != nil {
			t.Fatal(err)
		}
		found := set.Key(id)
		if len(found) != 1 || !found[0].Valid() || !found[0].IsPublic() || found[0].Use != "sig" || len(found[0].Certificates) != 1 || len(found[0].CertificateThumbprintSHA256) != 32 {
			t.Fatalf("%s is published %d times, or not whole", id, len(found))
		}
		if text, err := signed.Verify(found[0].Key); err != nil || string(text) != "text" {
			t.Errorf("%s: %v", id, err)
		}
	}
}
