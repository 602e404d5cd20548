package provider

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io/fs"
	"os"
)

// Files name what a relying party has to identify itself with, in PEM.
type Files struct {
	Certificate string // ours, with the certificates between it and its root behind it
	Key         string // its private key; "" when it stands in the file of the certificate
	CA          string // the root of the other side
}

// LoadCredentials reads the files. Every error names the setting, and nothing of what is in the file or where it lies.
func LoadCredentials(f Files) (tls.Certificate, *x509.CertPool, error) {
	if f.Key == "" {
		f.Key = f.Certificate
	}
	certificate, err1 := ReadFile("certificate", f.Certificate)
	key, err2 := ReadFile("key", f.Key)
	ca, err3 := ReadFile("ca", f.CA)
	if err := errors.Join(err1, err2, err3); err != nil {
		return tls.Certificate{}, nil, err
	}
	var problems []error
	own, err := tls.X509KeyPair(certificate, key)
	if err != nil {
		problems = append(problems, errors.New("certificate and key are no PEM, or do not belong together"))
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(ca) {
		problems = append(problems, errors.New("ca holds no PEM certificate"))
	}
	if len(problems) > 0 {
		return tls.Certificate{}, nil, errors.Join(problems...)
	}
	return own, roots, nil
}

// ReadFile reads the file of a setting. Its errors name the setting, and neither path nor content.
func ReadFile(setting, path string) ([]byte, error) {
	if path == "" {
		return nil, errors.New(setting + " is missing")
	}
	content, err := os.ReadFile(path)
	if failed, ok := errors.AsType[*fs.PathError](err); ok {
		return nil, errors.New(setting + " cannot be read: " + failed.Err.Error())
	}
	return content, err
}

// Leaf is the certificate itself, without those that vouch for it.
func Leaf(c tls.Certificate) (*x509.Certificate, error) {
	if c.Leaf != nil {
		return c.Leaf, nil
	}
	if len(c.Certificate) == 0 {
		return nil, errors.New("there is no certificate")
	}
	return x509.ParseCertificate(c.Certificate[0])
}
