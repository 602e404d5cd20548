package standin

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"
)

// authorization is a request that waits for a person.
type authorization struct {
	client, redirect, scope, state, nonce, context string
	challenge                                      string // of PKCE (RFC 7636), S256; "" without
}

// grant is a person's yes, worth one exchange.
type grant struct {
	authorization
	person  person
	expires time.Time
}

// codeLife is how long a code can be redeemed.
const codeLife = time.Minute

// authorize takes an authorization request, by GET or POST, and sends the browser to the interaction.
func (p *Provider) authorize(w http.ResponseWriter, r *http.Request) {
	if r.ParseForm() != nil || r.Method != http.MethodGet && r.Method != http.MethodPost {
		http.Error(w, "bad request", http.StatusBadRequest)
		return
	}
	a, code, why := p.read(r.Form)
	if !p.redirects[a.redirect] {
		w.Header().Set("Content-Type", "text/html")
		w.WriteHeader(http.StatusBadRequest)
		_, _ = w.Write([]byte("<!doctype html><title>invalid request</title><p>" + why))
		return
	}
	if code != "" {
		http.Redirect(w, r, back(a, url.Values{"error": {code}, "error_description": {why}}), http.StatusFound)
		return
	}
	id := secret()
	p.mu.Lock()
	p.interactions[id] = a
	p.mu.Unlock()
	http.Redirect(w, r, "/interaction/"+id, http.StatusFound)
}

// read takes a request apart; code is "" when it is good.
func (p *Provider) read(form url.Values) (a authorization, code, why string) {
	switch form.Get("client_id") {
	case ClientID:
		return p.readSigned(form)
	case PlainID:
		a = authorization{
			client: PlainID, redirect: form.Get("redirect_uri"), scope: form.Get("scope"), state: form.Get("state"),
			nonce: form.Get("nonce"), context: form.Get("acr_values"),
		}
		if form.Get("response_type") != "code" || !slices.Contains(strings.Fields(a.scope), "openid") {
			return a, "invalid_request", "response_type and scope"
		}
		return a, "", ""
	}
	return authorization{}, "unauthorized_client", "no such client"
}

// readSigned takes nothing but a signed request. Until its signature is good, no redirect address is believed but
// one that is registered.
func (p *Provider) readSigned(form url.Values) (a authorization, code, why string) {
	a = authorization{client: ClientID, redirect: form.Get("redirect_uri"), state: form.Get("state")}
	if !form.Has("request") {
		return a, "invalid_request", "Request Object must be used by this client"
	}
	a.redirect = Callback
	const bad = "invalid_request_object"
	key := clientKeys()[0]
	signed, err := jose.ParseSignedCompact(form.Get("request"), []jose.SignatureAlgorithm{jose.RS256})
	if err != nil || signed.Signatures[0].Protected.KeyID != key.id {
		return a, bad, "algorithm or kid"
	}
	payload, err := signed.Verify(key.key.Public())
	if err != nil {
		return a, bad, "signature"
	}
	var c struct {
		Issuer       string  `json:"iss"`
		Audience     string  `json:"aud"`
		ClientID     string  `json:"client_id"`
		ResponseType string  `json:"response_type"`
		ResponseMode string  `json:"response_mode"`
		RedirectURI  string  `json:"redirect_uri"`
		Scope        string  `json:"scope"`
		State        string  `json:"state"`
		Nonce        string  `json:"nonce"`
		Context      string  `json:"acr_values"`
		Prompt       string  `json:"prompt"`
		ID           string  `json:"jti"`
		Challenge    string  `json:"code_challenge"`
		Method       string  `json:"code_challenge_method"`
		IssuedAt     int64   `json:"iat"`
		NotBefore    int64   `json:"nbf"`
		Expires      int64   `json:"exp"`
		Subject      *string `json:"sub"`
		Request      *string `json:"request"`
		RequestURI   *string `json:"request_uri"`
	}
	if json.Unmarshal(payload, &c) != nil {
		return a, bad, "claims"
	}
	a = authorization{
		client: ClientID, redirect: c.RedirectURI, scope: c.Scope, state: c.State, nonce: c.Nonce, context: c.Context,
		challenge: c.Challenge,
	}
	now := p.now()
	exp, iat := time.Unix(c.Expires, 0), time.Unix(c.IssuedAt, 0)
	switch {
	case c.Issuer != ClientID || c.ClientID != ClientID || c.Audience != p.Issuer:
		return a, bad, "iss, aud or client_id"
	case c.Subject != nil || c.Request != nil || c.RequestURI != nil || c.ID == "":
		return a, bad, "sub, request, request_uri or jti"
	case c.IssuedAt == 0 || c.NotBefore == 0 || !exp.After(now) || exp.Sub(iat) > 5*time.Minute || time.Unix(c.NotBefore, 0).After(now):
		return a, bad, "iat, nbf or exp"
	case form.Has("state") && form.Get("state") != c.State:
		return a, bad, "state differs from the query's"
	case c.ResponseType != "code" || c.ResponseMode != "query" || c.Prompt != "login":
		return a, "invalid_request", "response_type, response_mode or prompt"
	case !slices.Contains(strings.Fields(c.Scope), "openid"):
		return a, "invalid_scope", "openid"
	case c.Nonce == "" || !strings.HasPrefix(c.Context, "urn:grn:authn:") || strings.Contains(c.Context, " "):
		return a, "invalid_request", "nonce or acr_values"
	case (c.Challenge == "") != (c.Method == ""), c.Method != "" && (c.Method != "S256" || len(c.Challenge) != 43):
		return a, "invalid_request", "code_challenge or code_challenge_method"
	}
	return a, "", ""
}

func back(a authorization, answer url.Values) string {
	if a.state != "" {
		answer.Set("state", a.state)
	}
	separator := "?"
	if strings.Contains(a.redirect, "?") {
		separator = "&"
	}
	return a.redirect + separator + answer.Encode()
}

func (p *Provider) showInteraction(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	a, ok := p.interactions[r.PathValue("id")]
	p.mu.Unlock()
	if !ok {
		http.NotFound(w, r)
		return
	}
	answer(w, http.StatusOK, map[string]string{"client_id": a.client, "acr_values": a.context})
}

// interact is the person's decision: person=... logs in, error=... (and error_description) ends it.
func (p *Provider) interact(w http.ResponseWriter, r *http.Request) {
	who, known := people[r.FormValue("person")]
	refusal := r.FormValue("error")
	p.mu.Lock()
	a, ok := p.interactions[r.PathValue("id")]
	if ok && (known || refusal != "") {
		delete(p.interactions, r.PathValue("id"))
	}
	p.mu.Unlock()
	switch {
	case !ok:
		http.NotFound(w, r)
	case refusal != "":
		http.Redirect(w, r, back(a, url.Values{"error": {refusal}, "error_description": {r.FormValue("error_description")}}), http.StatusFound)
	case !known:
		http.Error(w, "no such person", http.StatusBadRequest)
	default:
		code := secret()
		p.mu.Lock()
		p.codes[code] = &grant{authorization: a, person: who, expires: p.now().Add(codeLife)}
		p.mu.Unlock()
		http.Redirect(w, r, back(a, url.Values{"code": {code}}), http.StatusFound)
	}
}
