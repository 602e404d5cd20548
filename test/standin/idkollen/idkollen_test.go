package idkollen

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"
)

// ask makes one request with the account's credentials, unless the path begins with a "!".
func ask(t *testing.T, s *Service, method, path, body string) (status int, answer map[string]any) {
	t.Helper()
	path, anonymous := strings.CutPrefix(path, "!")
	r, err := http.NewRequestWithContext(t.Context(), method, s.BaseURL+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if !anonymous {
		r.SetBasicAuth(Account, Secret)
	}
	r.Header.Set("Content-Type", "application/json")
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

func TestAnOrderIsTakenInItsDocumentedMembersAlone(t *testing.T) {
	s := New(t, Config{Allowed: []string{"rp.example"}})
	for _, c := range []struct {
		path, body string
		want       int
	}{
		{"/v3/bankid-se/auth", `{}`, 201},
		{"/v3/bankid-se/auth", `{"ssn":null,"refId":"a","callbackUrl":"https://rp.example/back","pinRequired":true,"intent":"x","ipAddress":"::1"}`, 201},
		{"/v3/bankid-se/auth", `{"redirectUrl":"https://rp.example/back"}`, 400},
		{"/v3/bankid-se/auth", `{"callbackUrl":"http://rp.example/back"}`, 400},
		{"/v3/bankid-se/auth", `{"callbackUrl":"https://evil.example/back"}`, 400},
		{"/v3/bankid-se/auth", `{"ssn":"6802020575"}`, 400},
		{"/v3/bankid-se/auth", `{"pinRequired":"yes"}`, 400},
		{"/v3/bankid-se/auth", `{"text":"x"}`, 400},
		{"/v3/bankid-se/auth", `[]`, 400},
		{"/v3/bankid-se/sign", `{}`, 400},
		{"/v3/bankid-se/sign", `{"text":"x","digest":""}`, 400},
		{"/v3/bankid-se/sign", `{"text":"x","intent":"x"}`, 400},
		{"/v3/bankid-se/phone/auth", `{"ssn":"196802020575"}`, 400},
		{"/v3/bankid-se/phone/auth", `{"ssn":"196802020575","callInitiator":"user"}`, 400},
		{"/v3/bankid-se/phone/auth", `{"ssn":"196802020575","callInitiator":"USER","ipAddress":"::1"}`, 400},
		{"/v3/bankid-se/phone/auth", `{"ssn":"196802020575","callInitiator":"USER"}`, 201},
		{"/v3/freja/backchannel/auth", `{"ssn":"196802020575"}`, 400},
		{"/v3/freja/backchannel/auth", `{"ssn":"190001011234","country":"SWEDEN"}`, 400},
		{"/v3/freja/backchannel/auth", `{"ssn":"196802020575","country":"SWEDEN"}`, 201},
		{"/v3/freja/backchannel/auth", `{"ssn":"27034698436","country":"NORWAY"}`, 201},
		{"/v3/freja/backchannel/sign", `{"ssn":"2101270087","country":"DENMARK","text":"x"}`, 201},
		{"/v3/freja/backchannel/auth", `{"ssn":"070770-905D","country":"FINLAND"}`, 201},
		{"/v3/freja/backchannel/auth", `{"ssn":"27034698436","country":"SWEDEN"}`, 400},
		{"/v3/freja/backchannel/auth", `{"ssn":"27034698436","country":"FINLAND"}`, 400},
		{"/v3/freja/backchannel/auth", `{"ssn":"2101270087","country":"GERMANY"}`, 400},
		{"/v3/freja/auth", `{"ssn":"2101270087"}`, 400},
		{"/v3/bankid-no/sign", `{}`, 400},
		{"/v3/bankid-no/sign", `{"text":"x","documents":["a"]}`, 400},
		{"/v3/bankid-no/sign", `{"documents":["a"]}`, 400},
		{"/v3/bankid-no/sign", `{"text":"` + strings.Repeat("å", 119) + `"}`, 400},
		{"/v3/bankid-no/sign", `{"text":"` + strings.Repeat("å", 118) + `"}`, 201},
		{"/v3/mitid/auth", `{"requestSsn":true}`, 400},
		{"/v3/mitid/auth", `{"referenceText":"50 %"}`, 400},
		{"/v3/mitid/backchannel/auth", `{"ssn":"2101270087"}`, 400},
		{"/v3/vipps/backchannel/auth", `{"ssn":"27034698436"}`, 400},
		{"/v3/vipps/sign", `{"text":"x"}`, 404},
		{"!/v3/ftn/auth", `{}`, 401},
	} {
		if got, answer := ask(t, s, http.MethodPost, c.path, c.body); got != c.want || (got == 201) != (answer["status"] == "PENDING") {
			t.Errorf("%s %.60s: got %d", c.path, c.body, got)
		}
	}
}

func TestAnOrderIsKnownForAWhileAndAskedForOnceASecond(t *testing.T) {
	now := time.Now()
	s := New(t, Config{Now: func() time.Time { return now }})
	_, started := ask(t, s, http.MethodPost, "/v3/bankid-se/phone/auth", `{"ssn":"196802020575","callInitiator":"RP","refId":"r"}`)
	id, _ := started["id"].(string)
	if len(id) != 36 || started["refId"] != "r" || started["autoStartToken"] != nil {
		t.Fatal("the start is answered otherwise than documented")
	}
	for i, want := range []int{200, 429, 200} {
		if i == 2 {
			now = now.Add(time.Second)
		}
		if got, _ := ask(t, s, http.MethodGet, "/v3/bankid-se/auth/"+id, ""); got != want {
			t.Errorf("question %d: got %d", i+1, got)
		}
	}
	for _, path := range []string{"/v3/bankid-se/sign/", "/v3/freja/auth/"} {
		if got, _ := ask(t, s, http.MethodGet, path+id, ""); got != 404 {
			t.Errorf("%s knows it: %d", path, got)
		}
	}
	if got, _ := ask(t, s, http.MethodDelete, "/v3/bankid-se/auth/"+id, ""); got != 204 {
		t.Errorf("taken back: %d", got)
	}
	now = now.Add(time.Second)
	if _, got := ask(t, s, http.MethodGet, "/v3/bankid-se/auth/"+id, ""); got["status"] != "FAILED" || got["error"] != "CANCELLED" {
		t.Errorf("it ended %v", got["status"])
	}
	now = now.Add(time.Hour)
	if got, _ := ask(t, s, http.MethodGet, "/v3/bankid-se/auth/"+id, ""); got != 404 {
		t.Errorf("an hour later: %d", got)
	}
}
