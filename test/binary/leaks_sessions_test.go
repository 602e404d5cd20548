package binary_test

import (
	"encoding/json"
	"fmt"
	"html"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/eidgate/eidgate/domain/eid"
)

// What hosted sessions are opened with, who came to them, and what shows that, is told to whoever asks for the session.
func TestNothingSecretOfAHostedSessionIsInTheDatabaseTheLogTheMetricsOrTheTraces(t *testing.T) {
	storages(t, func(t *testing.T, g *gateway) {
		s, traces := secrets{}, collectSpans(t)
		g.environ = append(g.environ, "EIDGATE_OTLP_ENDPOINT="+traces.URL+"/v1/traces")
		g.start(t)
		if _, a := g.register(g.office(t), "somebody@example.com", "SE", ""); !a.ok() { // for the tables not to be empty
			t.Fatal(a)
		}
		h := &hosted{g: g, s: s, ended: map[string]string{}}
		h.join(t)
		h.redirect(t)
		h.embed(t)
		h.app(t)
		h.misplace(t)
		for id, query := range h.ended {
			h.ends(t, id, query)
		}
		s.is(t, "the metrics", page(g))
		s.folder(t, filepath.Dir(g.keys()))
		g.stop(t)
		s.folder(t, filepath.Dir(g.keys()))
		if strings.HasPrefix(g.database, "postgres") {
			s.tables(t, g)
		}
		s.is(t, "the log", g.process.out.String())
		traces.mu.Lock()
		defer traces.mu.Unlock()
		s.is(t, "the traces", string(traces.text))
		for what, text := range map[string]string{"logged": g.process.out.String(), "traced": string(traces.text)} {
			if !strings.Contains(text, "/auth/rest/sessions/:id") || !strings.Contains(text, "/s/:ticket/begin") || !strings.Contains(text, "/auth/open/connect/token") {
				t.Errorf("nothing is %s, so this says nothing", what)
			}
		}
	})
}

// hosted is an organization's server, and its people.
type hosted struct {
	g     *gateway
	s     secrets
	token string
	ended map[string]string // sessions by identifier, with the query to ask for them by
	count int
}

func (h *hosted) join(t *testing.T) {
	t.Helper()
	const wrong = "a secret that is none of theirs"
	var client struct{ Secret, Identifier string } // its own: the greeting tells the demo client's secret
	made := must(t, h.g.environ, "client", "create", "--organization", "demo", "--kind", "session", "--redirect-url", "http://127.0.0.1:9701", "--json")
	if err := json.Unmarshal([]byte(made), &client); err != nil || client.Secret == "" {
		t.Fatal("no client", err)
	}
	h.s[wrong], h.s[client.Secret] = "a mistyped secret", "a client's secret"
	form := func(secret string) answer {
		body := url.Values{"grant_type": {"client_credentials"}, "client_id": {client.Identifier}, "client_secret": {secret}}.Encode()
		return h.ask(t, http.MethodPost, "/auth/open/connect/token", body, "Content-Type", "application/x-www-form-urlencoded")
	}
	if a := form(wrong); a.status != http.StatusBadRequest || len(h.s.found(a.body)) > 0 {
		t.Errorf("a wrong secret is answered with %v", a)
	}
	var issued struct {
		Token string `json:"access_token"`
	}
	if form(client.Secret).read(t, &issued); len(issued.Token) < 100 {
		t.Fatal("there is no access token")
	}
	h.token = issued.Token
	for _, part := range strings.Split(issued.Token, ".")[1:] {
		h.s[part] = "a part of an access token"
	}
}

func (h *hosted) ask(t *testing.T, method, path, body string, headers ...string) answer {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, h.g.base+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	if h.token != "" {
		request.Header.Set("Authorization", "Bearer "+h.token)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	return send(caller, request)
}

// someone is a person who has the eID, whose data is secret from now on.
func (h *hosted) someone(t *testing.T, e eid.EID) holder {
	t.Helper()
	var people []holder
	h.g.ask(http.MethodGet, "/simulator/people", "", nil).read(t, &people)
	people = slices.DeleteFunc(people, func(p holder) bool {
		return p.ID == "anna" || p.Minor || p.Withheld || !slices.Contains(p.EIDs, e) // the greeting names anna
	})
	if len(people) == 0 {
		t.Fatalf("nobody has %s", e)
	}
	p := people[h.count%len(people)]
	h.s.number(t, p.ID, p.SSN)
	for what, personal := range map[string]string{"name": p.GivenName + " " + p.Surname, "address": p.Address, "e-mail address": p.Email, "telephone": p.Phone} {
		if personal != "" {
			h.s[personal] = "a person's " + what
		}
	}
	return p
}

type hostedSession struct {
	ID, Status string
	URL        string            `json:"authenticationUrl"`
	Data       map[string]string `json:"idpData"`
	Subject    map[string]any
}

// creates opens a session with everything that can be said of one.
func (h *hosted) creates(t *testing.T, members object) hostedSession {
	t.Helper()
	h.count++
	words := func(what string) string {
		text := fmt.Sprintf("Unmistakable-%s-%d", what, h.count)
		h.s[text] = "a caller's " + what
		return text
	}
	back := "http://127.0.0.1:9701/done?" + words("way-back")
	body := object{
		"requestedAttributes": []string{"name", "nin", "phoneNumber", "email", "address"}, "externalReference": words("reference"), "returnUrl": back,
		"callbackUrls": object{"success": back, "abort": back, "error": back}, "tags": []string{"a tag"}, "usageReference": "a cost centre",
	}
	for name, value := range members {
		body[name] = value
	}
	content, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	var m hostedSession
	if a := h.ask(t, http.MethodPost, "/auth/rest/sessions", string(content)); a.status != http.StatusOK {
		t.Fatalf("a session is answered with %v", a)
	} else if a.read(t, &m); m.ID == "" {
		t.Fatal("there is no session")
	}
	if _, ticket, found := strings.Cut(m.URL, "/s/"); found {
		h.s[ticket] = "a ticket"
	}
	for name, value := range m.Data {
		if name != "sbidStatus" {
			h.s[value] = "the " + name
		}
	}
	return m
}

const agent = "Unmistakable-Browser/7.1"

// visitor opens pages, with cookies or without.
func (h *hosted) visitor(t *testing.T, keeps bool) func(method, address string, form url.Values) (text, location string) {
	t.Helper()
	h.s[agent] = "a browser's name"
	c := &http.Client{Timeout: caller.Timeout, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	if keeps {
		c.Jar, _ = cookiejar.New(nil) // never fails
	}
	return func(method, address string, form url.Values) (string, string) {
		request, err := http.NewRequestWithContext(t.Context(), method, address, strings.NewReader(form.Encode()))
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Accept", "text/html")
		request.Header.Set("User-Agent", agent)
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		response, err := c.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = response.Body.Close() }()
		text, _ := io.ReadAll(response.Body)
		if response.StatusCode >= 400 {
			t.Fatalf("a page is answered with %d %s", response.StatusCode, response.Header.Get("X-Error-Code"))
		}
		for _, cookie := range response.Cookies() {
			if len(cookie.Value) > 20 { // others remember a language
				h.s[cookie.Value] = "a browser's cookie"
			}
		}
		return string(text), response.Header.Get("Location")
	}
}

func (h *hosted) approve(t *testing.T, id string, p holder) {
	t.Helper()
	if status := h.g.approve(t, id, p.ID); status != http.StatusNoContent {
		t.Fatalf("%s cannot approve: %d", p.ID, status)
	}
}

// redirect is a session on a page that stands alone, whose person thinks otherwise first.
func (h *hosted) redirect(t *testing.T) {
	t.Helper()
	p := h.someone(t, eid.DKMitID)
	m := h.creates(t, object{"flow": "redirect", "allowedProviders": []string{"mitid", "nbid"}})
	open := h.visitor(t, true)
	open(http.MethodGet, m.URL, nil)
	open(http.MethodPost, m.URL+"/begin", url.Values{"eid": {"no.bankid"}})
	open(http.MethodPost, m.URL+"/reconsider", nil)
	open(http.MethodPost, m.URL+"/begin", url.Values{"eid": {"dk.mitid"}})
	page, _ := open(http.MethodGet, m.URL, nil)
	link := wayOn.FindStringSubmatch(page)
	if link == nil {
		t.Fatal("the page has no way on to the provider")
	}
	open(http.MethodGet, html.UnescapeString(link[1]), nil)
	h.approve(t, m.ID, p)
	_, back := open(http.MethodGet, html.UnescapeString(link[1]), nil)
	if _, code, found := strings.Cut(back, "code="); found {
		code, _, _ = strings.Cut(code, "&")
		h.s[code] = "a code"
	}
	if _, onward := open(http.MethodGet, back, nil); strings.Contains(onward, p.SSN) || !strings.Contains(onward, m.ID) {
		t.Error("the address that the person is sent to has a number, or no session")
	}
	h.ended[m.ID] = ""
}

var (
	pageSecret = regexp.MustCompile(`name="browser" value="([A-Za-z0-9]{40})"`)
	pageProof  = regexp.MustCompile(`data-proof="([A-Za-z0-9_-]+)"`)
)

// embed is a session in a frame, in a browser that keeps no cookies there.
func (h *hosted) embed(t *testing.T) {
	t.Helper()
	p := h.someone(t, eid.SEBankID)
	m := h.creates(t, object{"flow": "embedded", "allowedProviders": []string{"sbid"}, "embeddedParentDomains": []string{"shop.example"}, "prefilledInput": object{"nin": p.SSN}})
	open := h.visitor(t, false)
	found := func(what *regexp.Regexp, text string) string {
		match := what.FindStringSubmatch(text)
		if match == nil {
			t.Fatal("a framed page lacks what it has to hold")
		}
		return match[1]
	}
	text, _ := open(http.MethodGet, m.URL, nil)
	secret := found(pageSecret, text)
	h.s[secret] = "a page's secret"
	text, _ = open(http.MethodPost, m.URL+"/begin", url.Values{"browser": {secret}})
	proof := found(pageProof, text)
	h.s[proof] = "a sessionNonce"
	h.approve(t, m.ID, p)
	h.ended[m.ID] = "?sessionNonce=" + proof
}

// app is a session on the caller's own screen.
func (h *hosted) app(t *testing.T) {
	t.Helper()
	p := h.someone(t, eid.SEBankID)
	const address = "203.0.113.77"
	h.s[address], h.s["VW5taXN0YWthYmxlIHdvcmRz"], h.s["Unmistakable words"] = "a person's IP address", "a text in base64", "a text"
	m := h.creates(t, object{
		"flow": "headless", "allowedProviders": []string{"sbid"}, "prefilledInput": object{"nin": p.SSN},
		"additionalParameters": object{"sbid_end_user_ip": address, "sbid_intention_text": "VW5taXN0YWthYmxlIHdvcmRz"},
	})
	if m.Data["autoStartToken"] == "" {
		t.Fatal("there is nothing to start the app with")
	}
	h.approve(t, m.ID, p)
	h.ended[m.ID] = ""
}

// ends waits until the session is over, and its person told.
func (h *hosted) ends(t *testing.T, id, query string) {
	t.Helper()
	var last hostedSession
	eventually(t, patience, "the session ends", func() bool {
		a := h.ask(t, http.MethodGet, "/auth/rest/sessions/"+id+query, "")
		if a.status != http.StatusOK {
			return false // not so often
		}
		a.read(t, &last)
		return last.Status != "CREATED" && last.Status != "WAITING_FOR_USER"
	})
	if last.Status != "SUCCESS" || last.Subject["nin"] == nil || last.Subject["name"] == nil {
		t.Errorf("a session is %s, and tells %d things of its person", last.Status, len(last.Subject))
	}
	if name, ok := last.Subject["id"].(string); ok {
		h.s[name] = "a person's name at the organization"
	}
}

// misplace puts secrets where they do not belong.
func (h *hosted) misplace(t *testing.T) {
	t.Helper()
	number := (&roll{}).take()
	h.s.number(t, "somebody misplaced", number)
	create := func(members string) answer {
		return h.ask(t, http.MethodPost, "/auth/rest/sessions", `{"flow":"headless","requestedAttributes":["name"],"allowedProviders":["sbid"],`+members+`}`)
	}
	const unknown = "/auth/rest/sessions/01890000-0000-7000-8000-000000000000"
	for i, a := range []answer{
		h.ask(t, http.MethodGet, "/auth/rest/sessions/"+number, ""), h.ask(t, http.MethodPost, "/auth/rest/sessions/"+number+"/cancel", ""),
		h.ask(t, http.MethodGet, unknown+"?signicat-accountId="+number+"&sessionNonce="+number, ""), h.ask(t, http.MethodGet, "/auth/rest/"+number, ""),
		h.ask(t, http.MethodGet, unknown, "", "Authorization", "Bearer "+number, "User-Agent", number, "X-Request-Id", "x "+number, "Referer", "https://x.example/"+number),
		h.ask(t, http.MethodPost, "/auth/open/connect/token?client_secret="+number, "grant_type=client_credentials", "Content-Type", "application/x-www-form-urlencoded"),
		h.ask(t, http.MethodPost, "/auth/open/connect/token", url.Values{"grant_type": {number}, "client_id": {number}, "client_secret": {number}}.Encode(), "Content-Type", "application/x-www-form-urlencoded"),
		h.ask(t, http.MethodGet, "/auth/open/connect/"+number, ""), create(`"tags":["` + number + `"]`), create(`"usageReference":"` + number + `"`), create(`"prefilledInput":{"nin":"` + number + `0"}`),
		create(`"encryptionPublicKey":{"kty":"` + number + `"}`), create(`"requestDomain":"` + number + `.example"`), create(`"` + number + `":`), create(`"requestedLoa":"` + number + `"`),
		create(`"additionalParameters":{"sbid_end_user_ip":"` + number + `"}`), create(`"additionalParameters":{"sbid_intention_text":"!` + number + `"}`),
		h.ask(t, http.MethodPost, "/auth/rest/sessions", `{"flow":"`+number+`","requestedAttributes":[],"allowedProviders":["`+number+`"],"returnUrl":"https://`+number+`.example/"}`),
	} {
		if a.status < 400 || a.status >= 500 {
			t.Errorf("mistake %d is answered with %v", i, a)
		}
		if len(h.s.found(a.body)) > 0 {
			t.Errorf("the answer to mistake %d repeats what was sent", i)
		}
	}
}
