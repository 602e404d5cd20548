package organization

import (
	"crypto/sha256"
	"encoding/base64"

	"github.com/eidgate/eidgate/domain/organization"
)

// bearer is whom tokens are worded for, and what for.
type bearer struct {
	sample      organization.TokenSample
	identity    string // the "jti" of the identity token
	issuer      string
	domain      string
	environment organization.Environment
	user        *organization.User        // nil for nobody
	application *organization.Application // nil for none
	metakeys    []organization.MetaKey
}

// What a sample has in place of what an authorization would give.
const (
	sampleNonce = "*"
	sampleCode  = "code"
	sampleState = "state"
)

// access is the claims of the access token. Nobody and nothing are null.
func (b bearer) access() map[string]any {
	claims := b.common(b.sample.ID, "access")
	b.subject(claims)
	return claims
}

// identityClaims are those of the identity token (OpenID Connect Core 1.0, sections 2 and 3.1.3.6).
func (b bearer) identityClaims(access string) map[string]any {
	claims := b.common(b.identity, "openid")
	claims["at_hash"], claims["c_hash"], claims["s_hash"] = half(access), half(sampleCode), half(sampleState)
	claims["nonce"] = sampleNonce
	claims["resource_owner_metadata"] = b.metadata()
	if b.user != nil || b.application != nil {
		b.subject(claims)
	}
	if b.user != nil {
		profile(claims, b.user.Profile)
	}
	return claims
}

// common is what both tokens say.
func (b bearer) common(id, kind string) map[string]any {
	database := "default"
	if b.environment == organization.Sandbox {
		database = "sandbox"
	}
	return map[string]any{
		"application_metadata": map[string]any{}, "dbs": database, "exp": b.sample.ExpiresAt.Unix(), "iat": b.sample.IssuedAt.Unix(),
		"iss": b.issuer, "jti": id, "jtt": kind, "tnt": b.domain, "ver": 1,
	}
}

// subject says who it is, and what for.
func (b bearer) subject(claims map[string]any) {
	for _, claim := range []string{"aud", "cid", "email", "scp", "sub"} {
		claims[claim] = nil
	}
	if u := b.user; u != nil {
		claims["sub"], claims["email"] = u.ID, u.Profile.Email
	}
	if a := b.application; a != nil {
		claims["cid"] = a.ID
		if audience := a.Audience(); audience != "" {
			claims["aud"] = audience
		}
	}
	if b.user != nil || b.application != nil {
		claims["scp"] = []string{"openid", "email", "profile"}
	}
}

// metadata is the user's value for each of the organization's keys, null where there is none; without a user it is what
// the keys are.
func (b bearer) metadata() map[string]any {
	values := map[string]any{}
	for _, k := range b.metakeys {
		if b.user == nil {
			values[k.Name] = map[string]any{"id": k.ID, "name": k.Name, "required": k.Required, "type": string(k.Type)}
			continue
		}
		values[k.Name] = nil
		for _, m := range b.user.Metadata {
			if m.Key == k.ID {
				values[k.Name] = m.Value
			}
		}
	}
	return values
}

// profile adds what the directory says of a person (OpenID Connect Core 1.0, section 5.1).
func profile(claims map[string]any, p organization.Profile) {
	for claim, value := range map[string]string{
		"name": p.Name(), "given_name": p.GivenName, "family_name": p.FamilyName, "nickname": p.Nickname, "gender": p.Gender,
		"birthdate": p.Birthdate, "phone_number": p.Phone, "picture": p.Picture, "profile": p.Page, "website": p.Website,
		"zoneinfo": p.Zone, "locale": p.Locale,
	} {
		if value != "" {
			claims[claim] = value
		}
	}
	if p.Address.IsZero() {
		return
	}
	address := map[string]any{}
	for member, value := range map[string]string{
		"formatted": p.Address.Whole(), "street_address": p.Address.Street, "locality": p.Address.Locality,
		"region": p.Address.Region, "postal_code": p.Address.PostalCode, "country": p.Address.Country,
	} {
		if value != "" {
			address[member] = value
		}
	}
	claims["address"] = address
}

// half is the left half of a text's SHA-256, in base64url.
func half(text string) string {
	sum := sha256.Sum256([]byte(text))
	return base64.RawURLEncoding.EncodeToString(sum[:sha256.Size/2])
}
