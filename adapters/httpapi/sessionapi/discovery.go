package sessionapi

import (
	"encoding/base64"
	"math/big"
	"net/http"

	"github.com/gofiber/fiber/v2"

	"github.com/eidgate/eidgate/adapters/httpapi"
	"github.com/eidgate/eidgate/ports/inbound"
)

const (
	issuerPath    = "/auth/open"
	discoveryPath = issuerPath + "/.well-known/openid-configuration"
	keysPath      = discoveryPath + "/jwks"
)

// openRoutes are what can be asked without an access token.
func (s *Surface) openRoutes() []httpapi.Route {
	return []httpapi.Route{
		{Method: http.MethodPost, Pattern: tokenPath, Handler: s.token, BodyLimit: mostTokenForm},
		{Method: http.MethodGet, Pattern: discoveryPath, Handler: s.discovery},
		{Method: http.MethodGet, Pattern: keysPath, Handler: s.keys},
		{Method: http.MethodGet, Pattern: errorsPath + ":error", Handler: s.meaning},
	}
}

// discovery tells what can be known of the issuer of access tokens (RFC 8414, section 2), at the place where OpenID Connect
// has it.
func (s *Surface) discovery(c *fiber.Ctx) error {
	httpapi.WriteJSON(c, http.StatusOK, wordIssuer(s.config.PublicURL))
	return nil
}

func wordIssuer(publicURL string) issuerBody {
	return issuerBody{
		Issuer: publicURL + issuerPath, Keys: publicURL + keysPath, Token: publicURL + tokenPath,
		Grants: []string{"client_credentials"}, Methods: []string{"client_secret_basic", "client_secret_post"}, Scopes: []string{TokenScope}, Responses: []string{},
	}
}

// keys publishes what verifies access tokens (RFC 7517).
func (s *Surface) keys(c *fiber.Ctx) error {
	keys, err := s.Tokens.Keys(c.UserContext())
	if err != nil {
		return err
	}
	httpapi.WriteJSON(c, http.StatusOK, wordKeys(keys))
	return nil
}

func wordKeys(keys []inbound.PublicKey) keySetBody {
	set := keySetBody{Keys: make([]keyBody, 0, len(keys))}
	for _, k := range keys {
		set.Keys = append(set.Keys, keyBody{
			Type: keyTypeRSA, Use: "sig", ID: k.ID, Algorithm: "RS256",
			Exponent: base64.RawURLEncoding.EncodeToString(big.NewInt(int64(k.Exponent)).Bytes()),
			Modulus:  base64.RawURLEncoding.EncodeToString(new(big.Int).SetBytes(k.Modulus).Bytes()),
		})
	}
	return set
}

// The wire.

type issuerBody struct {
	Issuer    string   `json:"issuer"`
	Keys      string   `json:"jwks_uri"`
	Token     string   `json:"token_endpoint"`
	Grants    []string `json:"grant_types_supported"`
	Methods   []string `json:"token_endpoint_auth_methods_supported"`
	Scopes    []string `json:"scopes_supported"`
	Responses []string `json:"response_types_supported"`
}

type keySetBody struct {
	Keys []keyBody `json:"keys"`
}

type keyBody struct {
	Type      string `json:"kty"`
	Use       string `json:"use"`
	ID        string `json:"kid"`
	Exponent  string `json:"e"`
	Modulus   string `json:"n"`
	Algorithm string `json:"alg"`
}
