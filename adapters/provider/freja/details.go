package freja

import (
	"crypto/rsa"
	"crypto/sha1" //nolint:gosec // x5t is a SHA-1 by definition (RFC 7515 section 4.1.7), and names a certificate that we have
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"errors"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/eidgate/eidgate/adapters/provider"
	"github.com/eidgate/eidgate/domain/eid"
)

// flaw is what is wrong with a result: words of ours, none of the result's.
type flaw string

func (f flaw) Error() string { return "freja: " + string(f) }

func rejected(why flaw) error { return eid.ErrEvidenceRejected.Because(why) }

const (
	leastBits = 2048            // of an RSA key that protects anything (NIST SP 800-131A)
	leeway    = 5 * time.Minute // how far Freja's clock may be off
)

// signers are the keys with which Freja signs, by the thumbprint of their certificate.
type signers map[string]*rsa.PublicKey

func newSigners(certificates []*x509.Certificate) (signers, error) {
	if len(certificates) == 0 {
		return nil, errors.New("freja: jws_certificates is missing")
	}
	s := signers{}
	for _, c := range certificates {
		key, ok := c.PublicKey.(*rsa.PublicKey)
		if !ok || key.N.BitLen() < leastBits {
			return nil, errors.New("freja: jws_certificates has one without an RSA key of at least 2048 bits")
		}
		sum := sha1.Sum(c.Raw) //nolint:gosec // see the import
		s[base64.RawURLEncoding.EncodeToString(sum[:])] = key
	}
	return s, nil
}

// verify gives the payload of a compact JWS that one of Freja's keys signed.
func (s signers) verify(raw string) ([]byte, error) {
	first, _, _ := strings.Cut(raw, ".")
	text, err := base64.RawURLEncoding.DecodeString(first)
	if err != nil {
		return nil, rejected("the details are not signed")
	}
	var header map[string]json.RawMessage
	if provider.ReadObject(text, &header) != nil {
		return nil, rejected("the header is malformed")
	}
	for _, name := range []string{"crit", "b64", "jku", "jwk", "x5u", "zip"} {
		if _, there := header[name]; there {
			return nil, rejected("the header has a member that is not allowed")
		}
	}
	var algorithm, thumbprint string
	if json.Unmarshal(header["alg"], &algorithm) != nil || algorithm != string(jose.RS256) {
		return nil, rejected("the signature algorithm is not allowed")
	}
	if json.Unmarshal(header["x5t"], &thumbprint) != nil {
		return nil, rejected("the details name no certificate")
	}
	key, known := s[strings.TrimRight(thumbprint, "=")]
	if !known {
		return nil, rejected("the details are signed with a certificate that is not in jws_certificates")
	}
	signed, err := jose.ParseSignedCompact(raw, []jose.SignatureAlgorithm{jose.RS256})
	if err != nil {
		return nil, rejected("the details are malformed")
	}
	payload, err := signed.Verify(key)
	if err != nil {
		return nil, rejected("the signature of the details is wrong")
	}
	return payload, nil
}

// levels ranks how thoroughly Freja knows its users.
var levels = map[string]int{"BASIC": 1, "EXTENDED": 2, "PLUS": 3}

// details is what Freja signs of a result.
type details struct {
	AuthRef    string     `json:"authRef"`
	SignRef    string     `json:"signRef"`
	Status     string     `json:"status"`
	Level      string     `json:"minRegistrationLevel"`
	Timestamp  int64      `json:"timestamp"` // milliseconds since 1970
	Attributes attributes `json:"requestedAttributes"`
	Signature  signature  `json:"signatureData"`
}

// signature is what the person made.
type signature struct {
	Person   string `json:"userSignature"`     // a compact JWS
	Status   string `json:"certificateStatus"` // an OCSP response in base64
	Advanced string `json:"advancedSignature"` // XML in base64
}

// fit says whether verified details are about the order, and of its time.
func (d details) fit(t thread, now time.Time) error {
	of, other := d.AuthRef, d.SignRef
	if t.Sign {
		of, other = d.SignRef, d.AuthRef
	}
	at := time.UnixMilli(d.Timestamp)
	switch {
	case of != t.Reference || other != "":
		return rejected("the details are about another order")
	case d.Status != "APPROVED":
		return rejected("the details do not say approved")
	case levels[d.Level] < levels[t.Level]:
		return rejected("the registration level is lower than asked for")
	case at.Before(t.Start.Add(-leeway)) || at.After(now.Add(leeway)):
		return rejected("the details are of another time than the order")
	case t.Sign && strings.Count(d.Signature.Person, ".") != 2:
		return rejected("the person's signature is missing")
	}
	return nil
}
