package signer

import (
	"encoding/base64"
	"errors"
	"slices"
	"strings"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/json"

	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/outbound"
)

// MostToken is how many bytes a token has at most that Verify looks at.
const MostToken = 16 << 10

// Why a token is none of ours. The errors of go-jose are left out: they quote the token.
var (
	errShape     = errors.New("it is no JWT signed with RS256")
	errHeader    = errors.New("its header asks for what nobody here understands")
	errStranger  = errors.New("it names no key that is known here")
	errSignature = errors.New("its signature is wrong")
	errPayload   = errors.New("its claims are no JSON object, or one that says something twice")
)

// Verify gives the claims of a token that one of the keys signed; see [outbound.Signer]. Numbers among them are float64.
// Only the key that the token names is tried. It fails with [outbound.ErrToken], whose cause quotes nothing of the token,
// and with [ErrKey] when the key that the token names cannot be read.
func (s *Signer) Verify(token string, keys []organization.SigningKey) (claims map[string]any, err error) {
	if len(token) > MostToken || !canonical(token) {
		return nil, outbound.ErrToken.Because(errShape)
	}
	signed, err := jose.ParseSignedCompact(token, []jose.SignatureAlgorithm{jose.RS256})
	if err != nil || len(signed.Signatures) != 1 {
		return nil, outbound.ErrToken.Because(errShape)
	}
	header := signed.Signatures[0].Protected
	// go-jose understands one critical header, an unencoded payload (RFC 7797). No token of ours has one.
	for _, critical := range []jose.HeaderKey{"crit", "b64"} {
		if _, there := header.ExtraHeaders[critical]; there {
			return nil, outbound.ErrToken.Because(errHeader)
		}
	}
	i := slices.IndexFunc(keys, func(k organization.SigningKey) bool { return k.ID == header.KeyID })
	if header.KeyID == "" || i < 0 {
		return nil, outbound.ErrToken.Because(errStranger)
	}
	if header.ExtraHeaders[jose.HeaderType] != keys[i].Purpose.TokenType() {
		return nil, outbound.ErrToken.Because(errHeader)
	}
	key, err := s.publics.get(keys[i].ID, keys[i].Certificate, func() (jose.JSONWebKey, error) { return readPublic(keys[i]) })
	if err != nil {
		return nil, err
	}
	payload, err := signed.Verify(key.Key)
	if err != nil {
		return nil, outbound.ErrToken.Because(errSignature)
	}
	// go-jose's own package json takes no name twice, and none in the wrong case.
	if err := json.Unmarshal(payload, &claims); err != nil || claims == nil {
		return nil, outbound.ErrToken.Because(errPayload)
	}
	return claims, nil
}

// canonical holds when nobody could write the token in another way: decoders of base64 pass line breaks over, and bits that
// are left over at the end.
func canonical(token string) bool {
	if strings.ContainsAny(token, "\r\n") {
		return false
	}
	for part := range strings.SplitSeq(token, ".") {
		if _, err := base64.RawURLEncoding.Strict().DecodeString(part); err != nil {
			return false
		}
	}
	return true
}
