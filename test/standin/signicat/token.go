package signicat

import (
	"crypto/rand"
	"encoding/hex"
	"net/http"
	"strings"
)

// token is the token endpoint. It takes the client in the body or by HTTP Basic.
func (s *Service) token(w http.ResponseWriter, r *http.Request) {
	refuse := func(code string) {
		answer(w, http.StatusBadRequest, map[string]string{
			"error": code, "error_uri": s.URL + "/auth/open/config/errors/" + code, "error_description": "said the stand-in",
		})
	}
	if r.ParseForm() != nil || r.PostForm.Get("grant_type") != "client_credentials" {
		refuse("unsupported_grant_type")
		return
	}
	id, secret := r.PostForm.Get("client_id"), r.PostForm.Get("client_secret")
	if user, password, ok := r.BasicAuth(); ok {
		id, secret = user, password
	}
	switch {
	case id != ClientID || secret != Secret:
		refuse("invalid_client")
		return
	case r.PostForm.Has("scope") && r.PostForm.Get("scope") != "signicat-api":
		refuse("invalid_scope")
		return
	}
	fresh := "eyJhbGciOiJub25lIn0.eyJhY2NvdW50X2lkIjoiIn0." + random()
	s.mu.Lock()
	s.tokens[fresh] = s.now().Add(s.config.Life)
	s.mu.Unlock()
	answer(w, http.StatusOK, map[string]any{
		"access_token": fresh, "expires_in": int(s.config.Life.Seconds()), "token_type": "Bearer", "scope": "signicat-api",
	})
}

// admitted lets requests through that show a token, and name the account.
func (s *Service) admitted(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		shown, found := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
		s.mu.Lock()
		until, known := s.tokens[shown]
		good := found && known && s.now().Before(until)
		s.mu.Unlock()
		switch {
		case !good:
			complain(w, http.StatusUnauthorized, "invalid_token", "")
		case r.URL.Query().Get("signicat-accountId") != Account:
			complain(w, http.StatusForbidden, "invalid_account_id", "")
		default:
			next(w, r)
		}
	}
}

// complain answers with an error as the API words it; member is what of the request is wrong, "" for nothing.
func complain(w http.ResponseWriter, status int, code, member string) {
	trace := random()
	w.Header().Set("X-Trace-Id", trace)
	body := map[string]any{
		"type": "https://developer.signicat.com/docs/eid-hub/error-codes.html", "title": "Refused", "detail": "Said the stand-in.",
		"code": code, "status": status, "traceId": trace,
	}
	if member != "" {
		body["invalidParams"] = []map[string]string{{"name": member, "reason": "said the stand-in"}}
	}
	answer(w, status, body)
}

// random is 128 random bits in hex.
func random() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails
	return hex.EncodeToString(b[:])
}
