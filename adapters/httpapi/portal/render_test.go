package portal_test

import (
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/test/browser"
)

// check holds a page against what every page promises, whatever it is about.
func check(t *testing.T, a answer, language, name string) {
	t.Helper()
	if !strings.Contains(a.body, `<html lang="`+language+`">`) || a.Header.Get("Content-Language") != language {
		t.Errorf("%s is not in %s", name, language)
	}
	if strings.Count(a.body, "<h1") != 1 || strings.Count(a.body, "<main") != 1 || !strings.Contains(a.body, `href="#main"`) {
		t.Errorf("%s in %s has not one heading and one content", name, language)
	}
	if regexp.MustCompile(`\{[a-z]+\}|%!|&lt;no value`).MatchString(html.UnescapeString(a.body)) {
		t.Errorf("%s in %s: a placeholder is not filled", name, language)
	}
	ids := map[string]bool{}
	for _, m := range regexp.MustCompile(` id="([^"]*)"`).FindAllStringSubmatch(a.body, -1) {
		if ids[m[1]] {
			t.Errorf("%s in %s: two elements are called %s", name, language, m[1])
		}
		ids[m[1]] = true
	}
	for _, m := range regexp.MustCompile(` (?:aria-describedby|aria-labelledby|for)="([^"]*)"|href="#([^"]*)"`).FindAllStringSubmatch(a.body, -1) {
		for id := range strings.FieldsSeq(m[1] + " " + m[2]) {
			if !ids[id] {
				t.Errorf("%s in %s: nothing is called %s", name, language, id)
			}
		}
	}
}

func TestEveryStateIsAPageInEveryLanguage(t *testing.T) {
	s := open(t, "")
	s.invitations.Send(link, browser.Invited("Acme Bank"))
	v := s.visitor()
	distinct := func(name string, ask func(lang string) answer) {
		t.Helper()
		seen := map[string]bool{}
		for _, l := range allLanguages {
			a := ask("?lang=" + l)
			check(t, a, l, name)
			text := regexp.MustCompile(`(?s)<main.*</main>`).FindString(a.body)
			if text == "" || seen[text] {
				t.Errorf("%s reads alike in two languages", name)
			}
			seen[text] = true
		}
	}
	page := func(path string) func(string) answer {
		return func(lang string) answer {
			a := v.get(path + lang)
			a.want(t, http.StatusOK, "")
			return a
		}
	}
	distinct("the invitation", page("/onboarding/"+link))
	distinct("a link that is over", func(l string) answer { return v.get("/onboarding/" + strings.Repeat("a", 40) + l) })
	distinct("no cookie", func(l string) answer { return s.visitor().post("/onboarding/"+link+l, nil) })
	v.post("/onboarding/"+link, nil)
	distinct("a used link", func(l string) answer { return v.get("/onboarding/" + link + l) })
	distinct("the first step", page("/onboarding"))
	distinct("no choice", func(l string) answer { return v.post("/onboarding/provider"+l, nil) })
	for _, p := range organization.ProviderTypes() {
		v.post("/onboarding/provider", url.Values{"provider_type": {string(p)}}).want(t, http.StatusSeeOther, "")
		distinct("the values for "+string(p), page("/onboarding/service"))
		distinct("the form for "+string(p), page("/onboarding/metadata"))
	}
	for _, warning := range []string{"", "certificate_expired", "certificate_expires", "new_word"} {
		v.upload("/onboarding/metadata", nil, "<!-- warning:"+warning+" -->").want(t, http.StatusSeeOther, "")
		distinct("the end with "+warning, page("/onboarding/done"))
	}
	distinct("metadata again", page("/onboarding/metadata"))
	distinct("nothing", func(l string) answer { return v.get("/onboarding/a/b" + l) })
	distinct("another method", func(l string) answer { return v.ask(http.MethodPut, "/onboarding"+l, "") })
	distinct("a foreign page", func(l string) answer { return v.post("/onboarding/provider"+l, nil, "Sec-Fetch-Site", "cross-site") })
	s.invitations.Trouble(link, organization.ErrStale)
	distinct("a conflict", func(l string) answer { return v.get("/onboarding/done" + l) })
	s.invitations.Withdraw(link)
	distinct("a visit that is over", func(l string) answer { return v.get("/onboarding" + l) })
	distinct("no visit", func(l string) answer { return s.visitor().get("/onboarding" + l) })
}

func TestTheLanguageStaysThatWhichWasPicked(t *testing.T) {
	s := open(t, "")
	v := s.begun()
	for _, c := range []struct{ path, accept, want string }{
		{"", "", "en"}, {"", "sv-FI, fi;q=0.5", "sv"}, {"", "de, da;q=0.3", "da"}, {"", "no", "nb"}, {"?lang=fi", "sv", "fi"}, {"?lang=de", "sv", "sv"},
	} {
		if a := v.get("/onboarding"+c.path, "Accept-Language", c.accept); a.Header.Get("Content-Language") != c.want {
			t.Errorf("%s with %q is in %s", c.path, c.accept, a.Header.Get("Content-Language"))
		}
	}
	a := v.get("/onboarding?lang=da")
	a.has(t, `action="/onboarding/provider?lang=da"`, `href="?lang=sv"`, `aria-current="true">Dansk`)
	if to := v.post("/onboarding/provider?lang=da", url.Values{"provider_type": {"okta"}}).Header.Get("Location"); to != "/onboarding/service?lang=da" {
		t.Errorf("the button leads to %s", to)
	}
	v.get("/onboarding/service?lang=da").has(t, `href="/onboarding/metadata?lang=da"`, `href="/onboarding/provider?lang=da"`)
	if to := v.upload("/onboarding/metadata?lang=da", nil, "<a/>").Header.Get("Location"); to != "/onboarding/done?lang=da" {
		t.Errorf("the button leads to %s", to)
	}
}
