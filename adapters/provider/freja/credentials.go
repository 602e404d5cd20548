package freja

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"io/fs"
	"os"
)

// Files name what a relying party got from Freja, in PEM.
type Files struct {
	Certificate string // ours, with the certificates between it and its root behind it
	Key         string // its private key; "" when it stands in the file of the certificate
	CA          string // Freja's root
}

// Load reads the files. Every error names the setting, and nothing of what is in the file or where it lies.
func Load(f Files) (tls.Certificate, *x509.CertPool, error) {
	if f.Key == "" {
		f.Key = f.Certificate
	}
	certificate, err1 := read("certificate", f.Certificate)
	key, err2 := read("key", f.Key)
	ca, err3 := read("ca", f.CA)
	if err := errors.Join(err1, err2, err3); err != nil {
		return tls.Certificate{}, nil, err
	}
	var problems []error
	own, err := tls.X509KeyPair(certificate, key)
	if err != nil {
		problems = append(problems, errors.New("freja: certificate and key are no PEM, or do not belong together"))
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(ca) {
		problems = append(problems, errors.New("freja: ca holds no PEM certificate"))
	}
	if len(problems) > 0 {
		return tls.Certificate{}, nil, errors.Join(problems...)
	}
	return own, roots, nil
}

// LoadJWS reads the certificates with which Freja signs results, one or more in each file.
func LoadJWS(paths ...string) ([]*x509.Certificate, error) {
	var certificates []*x509.Certificate
	for _, path := range paths {
		content, err := read("jws_certificates", path)
		if err != nil {
			return nil, err
		}
		found := false
		for block, rest := pem.Decode(content); block != nil; block, rest = pem.Decode(rest) {
			certificate, err := x509.ParseCertificate(block.Bytes)
			if err != nil || block.Type != "CERTIFICATE" {
				return nil, errors.New("freja: jws_certificates holds something that is no certificate")
			}
			certificates, found = append(certificates, certificate), true
		}
		if !found {
			return nil, errors.New("freja: jws_certificates holds no PEM certificate")
		}
	}
	return certificates, nil
}

func read(setting, path string) ([]byte, error) {
	if path == "" {
		return nil, errors.New("freja: " + setting + " is missing")
	}
	content, err := os.ReadFile(path)
	if failed, ok := errors.AsType[*fs.PathError](err); ok {
		return nil, errors.New("freja: " + setting + " cannot be read: " + failed.Err.Error())
	}
	return content, err
}

// leaf is the certificate itself, without those that vouch for it.
func leaf(c tls.Certificate) (*x509.Certificate, error) {
	if c.Leaf != nil {
		return c.Leaf, nil
	}
	if len(c.Certificate) == 0 {
		return nil, errors.New("freja: there is no certificate")
	}
	return x509.ParseCertificate(c.Certificate[0])
}
