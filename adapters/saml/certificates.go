package saml

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"slices"
	"strings"

	"github.com/eidgate/eidgate/domain/organization"
)

const (
	leastBits        = 2048
	mostBits         = 16_384 // beyond it, verifying takes longer than anybody should wait
	mostCertificates = 20
)

// Why a certificate is none.
var (
	errEncoding    = errors.New("a certificate is no base64")
	errCertificate = errors.New("a certificate is no X.509")
	errStrength    = errors.New("a certificate has a key that is too weak, too long, or of a kind that signs nothing here")
	errMany        = errors.New("there are too many certificates")
)

// signing gives the certificates that the provider signs with, each once, and one at least. A key without a use has both.
func signing(provider *element) (list []*x509.Certificate, err error) {
	for _, descriptor := range provider.all(metadataSpace, "KeyDescriptor") {
		if use := descriptor.attribute("use"); use != "" && use != "signing" {
			continue
		}
		for _, info := range descriptor.all(signatureSpace, "KeyInfo") {
			for _, data := range info.all(signatureSpace, "X509Data") {
				for _, text := range data.all(signatureSpace, "X509Certificate") {
					c, err := certificate(text)
					if err != nil {
						return nil, organization.ErrMetadataWeakKey.Because(err)
					}
					if slices.ContainsFunc(list, c.Equal) {
						continue
					}
					if list = append(list, c); len(list) > mostCertificates {
						return nil, organization.ErrMetadataWeakKey.Because(errMany)
					}
				}
			}
		}
	}
	if len(list) == 0 {
		return nil, organization.ErrMetadataKey
	}
	return list, nil
}

func certificate(e *element) (*x509.Certificate, error) {
	if len(e.children) > 0 {
		return nil, errEncoding
	}
	der, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(e.text.String()), ""))
	if err != nil {
		return nil, errEncoding
	}
	c, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, errCertificate
	}
	switch key := c.PublicKey.(type) {
	case *rsa.PublicKey:
		if bits := key.N.BitLen(); bits >= leastBits && bits <= mostBits && key.E > 2 {
			return c, nil
		}
	case *ecdsa.PublicKey:
		if key.Curve == elliptic.P256() || key.Curve == elliptic.P384() || key.Curve == elliptic.P521() {
			return c, nil
		}
	}
	return nil, errStrength
}
