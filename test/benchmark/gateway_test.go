package benchmark

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"testing"
	"time"

	"go.uber.org/fx"

	"github.com/eidgate/eidgate/adapters/sqlstore"
	"github.com/eidgate/eidgate/cmd/wiring"
	"github.com/eidgate/eidgate/ports/inbound"
	"github.com/eidgate/eidgate/test/postgres"
)

// TestMain collects garbage as the binary does, for both sides of a comparison, but for the limit on memory: that is for a
// gateway that has its process to itself, and here the clients and the bare handler live in it, too.
func TestMain(m *testing.M) {
	if os.Getenv("GOMEMLIMIT") == "" {
		_ = os.Setenv("GOMEMLIMIT", "off") // such a name can be set
	}
	wiring.TuneCollector()
	os.Exit(postgres.Main(m))
}

const (
	email    = "anna.andersson@example.com" // of the demo organization's one account
	callback = "http://127.0.0.1:9000/callback"
)

// gateway is a real one, started as the binary starts it.
type gateway struct {
	base   string
	folder string
	store  *sqlstore.Store
	people inbound.Simulator
	token  string // the demo account's
}

// open starts a gateway on a database and ends it with the test.
func open(t testing.TB, database, folder string, options ...fx.Option) *gateway {
	t.Helper()
	config, err := wiring.Load("", []string{
		"EIDGATE_DATA_DIR=" + folder, "EIDGATE_LISTEN=127.0.0.1:0", "EIDGATE_OPS_LISTEN=127.0.0.1:0",
		"EIDGATE_DATABASE_URL=" + database, "EIDGATE_MIGRATE=true", "EIDGATE_HTTP_DRAIN=1ms",
		"EIDGATE_LIMITS_CLIENT_RATE=1000000",
	})
	if err != nil {
		t.Fatal(err)
	}
	g := &gateway{folder: folder}
	running, err := wiring.Start(t.Context(), config, accessLog(t, config), fx.Populate(&g.store, &g.people), fx.Options(options...))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := running.Stop(context.WithoutCancel(t.Context())); err != nil {
			t.Errorf("stopping: %v", err)
		}
	})
	g.base = running.URL()
	var answer struct{ Token string }
	g.ask(t, http.MethodPost, "/api/v1/sso/token", signIn, &answer)
	g.token = answer.Token
	return g
}

// accessLog writes every line, as in life, to where nobody reads it.
func accessLog(t testing.TB, config wiring.Config) *slog.Logger {
	t.Helper()
	nowhere, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = nowhere.Close() })
	return wiring.NewLog(config, nowhere)
}

var signIn = map[string]string{"client_id": "demo-sso", "client_secret": "demo-sso-secret", "email": email}

// operator is the demo client for eID operations, as it introduces itself.
var operator = "Basic " + base64.StdEncoding.EncodeToString([]byte("demo:demo-eid-secret"))

// client goes where it is sent, and nowhere else.
var client = &http.Client{
	Timeout:       20 * time.Second,
	CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
}

// ask sends one request as the demo account, and wants a success.
func (g *gateway) ask(t testing.TB, method, path string, body, result any) {
	t.Helper()
	authorization := ""
	if g.token != "" {
		authorization = "Bearer " + g.token
	}
	g.send(t, method, path, authorization, body, result)
}

// operate sends one request as the demo client for eID operations, and wants a success.
func (g *gateway) operate(t testing.TB, method, path string, body, result any) {
	t.Helper()
	g.send(t, method, path, operator, body, result)
}

// form is a body that is not JSON.
type form struct {
	contentType string
	content     []byte
}

func (g *gateway) send(t testing.TB, method, path, authorization string, body, result any) {
	t.Helper()
	sent, isForm := body.(form)
	if !isForm && body != nil {
		text, err := json.Marshal(body)
		if err != nil {
			t.Fatal(err)
		}
		sent = form{"application/json", text}
	}
	request, err := http.NewRequestWithContext(t.Context(), method, g.base+path, bytes.NewReader(sent.content))
	if err != nil {
		t.Fatal(err)
	}
	if sent.contentType != "" {
		request.Header.Set("Content-Type", sent.contentType)
	}
	if authorization != "" {
		request.Header.Set("Authorization", authorization)
	}
	response, err := client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	answer, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode < 200 || response.StatusCode > 399 {
		t.Fatalf("%s %s: status %d %s: %v", method, path, response.StatusCode, response.Header.Get("X-Error-Code"), err)
	}
	if result != nil {
		if err := json.Unmarshal(answer, result); err != nil {
			t.Fatal(err)
		}
	}
}

// approve plays the person at the address of a login, and gives the code that the browser is sent back with.
func (g *gateway) approve(t testing.TB, address, person string) (code string) {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	q := u.Query()
	visit := inbound.SimulatedVisit{ClientID: q.Get("client_id"), Request: q.Get("request"), State: q.Get("state"), Browser: "one"}
	answer, err := g.people.Visit(t.Context(), visit)
	if err != nil {
		t.Fatal(err)
	}
	if err := g.people.Approve(t.Context(), answer.Order.ID, person); err != nil {
		t.Fatal(err)
	}
	if answer, err = g.people.Visit(t.Context(), visit); err != nil {
		t.Fatal(err)
	}
	back, err := url.Parse(answer.Redirect)
	if err != nil {
		t.Fatal(err)
	}
	return back.Query().Get("code")
}
