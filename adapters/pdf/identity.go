package pdf

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/hkdf"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"fmt"
	"math/big"
	"time"
)

// DevelopmentName is the common name of the development certificate.
const DevelopmentName = "eidgate development signer (simulated)"

// leastSecret is how many bytes the secret of a development identity has at least.
const leastSecret = 16

var errSecret = errors.New("pdf: the secret of a development identity has at least 16 bytes")

// DevelopmentIdentity makes a key and a certificate that it has signed itself, out of a secret: every process that knows
// the secret has the same ones, bit for bit. Nobody trusts the certificate, and nobody should: it says by its name that
// what it signs is simulated. The secret must have at least 16 bytes that nobody can guess.
func DevelopmentIdentity(secret []byte) (Config, error) {
	if len(secret) < leastSecret {
		return Config{}, errSecret
	}
	key, err := developmentKey(secret)
	if err != nil {
		return Config{}, fmt.Errorf("pdf: development identity: %w", err)
	}
	public, err := key.PublicKey.Bytes()
	if err != nil {
		return Config{}, fmt.Errorf("pdf: development identity: %w", err)
	}
	id := sha256.Sum256(public)
	template := &x509.Certificate{
		SerialNumber: new(big.Int).SetBytes(append([]byte{1}, id[:15]...)), // positive, whatever the hash is
		Subject:      pkix.Name{CommonName: DevelopmentName},
		NotBefore:    time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC),
		NotAfter:     time.Date(2075, 1, 1, 0, 0, 0, 0, time.UTC),
		KeyUsage:     x509.KeyUsageDigitalSignature | x509.KeyUsageContentCommitment,
		SubjectKeyId: id[:20],

		BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(nil, template, template, key.Public(), key)
	if err != nil {
		return Config{}, fmt.Errorf("pdf: development identity: %w", err)
	}
	certificate, err := x509.ParseCertificate(der)
	if err != nil {
		return Config{}, fmt.Errorf("pdf: development identity: %w", err)
	}
	return Config{Key: key, Chain: []*x509.Certificate{certificate}}, nil
}

// developmentKey takes the first candidate that is a number the curve has; nearly all are.
func developmentKey(secret []byte) (*ecdsa.PrivateKey, error) {
	for i := range 16 {
		candidate, err := hkdf.Key(sha256.New, secret, nil, fmt.Sprintf("eidgate development signer %d", i), 32)
		if err != nil {
			return nil, err
		}
		if key, err := ecdsa.ParseRawPrivateKey(elliptic.P256(), candidate); err == nil {
			return key, nil
		}
	}
	return nil, errSecret
}
