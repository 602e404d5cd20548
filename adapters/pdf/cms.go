package pdf

import (
	"crypto"
	"crypto/sha256"
	"crypto/x509"
	"encoding/asn1"
	"fmt"
	"io"

	"github.com/digitorus/pkcs7"
)

// signingCertificate is the attribute that names the certificate, so that no other one can be put in its place
// (RFC 5035 section 3).
var signingCertificate = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 16, 2, 47}

// certificateID is ESSCertIDv2 with its default algorithm, SHA-256.
type certificateID struct{ Hash []byte }

// signature makes a detached CMS signature (RFC 5652) of the content as PAdES wants it (ETSI EN 319 142-1, section
// 6.3): with the signer's certificate among what is signed, and without a time, which stands in the document.
func signature(content []byte, key crypto.Signer, chain []*x509.Certificate) ([]byte, error) {
	message, err := pkcs7.NewSignedData(content)
	if err != nil {
		return nil, fmt.Errorf("cms: %w", err)
	}
	message.SetDigestAlgorithm(pkcs7.OIDDigestAlgorithmSHA256)
	sum := sha256.Sum256(chain[0].Raw)
	named := struct{ Certificates []certificateID }{[]certificateID{{sum[:]}}}
	attributes := pkcs7.SignerInfoConfig{ExtraSignedAttributes: []pkcs7.Attribute{{Type: signingCertificate, Value: named}}}
	if err := message.AddSignerChain(chain[0], later{key}, chain[1:], attributes); err != nil {
		return nil, fmt.Errorf("cms: %w", err)
	}
	// The library adds the machine's time, so the key has not signed yet: first the time goes.
	signer := &message.GetSignedData().SignerInfos[0]
	kept := signer.AuthenticatedAttributes[:0]
	for _, a := range signer.AuthenticatedAttributes {
		if !a.Type.Equal(pkcs7.OIDAttributeSigningTime) {
			kept = append(kept, a)
		}
	}
	signer.AuthenticatedAttributes = kept
	signed, err := asn1.MarshalWithParams(kept, "set")
	if err != nil {
		return nil, fmt.Errorf("cms: %w", err)
	}
	digest := sha256.Sum256(signed)
	if signer.EncryptedDigest, err = key.Sign(nil, digest[:], crypto.SHA256); err != nil {
		return nil, fmt.Errorf("cms: %w", err)
	}
	message.Detach()
	der, err := message.Finish()
	if err != nil {
		return nil, fmt.Errorf("cms: %w", err)
	}
	return der, nil
}

// later has the key's public half, and signs nothing.
type later struct{ key crypto.Signer }

func (l later) Public() crypto.PublicKey { return l.key.Public() }

func (later) Sign(io.Reader, []byte, crypto.SignerOpts) ([]byte, error) { return []byte{}, nil }
