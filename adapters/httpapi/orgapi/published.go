package orgapi

import (
	"crypto/sha256"
	"encoding/base64"
	"math/big"
	"net/http"

	"github.com/eidgate/eidgate/domain/organization"
)

// getKeys publishes what verifies an organization's tokens (RFC 7517). An organization that has signed nothing yet has no
// key, and is given none by being asked.
func (s *Surface) getKeys(r *request) (int, any, error) {
	return s.publish(r, organization.SignsTokens)
}

// getSampleKeys publishes what verifies samples of tokens, which no verifier of tokens may take.
func (s *Surface) getSampleKeys(r *request) (int, any, error) {
	return s.publish(r, organization.SignsSamples)
}

func (s *Surface) publish(r *request, purpose organization.KeyPurpose) (int, any, error) {
	_, keys, err := s.Tokens.Keys(r.ctx(), r.path("org_domain"), purpose)
	if err != nil {
		return 0, nil, err
	}
	set := keySetBody{Keys: make([]keyBody, 0, len(keys))}
	for _, k := range keys {
		b := keyBody{
			Algorithm: "RS256", Exponent: base64.RawURLEncoding.EncodeToString(big.NewInt(int64(k.Exponent)).Bytes()), ID: k.ID, Type: "RSA",
			Modulus: base64.RawURLEncoding.EncodeToString(new(big.Int).SetBytes(k.Modulus).Bytes()), Use: "sig",
		}
		if len(k.Certificate) > 0 {
			thumbprint := sha256.Sum256(k.Certificate)
			b.Chain = []string{base64.StdEncoding.EncodeToString(k.Certificate)}
			b.Thumbprint = base64.RawURLEncoding.EncodeToString(thumbprint[:])
			b.Underscored = b.Thumbprint
		}
		set.Keys = append(set.Keys, b)
	}
	return http.StatusOK, set, nil
}

// getIssuer tells what can be known of an organization as an issuer of tokens (OpenID Connect Discovery 1.0, section 3), as
// far as there is anything.
func (s *Surface) getIssuer(r *request) (int, any, error) {
	o, _, err := s.Tokens.Keys(r.ctx(), r.path("org_domain"), organization.SignsTokens)
	if err != nil {
		return 0, nil, err
	}
	return http.StatusOK, wordIssuer(s.config.PublicURL, o.Domain), nil
}

func wordIssuer(publicURL, domain string) issuerBody {
	issuer := publicURL + "/t/" + domain
	return issuerBody{Issuer: issuer, Keys: issuer + "/.well-known/jwks.json", Algorithms: []string{"RS256"}}
}

// The wire.

type keySetBody struct {
	Keys []keyBody `json:"keys"`
}

type keyBody struct {
	Algorithm   string   `json:"alg"`
	Exponent    string   `json:"e"`
	ID          string   `json:"kid"`
	Type        string   `json:"kty"`
	Modulus     string   `json:"n"`
	Use         string   `json:"use"`
	Chain       []string `json:"x5c,omitempty"`
	Thumbprint  string   `json:"x5t#S256,omitempty"`
	Underscored string   `json:"x5t_sha256,omitempty"` // the same under the name that clients of this API know
}

type issuerBody struct {
	Issuer     string   `json:"issuer"`
	Keys       string   `json:"jwks_uri"`
	Algorithms []string `json:"id_token_signing_alg_values_supported"`
}
