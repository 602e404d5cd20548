package signer

import (
	"crypto/rsa"
	"crypto/x509"
	"errors"

	"github.com/go-jose/go-jose/v4"

	"github.com/eidgate/eidgate/domain/organization"
)

// bits is how long keys are that are made here, and how long they are at least.
const bits = 2048

// Why a stored key is none. The errors of package x509 are left out: they may quote what they read.
var (
	errNameless    = errors.New("it has no identifier")
	errPrivate     = errors.New("its private half is no RSA key in PKCS #8")
	errCertificate = errors.New("its certificate cannot be read, or is for no RSA key")
	errWeak        = errors.New("it has fewer than 2,048 bits")
	errMismatch    = errors.New("its certificate belongs to another key")
)

// readPrivate reads the half that signs. What would be signed with a key whose certificate is another's, nobody could
// verify.
func readPrivate(k organization.SigningKey) (none jose.JSONWebKey, err error) {
	public, err := readPublic(k)
	if err != nil {
		return none, err
	}
	parsed, err := x509.ParsePKCS8PrivateKey(k.Private)
	if err != nil {
		return none, ErrKey.Because(errPrivate)
	}
	private, ok := parsed.(*rsa.PrivateKey)
	if !ok {
		return none, ErrKey.Because(errPrivate)
	}
	if !private.PublicKey.Equal(public.Key) {
		return none, ErrKey.Because(errMismatch)
	}
	return jose.JSONWebKey{Key: private, KeyID: k.ID}, nil
}

// readPublic reads the half that verifies, from the certificate.
func readPublic(k organization.SigningKey) (none jose.JSONWebKey, err error) {
	if k.ID == "" {
		return none, ErrKey.Because(errNameless)
	}
	certificate, err := x509.ParseCertificate(k.Certificate)
	if err != nil {
		return none, ErrKey.Because(errCertificate)
	}
	public, ok := certificate.PublicKey.(*rsa.PublicKey)
	if !ok {
		return none, ErrKey.Because(errCertificate)
	}
	if public.N.BitLen() < bits {
		return none, ErrKey.Because(errWeak)
	}
	return jose.JSONWebKey{Key: public, KeyID: k.ID}, nil
}
