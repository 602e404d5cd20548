package binary_test

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// secrets is what must be nowhere, and what to call it in a report.
type secrets map[string]string

// number adds a national number in every spelling that people use.
func (s secrets) number(t *testing.T, name, number string) {
	t.Helper()
	bare := strings.NewReplacer("-", "", "+", "", " ", "").Replace(number)
	spellings := []string{number, bare}
	if digits := regexp.MustCompile(`^\d+$`); digits.MatchString(bare) {
		short := bare[max(0, len(bare)-10):] // twelve digits begin with the century
		for _, form := range []string{bare, short} {
			end := len(form) - 4
			if len(form) == 11 { // Norway writes six and five
				end = 6
			}
			spellings = append(spellings, form, form[:end]+"-"+form[end:], form[:end]+"+"+form[end:], form[:end]+" "+form[end:])
		}
	}
	for _, spelling := range spellings {
		if len(spelling) < 9 {
			t.Fatalf("%s has no number", name)
		}
		s[spelling] = "the number of " + name
	}
}

// token adds the secret part of a bearer token.
func (s secrets) token(t *testing.T, name, token string) {
	t.Helper()
	_, secret, found := strings.Cut(token, "|")
	if !found || len(secret) < 20 {
		t.Fatalf("%s is no token", name)
	}
	s[secret] = name
}

// found names the secrets that a text holds, as they are, in capitals or small letters, escaped or as bytes in
// hexadecimal. It does not repeat them.
func (s secrets) found(text []byte) (names []string) {
	text = bytes.ToLower(text)
	for secret, name := range s {
		low := strings.ToLower(secret)
		for _, spelling := range []string{low, hex.EncodeToString([]byte(secret)), strings.ToLower(url.QueryEscape(secret))} {
			if bytes.Contains(text, []byte(spelling)) {
				names = append(names, name)
				break
			}
		}
	}
	return names
}

// folder looks into every file of the data directory but the keyring.
func (s secrets) folder(t *testing.T, path string) {
	t.Helper()
	files := 0
	err := filepath.WalkDir(path, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || entry.Name() == "keys.json" {
			return err
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		if info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s has mode %v", entry.Name(), info.Mode())
		}
		content, err := os.ReadFile(path)
		for _, name := range s.found(content) {
			t.Errorf("%s holds %s", entry.Name(), name)
		}
		files++
		return err
	})
	if err != nil || files == 0 {
		t.Errorf("looked into %d files: %v", files, err)
	}
}

// tables looks into every row of a PostgreSQL schema.
func (s secrets) tables(t *testing.T, g *gateway) {
	t.Helper()
	db := g.plain(t)
	var names, rows string
	if err := db.QueryRowContext(t.Context(), `SELECT string_agg(table_name, ',') FROM information_schema.tables WHERE table_schema = current_schema()`).Scan(&names); err != nil {
		t.Fatal(err)
	}
	for _, name := range strings.Split(names, ",") {
		if err := db.QueryRowContext(t.Context(), `SELECT COALESCE(string_agg(r::text, E'\n'), '') FROM `+name+` r`).Scan(&rows); err != nil {
			t.Fatal(err)
		}
		if name == "accounts" && rows == "" {
			t.Error("there are no accounts, so this says nothing")
		}
		for _, found := range s.found([]byte(rows)) {
			t.Errorf("table %s holds %s", name, found)
		}
	}
}

func TestNothingSecretIsInTheDatabaseTheLogOrTheMetrics(t *testing.T) {
	storages(t, func(t *testing.T, g *gateway) {
		s := secrets{}
		var client struct{ Secret, Identifier string }
		must(t, g.environ, "organization", "create", "--name", "Acme")
		if err := json.Unmarshal([]byte(must(t, g.environ, "client", "create", "--organization", "acme", "--kind", "crm", "--identifier", "crm@acme.example", "--json")), &client); err != nil || client.Secret == "" {
			t.Fatal("no client", err)
		}
		s[client.Secret] = "a client's secret"
		const blocked = "19680202-0575"
		if status, _, failure := run(t, g.environ, "SE "+blocked+"\n", "blocklist", "add"); status != 0 {
			t.Fatal(failure)
		}
		s.number(t, "somebody blocked", blocked)

		g.start(t)
		s.token(t, "a back office's token of Acme", tokenOf(t, g.ask(http.MethodPost, "/api/v1/crm/auth/login", "", object{"username": "crm@acme.example", "password": client.Secret})))
		office := g.office(t)
		s.token(t, "a back office's token", office)
		people(t, g, s, office)
		mistakes(t, g, s, office)

		if _, page := g.look("/metrics"); true {
			checkMetrics(t, page)
			for _, name := range s.found([]byte(page)) {
				t.Errorf("the metrics hold %s", name)
			}
		}
		s.folder(t, filepath.Dir(g.keys())) // with the log of what was not yet moved into the database
		g.stop(t)
		s.folder(t, filepath.Dir(g.keys()))
		if strings.HasPrefix(g.database, "postgres") {
			s.tables(t, g)
		}
		for _, name := range s.found([]byte(g.process.out.String())) {
			t.Errorf("the log holds %s", name)
		}
		if !strings.Contains(g.process.out.String(), "criipto/ftn/verify/ssn") {
			t.Error("nothing is logged, so this says nothing")
		}
	})
}

// people registers somebody for each simulated person, and has them prove who they are.
func people(t *testing.T, g *gateway, s secrets, office string) {
	t.Helper()
	var simulated []struct {
		ID, Country, SSN, Surname string
		GivenName                 string `json:"given_name"`
	}
	g.ask(http.MethodGet, "/simulator/people", "", nil).read(t, &simulated)
	methods := map[string]string{"SE": "se.bankid.qr", "DK": "dk.mitid.high", "FI": "fi.all", "NO": "urn:grn:authn:no:bankid"}
	for i, p := range simulated {
		email := fmt.Sprintf("Quirinius.Unmistakable%d@Example.com", i)
		body := object{
			"first_name": "Quirinius", "last_name": "Zwingliburger", "email": email, "country_code": p.Country, "plan_id": 1,
			"phone": "+46700009917", "street": "Unmistakable Alley 7", "zip": "99177", "city": "Xanthopolis",
		}
		for _, personal := range []string{"first_name", "last_name", "email", "phone", "street", "city"} {
			s[body[personal].(string)] = "somebody's " + personal
		}
		a := g.ask(http.MethodPost, "/api/v1/account", office, body)
		if !a.ok() {
			t.Fatal(a)
		}
		code := g.ask(http.MethodPost, "/api/v1/sso/code", "", object{"client_id": "demo-sso", "client_secret": "demo-sso-secret", "email": email})
		var login struct{ Code string }
		if code.read(t, &login); len(login.Code) < 20 {
			t.Fatal(code)
		}
		s[login.Code] = "a login code"
		token := tokenOf(t, g.ask(http.MethodPost, "/api/v1/sso/login", "", object{"code": login.Code}))
		s.token(t, "an app token", token)
		s.number(t, p.ID, p.SSN)
		ssn, a := g.attach(token, methods[p.Country], p.ID)
		if ssn != "" {
			s.number(t, p.ID, ssn)
		} else if !a.ok() && a.status >= 500 {
			t.Errorf("%s: %v", p.ID, a)
		}
		if i < 3 && ssn == "" {
			t.Errorf("%s cannot attach: %v", p.ID, a)
		}
		if p.ID != "anna" { // whose address the greeting shows
			s[p.GivenName+" "+p.Surname] = "a simulated person's name"
		}
	}
}

// mistakes puts secrets where they do not belong.
func mistakes(t *testing.T, g *gateway, s secrets, office string) {
	t.Helper()
	number := (&roll{}).take()
	s.number(t, "somebody misplaced", number)
	const password = "swordfish-of-the-back-office"
	s[password] = "a mistyped password"
	for _, a := range []answer{
		g.ask(http.MethodPost, "/api/v1/crm/auth/login", "", object{"username": "crm@demo.example", "password": password}),
		g.ask(http.MethodPost, "/api/v1/sso/token", "", object{"client_id": number, "client_secret": password, "email": number + "@example.com"}),
		g.ask(http.MethodGet, "/api/v1/account/"+number, office, nil),
		g.ask(http.MethodGet, "/api/v1/accounts?page="+number+"&ssn="+number, office, nil),
		g.ask(http.MethodGet, "/"+number+"?password="+password, "", nil),
		g.ask(http.MethodPost, "/api/v1/account", office, object{"ssn": number + "0", "country_code": "NO", "email": number, "type": number, "plan_id": number}),
		g.ask(http.MethodPost, "/api/v1/criipto/ftn/auth", "", object{"redirect_uri": "https://" + number + ".example/" + password, "method": number}),
		g.ask(http.MethodPost, "/api/v1/criipto/ftn/verify/ssn", "", object{"code": password, "state": number}),
		g.ask(http.MethodGet, "/api/v1/account", "12|"+password, nil),
		g.ask(http.MethodGet, "/simulator/oauth2/authorize?request="+password+"&login_hint="+number, "", nil),
	} {
		if a.status == 0 || a.status >= 500 {
			t.Errorf("answered with %v", a)
		}
		if found := s.found(a.body); len(found) > 0 && strings.Contains(string(a.body), "error") {
			t.Errorf("an error repeats %v", found)
		}
	}
}

var label = regexp.MustCompile(`([a-z_]+)="((?:[^"\\]|\\.)*)"`)

// checkMetrics wants no label that tells people, clients, requests or sessions apart.
func checkMetrics(t *testing.T, page string) {
	t.Helper()
	identifier := regexp.MustCompile(`\d{6,}|[0-9a-f]{8}-|@|\|`)
	seen := 0
	for line := range strings.Lines(page) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		for _, match := range label.FindAllStringSubmatch(line, -1) {
			seen++
			if match[1] != "version" && identifier.MatchString(match[2]) {
				t.Errorf("a label says too much: %s", line)
			}
		}
	}
	if seen == 0 || !strings.Contains(page, `route="/api/v1/account/:account_id"`) {
		t.Errorf("%d labels were seen", seen)
	}
}
