package visits_test

import (
	"bytes"
	"compress/gzip"
	"net/http"
	"strings"
	"testing"

	"github.com/eidgate/eidgate/adapters/httpapi/visits"
	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/test/browser"
)

func TestPagesOfOthersCannotPost(t *testing.T) {
	s := open(t, nil)
	s.sessions.Open(login("t1"))
	for name, c := range map[string]struct {
		origin, site string
		taken        bool
	}{
		"our own page":                          {s.base, "same-origin", true},
		"our own page, which sends no referrer": {"null", "same-origin", true},
		"our own page in an old browser":        {s.base, "", true},
		"no browser":                            {"", "", true},
		"a foreign page":                        {"https://evil.example", "cross-site", false},
		"a foreign page in an old browser":      {"https://evil.example", "", false},
		"a foreign page that hides itself":      {"null", "cross-site", false},
		"hidden, in an old browser":             {"null", "", false},
		"a sibling":                             {"https://other.id.example", "same-site", false},
		"a foreign page without an origin":      {"", "cross-site", false},
		"another port":                          {"http://127.0.0.1:1", "same-site", false},
		"a lie":                                 {"https://evil.example", "same-origin", false},
	} {
		for _, path := range []string{"/s/t1/begin", "/s/t1/cancel"} {
			s.sessions.Open(login("t1"))
			a := s.visitor().post(path, "Origin", c.origin, "Sec-Fetch-Site", c.site)
			if c.taken {
				a.want(t, http.StatusSeeOther, "")
				continue
			}
			a.want(t, http.StatusForbidden, "page_foreign")
			if times, _ := s.sessions.Begun("t1"); times != 0 || len(a.Cookies()) != 0 {
				t.Errorf("%s: %s began the session", path, name)
			}
		}
	}
}

func TestAnotherBrowserIsToldNothing(t *testing.T) {
	s := open(t, nil)
	n := login("t1")
	n.Text, n.Language, n.Simulated = "the text of the order", "da", true
	s.sessions.Open(n)
	s.visitor().post("/s/t1/begin")
	other := s.visitor()
	answers := []answer{other.get("/s/t1"), other.json("/s/t1/state"), other.post("/s/t1/begin"), other.post("/s/t1/cancel")}
	for _, a := range answers {
		a.want(t, http.StatusForbidden, "other_browser")
		for _, private := range []string{"Acme", "the text", "data:image", "bankid:", "autostart", "shop.example", "<form", "<button"} {
			if strings.Contains(a.body, private) {
				t.Errorf("%s %s tells of %s", a.Request.Method, a.Request.URL.Path, private)
			}
		}
		if len(a.Cookies()) != 0 || a.Header.Get("X-Eidgate-Simulated") != "true" && a.Request.Method == http.MethodGet {
			t.Error("a stranger's answer sets a cookie, or does not say that it is simulated")
		}
	}
	if !strings.Contains(answers[0].body, "Påbegyndt i en anden browser") || !strings.Contains(answers[1].Header.Get("Content-Type"), "json") {
		t.Error("the page does not say so in the language that was ordered, or the script gets a page")
	}
	if len(answers[1].body) > 200 {
		t.Error("the script gets more than a code and a sentence")
	}
}

func TestAnUnknownTicketIsAPageInThePersonsLanguage(t *testing.T) {
	s := open(t, nil)
	v := s.visitor()
	for language, words := range map[string]string{"sv-SE,sv;q=0.9,en;q=0.5": "Här finns ingenting", "nn": "Her er det ingenting", "fi": "Täällä ei ole mitään", "de": "There is nothing here", "": "There is nothing here"} {
		a := v.get("/s/unknown", "Accept-Language", language)
		a.want(t, http.StatusNotFound, "visit_unknown")
		if !strings.Contains(a.body, words) {
			t.Errorf("%q reads something else", language)
		}
	}
	for _, path := range []string{"/s/%3Cb%3E", "/s/" + strings.Repeat("a", 300), "/s/a/b/c", "/s", "/callback"} {
		if a := v.get(path); a.StatusCode != http.StatusNotFound || !strings.Contains(a.body, "<h1>") {
			t.Errorf("%s: got %d", path, a.StatusCode)
		}
	}
	v.json("/s/unknown/state").want(t, http.StatusNotFound, "visit_unknown")
	v.ask(http.MethodPut, "/s/unknown", "").want(t, http.StatusMethodNotAllowed, "method_not_allowed")
}

func TestWhatCallersFillStaysText(t *testing.T) {
	const hostile = `"><svg onload=alert(1)><script>alert(2)</script>'` + "`{{.}}"
	s := open(t, nil)
	n := login("t1")
	n.Text, n.Organization, n.Documents, n.Operation = hostile, hostile, []string{hostile}, eid.Sign
	n.ReturnTo, n.Challenge.BindingMessage = `javascript:alert(1)//"><svg onload=alert(1)>`, hostile
	s.sessions.Open(n)
	v := s.visitor()
	pages := []answer{v.get("/s/t1?lang=%22%3E%3Csvg%20onload%3Dalert(1)%3E")}
	v.post("/s/t1/begin")
	pages = append(pages, v.get("/s/t1"))
	s.sessions.Settle("t1", eid.Completed, "")
	pages = append(pages, v.get("/s/t1"), v.get("/callback/x?state=%22%3E%3Csvg%20onload%3Dalert(1)%3E"))
	for i, a := range pages {
		for _, live := range []string{"<svg onload", "<script>alert", "javascript:"} {
			if strings.Contains(a.body, live) {
				t.Errorf("page %d holds %s", i, live)
			}
		}
	}
	if !strings.Contains(pages[0].body, "&lt;svg onload") {
		t.Error("the text is not shown as it is")
	}
}

func TestPagesLetABrowserDoLittle(t *testing.T) {
	s := open(t, nil)
	n := login("t1")
	n.Text, n.Operation = strings.Repeat("Villkor och uppgifter som skrivs under. ", 700), eid.Sign
	s.sessions.Open(n)
	v := s.visitor()
	check := func(a answer) {
		t.Helper()
		p := a.Header.Get("Content-Security-Policy")
		for _, part := range []string{"default-src 'none'", "style-src 'sha256-", "script-src 'sha256-", "connect-src 'self'", "form-action 'self'", "frame-ancestors 'none'", "base-uri 'none'", "img-src 'self' data:"} {
			if !strings.Contains(p, part) {
				t.Errorf("the policy lacks %s", part)
			}
		}
		if strings.Contains(p, "unsafe") || a.Header.Get("Referrer-Policy") != "same-origin" || a.Header.Get("Cache-Control") != "no-store" {
			t.Error("the page is kept, tells where it was, or lets more run than it brings")
		}
		var small bytes.Buffer
		z := gzip.NewWriter(&small)
		_, _ = z.Write([]byte(a.body))
		_ = z.Close()
		if small.Len() > 50<<10 {
			t.Errorf("the page has %d bytes when compressed", small.Len())
		}
		for _, scheme := range []string{"http://", "https://"} {
			for rest := a.body; ; {
				i := strings.Index(rest, scheme)
				if i < 0 {
					break
				}
				rest = rest[i+1:]
				if !strings.HasPrefix(rest, "ttps://shop.example") && !strings.HasPrefix(rest, "ttp://www.w3.org/2000/svg") {
					t.Errorf("the page names a foreign address")
				}
			}
		}
	}
	check(v.get("/s/t1"))
	v.post("/s/t1/begin")
	check(v.get("/s/t1"))
	check(v.get("/s/unknown"))
}

func TestSimulatedSessionsSaySo(t *testing.T) {
	s := open(t, func(c *visits.Config) { c.SimulatorURL = "http://127.0.0.1:8080/simulator" })
	n := login("t1")
	n.Simulated = true
	s.sessions.Open(n)
	s.sessions.Open(login("t2"))
	v := s.visitor()
	for _, a := range []answer{v.get("/s/t1"), v.post("/s/t1/begin"), v.get("/s/t1"), v.json("/s/t1/state"), v.post("/s/t1/cancel")} {
		if a.Header.Get("X-Eidgate-Simulated") != "true" {
			t.Errorf("%s %s does not say so", a.Request.Method, a.Request.URL.Path)
		}
	}
	if a := v.get("/s/t1"); !strings.Contains(a.body, "This is a simulation") || !strings.Contains(a.body, `href="http://127.0.0.1:8080/simulator"`) {
		t.Error("the page does not say so, or does not lead to the simulator")
	}
	if a := v.get("/s/t2"); strings.Contains(a.body, "simulation") || a.Header.Get("X-Eidgate-Simulated") != "" {
		t.Error("a real session is called simulated")
	}
}

func TestAnAppsAddressMayBeReturnedTo(t *testing.T) {
	s := open(t, nil)
	v := s.visitor()
	for address, kept := range map[string]bool{"acme-app://done?id=1": true, "https://shop.example/": true, "javascript://x/%0aalert(1)": false, "JavaScript://x/%0aalert(1)": false, "data:text/html,x": false, "//evil.example": false, "/s/t2": false} {
		n := browser.Session{Visit: login("t1").Visit}
		n.State, n.Reason, n.ReturnTo = eid.Refused, eid.ReasonRejected, address
		s.sessions.Open(n)
		if a := v.get("/s/t1"); strings.Contains(a.body, `id="back" href=`) != kept {
			t.Errorf("%s is linked to: %v", address, !kept)
		}
	}
}
