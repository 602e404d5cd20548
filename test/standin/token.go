package standin

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"
)

// token is the token endpoint. The code is spent as soon as the right client shows it, whatever else is wrong.
func (p *Provider) token(w http.ResponseWriter, r *http.Request) {
	if r.ParseForm() != nil || r.PostForm.Get("grant_type") != "authorization_code" {
		refuse(w, http.StatusBadRequest, "unsupported_grant_type", "only authorization_code")
		return
	}
	client := p.authenticate(r)
	if client == "" {
		refuse(w, http.StatusUnauthorized, "invalid_client", "client authentication failed")
		return
	}
	code := r.PostForm.Get("code")
	p.mu.Lock()
	g, ok := p.codes[code]
	if ok && g.client == client {
		delete(p.codes, code)
	}
	var twist Twist
	if len(p.twists) > 0 && ok && g.client == client {
		twist, p.twists = p.twists[0], p.twists[1:]
	}
	p.mu.Unlock()
	if !ok || g.client != client || p.now().After(g.expires) || g.redirect != r.PostForm.Get("redirect_uri") {
		refuse(w, http.StatusBadRequest, "invalid_grant", "Unknown Access Code")
		return
	}
	if !g.verifies(r.PostForm) {
		refuse(w, http.StatusBadRequest, "invalid_grant", "code_verifier")
		return
	}
	body := map[string]any{"token_type": "Bearer", "expires_in": "120", "access_token": secret()}
	if raw := p.issue(g, twist); raw != "" {
		body["id_token"] = raw
	}
	answer(w, http.StatusOK, body)
}

// verifies holds when the exchange knows the secret behind the request's challenge, and has none where there was none.
func (g *grant) verifies(form url.Values) bool {
	verifier := form.Get("code_verifier")
	if g.challenge == "" {
		return !form.Has("code_verifier")
	}
	sum := sha256.Sum256([]byte(verifier))
	return len(verifier) >= 43 && len(verifier) <= 128 && base64.RawURLEncoding.EncodeToString(sum[:]) == g.challenge
}

// authenticate gives the client, "" when it did not prove itself in the way that is registered for it.
func (p *Provider) authenticate(r *http.Request) string {
	if id, password, ok := r.BasicAuth(); ok {
		id, err := url.QueryUnescape(id)
		password, err2 := url.QueryUnescape(password)
		if err == nil && err2 == nil && id == PlainID && password == PlainSecret && !r.PostForm.Has("client_assertion") {
			return PlainID
		}
		return ""
	}
	const bearer = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
	if r.PostForm.Get("client_assertion_type") != bearer || r.PostForm.Get("client_id") != ClientID || r.PostForm.Has("client_secret") {
		return ""
	}
	key := clientKeys()[0]
	signed, err := jose.ParseSignedCompact(r.PostForm.Get("client_assertion"), []jose.SignatureAlgorithm{jose.RS256})
	if err != nil || signed.Signatures[0].Protected.KeyID != key.id {
		return ""
	}
	payload, err := signed.Verify(key.key.Public())
	if err != nil {
		return ""
	}
	var c struct {
		Issuer   string `json:"iss"`
		Subject  string `json:"sub"`
		Audience string `json:"aud"`
		ID       string `json:"jti"`
		IssuedAt int64  `json:"iat"`
		Expires  int64  `json:"exp"`
	}
	if json.Unmarshal(payload, &c) != nil || c.Issuer != ClientID || c.Subject != ClientID || c.Audience != p.Issuer || c.ID == "" {
		return ""
	}
	now, exp := p.now(), time.Unix(c.Expires, 0)
	if c.IssuedAt == 0 || !exp.After(now) || exp.Sub(now) > 5*time.Minute {
		return ""
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.assertions[c.ID] {
		return ""
	}
	p.assertions[c.ID] = true
	return ClientID
}

// refined is what a request for any means ends in: the one that was used.
func refined(context string) string {
	if strings.HasSuffix(context, ":fi:all") {
		return "urn:grn:authn:fi:bank-id"
	}
	return context
}
