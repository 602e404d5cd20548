package acceptance

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/fault"
	"github.com/eidgate/eidgate/test/surface"
)

// sessionsOverHTTP talks to the session API over a real connection. It takes out an access token and keeps it for as long
// as it lives.
type sessionsOverHTTP struct {
	g          *Gateway
	identifier string
	secret     string
	held       *heldToken
	told       *surface.Document // what the gateway itself says of the API; every answer has to be like it
}

type heldToken struct {
	token string
	until time.Time
}

func newSessionsOverHTTP(g *Gateway) OperationDoor { return hostedAt(g) }

// hostedAt is the session API for the demo organization.
func hostedAt(g *Gateway) sessionsOverHTTP { return g.hostedAs("demo-session", "demo-session-secret") }

// hostedAs is the session API for a client.
func (g *Gateway) hostedAs(identifier, secret string) sessionsOverHTTP {
	return sessionsOverHTTP{g, identifier, secret, &heldToken{}, &surface.Document{}}
}

func (sessionsOverHTTP) Name() string { return "session API" }

func (sessionsOverHTTP) Cannot() map[Ability]string {
	return map[Ability]string{
		Signing: "sessions identify people; nothing is signed in one", Ages: "sessions tell who somebody is, and prove no ages",
		Calls: "sessions are for people at a screen", Naming: "sessions are for people at a screen", Companies: "sessions know of no companies",
		Cards: "sessions check no cards", Documents: "nothing is signed in a session, so it takes no documents",
	}
}

// envelope is the key that answers are encrypted for which tell of the Finnish Trust Network.
var envelope = sync.OnceValues(func() (*ecdsa.PrivateKey, error) { return ecdsa.GenerateKey(elliptic.P256(), rand.Reader) })

// seal has the answers to a request encrypted.
func seal(t *testing.T, body map[string]any) {
	t.Helper()
	key, err := envelope()
	if err != nil {
		t.Fatal(err)
	}
	body["encryptionPublicKey"] = jose.JSONWebKey{Key: &key.PublicKey, KeyID: "story", Use: "enc", Algorithm: "ECDH-ES"}
}

func unsealed(t *testing.T, content []byte) []byte {
	t.Helper()
	sealed, err := jose.ParseEncryptedCompact(string(content), []jose.KeyAlgorithm{jose.ECDH_ES}, []jose.ContentEncryption{jose.A256CBC_HS512})
	if err != nil {
		t.Fatal(err)
	}
	key, err := envelope()
	if err != nil {
		t.Fatal(err)
	}
	if content, err = sealed.Decrypt(key); err != nil {
		t.Fatal(err)
	}
	return content
}

// issue asks for an access token.
func (d sessionsOverHTTP) issue(t *testing.T) (status int, token string, life time.Duration) {
	t.Helper()
	form := url.Values{"grant_type": {"client_credentials"}, "scope": {"signicat-api"}}
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, d.g.base+"/auth/open/connect/token", strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.SetBasicAuth(d.identifier, d.secret)
	response, err := browser.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	var issued struct {
		Token string `json:"access_token"`
		Life  int    `json:"expires_in"`
	}
	if err := json.NewDecoder(response.Body).Decode(&issued); err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, issued.Token, time.Duration(issued.Life) * time.Second
}

func (d sessionsOverHTTP) token(t *testing.T) string {
	t.Helper()
	if now := d.g.Clock.Now(); !now.Before(d.held.until) {
		status, token, life := d.issue(t)
		if status != http.StatusOK || token == "" || life <= 0 {
			t.Fatalf("a token is answered with %d, for %s", status, life)
		}
		*d.held = heldToken{token, now.Add(life)}
	}
	return d.held.token
}

func (d sessionsOverHTTP) document(t *testing.T) surface.Document {
	t.Helper()
	if d.told.T == nil {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, d.g.base+"/docs/openapi/session.json", nil)
		if err != nil {
			t.Fatal(err)
		}
		response, err := browser.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = response.Body.Close() }()
		content, err := io.ReadAll(response.Body)
		if err != nil || response.StatusCode != http.StatusOK {
			t.Fatalf("the document is answered with %d: %v", response.StatusCode, err)
		}
		*d.told = surface.NewDocument(t, content, "application/jose")
	}
	return *d.told
}

func (d sessionsOverHTTP) ask(t *testing.T, method, path string, body any) (HostedSession, Outcome) {
	t.Helper()
	var payload []byte
	if body != nil {
		var err error
		if payload, err = json.Marshal(body); err != nil {
			t.Fatal(err)
		}
	}
	request, err := http.NewRequestWithContext(t.Context(), method, d.g.base+"/auth/rest/sessions"+path, bytes.NewReader(payload))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+d.token(t))
	if body != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	response, err := browser.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	content, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	d.document(t).Check(t, response, string(content))
	if response.StatusCode >= 300 {
		return HostedSession{}, refusedSession(t, response, content)
	}
	if response.Header.Get("Content-Type") == "application/jose" {
		content = unsealed(t, content)
	}
	s, err := decode(content)
	if err != nil || s.ID == "" {
		t.Fatalf("the answer is no session: %v", err)
	}
	return s, Outcome{}
}

func refusedSession(t *testing.T, r *http.Response, content []byte) Outcome {
	t.Helper()
	var body struct {
		Code          string
		Status        int
		InvalidParams []struct{ Name string }
	}
	if err := json.Unmarshal(content, &body); err != nil || body.Code == "" || body.Status != r.StatusCode || r.Header.Get("X-Error-Code") != body.Code {
		t.Fatalf("status %d is not worded as an error: %v", r.StatusCode, err)
	}
	o := Outcome{Refused: true, Kind: kindOf[r.StatusCode]}
	if body.Code == "session_not_found" { // which is 400 where a session is taken back
		o.Kind = fault.NotFound
	}
	for _, p := range body.InvalidParams {
		o.Fields = append(o.Fields, p.Name)
	}
	if seconds, err := strconv.Atoi(r.Header.Get("Retry-After")); err == nil {
		o.RetryAfter = time.Duration(seconds) * time.Second
	}
	return o
}

// Create opens a session, Get says how far it has come, TakeBack takes it back.
func (d sessionsOverHTTP) Create(t *testing.T, body map[string]any) (HostedSession, Outcome) {
	t.Helper()
	return d.ask(t, http.MethodPost, "", body)
}

func (d sessionsOverHTTP) Get(t *testing.T, id string) (HostedSession, Outcome) {
	t.Helper()
	return d.ask(t, http.MethodGet, "/"+id, nil)
}

func (d sessionsOverHTTP) TakeBack(t *testing.T, id string) (HostedSession, Outcome) {
	t.Helper()
	return d.ask(t, http.MethodPost, "/"+id+"/cancel", nil)
}

func (d sessionsOverHTTP) Begin(t *testing.T, o Operation) (Begun, Outcome) {
	t.Helper()
	body := redirected(o.EID)
	if o.Channel == eid.App {
		body["flow"] = "headless"
		delete(body, "callbackUrls")
	}
	attributes := []string{"name"}
	if o.Wants == 0 || o.Wants.Has(eid.WantNumber) {
		attributes = append(attributes, "nin")
	}
	if o.Wants.Has(eid.WantAddress) {
		attributes = append(attributes, "address")
	}
	body["requestedAttributes"], body["sessionLifetime"] = attributes, 900
	if o.SSN != "" {
		body["prefilledInput"] = map[string]string{"nin": o.SSN}
	}
	if o.Text != "" {
		body["additionalParameters"] = map[string]string{"sbid_intention_text": base64.StdEncoding.EncodeToString([]byte(o.Text))}
	}
	if o.Reference != "" {
		body["externalReference"] = o.Reference
	}
	if o.EID == eid.FIFTN {
		seal(t, body)
	}
	s, outcome := d.Create(t, body)
	if !outcome.Refused && s.progress().State != Waiting {
		t.Fatalf("started as %q", s.Status)
	}
	b := Begun{Session: s.ID, EID: o.EID, Operation: o.Operation, AppToken: s.IDPData["autoStartToken"], QR: s.IDPData["qrData"]}
	if o.Channel == eid.Page {
		b.URL = s.AuthenticationURL
	}
	return b, outcome
}

func (d sessionsOverHTTP) Follow(t *testing.T, b Begun) (Progress, Outcome) {
	t.Helper()
	s, outcome := d.Get(t, b.Session)
	if outcome.Refused {
		return Progress{}, outcome
	}
	return s.progress(), outcome
}

func (d sessionsOverHTTP) Cancel(t *testing.T, b Begun) Outcome {
	t.Helper()
	_, outcome := d.TakeBack(t, b.Session)
	return outcome
}

func (sessionsOverHTTP) Card(*testing.T, string) (Seen, Outcome) { return Seen{}, Outcome{} }

func (sessionsOverHTTP) Upload(*testing.T, string, []byte) (string, Outcome) { return "", Outcome{} }

func (sessionsOverHTTP) Download(*testing.T, string) ([]byte, Outcome) { return nil, Outcome{} }

func (d sessionsOverHTTP) Stranger(t *testing.T) OperationDoor {
	t.Helper()
	d.g.strangerClients(t)
	return d.g.hostedAs("stranger-session", ownSecret)
}
