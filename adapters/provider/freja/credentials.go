package freja

import (
	"crypto/x509"
	"encoding/pem"
	"errors"

	"github.com/eidgate/eidgate/adapters/provider"
)

// LoadJWS reads the certificates with which Freja signs results, one or more in each file.
func LoadJWS(paths ...string) ([]*x509.Certificate, error) {
	var certificates []*x509.Certificate
	for _, path := range paths {
		content, err := provider.ReadFile("jws_certificates", path)
		if err != nil {
			return nil, err
		}
		found := false
		for block, rest := pem.Decode(content); block != nil; block, rest = pem.Decode(rest) {
			certificate, err := x509.ParseCertificate(block.Bytes)
			if err != nil || block.Type != "CERTIFICATE" {
				return nil, errors.New("jws_certificates holds something that is no certificate")
			}
			certificates, found = append(certificates, certificate), true
		}
		if !found {
			return nil, errors.New("jws_certificates holds no PEM certificate")
		}
	}
	return certificates, nil
}
