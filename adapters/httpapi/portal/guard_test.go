package portal_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/test/browser"
)

func TestPagesOfOthersCannotPost(t *testing.T) {
	for name, c := range map[string]struct {
		origin, site string
		taken        bool
	}{
		"our own page":                          {"own", "same-origin", true},
		"our own page, which sends no referrer": {"null", "same-origin", true},
		"our own page in an old browser":        {"own", "", true},
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
		s := open(t, "")
		v := s.chosen("okta")
		s.invitations.Send("another-link-of-some-length", browser.Invited("Acme Bank"))
		if c.origin == "own" {
			c.origin = s.base
		}
		header := []string{"Origin", c.origin, "Sec-Fetch-Site", c.site}
		for path, form := range map[string]url.Values{
			"/onboarding/another-link-of-some-length": nil, "/onboarding/provider": {"provider_type": {"google"}}, "/onboarding/metadata": {"xml": {"<a/>"}},
		} {
			a := v.post(path, form, header...)
			if c.taken {
				if a.StatusCode != http.StatusSeeOther && path != "/onboarding/metadata" { // another visit may have begun before
					t.Errorf("%s: %s is answered with %d", path, name, a.StatusCode)
				}
				continue
			}
			a.want(t, http.StatusForbidden, "page_foreign")
			a.has(t, "Open the link in the letter.")
			if len(a.Cookies()) != 0 {
				t.Errorf("%s: %s gets a cookie", path, name)
			}
		}
		opens, _, _ := s.invitations.Told("another-link-of-some-length")
		_, uploaded, connection := s.invitations.Told(link)
		if !c.taken && (opens != 0 || len(uploaded) != 0 || connection.Provider != organization.ProviderOkta) {
			t.Errorf("%s changed something", name)
		}
	}
}

func TestOtherMethodsAndPathsAreRefusedAndExplained(t *testing.T) {
	s := open(t, "")
	v := s.begun()
	for _, c := range []struct{ method, path string }{
		{http.MethodPost, "/onboarding"}, {http.MethodPut, "/onboarding/provider"}, {http.MethodDelete, "/onboarding/" + link}, {http.MethodPost, "/onboarding/service"},
		{http.MethodPost, "/onboarding/done"}, {http.MethodPatch, "/onboarding/metadata.xml"},
	} {
		a := v.ask(c.method, c.path, "")
		if c.path == "/onboarding/service" || c.path == "/onboarding/done" { // as a link they lead nowhere
			continue
		}
		a.want(t, http.StatusMethodNotAllowed, "method_not_allowed")
		a.has(t, "This cannot be asked for in this way", "Open the link in the letter.")
	}
	for _, path := range []string{"/onboarding/", "/onboarding/a/b", "/onboarding/metadata/"} {
		v.get(path).want(t, http.StatusNotFound, "path_unknown")
	}
	s.visitor().get("/onboarding?lang=fi").has(t, "Tässä selaimessa ei ole avattu kutsua")
	s.visitor().get("/onboarding", "Cookie", "eidgate_onboarding=%3Cb%3E").want(t, http.StatusForbidden, "onboarding_no_cookie")
}

func TestPagesLetABrowserDoLittle(t *testing.T) {
	s := open(t, "")
	v := s.chosen("custom_saml")
	xml := "<EntityDescriptor>fault:metadata_not_xml </EntityDescriptor>"
	s.invitations.Send("another-link-of-some-length", browser.Invited("Acme Bank"))
	for _, a := range []answer{
		v.get("/onboarding/another-link-of-some-length"), v.get("/onboarding"), v.get("/onboarding/provider"), v.get("/onboarding/metadata"),
		v.upload("/onboarding/metadata", &xml, ""), v.get("/onboarding/nothing"), v.get("/dev/mail"),
	} {
		p := a.Header.Get("Content-Security-Policy")
		for _, part := range []string{"default-src 'none'", "style-src 'sha256-", "form-action 'self'", "frame-ancestors 'none'", "base-uri 'none'"} {
			if !strings.Contains(p, part) {
				t.Errorf("the policy lacks %s", part)
			}
		}
		if strings.Contains(p, "unsafe") || strings.Contains(p, "script-src") || a.Header.Get("Referrer-Policy") != "no-referrer" || a.Header.Get("Cache-Control") != "no-store" {
			t.Error("the page is kept, tells where it was, or lets a script run")
		}
		if strings.Contains(a.body, "<script") || len(a.body) > 50<<10 {
			t.Error("the page has a script, or is large")
		}
		for _, found := range regexp.MustCompile(`(?:href|src|action)="([^"]*)"`).FindAllStringSubmatch(a.body, -1) {
			if to := found[1]; !strings.HasPrefix(to, "/onboarding") && !strings.HasPrefix(to, "?") && !strings.HasPrefix(to, "#") && !strings.HasPrefix(to, "/dev/mail") && to != "data:," {
				t.Error("the page leads elsewhere")
			}
		}
	}
}

func TestWhatOthersFillStaysText(t *testing.T) {
	const hostile = `"><svg onload=alert(1)></textarea><script>alert(2)</script>'` + "`{{.}}"
	s := open(t, "")
	n := browser.Invited(hostile)
	n.Inviter, n.Service.EntityID, n.Service.Certificate = hostile, hostile, hostile
	n.Connection.Metadata = &organization.ProviderMetadata{EntityID: hostile, SignOn: "javascript:alert(3)//" + hostile, Certificates: 1}
	n.Connection.Onboarding.State, n.Connection.Onboarding.Provider = organization.MetadataUploaded, organization.ProviderType(hostile)
	n.Warnings = []string{hostile}
	s.invitations.Send(link, n)
	v := s.visitor()
	pages := []answer{v.get("/onboarding/" + link + "?lang=%22%3E%3Csvg%20onload%3Dalert(1)%3E")}
	v.post("/onboarding/"+link, nil)
	pages = append(pages, v.get("/onboarding"), v.get("/onboarding/provider"), v.get("/onboarding/service"), v.get("/onboarding/metadata"),
		v.upload("/onboarding/metadata?lang=%22%3E%3Csvg%20onload%3Dalert(1)%3E", nil, "fault:metadata_not_xml "+hostile))
	for i, a := range pages {
		for _, live := range []string{"<svg onload", "<script>alert", `="javascript:`} {
			if strings.Contains(a.body, live) {
				t.Errorf("page %d holds %s", i, live)
			}
		}
		if !strings.Contains(a.body, "&lt;svg onload") {
			t.Errorf("page %d does not show the text as it is", i)
		}
	}
}

func TestTheAddressOfTheAdministratorStandsOnNoPage(t *testing.T) {
	s := open(t, "")
	v := s.chosen("okta")
	for _, path := range []string{"", "/provider", "/service", "/metadata", "/metadata.xml"} {
		if strings.Contains(v.get("/onboarding"+path).body, "admin@acme.example") {
			t.Errorf("%s shows it", path)
		}
	}
}
