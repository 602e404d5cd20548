package visits_test

import (
	"html"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/eidgate/eidgate/adapters/httpapi/visits"
	"github.com/eidgate/eidgate/domain/eid"
)

const (
	iPhone = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
	iPad   = "Mozilla/5.0 (iPad; CPU OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
	mac    = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) "
	pixel  = "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) "
	page   = "https://id.example/s/t1"
	nobody = "null"
)

// agents are what browsers call themselves, and what their link to the app has to be: with which address for the way
// back, "" for the link that computers have.
var agents = []struct{ browser, agent, back string }{
	{"Safari on an iPhone", iPhone + "Version/18.5 Mobile/15E148 Safari/604.1", page},
	{"Safari on an iPad", iPad + "Version/18.5 Mobile/15E148 Safari/604.1", page},
	{"Chrome on an iPhone", iPhone + "CriOS/137.0.7151.51 Mobile/15E148 Safari/604.1", "googlechrome://"},
	{"Chrome on an iPad, as a computer", mac + "CriOS/137 Version/11.1.1 Safari/605.1.15", "googlechrome://"},
	{"Firefox on an iPhone", iPhone + "FxiOS/139.0 Mobile/15E148 Safari/605.1.15", "firefox://"},
	{"Edge on an iPhone", iPhone + "Version/18.0 EdgiOS/137.0.3296.52 Mobile/15E148 Safari/605.1.15", "microsoft-edge-" + page},
	{"Edge on an iPad, as a computer", mac + "Version/18.0 EdgiOS/137.0.3296.52 Safari/605.1.15", "microsoft-edge-" + page},
	{"DuckDuckGo on an iPhone", iPhone + "Version/18.5 Mobile/15E148 Safari/604.1 Ddg/18.5", "ddgQuickLink://" + page},
	{"DuckDuckGo on an older iPhone", iPhone + "Version/15.4 Mobile/15E148 DuckDuckGo/7 Safari/605.1.15", "ddgQuickLink://" + page},
	{"Opera on an iPhone", iPhone + "Version/18.5 Mobile/15E148 Safari/604.1 OPT/5.5.1", "touch-" + page},
	{"Opera Mini on an iPhone", iPhone + "OPiOS/16.0.15.124050 Mobile/15E148 Safari/9537.53", "opera-" + page},
	{"Google's app on an iPhone", iPhone + "GSA/372.0.768450042 Mobile/15E148 Safari/604.1", nobody},
	{"Facebook on an iPhone", iPhone + "Mobile/15E148 [FBAN/FBIOS;FBAV/513.0.0.53.90;FBBV/735017191;FBDV/iPhone15,3;FBMD/iPhone;FBSN/iOS;FBSV/18.5;FBSS/3;FBCR/Telia Sverige;FBID/phone;FBLC/sv_SE;FBOP/80;FBRV/738215043;FBOS/18.5;IABMV/1;FBEXT/in_app_browser]", nobody},
	{"Instagram on an iPhone", iPhone + "Mobile/15E148 Instagram 382.0.0.25.83 (iPhone15,3; iOS 18_5; sv_SE; sv; scale=3.00; 1290x2796; 738215043)", nobody},
	{"LINE on an iPhone", iPhone + "Version/18.5 Mobile/15E148 Safari/604.1 Line/15.9.0", nobody},
	{"LinkedIn on an iPhone", iPhone + "Mobile/15E148 [LinkedInApp]/9.31.1234", nobody},
	{"an app of somebody's on an iPhone", iPhone + "Mobile/15E148", nobody},
	{"a browser that nobody knows on an iPhone", iPhone + "Version/18.5 Mobile/15E148 Safari/604.1 Newcomer/1.0", nobody},
	{"two browsers at once on an iPhone", iPhone + "CriOS/137.0.7151.51 Mobile/15E148 Safari/604.1 Line/15.9.0", nobody},
	{"Chrome on Android", pixel + "Chrome/137.0.0.0 Mobile Safari/537.36", nobody},
	{"Chrome on an Android tablet", pixel + "Chrome/137.0.0.0 Safari/537.36", nobody},
	{"Firefox on Android", "Mozilla/5.0 (Android 14; Mobile; rv:139.0) Gecko/139.0 Firefox/139.0", nobody},
	{"Edge on Android", pixel + "Chrome/137.0.0.0 Mobile Safari/537.36 EdgA/137.0.0.0", nobody},
	{"Samsung Internet", "Mozilla/5.0 (Linux; Android 14; SAMSUNG SM-S928B) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/28.0 Chrome/130.0.0.0 Mobile Safari/537.36", nobody},
	{"Opera on Android", pixel + "Chrome/136.0.0.0 Mobile Safari/537.36 OPR/89.0.0.0", nobody},
	{"Facebook on Android", "Mozilla/5.0 (Linux; Android 14; SM-S928B Build/UP1A.231005.007; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/137.0.7151.61 Mobile Safari/537.36 [FB_IAB/FB4A;FBAV/513.0.0.62.75;]", nobody},
	{"Chrome on Windows", "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/137.0.0.0 Safari/537.36", ""},
	{"Firefox on Linux", "Mozilla/5.0 (X11; Linux x86_64; rv:139.0) Gecko/20100101 Firefox/139.0", ""},
	{"Safari on a Mac, or on an iPad", mac + "Version/18.5 Safari/605.1.15", ""},
	{"Chrome on a Mac", "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/137.0.0.0 Safari/537.36", ""},
	{"no name", "", ""},
	{"nonsense", ")))((( ///// [[[ iPhon", ""},
}

const appToken = "7c40b5c9-fa74-49cf-b98c-bfe651f9a7c6"

func links(e eid.EID, back string) string {
	switch {
	case e == eid.SEFreja && back != "" && back != nobody:
		return "frejaeid://bindUserToTransaction?transactionReference=" + appToken + "&originAppScheme=" + url.QueryEscape(back)
	case e == eid.SEFreja:
		return "frejaeid://bindUserToTransaction?transactionReference=" + appToken
	case back == "":
		return "bankid:///?autostarttoken=" + appToken + "&redirect=null"
	}
	return "https://app.bankid.com/?autostarttoken=" + appToken + "&redirect=" + url.QueryEscape(back)
}

var (
	launchHref    = regexp.MustCompile(`id="launch" href="([^"]*)"`)
	launchTouched = regexp.MustCompile(`data-touched="([^"]*)"`)
)

func found(pattern *regexp.Regexp, body string) string {
	if m := pattern.FindStringSubmatch(body); m != nil {
		return html.UnescapeString(m[1])
	}
	return ""
}

func TestTheAppBringsThePersonBackToTheirBrowser(t *testing.T) {
	s := open(t, func(c *visits.Config) { c.PublicURL = "https://id.example" })
	for _, e := range []eid.EID{eid.SEBankID, eid.SEFreja} {
		n := login("t1")
		n.EID = e
		s.sessions.Open(n)
		jar := s.visitor().post("/s/t1/begin", "Origin", "https://id.example").Cookies()[0]
		longest := 0
		for _, c := range agents {
			longest = max(longest, len(c.agent))
			a := s.visitor().get("/s/t1", "User-Agent", c.agent, "Cookie", jar.Name+"="+jar.Value)
			if got, want := found(launchHref, a.body), links(e, c.back); got != want {
				t.Errorf("%s, %s: got %q, want %q", e, c.browser, got, want)
			}
		}
		if longest < 300 {
			t.Errorf("the longest name has %d characters", longest)
		}
	}
}

func TestAnIPadThatCallsItselfAMacGetsALinkOfItsOwn(t *testing.T) {
	s := open(t, func(c *visits.Config) { c.PublicURL = "https://id.example" })
	s.sessions.Open(login("t1"))
	jar := s.visitor().post("/s/t1/begin", "Origin", "https://id.example").Cookies()[0]
	for _, c := range agents {
		want := ""
		if strings.HasPrefix(c.browser, "Safari on a Mac") {
			want = links(eid.SEBankID, page)
		}
		a := s.visitor().get("/s/t1", "User-Agent", c.agent, "Cookie", jar.Name+"="+jar.Value)
		if got := found(launchTouched, a.body); got != want {
			t.Errorf("%s: got %q, want %q", c.browser, got, want)
		}
		if news := s.visitor().get("/s/t1/state", "User-Agent", c.agent, "Cookie", jar.Name+"="+jar.Value); strings.Contains(news.body, `"touched"`) != (want != "") {
			t.Errorf("%s: the script is told otherwise than the page", c.browser)
		}
	}
}

// A framed page is no page by itself: opened outside of its frame, it would be another browser's.
func TestTheAppDoesNotOpenAFramedPageOutsideOfItsFrame(t *testing.T) {
	s := open(t, func(c *visits.Config) { c.PublicURL = "https://id.example" })
	n := login("t1")
	n.Frames = []string{"https://shop.example"}
	s.sessions.Open(n)
	jar := s.visitor().post("/s/t1/begin", "Origin", "https://id.example").Cookies()[0]
	for _, c := range agents {
		back := c.back
		if strings.Contains(back, page) {
			back = nobody
		}
		a := s.visitor().get("/s/t1", "User-Agent", c.agent, "Cookie", jar.Name+"="+jar.Value)
		if got, want := found(launchHref, a.body), links(eid.SEBankID, back); got != want {
			t.Errorf("%s: got %q, want %q", c.browser, got, want)
		}
	}
}
