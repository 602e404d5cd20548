package binary_test

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/eidgate/eidgate/test/standin"
	"github.com/eidgate/eidgate/test/standin/smtp"
)

const administrator = "it-administrator@customer.example"

// management makes an organization with a management client, and gives a token of that client.
func (g *gateway) management(t *testing.T, s secrets) (token string) {
	t.Helper()
	var client struct{ Secret, Identifier string }
	if err := json.Unmarshal([]byte(must(t, g.environ, "client", "create", "--organization", "acme", "--kind", "management", "--json")), &client); err != nil || client.Secret == "" {
		t.Fatal("no client", err)
	}
	a := g.ask(http.MethodPost, "/api/v2/oauth/token", "", object{"grant_type": "client_credentials", "client_id": client.Identifier, "client_secret": client.Secret})
	var got struct {
		Token string `json:"access_token"`
	}
	if a.read(t, &got); got.Token == "" {
		t.Fatalf("no token: %v", a)
	}
	s[client.Secret], s[got.Token[strings.LastIndexByte(got.Token, '.')+1:]] = "a management client's secret", "a management token"
	return got.Token
}

// made is what an answer says of something new.
func made(t *testing.T, a answer) (it struct{ ID, Domain string }) {
	t.Helper()
	if a.read(t, &it); a.status != http.StatusCreated || it.ID == "" {
		t.Fatalf("nothing was made: %v", a)
	}
	return it
}

// connection makes one under the organization, with an administrator.
func (g *gateway) connection(t *testing.T, token, email string) (path string) {
	t.Helper()
	app := made(t, g.ask(http.MethodPost, "/api/v2/org/acme/applications", token, object{
		"name": "App", "application_type": "react", "allowed_redirect_urls": []string{"https://app.example/in"}, "allowed_logout_urls": []string{"https://app.example/out"},
		"allowed_origins_cors": []string{"https://app.example"}, "allowed_web_origins": []string{"https://app.example"},
	}))
	c := made(t, g.ask(http.MethodPost, "/api/v2/org/acme/sso-connections", token, object{"application_id": app.ID, "sso_admin_email": email}))
	return "/api/v2/sso-connections/" + c.ID
}

// codes are those of the log events, newest first.
func (g *gateway) codes(t *testing.T, token string) (codes []string) {
	t.Helper()
	var list struct {
		Data []struct {
			Code string `json:"event_code"`
		}
	}
	g.ask(http.MethodGet, "/api/v2/org/acme/log-events?per_page=100", token, nil).read(t, &list)
	for _, one := range list.Data {
		codes = append(codes, one.Code)
	}
	return codes
}

func TestProductionWithoutAMailServerInvitesNobody(t *testing.T) {
	t.Parallel()
	g := produce(t, "")
	must(t, g.environ, "organization", "create", "--name", "Acme")
	g.start(t)
	token := g.management(t, secrets{})
	connection := g.connection(t, token, administrator)
	before, shown := g.codes(t, token), g.ask(http.MethodGet, connection+"?preload_associations[]=onboarding", token, nil)
	if a := g.ask(http.MethodPost, connection+"/invite-admin", token, nil); a.status != http.StatusServiceUnavailable || a.fault != "mail_unconfigured" {
		t.Errorf("an invitation is answered with %v", a)
	}
	if a := g.ask(http.MethodPost, "/api/v2/org/acme/sso-connections", token, object{"sso_admin_email": administrator, "send_email": true}); a.status != http.StatusServiceUnavailable || a.fault != "mail_unconfigured" {
		t.Errorf("a connection with a letter is answered with %v", a)
	}
	if after := g.codes(t, token); len(after) != len(before) {
		t.Errorf("there are %d more events", len(after)-len(before))
	}
	if a := g.ask(http.MethodGet, connection+"?preload_associations[]=onboarding", token, nil); string(a.body) != string(shown.body) {
		t.Error("the connection is another")
	}
	var list struct{ Total int }
	if g.ask(http.MethodGet, "/api/v2/org/acme/sso-connections", token, nil).read(t, &list); list.Total != 1 {
		t.Errorf("there are %d connections", list.Total)
	}
	for _, path := range []string{"/dev/mail", "/dev/mail.json", "/simulator", "/simulator/people", "/simulator/orders"} {
		if a := g.ask(http.MethodGet, path, "", nil); a.status != http.StatusNotFound {
			t.Errorf("%s is answered with %v", path, a)
		}
	}
	g.stop(t)
}

var link = regexp.MustCompile(`https://login\.example\.com/onboarding/([A-Za-z0-9_-]{20,})`)

func TestProductionSendsARealLetter(t *testing.T) {
	t.Parallel()
	authority := standin.NewAuthority(t, "an authority of mail servers")
	server := smtp.Start(t, authority, smtp.Behaviour{})
	roots := filepath.Join(t.TempDir(), "roots")
	if err := os.Mkdir(roots, 0o700); err != nil {
		t.Fatal(err)
	}
	authority.PEM(t, roots, authority.Server(t))
	g := produce(t, "")
	g.environ = append(g.environ, "EIDGATE_MAIL_SMTP_URL=smtp://"+server.Address(), "EIDGATE_MAIL_FROM=Login <login@example.com>", "SSL_CERT_DIR="+roots)
	must(t, g.environ, "organization", "create", "--name", "Acme")
	g.start(t)
	token := g.management(t, secrets{})
	connection := g.connection(t, token, administrator)
	if a := g.ask(http.MethodPost, connection+"/invite-admin", token, nil); a.status != http.StatusCreated {
		t.Fatalf("an invitation is answered with %v", a)
	}
	var got []smtp.Received
	eventually(t, patience, "the letter is there", func() bool { got = server.Received(); return len(got) > 0 })
	if len(got) != 1 || !strings.Contains(got[0].To, administrator) || !strings.Contains(got[0].From, "login@example.com") || len(server.Broken()) > 0 {
		t.Errorf("%d letters, from %s to %s, broken %v", len(got), got[0].From, got[0].To, server.Broken())
	}
	found := link.FindStringSubmatch(strings.ReplaceAll(strings.ReplaceAll(got[0].Data, "=\r\n", ""), "=3D", "="))
	if found == nil {
		t.Fatal("the letter has no link")
	}
	if codes := g.codes(t, token); codes[0] != "API_SSO_ADMIN_INVITED" {
		t.Errorf("the newest event is %s", codes[0])
	}
	if a := g.ask(http.MethodGet, "/onboarding/"+found[1], "", nil); a.status != http.StatusOK {
		t.Errorf("the link is answered with %v", a)
	}
	s := secrets{found[1]: "the secret of an invitation", administrator: "the administrator's address"}
	g.stop(t)
	s.is(t, "the log", g.process.out.String())
	s.folder(t, g.data)
}
