package visits_test

import (
	"html"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/test/browser"
)

// choice is a session whose person may take any eID, and may try again.
func choice(ticket string) browser.Session {
	s := login(ticket)
	s.EID, s.Choices, s.Renewable = "", eid.EIDs(), true
	return s
}

var offered = regexp.MustCompile(`name="eid" value="([^"]*)"`)

func order(a answer) (all []string) {
	for _, m := range offered.FindAllStringSubmatch(a.body, -1) {
		all = append(all, m[1])
	}
	return all
}

func TestThePersonChoosesAnEIDOfTheirCountryFirst(t *testing.T) {
	s := open(t, nil)
	s.sessions.Open(choice("t1"))
	for language, want := range map[string]string{
		"en": "se.bankid se.freja no.bankid no.vipps dk.mitid fi.ftn", "sv": "se.bankid se.freja no.bankid no.vipps dk.mitid fi.ftn",
		"nb": "no.bankid no.vipps se.bankid se.freja dk.mitid fi.ftn", "da": "dk.mitid se.bankid se.freja no.bankid no.vipps fi.ftn",
		"fi": "fi.ftn se.bankid se.freja no.bankid no.vipps dk.mitid",
	} {
		a := s.visitor().get("/s/t1", "Accept-Language", language)
		a.want(t, http.StatusOK, "")
		if got := strings.Join(order(a), " "); got != want {
			t.Errorf("in %s: got %s", language, got)
		}
	}
	a := s.visitor().get("/s/t1?lang=da")
	for _, part := range []string{"<h2>Danmark</h2>", `>BankID<span class="unseen">, Sverige</span>`, `>BankID<span class="unseen">, Norge</span>`, `action="/s/t1/begin?lang=da"`, "med et e-id."} {
		if !strings.Contains(a.body, part) {
			t.Errorf("the page lacks %s", part)
		}
	}
	n := choice("t2")
	n.Choices = []eid.EID{eid.SEFreja, eid.SEBankID}
	s.sessions.Open(n)
	if a := s.visitor().get("/s/t2"); strings.Contains(a.body, "<h2>") || strings.Join(order(a), " ") != "se.freja se.bankid" {
		t.Error("eIDs of one country are told apart by it, or are not in the organization's order")
	}
}

func TestTheChoiceIsOrderedAndRemembered(t *testing.T) {
	s := open(t, nil)
	s.sessions.Open(choice("t1"))
	s.sessions.Open(choice("t2"))
	v := s.visitor()
	a := v.form("/s/t1/begin?lang=sv", "eid=no.vipps")
	a.want(t, http.StatusSeeOther, "")
	if got := s.sessions.Arrived("t1").EID; got != eid.NOVipps {
		t.Errorf("ordered with %q", got)
	}
	kept := slices.IndexFunc(a.Cookies(), func(c *http.Cookie) bool { return c.Name == "eidgate-choice" })
	if kept < 0 {
		t.Fatal("nothing is remembered")
	}
	if c := a.Cookies()[kept]; c.Value != "NO.sv" || c.SameSite != http.SameSiteLaxMode || !c.HttpOnly || c.MaxAge < 86400 || c.Path != "/" {
		t.Errorf("the memory is not as it should be: %s", c.Value)
	}
	next := v.get("/s/t2", "Accept-Language", "fi")
	if order(next)[0] != "no.bankid" || !strings.Contains(next.body, `<html lang="sv">`) || strings.Contains(next.Header.Get("Set-Cookie"), "choice") {
		t.Error("the next session does not know of it, or it is kept anew for nothing")
	}
	if next := v.get("/s/t2?lang=fi"); order(next)[0] != "no.bankid" || !strings.Contains(next.Header.Get("Set-Cookie"), "eidgate-choice=NO.fi") {
		t.Error("another language is not remembered, or the country gets lost")
	}
	n := choice("t3")
	n.Language = "da"
	s.sessions.Open(n)
	if !strings.Contains(v.get("/s/t3").body, `<html lang="da">`) {
		t.Error("the memory counts for more than the organization's order")
	}
}

func TestAForgedMemoryDoesNothing(t *testing.T) {
	s := open(t, nil)
	s.sessions.Open(choice("t1"))
	for _, memory := range []string{"XX.zz", "SE", ".", "..", "%3Cb%3E", strings.Repeat("S", 300), "SE.sv.da", "se.en", `"><b>`} {
		a := s.visitor().get("/s/t1", "Cookie", "eidgate-choice="+memory)
		a.want(t, http.StatusOK, "")
		if len(order(a)) != 6 || order(a)[0] != "se.bankid" || strings.Contains(a.body, "<b>") {
			t.Errorf("the memory %q changes the page", memory)
		}
	}
}

func TestOnlyWhatIsOfferedCanBeChosen(t *testing.T) {
	s := open(t, nil)
	n := choice("t1")
	n.Choices = []eid.EID{eid.SEBankID, eid.DKMitID}
	s.sessions.Open(n)
	v := s.visitor()
	for _, body := range []string{"eid=no.bankid", "eid=xx.unknown", "eid=%3Cscript%3E"} {
		a := v.form("/s/t1/begin", body)
		a.want(t, http.StatusUnprocessableEntity, "eid_not_a_choice")
		if !strings.Contains(a.body, `href="/s/t1"`) || strings.Contains(a.body, "script&gt;") {
			t.Errorf("%s: no way back to the choice, or the page repeats it", body)
		}
	}
	if a := v.form("/s/t1/begin", ""); a.StatusCode != http.StatusSeeOther || a.Header.Get("Location") != "/s/t1" {
		t.Error("who has not chosen is not taken back to the choice")
	}
	if a := v.form("/s/t1/begin?eid=se.bankid", ""); a.StatusCode != http.StatusSeeOther {
		t.Errorf("got %d", a.StatusCode)
	}
	if times, _ := s.sessions.Begun("t1"); times != 0 {
		t.Error("something else than a form's own button began the session")
	}
}

func TestThePersonMayChooseAnotherOrTryAgain(t *testing.T) {
	s := open(t, nil)
	s.sessions.Open(choice("t1"))
	v := s.visitor()
	v.form("/s/t1/begin", "eid=se.bankid")
	page := v.get("/s/t1")
	if !strings.Contains(page.body, `action="/s/t1/reconsider"`) || !strings.Contains(page.body, "Choose another eID") {
		t.Fatal("no other choice is offered")
	}
	s.visitor().post("/s/t1/reconsider").want(t, http.StatusForbidden, "other_browser")
	v.post("/s/t1/reconsider", "Origin", "https://evil.example", "Sec-Fetch-Site", "cross-site").want(t, http.StatusForbidden, "page_foreign")
	if v.get("/s/t1"); len(order(v.get("/s/t1"))) != 0 {
		t.Fatal("a stranger took the order back")
	}
	v.post("/s/t1/reconsider").want(t, http.StatusSeeOther, "")
	if got := len(order(v.get("/s/t1"))); got != 6 {
		t.Errorf("%d eIDs are offered", got)
	}

	n := login("t2")
	n.Renewable = true
	s.sessions.Open(n)
	v.post("/s/t2/begin")
	if a := v.get("/s/t2"); !strings.Contains(a.body, `action="/s/t2/reconsider"`) || !strings.Contains(a.body, "Try again") {
		t.Error("no other try is offered")
	}
	s.sessions.Settle("t2", eid.Completed, "")
	if a := v.get("/s/t2"); strings.Contains(a.body, "reconsider") {
		t.Error("what is over can be begun again")
	}
	v.post("/s/t2/reconsider").want(t, http.StatusSeeOther, "")

	s.sessions.Open(login("t3"))
	v.post("/s/t3/begin")
	if strings.Contains(v.get("/s/t3").body, "reconsider") {
		t.Error("a session that is not renewable offers another try")
	}
	v.post("/s/t3/reconsider").want(t, http.StatusUnprocessableEntity, "eid_not_a_choice")
}

func TestTroubleIsToldWithTheWayToTryAgain(t *testing.T) {
	s := open(t, nil)
	n := login("t1")
	n.Renewable = true
	s.sessions.Open(n)
	s.sessions.Open(choice("t2"))
	v := s.visitor()
	v.post("/s/t1/begin")
	v.form("/s/t2/begin", "eid=dk.mitid")
	for _, reason := range []string{eid.ReasonNotStarted, eid.ReasonTimedOut, eid.ReasonInterrupted, eid.ReasonSuperseded, eid.ReasonProviderFailed, "newWord"} {
		s.sessions.Reopen("t1", reason)
		s.sessions.Reopen("t2", reason)
		seen := map[string]bool{}
		for _, l := range []string{"en", "sv", "nb", "da", "fi"} {
			a, b := v.get("/s/t1?lang="+l), v.get("/s/t2?lang="+l)
			if !strings.Contains(a.body, `role="alert"`) || !strings.Contains(a.body, `action="/s/t1/begin?lang=`+l) || !strings.Contains(b.body, `role="alert"`) || len(order(b)) != 6 {
				t.Errorf("%s in %s: no words, or no other try", reason, l)
			}
			seen[html.UnescapeString(regexp.MustCompile(`role="alert">([^<]*)`).FindString(a.body))] = true
		}
		if len(seen) != 5 {
			t.Errorf("%s reads alike in two languages", reason)
		}
	}
	if n := news(t, v, "t2"); n["stage"] != "choose" {
		t.Errorf("the script is told %v", n["stage"])
	}
	v.post("/s/t1/begin").want(t, http.StatusSeeOther, "")
	if strings.Contains(v.get("/s/t1").body, `role="alert"`) {
		t.Error("the trouble stays")
	}
}

func TestTheDeviceDecidesWhatComesFirst(t *testing.T) {
	const phone = "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Mobile Safari/537.36"
	s := open(t, nil)
	for _, c := range []struct {
		device eid.Device
		agent  string
		first  string
	}{{"", "", "code"}, {"", phone, "open"}, {eid.SameDevice, "", "open"}, {eid.OtherDevice, phone, "code"}, {"newWord", phone, "open"}} {
		n := login("t1")
		n.Device = c.device
		s.sessions.Open(n)
		v := s.visitor()
		v.post("/s/t1/begin")
		a := v.get("/s/t1", "User-Agent", c.agent)
		code, app := strings.Index(a.body, `id="code"`), strings.Index(a.body, `id="open"`)
		if code < 0 || app < 0 || (app < code) != (c.first == "open") {
			t.Errorf("device %q, phone %t: the other one comes first", c.device, c.agent != "")
		}
	}
}

func TestWhoHasTriedTooOftenIsNotToldToTryAgain(t *testing.T) {
	s := open(t, nil)
	for _, n := range []browser.Session{choice("t1"), embedded("t2")} {
		n.BeginFails = eid.ErrTooOften
		s.sessions.Open(n)
	}
	v, framed := s.visitor(), s.blocked()
	secret := carried(framed.get("/s/t2"))
	said := map[string]bool{}
	for language, words := range map[string]struct{ on, again string }{
		"en": {"Go on", "Try again"}, "sv": {"Gå vidare", "Försök igen"}, "nb": {"Gå videre", "Prøv igjen"}, "da": {"Gå videre", "Prøv igen"}, "fi": {"Jatka", "Yritä uudelleen"},
	} {
		for i, a := range []answer{v.form("/s/t1/begin?lang="+language, "eid=se.bankid"), framed.form("/s/t2/begin?lang="+language, "eid=se.bankid&browser="+secret)} {
			a.want(t, http.StatusConflict, "session_begun_too_often")
			on := []string{
				`<a class="button yes" href="/s/t1?lang=` + language + `">` + words.on + `</a>`,
				`<form method="post" action="/s/t2?lang=` + language + `"><input type="hidden" name="browser" value="` + secret + `" autocomplete="off"><button class="yes" type="submit">` + words.on + `</button></form>`,
			}[i]
			if !strings.Contains(a.body, on) || strings.Contains(a.body, words.again) || a.Header.Get("Retry-After") != "" {
				t.Errorf("in %s: nothing leads on to what there is, or another try is offered", language)
			}
			_, heading, _ := strings.Cut(a.body, "<h1>")
			heading, _, _ = strings.Cut(heading, "</main>")
			said[heading[:strings.Index(heading, "<code>")]] = true
		}
	}
	if len(said) != 10 { // with a link and with a form
		t.Errorf("it is said in %d ways", len(said))
	}
}
