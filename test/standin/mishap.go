package standin

import (
	"encoding/json"
	"io"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"
)

// Twist spoils one id_token.
type Twist func(*Token)

// Twist spoils the next id_tokens, one after the other.
func (p *Provider) Twist(twists ...Twist) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.twists = append(p.twists, twists...)
}

// Claim sets a claim, to another value than the true one.
func Claim(name string, value any) Twist { return func(t *Token) { t.Claims[name] = value } }

// Without leaves a claim out.
func Without(name string) Twist { return func(t *Token) { delete(t.Claims, name) } }

// Header sets a member of the signature's header. For alg it also signs that way.
func Header(name string, value any) Twist { return func(t *Token) { t.Header[name] = value } }

// Repeated puts JSON members behind the claims, whatever is there already.
func Repeated(members string) Twist { return func(t *Token) { t.Repeat = members } }

// Forged signs with a key that is not the provider's, under the kid of one that is.
func Forged(t *Token) { t.key = foreignKey().key }

// UnknownKey signs with a key that is not published, under its own kid.
func UnknownKey(t *Token) { t.key, t.Header["kid"] = foreignKey().key, foreignKey().id }

// Weak publishes a key of 1,024 bits and signs with it.
func (p *Provider) Weak() Twist {
	k := newKey(1024)
	public, err := json.Marshal(jose.JSONWebKey{Key: k.key.Public(), KeyID: k.id, Use: "sig", Algorithm: "RS256"})
	if err != nil {
		panic(err)
	}
	p.Publish(string(public))
	return func(t *Token) { t.key, t.Header["kid"] = k.key, k.id }
}

// OfTheFormerKey signs with the key that was in use before the last [Provider.Rotate].
func OfTheFormerKey(t *Token) {
	former := providerKeys()[0]
	if t.Header["kid"] == former.id {
		former = providerKeys()[2]
	}
	t.key, t.Header["kid"] = former.key, former.id
}

// Unencrypted sends the token as it is.
func Unencrypted(t *Token) { t.Encrypted = false }

// Encrypted puts the token into an envelope, also for the application that did not ask for one.
func Encrypted(t *Token) { t.Encrypted = true }

// OtherEnvelope names another key in the envelope than the one it is made for.
func OtherEnvelope(t *Token) { t.Recipient = "another-key" }

// ForSomebodyElse encrypts for a key that is not the client's, under the client's kid.
func ForSomebodyElse(t *Token) { t.sealFor = &foreignKey().key.PublicKey }

// NoToken answers without an id_token.
func NoToken(t *Token) { t.none = true }

// Mishap is an endpoint's answer on a bad day.
type Mishap http.HandlerFunc

// Behave forgets all mishaps and twists that have not happened yet.
func (p *Provider) Behave() {
	p.behave()
	p.mu.Lock()
	defer p.mu.Unlock()
	p.twists = nil
}

// Answer is a ready-made answer; retryAfter may be "".
func Answer(status int, contentType, retryAfter, body string) Mishap {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", contentType)
		if retryAfter != "" {
			w.Header().Set("Retry-After", retryAfter)
		}
		w.WriteHeader(status)
		_, _ = w.Write([]byte(body))
	}
}

// Page is HTML where JSON belongs.
func Page(status int) Mishap {
	return Answer(status, "text/html; charset=utf-8", "", "<!doctype html><title>Sorry</title><h1>We are working on it</h1>")
}

// Refusal is an OAuth error of the given status.
func Refusal(status int, code string) Mishap {
	return Answer(status, "application/json", "", `{"error":"`+code+`","error_description":"said the stand-in"}`)
}

// Huge is an answer of two MiB.
func Huge(w http.ResponseWriter, r *http.Request) {
	Answer(http.StatusOK, "application/json", "", `{"padding":"`+strings.Repeat("x", 2<<20)+`"}`)(w, r)
}

// Slow says nothing until the client gives up, or for ten seconds.
func Slow(_ http.ResponseWriter, r *http.Request) {
	_, _ = io.Copy(io.Discard, r.Body) // the server does not notice a client that leaves before it has read all
	select {
	case <-r.Context().Done():
	case <-time.After(10 * time.Second):
	}
}

// Reset tears the connection.
func Reset(w http.ResponseWriter, _ *http.Request) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	if tcp, ok := conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
	_ = conn.Close()
}

// CutOff promises more than it sends.
func CutOff(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Length", "1000")
	w.WriteHeader(http.StatusOK)
	_, _ = w.Write([]byte(`{"access_token":`))
	_ = http.NewResponseController(w).Flush()
	panic(http.ErrAbortHandler)
}

// Elsewhere redirects, method and body and all.
func Elsewhere(to string) Mishap {
	return func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, to, http.StatusTemporaryRedirect) }
}
