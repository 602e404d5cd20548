package binary_test

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io/fs"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/eidgate/eidgate/test/standin"
)

// clearKey is how an RSA private key begins in PKCS #8 (RFC 5958) behind its length and version; public ones go on
// differently.
const clearKey = "06092a864886f70d01010105000482"

// What back offices tell of people, what letters hold, and what signs tokens is told to nobody else.
func TestNothingSecretOfOrganizationsIsInTheDatabaseTheLogTheMetricsOrTheTraces(t *testing.T) {
	storages(t, func(t *testing.T, g *gateway) {
		s, traces := secrets{clearKey: "a private key"}, collectSpans(t)
		g.environ = append(g.environ, "EIDGATE_OTLP_ENDPOINT="+traces.URL+"/v1/traces")
		must(t, g.environ, "organization", "create", "--name", "Acme")
		g.start(t)
		if _, a := g.register(g.office(t), "somebody@example.com", "SE", ""); !a.ok() { // for the tables not to be empty
			t.Fatal(a)
		}
		token := g.management(t, s)
		g.directory(t, s, token)
		g.onboard(t, s, token)
		g.misplaced(t, s, token)

		s.is(t, "the metrics", page(g))
		look := func() {
			s.folder(t, filepath.Dir(g.keys()))
			keyless(t, filepath.Dir(g.keys()))
		}
		look()
		g.stop(t)
		look()
		if strings.HasPrefix(g.database, "postgres") {
			s.tables(t, g)
		}
		s.is(t, "the log", g.process.out.String())
		traces.mu.Lock()
		defer traces.mu.Unlock()
		s.is(t, "the traces", string(traces.text))
		for what, text := range map[string]string{"logged": g.process.out.String(), "traced": string(traces.text)} {
			if !strings.Contains(text, "/api/v2/org/:org_domain/users") || !strings.Contains(text, "/onboarding/:link") {
				t.Errorf("nothing is %s, so this says nothing", what)
			}
		}
	})
}

// directory has people, and what is known of them.
func (g *gateway) directory(t *testing.T, s secrets, token string) {
	t.Helper()
	const users = "/api/v2/org/acme/users"
	profile := object{
		"email": "Quirina.Unmistakable@Example.com", "given_name": "Quirina", "family_name": "Zwingliburger", "nickname": "Xanthippula", "phone_number": "+46700009917",
		"birthdate": "1968-02-17", "website": "https://quirina.zwingliburger.example", "address": object{"street_address": "Unmistakable Alley 7", "locality": "Xanthopolis"},
	}
	for _, personal := range []string{"email", "given_name", "family_name", "nickname", "phone_number", "birthdate", "website"} {
		s[profile[personal].(string)] = "a user's " + personal
	}
	s["Unmistakable Alley"], s["Xanthopolis"] = "a user's street", "a user's city"
	user := made(t, g.ask(http.MethodPost, users, token, profile))
	const changed, value = "Brunhildis", "heliotropic-violet"
	s[changed], s[value] = "a user's new name", "a value of metadata"
	made(t, g.ask(http.MethodPost, "/api/v2/org/acme/token-customization/user-metakey", token, object{"name": "colour", "type": "STRING", "required": "false"}))
	for _, a := range []answer{
		g.ask(http.MethodPut, users+"/"+user.ID, token, object{"given_name": changed}),
		g.ask(http.MethodPatch, "/api/v2/org/acme/token-customization/set-user-metadata", token, object{"user_id": user.ID, "key_name": "colour", "key_value": value}),
		g.ask(http.MethodGet, users, token, nil), g.ask(http.MethodGet, "/api/v2/org/acme/user-by-email/"+url.PathEscape(profile["email"].(string)), token, nil),
		g.ask(http.MethodGet, "/api/v2/org/acme/log-events", token, nil),
	} {
		if !a.ok() {
			t.Errorf("answered with %v", a)
		}
	}
	var sample struct {
		Access   string `json:"access_token_jwt"`
		Identity string `json:"id_token_jwt"`
	}
	g.ask(http.MethodGet, "/api/v2/org/acme/token-customization/sample?user_id="+user.ID, token, nil).read(t, &sample)
	for _, one := range []string{sample.Access, sample.Identity} {
		if strings.Count(one, ".") != 2 {
			t.Fatal("there is no sample")
		}
		s[one[strings.LastIndexByte(one, '.')+1:]] = "a sample of a token"
	}
	gone := made(t, g.ask(http.MethodPost, users, token, object{"email": "Forgotten.Person@Example.com", "family_name": "Oblivionsson"}))
	s["Forgotten.Person@Example.com"], s["Oblivionsson"] = "a deleted user's address", "a deleted user's name"
	if a := g.ask(http.MethodDelete, users+"/"+gone.ID, token, nil); !a.ok() {
		t.Error(a)
	}
}

var developmentLink = regexp.MustCompile(`/onboarding/([A-Za-z0-9_-]{20,})`)

// onboard has an administrator invited, who comes and describes the identity provider.
func (g *gateway) onboard(t *testing.T, s secrets, token string) {
	t.Helper()
	const email = "Zebulon.Administrator@Customer.example"
	s[email] = "the administrator's address"
	connection := g.connection(t, token, email)
	if a := g.ask(http.MethodPost, connection+"/invite-admin", token, nil); a.status != http.StatusCreated {
		t.Fatalf("an invitation is answered with %v", a)
	}
	letters := g.ask(http.MethodGet, "/dev/mail.json", "", nil)
	found := developmentLink.FindSubmatch(letters.body)
	if found == nil {
		t.Fatalf("the letter has no link: %d", letters.status)
	}
	link := string(found[1])
	s[link] = "the secret of an invitation"
	jar, _ := cookiejar.New(nil) // never fails
	browser := &http.Client{Jar: jar, Timeout: caller.Timeout, Transport: caller.Transport, CheckRedirect: caller.CheckRedirect}
	post := func(path string, form url.Values) answer {
		request, err := http.NewRequest(http.MethodPost, g.base+path, strings.NewReader(form.Encode()))
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		request.Header.Set("Origin", g.base)
		return send(browser, request)
	}
	metadata := fmt.Sprintf(`<md:EntityDescriptor entityID="https://idp.unmistakable-entity.example" xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata"><md:IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol"><md:KeyDescriptor use="signing"><ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:X509Data><ds:X509Certificate>%s</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor><md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="https://idp.example/unmistakable-sign-on"/></md:IDPSSODescriptor></md:EntityDescriptor>`,
		base64.StdEncoding.EncodeToString(standin.NewAuthority(t, "an identity provider").Server(t).Certificate[0]))
	s["unmistakable-sign-on"] = "what an identity provider says of itself"
	for _, a := range []answer{
		visit(browser, g.base+"/onboarding/"+link), post("/onboarding/"+link, url.Values{}), post("/onboarding/provider", url.Values{"provider_type": {"okta"}}),
		post("/onboarding/metadata", url.Values{"xml": {metadata}}), visit(browser, g.base+"/onboarding/done"),
	} {
		if a.status != http.StatusOK {
			t.Errorf("a page is answered with %d %s", a.status, a.code)
		}
	}
	at, _ := url.Parse(g.base + "/onboarding")
	if len(jar.Cookies(at)) == 0 {
		t.Error("the browser has no cookie")
	}
	for _, cookie := range jar.Cookies(at) {
		s[cookie.Value] = "the cookie of an administrator"
	}
	if a := g.ask(http.MethodPut, connection, token, object{"metadata": metadata}); !a.ok() {
		t.Errorf("metadata is answered with %v", a)
	}
}

// misplaced puts secrets where they do not belong.
func (g *gateway) misplaced(t *testing.T, s secrets, token string) {
	t.Helper()
	const secret, person = "swordfish-of-the-management", "Misplaced.Person@Example.com"
	s[secret], s[person] = "a mistyped secret", "somebody misplaced"
	at := url.PathEscape(person)
	for _, a := range []answer{
		g.ask(http.MethodPost, "/api/v2/oauth/token", "", object{"grant_type": "client_credentials", "client_id": person, "client_secret": secret}),
		g.ask(http.MethodPost, "/oauth/token?client_secret="+secret, "", object{"grant_type": "client_credentials", "client_id": person}),
		g.ask(http.MethodGet, "/api/v2/organizations/"+at, token, nil), g.ask(http.MethodGet, "/api/v2/org/"+at+"/users", token, nil),
		g.ask(http.MethodGet, "/api/v2/org/acme/users?q[email_eq]="+at+"&page="+secret, token, nil),
		g.ask(http.MethodGet, "/api/v2/org/acme/user-by-email/"+at, token, nil), g.ask(http.MethodGet, "/api/v2/org/acme/users/"+at, token, nil),
		g.ask(http.MethodPost, "/api/v2/org/acme/users", token, object{"email": person + " ", "phone_number": secret, "given_name": object{person: secret}}),
		g.ask(http.MethodPost, "/api/v2/org/acme/sso-connections", token, object{"sso_admin_email": "<" + person, "application_id": secret, "provider_type": person}),
		g.ask(http.MethodPost, "/api/v2/sso-connections", token, object{"organization_id": person}),
		g.ask(http.MethodGet, "/api/v2/sso-connections/"+secret, token, nil), g.ask(http.MethodGet, "/onboarding/"+secret, "", nil),
		g.ask(http.MethodGet, "/t/"+at+"/.well-known", "", nil), g.ask(http.MethodGet, "/api/v2/organizations", secret, nil),
		g.ask(http.MethodGet, "/api/v2/org/acme/log-events?code="+secret+"&client_id="+at, token, nil),
		g.ask(http.MethodPost, "/api/v2/organizations", token, object{"name": "", "locality": object{secret: person}}),
	} {
		if a.status == 0 || a.status >= 500 {
			t.Errorf("answered with %v", a)
		}
		if found := s.found(a.body); len(found) > 0 {
			t.Errorf("a refusal repeats %v", found)
		}
	}
}

// keyless wants no private key in any file but the keyring.
func keyless(t *testing.T, folder string) {
	t.Helper()
	der, err := hex.DecodeString(clearKey)
	if err != nil {
		t.Fatal(err)
	}
	files := 0
	err = filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || entry.Name() == "keys.json" {
			return err
		}
		content, err := os.ReadFile(path)
		for _, sign := range [][]byte{der, []byte("PRIVATE KEY"), []byte(base64.StdEncoding.EncodeToString(der)), []byte(`"qi":`)} {
			if bytes.Contains(content, sign) {
				t.Errorf("%s holds a private key", entry.Name())
			}
		}
		files++
		return err
	})
	if err != nil || files == 0 {
		t.Errorf("looked into %d files: %v", files, err)
	}
}
