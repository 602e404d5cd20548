package signicat

import (
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/google/uuid"
)

// ask makes one request with a token; "" for none.
func ask(t *testing.T, s *Service, method, address, token, body string) (status int, answer map[string]any) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, address, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if r.Header.Set("Content-Type", "application/json"); address == s.TokenURL {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	back, err := s.Transport().RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = back.Body.Close() }()
	raw, err := io.ReadAll(back.Body)
	if err != nil {
		t.Fatal(err)
	}
	_ = json.Unmarshal(raw, &answer)
	return back.StatusCode, answer
}

func tokenOf(t *testing.T, s *Service) string {
	t.Helper()
	form := url.Values{"grant_type": {"client_credentials"}, "client_id": {ClientID}, "client_secret": {Secret}}.Encode()
	status, a := ask(t, s, http.MethodPost, s.TokenURL, "", form)
	token, _ := a["access_token"].(string)
	if status != http.StatusOK || strings.Count(token, ".") != 2 || a["expires_in"] != 600.0 {
		t.Fatalf("no token: %d", status)
	}
	return token
}

func TestACreateIsTakenInItsDocumentedMembersAlone(t *testing.T) {
	s := New(t, Config{})
	token := tokenOf(t, s)
	const back = `"callbackUrls":{"success":"https://rp.example/a","abort":"https://rp.example/a","error":"https://rp.example/a?x=1"}`
	for body, want := range map[string]int{
		`{"flow":"redirect","requestedAttributes":[],"allowedProviders":["nbid"],` + back + `}`:                                                           http.StatusOK,
		`{"flow":"headless","requestedAttributes":["nin"],"allowedProviders":["sbid"],"additionalParameters":{"sbid_flow":"QR"}}`:                         http.StatusOK,
		`{"flow":"redirect","requestedAttributes":[],"allowedProviders":["nbid"]}`:                                                                        http.StatusBadRequest,
		`{"flow":"headless","requestedAttributes":[],"allowedProviders":["nbid"]}`:                                                                        http.StatusBadRequest,
		`{"flow":"REDIRECT!","requestedAttributes":[],"allowedProviders":["nbid"],` + back + `}`:                                                          http.StatusBadRequest,
		`{"flow":"redirect","allowedProviders":["nbid"],` + back + `}`:                                                                                    http.StatusBadRequest,
		`{"flow":"redirect","requestedAttributes":[],"allowedProviders":["bank"],` + back + `}`:                                                           http.StatusBadRequest,
		`{"flow":"redirect","requestedAttributes":[],"allowedProviders":["nbid"],"made":"up",` + back + `}`:                                               http.StatusBadRequest,
		`{"flow":"redirect","requestedAttributes":[],"allowedProviders":["nbid"],"additionalParameters":{"sbid_flow":"QR"},` + back + `}`:                 http.StatusBadRequest,
		`{"flow":"redirect","requestedAttributes":[],"allowedProviders":["mitid"],"additionalParameters":{"mitid_reference_text":"plain!"},` + back + `}`: http.StatusBadRequest,
		`{"flow":"redirect","requestedAttributes":[],"allowedProviders":["nbid"],"requestedLoa":"highest",` + back + `}`:                                  http.StatusBadRequest,
		`{"flow":"redirect","requestedAttributes":[],"allowedProviders":["ftn"],` + back + `}`:                                                            http.StatusBadRequest,
		`{"flow":"redirect","requestedAttributes":[],"allowedProviders":["ftn"],"encryptionPublicKey":{"kty":"EC"},` + back + `}`:                         http.StatusBadRequest,
	} {
		if status, a := ask(t, s, http.MethodPost, s.BaseURL+"/sessions?signicat-accountId="+Account, token, body); status != want {
			t.Errorf("%s: %d %v", body, status, a["invalidParams"])
		}
	}
}

func TestNobodyGetsInWithoutTokenAndAccount(t *testing.T) {
	s := New(t, Config{})
	token := tokenOf(t, s)
	for name, c := range map[string]struct {
		token, account string
		want           int
	}{
		"both": {token, Account, http.StatusNotFound}, "no token": {"", Account, http.StatusUnauthorized},
		"another token": {token + "x", Account, http.StatusUnauthorized}, "another account": {token, "a-other", http.StatusForbidden},
	} {
		if status, _ := ask(t, s, http.MethodGet, s.BaseURL+"/sessions/"+uuid.NewString()+"?signicat-accountId="+c.account, c.token, ""); status != c.want {
			t.Errorf("%s: %d", name, status)
		}
	}
	form := url.Values{"grant_type": {"client_credentials"}, "client_id": {ClientID}, "client_secret": {"wrong"}}.Encode()
	if status, a := ask(t, s, http.MethodPost, s.TokenURL, "", form); status != http.StatusBadRequest || a["error"] != "invalid_client" {
		t.Errorf("a wrong secret: %d", status)
	}
}

func TestASessionTellsWhatWasAskedForAndEndsOnce(t *testing.T) {
	s := New(t, Config{})
	token := tokenOf(t, s)
	query := "?signicat-accountId=" + Account
	body := `{"flow":"redirect","requestedAttributes":["name"],"allowedProviders":["nbid"],"externalReference":"mine","sessionLifetime":0,
		"callbackUrls":{"success":"https://rp.example/a?x=1","abort":"https://rp.example/no","error":"https://rp.example/no"}}`
	_, made := ask(t, s, http.MethodPost, s.BaseURL+"/sessions"+query, token, body)
	id, _ := made["id"].(string)
	page, _ := made["authenticationUrl"].(string)
	if made["status"] != "CREATED" || made["sessionLifetime"] != 300.0 || strings.Contains(page, id) {
		t.Fatalf("made %v", made)
	}
	back, err := s.Visit(t.Context(), page, Approve(Kari))
	if err != nil || back.Query().Get("sessionId") != id || back.Query().Get("x") != "1" || back.Query().Get("externalReference") != "mine" {
		t.Fatalf("back at %v: %v", back, err)
	}
	_, got := ask(t, s, http.MethodGet, s.BaseURL+"/sessions/"+id+query, token, "")
	subject, _ := got["subject"].(map[string]any)
	if got["status"] != "SUCCESS" || got["provider"] != "nbid" || len(subject) != 3 || subject["name"] != "Kari Prøve" || subject["nin"] != nil {
		t.Error("something else is told than was asked for")
	}
	if _, over := ask(t, s, http.MethodPost, s.BaseURL+"/sessions/"+id+"/cancel"+query, token, ""); over["status"] != "SUCCESS" {
		t.Errorf("after that it is %v", over["status"])
	}
}
