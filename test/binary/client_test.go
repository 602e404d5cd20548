package binary_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"testing"
	"time"

	"github.com/eidgate/eidgate/adapters/logging"
)

const callback = "http://127.0.0.1:9000/callback"

// answer is what came back: status 0 when nothing did, so that nobody knows what happened.
type answer struct {
	status int
	code   string // X-Error-Code
	fault  string // X-Eidgate-Fault
	retry  string // Retry-After
	body   []byte
	err    error
	took   time.Duration
}

// String is for failed tests. Like any log it shows no number, token or address.
func (a answer) String() string {
	if a.err != nil {
		return a.err.Error()
	}
	return fmt.Sprintf("%d %s %s", a.status, a.code, logging.Mask(string(a.body)))
}

// ok holds for what was acknowledged.
func (a answer) ok() bool { return a.status >= 200 && a.status < 300 }

// read takes the body apart.
func (a answer) read(t *testing.T, into any) {
	t.Helper()
	if err := json.Unmarshal(a.body, into); err != nil {
		t.Errorf("%v is no JSON: %v", a, err)
	}
}

var caller = &http.Client{Timeout: 20 * time.Second, Transport: &http.Transport{MaxIdleConnsPerHost: 16}}

// ask sends a JSON request with a bearer token, "" for none.
func (g *gateway) ask(method, path, token string, body any) answer {
	var content io.Reader
	if body != nil {
		text, err := json.Marshal(body)
		if err != nil {
			return answer{err: err}
		}
		content = bytes.NewReader(text)
	}
	request, err := http.NewRequest(method, g.base+path, content)
	if err != nil {
		return answer{err: err}
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("X-API-Version", "2026-06-12")
	if token != "" {
		request.Header.Set("Authorization", "Bearer "+token)
	}
	return send(caller, request)
}

func send(c *http.Client, request *http.Request) answer {
	began := time.Now()
	response, err := c.Do(request)
	if err != nil {
		return answer{err: err, took: time.Since(began)}
	}
	defer func() { _ = response.Body.Close() }()
	content, err := io.ReadAll(response.Body)
	if err != nil {
		return answer{err: err, took: time.Since(began)} // cut off: what it said does not count
	}
	return answer{
		status: response.StatusCode, code: response.Header.Get("X-Error-Code"), fault: response.Header.Get("X-Eidgate-Fault"), retry: response.Header.Get("Retry-After"),
		body: content, took: time.Since(began),
	}
}

type object = map[string]any

// office signs the demo organization's back office in.
func (g *gateway) office(t *testing.T) (token string) {
	t.Helper()
	a := g.ask(http.MethodPost, "/api/v1/crm/auth/login", "", object{"username": "crm@demo.example", "password": "demo-crm-password", "keep_logged": true})
	return tokenOf(t, a)
}

func tokenOf(t *testing.T, a answer) string {
	t.Helper()
	var got struct{ Token string }
	if a.read(t, &got); !a.ok() || got.Token == "" {
		t.Fatalf("no token: %v", a)
	}
	return got.Token
}

// register makes an account; ssn is "" for none.
func (g *gateway) register(office, email, country, ssn string) (id int64, a answer) {
	body := object{"first_name": "Some", "last_name": "One", "email": email, "country_code": country, "plan_id": 1}
	if ssn != "" {
		body["ssn"] = ssn
	}
	a = g.ask(http.MethodPost, "/api/v1/account", office, body)
	var made struct{ Data struct{ ID int64 } }
	if a.ok() {
		_ = json.Unmarshal(a.body, &made) // 0 says enough
	}
	return made.Data.ID, a
}

// signIn gets a token for the end user.
func (g *gateway) signIn(email string) (token string, a answer) {
	a = g.ask(http.MethodPost, "/api/v1/sso/token", "", object{"client_id": "demo-sso", "client_secret": "demo-sso-secret", "email": email})
	var got struct{ Token string }
	if a.ok() {
		_ = json.Unmarshal(a.body, &got)
	}
	return got.Token, a
}

// attach is a whole login: started, approved by the simulated person in a browser, and verified. The answer is the
// one of the last step that was reached.
func (g *gateway) attach(token, method, person string) (ssn string, a answer) {
	a = g.ask(http.MethodPost, "/api/v1/criipto/ftn/auth", token, object{"redirect_uri": callback, "method": method})
	var started struct {
		URL    string
		CorrID string `json:"corr_id"`
	}
	if !a.ok() || json.Unmarshal(a.body, &started) != nil {
		return "", a
	}
	jar, _ := cookiejar.New(nil) // never fails
	browser := &http.Client{
		Jar: jar, Timeout: caller.Timeout, Transport: caller.Transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	if a = visit(browser, started.URL); !a.ok() {
		return "", a
	}
	if a = g.ask(http.MethodPost, "/simulator/orders/"+started.CorrID+"/approve", "", object{"person": person}); !a.ok() {
		return "", a
	}
	if a = visit(browser, started.URL); a.status != http.StatusFound {
		return "", a
	}
	back, err := url.Parse(string(a.body))
	if err != nil {
		return "", answer{err: err}
	}
	a = g.ask(http.MethodPost, "/api/v1/criipto/ftn/verify/ssn", token,
		object{"code": back.Query().Get("code"), "redirect_uri": callback, "method": method, "state": started.CorrID})
	var proven struct{ SSN string }
	if a.ok() {
		_ = json.Unmarshal(a.body, &proven)
	}
	return proven.SSN, a
}

// visit opens an address in the browser; where it is sent to is the body.
func visit(browser *http.Client, address string) answer {
	request, err := http.NewRequest(http.MethodGet, address, nil)
	if err != nil {
		return answer{err: err}
	}
	var to string
	c := *browser
	c.CheckRedirect = func(next *http.Request, _ []*http.Request) error {
		to = next.URL.String()
		return http.ErrUseLastResponse
	}
	a := send(&c, request)
	if a.status == http.StatusFound {
		a.body = []byte(to)
	}
	return a
}

// account is what the API shows of one.
type account struct {
	ID    int64
	Email string
	SSN   string
}

// find reads an account with the back office's token.
func (g *gateway) find(t *testing.T, office string, id int64) (account, answer) {
	t.Helper()
	a := g.ask(http.MethodGet, fmt.Sprintf("/api/v1/account/%d", id), office, nil)
	var found struct{ Data account }
	if a.ok() {
		a.read(t, &found)
	}
	return found.Data, a
}
