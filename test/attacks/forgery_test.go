package attacks

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

func TestIdentifiersCannotBeGuessed(t *testing.T) {
	t.Parallel()
	g := open(t)
	attacker := g.browser(t)
	seen := map[string]bool{}
	var letters [256]int
	for range 50 {
		o := g.demo().login(t)
		ticket := o.ticket()
		for i := range len(ticket) {
			letters[ticket[i]]++
		}
		if len(ticket) < 43 || seen[ticket] || strings.Contains(ticket, o.ID) || len(ticket) > 60 {
			t.Fatalf("a ticket has %d characters, or is there twice", len(ticket))
		}
		seen[ticket] = true
		app := g.demo().start(t, "bankid-se/auth", `{}`)
		for _, token := range []string{app.AutoStartToken, app.QRStartToken, app.QRStartSecret} {
			if len(token) < 22 || seen[token] || strings.Contains(token, app.ID) || strings.Contains(app.ID, token) {
				t.Fatal("a token can be guessed")
			}
			seen[token] = true
		}
	}
	used := 0
	for _, n := range letters {
		if n > 0 {
			used++
		}
		if n > 50*43/62*3 {
			t.Errorf("one character stands %d times in 50 tickets", n)
		}
	}
	if used < 60 { // 62 letters and digits, each 35 times on average
		t.Errorf("tickets are made of %d characters", used)
	}
	o := g.demo().login(t)
	unknown := attacker.get(t, g.base+"/s/"+strings.Repeat("x", len(o.ticket())), "Accept", "application/json")
	for _, guess := range []string{
		o.ID, o.ticket()[1:], o.ticket() + "x", strings.ToLower(o.ticket()), strings.ToUpper(o.ticket()), o.ticket() + "%20", "%2e%2e", "' OR 1=1--", o.ticket() + "%00", "*", "%25",
	} {
		a := attacker.get(t, g.base+"/s/"+url.PathEscape(guess), "Accept", "application/json")
		if a.status != http.StatusNotFound || guess == o.ID && a.text() != unknown.text() {
			t.Errorf("what is no ticket is answered with %d", a.status)
		}
	}
	if o.is(t, "PENDING"); g.session(t, o).Browser.Name != "" {
		t.Error("a guess has bound the session")
	}
}

func TestAForgedReturnChangesNothing(t *testing.T) {
	t.Parallel()
	g := open(t)
	attacker, victim := g.browser(t), g.browser(t)
	his, hers := g.demo().login(t), g.demo().login(t)
	attacker.begins(t, his)
	victim.begins(t, hers)
	back := victim.approves(t, hers, "mette")
	stolen, err := url.Parse(back)
	if err != nil {
		t.Fatal(err)
	}
	q := stolen.Query()
	code := q.Get("code")
	q.Set("state", his.ticket()) // her code for his session, in his browser
	attacker.get(t, g.base+"/callback/simulator?"+q.Encode())
	for _, query := range []string{
		"", "?", "?state=&code=" + code, "?code=" + code, "?state=" + his.ID + "&code=" + code, "?state=nobodys-ticket-at-all&code=" + code,
		"?state=" + his.ticket() + "&state=" + hers.ticket() + "&code=" + code, "?state=" + his.ticket() + "&code=x&code=" + code, "?state[]=" + his.ticket() + "&code=" + code,
		"?state=" + his.ticket() + "%00&code=" + code, "?STATE=" + his.ticket() + "&code=" + code, "?state=" + his.ticket() + ";code=" + code, "?error=access_denied&state=nobodys",
		"?" + strings.Repeat("a=b&", 200), "?state=%zz", "?state=" + strings.Repeat("x", 3000),
	} {
		if a := attacker.get(t, g.base+"/callback/simulator"+query); a.status != http.StatusNotFound && a.status != http.StatusBadRequest {
			t.Errorf("%.40q is answered with %d", query, a.status)
		}
	}
	third := g.demo().login(t)
	attacker.begins(t, third)
	for _, provider := range []string{"criipto", "idkollen", "bankid", "freja", "nobody", "..", "%2e%2e", "Simulator"} {
		query := "?state=" + third.ticket() + "&code=" + code
		if a := attacker.get(t, g.base+"/callback/"+provider+query); a.status != http.StatusNotFound && a.status != http.StatusBadRequest {
			t.Errorf("another provider's return is answered with %d", a.status)
		}
	}
	forbidden(t, "her return in his browser", attacker.get(t, back))
	forbidden(t, "a no for her", attacker.get(t, g.base+"/callback/simulator?error=access_denied&state="+hers.ticket()))
	third.is(t, "PENDING")
	if s, _ := his.poll(t); s.Status == "COMPLETED" || s.Name != "" {
		t.Errorf("with somebody else's code his is %s", s.Status)
	}
	attacker.quiet(t, "mette")
	// Whatever he tried, her login is still good for her.
	if to := victim.get(t, back).header.Get("Location"); !strings.HasPrefix(to, done+"?id="+hers.ID) {
		t.Error("the victim's own return was spoilt")
	}
	hers.is(t, "COMPLETED")
}

func TestALoginOfTheAttackerDoesNotBecomeTheVictims(t *testing.T) {
	t.Parallel()
	g := open(t)
	attacker, victim := g.browser(t), g.browser(t)
	his, hers := g.demo().login(t), g.demo().login(t)
	attacker.begins(t, his)
	victim.begins(t, hers)
	back := attacker.approves(t, his, "mette")
	// His page has her browser open his return: as it is, and with her own state.
	forbidden(t, "his return in her browser", victim.get(t, back, "Sec-Fetch-Site", "cross-site"))
	victim.get(t, strings.Replace(back, his.ticket(), hers.ticket(), 1), "Sec-Fetch-Site", "cross-site")
	if s, _ := hers.poll(t); s.Status == "COMPLETED" || s.Name != "" {
		t.Errorf("with his code hers is %s", s.Status)
	}
}

func TestACodeOfAPageIsWorthNothingElsewhere(t *testing.T) {
	t.Parallel()
	g := open(t)
	victim := g.browser(t)
	o := g.demo().login(t)
	victim.begins(t, o)
	back, err := url.Parse(victim.approves(t, o, "mette"))
	if err != nil {
		t.Fatal(err)
	}
	var app struct{ Token string }
	office := tokenFrom(t, send(t, http.MethodPost, g.base+"/api/v1/crm/auth/login", `{"username":"crm@demo.example","password":"demo-crm-password","keep_logged":true}`))
	made := send(t, http.MethodPost, g.base+"/api/v1/account", `{"first_name":"A","last_name":"Thief","email":"thief@example.com","country_code":"DK","plan_id":1}`, "Authorization", "Bearer "+office)
	if made.status >= 300 {
		t.Fatalf("no account: %d %s", made.status, made.code)
	}
	app.Token = tokenFrom(t, send(t, http.MethodPost, g.base+"/api/v1/sso/token", `{"client_id":"demo-sso","client_secret":"demo-sso-secret","email":"thief@example.com"}`))
	for _, path := range []string{"/api/v1/criipto/ftn/verify/ssn", "/api/v1/criipto/verify/ssn"} {
		for _, redirect := range []string{g.base + "/callback/simulator", "http://127.0.0.1:9000/callback", g.base + "/simulator/plain"} {
			for _, state := range []string{"", o.ticket(), o.ID, "a caller's own"} {
				body, err := json.Marshal(map[string]string{"code": back.Query().Get("code"), "redirect_uri": redirect, "method": "dk.mitid.high", "state": state})
				if err != nil {
					t.Fatal(err)
				}
				g.clock.Advance(10 * time.Second)
				a := send(t, http.MethodPost, g.base+path, string(body), "Authorization", "Bearer "+app.Token)
				if a.status < 400 || a.status >= 500 || strings.Contains(a.text(), g.people["mette"].SSN) {
					t.Errorf("%s: the code of a page is answered with %d", path, a.status)
				}
			}
		}
	}
	o.is(t, "PENDING")
}

func tokenFrom(t *testing.T, a answer) string {
	t.Helper()
	var got struct{ Token string }
	if json.Unmarshal(a.body, &got) != nil || got.Token == "" {
		t.Fatalf("no token: %d %s", a.status, a.code)
	}
	return got.Token
}

func TestAForgedNoticeMovesNothing(t *testing.T) {
	t.Parallel()
	g := open(t)
	b := g.browser(t)
	page, app := g.demo().login(t), g.demo().start(t, "bankid-se/auth", `{}`)
	b.begins(t, page)
	ticket := g.session(t, app).Ticket
	for _, o := range []began{page, app} {
		for _, ticket := range []string{ticket, page.ticket(), o.ID, strings.Repeat("x", 43)} {
			for _, provider := range []string{"simulator", "idkollen", "criipto", "bankid", "nobody"} {
				for _, body := range []string{`{"id":"` + o.ID + `","status":"COMPLETED","ssn":"199001012385","name":"Forged Person"}`, `code=x`, `<xml/>`, ""} {
					if a := send(t, http.MethodPost, g.base+"/callback/"+provider+"/"+ticket, body, "X-Signature-SHA256", "Zm9yZ2Vk"); a.status >= 500 {
						t.Errorf("%s's forged call is answered with %d", provider, a.status)
					}
				}
			}
		}
		o.is(t, "PENDING")
	}
}

func TestAForeignPagePostsNothingInAPersonsName(t *testing.T) {
	t.Parallel()
	g := open(t)
	victim := g.browser(t)
	o := g.demo().login(t)
	victim.get(t, o.URL)
	for name, headers := range map[string][]string{
		"across sites": {"Sec-Fetch-Site", "cross-site"}, "from a sibling": {"Sec-Fetch-Site", "same-site"}, "from another origin": {"Origin", "https://evil.example"},
		"from nowhere": {"Origin", "null"}, "as text": {"Origin", "https://evil.example", "Content-Type", "text/plain"},
		"as a form": {"Origin", "https://evil.example", "Content-Type", "application/x-www-form-urlencoded"}, "as JSON": {"Origin", "https://evil.example", "Content-Type", "application/json"},
		"from our name with another port": {"Origin", "http://127.0.0.1:1"}, "from our name with more": {"Origin", g.base + ".evil.example"}, "from a user of our name": {"Origin", g.base + "@evil.example"},
		"in an invented word": {"Sec-Fetch-Site", "Same-Origin"}, "claiming both": {"Sec-Fetch-Site", "cross-site", "Origin", g.base}, "lying half": {"Sec-Fetch-Site", "same-origin", "Origin", "https://evil.example"},
	} {
		for _, path := range []string{"/begin", "/cancel"} {
			if a := victim.visit(t, http.MethodPost, o.URL+path, headers...); a.status != http.StatusForbidden || a.header.Get("Access-Control-Allow-Origin") != "" {
				t.Errorf("%s %s is answered with %d", name, path, a.status)
			}
		}
	}
	for _, method := range []string{http.MethodGet, http.MethodHead, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions, http.MethodTrace, "POSTX"} {
		for _, path := range []string{"/begin", "/cancel"} {
			if a := victim.visit(t, method, o.URL+path, "X-HTTP-Method-Override", "POST"); a.status < 400 || a.status >= 500 || a.header.Get("Access-Control-Allow-Origin") != "" {
				t.Errorf("%s %s is answered with %d", method, path, a.status)
			}
		}
	}
	if o.is(t, "PENDING"); g.session(t, o).Browser.Name != "" || g.session(t, o).State != "opened" {
		t.Error("the session was begun, or bound")
	}
}
