package organization

import (
	"crypto/rsa"
	"crypto/x509"
	"errors"

	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/inbound"
)

// errForeignKey is a mistake of ours: we make RSA keys only.
var errForeignKey = errors.New("a signing key's certificate is for no RSA key")

// publicHalves are what verifiers need of keys.
func publicHalves(published []organization.SigningKey) (keys []inbound.PublicKey, err error) {
	for _, k := range published {
		certificate, err := x509.ParseCertificate(k.Certificate)
		if err != nil {
			return nil, err
		}
		public, ok := certificate.PublicKey.(*rsa.PublicKey)
		if !ok {
			return nil, errForeignKey
		}
		keys = append(keys, inbound.PublicKey{ID: k.ID, Modulus: public.N.Bytes(), Exponent: public.E, Certificate: k.Certificate})
	}
	return keys, nil
}
