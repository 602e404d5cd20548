package portal_test

import (
	"errors"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/eidgate/eidgate/ports/outbound"
	"github.com/eidgate/eidgate/test/browser"
)

func TestLookingAtAnInvitationChangesNothing(t *testing.T) {
	s := open(t, "")
	s.invitations.Send(link, browser.Invited("Acme Bank"))
	v := s.visitor()
	for i := range 3 {
		a := v.get("/onboarding/" + link)
		a.want(t, http.StatusOK, "")
		a.has(t, "<bdi>Nordiska Tjänster AB</bdi> asks you", "<bdi>Acme Bank</bdi>", `<form method="post"><button`, `<html lang="en">`)
		if len(a.Cookies()) != map[bool]int{true: 1, false: 0}[i == 0] {
			t.Error("a browser that looks has no name, or another each time")
		}
	}
	if opens, _, _ := s.invitations.Told(link); opens != 0 {
		t.Error("looking opened the invitation")
	}
	v.get("/onboarding").want(t, http.StatusNotFound, "invitation_unknown") // who only looked has nothing open
}

func TestAnInvitationWithoutAnInviterIsWordedAllTheSame(t *testing.T) {
	s := open(t, "")
	n := browser.Invited("Acme Bank")
	n.Inviter = ""
	s.invitations.Send(link, n)
	s.visitor().get("/onboarding/"+link).has(t, "You are asked to connect the identity provider of <bdi>Acme Bank</bdi>")
}

func TestTheButtonUsesTheLinkUpAndGivesTheBrowserASecret(t *testing.T) {
	s := open(t, "")
	s.invitations.Send(link, browser.Invited("Acme Bank"))
	v := s.visitor()
	v.get("/onboarding/" + link + "?lang=sv")
	before := v.Cookies()[0].Value
	a := v.post("/onboarding/"+link+"?lang=sv", nil)
	a.want(t, http.StatusSeeOther, "")
	if to := a.Header.Get("Location"); to != "/onboarding?lang=sv" {
		t.Error("the button leads elsewhere")
	}
	set := a.Cookies()
	if len(set) != 1 {
		t.Fatalf("got %d cookies", len(set))
	}
	if c := set[0]; c.Name != "eidgate_onboarding" || !c.HttpOnly || c.Secure || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || c.MaxAge != 0 || !c.Expires.IsZero() || c.Value == before || c.Value == link {
		t.Errorf("the cookie is not as it should be: name %s, %d characters", c.Name, len(c.Value))
	}
	v.get("/onboarding").want(t, http.StatusOK, "")
	other := s.visitor()
	other.get("/onboarding/"+link).want(t, http.StatusNotFound, "invitation_unknown")
	other.post("/onboarding/"+link, nil).want(t, http.StatusNotFound, "invitation_unknown")
}

func TestCookiesOfHTTPSAreSecureAndForThisHostAlone(t *testing.T) {
	s := open(t, "https://id.example")
	s.invitations.Send(link, browser.Invited("Acme Bank"))
	looked := s.visitor().get("/onboarding/" + link)
	name := looked.Cookies()[0]
	a := s.visitor().post("/onboarding/"+link, nil, "Origin", "https://id.example", "Cookie", name.Name+"="+name.Value)
	a.want(t, http.StatusSeeOther, "")
	for _, c := range append(looked.Cookies(), a.Cookies()...) {
		if c.Name != "__Host-eidgate_onboarding" || !c.Secure || c.Path != "/" || c.Domain != "" {
			t.Error("the cookie is not for this host alone")
		}
	}
}

func TestABrowserThatKeepsNoCookiesLosesNoInvitation(t *testing.T) {
	s := open(t, "")
	s.invitations.Send(link, browser.Invited("Acme Bank"))
	a := s.visitor().post("/onboarding/"+link, nil)
	a.want(t, http.StatusForbidden, "onboarding_no_cookie")
	a.has(t, "cookies", "The invitation still counts.")
	if opens, _, _ := s.invitations.Told(link); opens != 0 {
		t.Error("the link is used up")
	}
}

func TestTwoClicksAreOne(t *testing.T) {
	s := open(t, "")
	s.invitations.Send(link, browser.Invited("Acme Bank"))
	v := s.visitor()
	name := v.get("/onboarding/" + link).Cookies()[0]
	entered, resume := s.invitations.Pause(link)
	var wait sync.WaitGroup
	answers := make([]answer, 2)
	for i := range answers {
		wait.Go(func() { // each as the first page's browser: no answer has arrived yet
			answers[i] = s.visitor().post("/onboarding/"+link, nil, "Cookie", name.Name+"="+name.Value)
		})
	}
	<-entered
	resume()
	wait.Wait()
	for _, a := range answers {
		a.want(t, http.StatusSeeOther, "")
	}
	if answers[0].Cookies()[0].Value != answers[1].Cookies()[0].Value {
		t.Error("the clicks led to two visits")
	}
	if opens, _, _ := s.invitations.Told(link); opens != 1 {
		t.Errorf("opened %d times", opens)
	}
	stranger := s.visitor()
	mine := stranger.get("/onboarding/unknown") // has no name, and gets none
	if len(mine.Cookies()) != 0 {
		t.Error("a link that is none gives browsers names")
	}
	s.invitations.Send("another-link-of-some-length", browser.Invited("Other"))
	stranger.get("/onboarding/another-link-of-some-length")
	stranger.post("/onboarding/"+link, nil).want(t, http.StatusNotFound, "invitation_unknown")
	s.clock.Advance(time.Minute)
	s.visitor().post("/onboarding/"+link, nil, "Cookie", name.Name+"="+name.Value).want(t, http.StatusNotFound, "invitation_unknown")
}

func TestTroubleAtTheOpeningCanBeTriedAgain(t *testing.T) {
	s := open(t, "")
	s.invitations.Send(link, browser.Invited("Acme Bank"))
	v := s.visitor()
	v.get("/onboarding/" + link)
	s.invitations.Trouble(link, outbound.ErrMail.Because(errors.New("refused")))
	a := v.post("/onboarding/"+link+"?lang=da", nil)
	a.want(t, http.StatusServiceUnavailable, "mail_undelivered")
	a.has(t, `href="?lang=da"`, "Prøv igen")
	s.invitations.Trouble(link, nil)
	v.post("/onboarding/"+link, nil).want(t, http.StatusSeeOther, "")
}

func TestAnInvitationThatIsOverSaysSoInThePersonsLanguage(t *testing.T) {
	s := open(t, "")
	v := s.visitor()
	for language, words := range map[string]string{"sv-SE,sv;q=0.9": "Inbjudan gäller inte längre", "nn": "Invitasjonen gjelder ikke lenger", "da": "Invitationen gælder ikke længere", "fi": "Kutsu ei ole enää voimassa", "de": "This invitation does not count any more"} {
		for _, path := range []string{"/onboarding/" + link, "/onboarding/short", "/onboarding/" + strings.Repeat("a", 300), "/onboarding/%3Cb%3E" + link} {
			a := v.get(path, "Accept-Language", language)
			a.want(t, http.StatusNotFound, "invitation_unknown")
			a.has(t, words)
		}
	}
	if a := v.get("/onboarding/"+link, "Accept", "application/json"); !strings.Contains(a.body, `"code":"invitation_unknown"`) {
		t.Error("who reads JSON gets something else")
	}
}

func TestWhoComesBackToAUsedLinkMayGoOn(t *testing.T) {
	s := open(t, "")
	v := s.begun()
	a := v.get("/onboarding/" + link + "?lang=nb")
	a.want(t, http.StatusNotFound, "invitation_unknown")
	a.has(t, `href="/onboarding?lang=nb"`, "Fortsett oppsettet")
	s.invitations.Withdraw(link)
	if a := v.get("/onboarding/" + link); strings.Contains(a.body, `href="/onboarding`) {
		t.Error("who has nothing open is sent on")
	}
}

func TestTheSecretOfALinkStandsNowhereElse(t *testing.T) {
	s := open(t, "")
	s.invitations.Send(link, browser.Invited("Acme Bank"))
	v := s.visitor()
	answers := []answer{
		v.get("/onboarding/" + link), v.post("/onboarding/"+link, nil, "Origin", "https://evil.example"), v.ask(http.MethodPut, "/onboarding/"+link, ""),
		v.get("/onboarding/" + link + "/more"), v.post("/onboarding/"+link, nil), v.get("/onboarding"), v.get("/onboarding/" + link),
		v.get("/onboarding/"+link, "Accept", "application/json"),
	}
	s.invitations.Trouble(link, outbound.ErrMail.Because(errors.New("refused")))
	answers = append(answers, v.get("/onboarding/"+link))
	for _, a := range answers {
		if strings.Contains(a.body, link) || a.Header.Get("Referrer-Policy") != "no-referrer" || a.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: the page holds the secret, is kept, or tells where it was", a.Request.Method)
		}
		for name, values := range a.Header {
			if strings.Contains(strings.Join(values, " "), link) {
				t.Errorf("the secret stands in %s", name)
			}
		}
	}
	if !strings.Contains(s.log.String(), "/onboarding/:link") || strings.Contains(s.log.String(), link) {
		t.Error("the log holds the secret, or nothing of the page")
	}
}
