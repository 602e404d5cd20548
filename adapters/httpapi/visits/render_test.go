package visits_test

import (
	"html"
	"net/http"
	"strings"
	"testing"

	"github.com/eidgate/eidgate/domain/eid"
)

func TestLanguages(t *testing.T) {
	s := open(t, nil)
	s.sessions.Open(login("free"))
	n := login("ordered")
	n.Language = "fi"
	s.sessions.Open(n)
	v := s.visitor()
	for _, c := range []struct{ path, accept, want string }{
		{"/s/free", "", "en"}, {"/s/free", "sv-FI, fi;q=0.5", "sv"}, {"/s/free", "de, da;q=0.3", "da"}, {"/s/free", "no", "nb"}, {"/s/free", ";;;", "en"}, {"/s/free", "xx;q=0.1, fi;q=0.9", "fi"},
		{"/s/free?lang=nb", "sv", "nb"}, {"/s/free?lang=de", "sv", "sv"}, {"/s/ordered", "sv", "fi"}, {"/s/ordered?lang=sv", "da", "sv"},
		{"/s/free?lang=no", "sv", "nb"},
	} {
		a := s.visitor().get(c.path, "Accept-Language", c.accept)
		if !strings.Contains(a.body, `<html lang="`+c.want+`">`) || a.Header.Get("Content-Language") != c.want {
			t.Errorf("%s with %q is not in %s", c.path, c.accept, c.want)
		}
	}
	a := v.get("/s/free?lang=da")
	for _, part := range []string{`action="/s/free/begin?lang=da"`, `action="/s/free/cancel?lang=da"`, `href="/s/free?lang=sv"`, `aria-current="true">Dansk`} {
		if !strings.Contains(a.body, part) {
			t.Errorf("the choice gets lost: no %s", part)
		}
	}
	if to := v.post("/s/free/begin?lang=da").Header.Get("Location"); to != "/s/free?lang=da" {
		t.Errorf("the button leads to %s", to)
	}
	if !strings.Contains(v.get("/s/free?lang=da").body, `data-state="/s/free/state?lang=da"`) {
		t.Error("the script asks in another language")
	}
}

func TestWhatIsAskedIsShown(t *testing.T) {
	s := open(t, nil)
	v := s.visitor()
	n := login("t1")
	n.Operation, n.Text = eid.Sign, "I agree to\nthe terms."
	s.sessions.Open(n)
	if a := v.get("/s/t1"); !strings.Contains(a.body, "I agree to\nthe terms.") || !strings.Contains(a.body, "What you sign") {
		t.Error("the text that is signed is not shown")
	}
	n.Text, n.Documents = "", []string{"lease.pdf", "annex.pdf"}
	s.sessions.Open(n)
	if a := v.get("/s/t1"); !strings.Contains(a.body, "lease.pdf") || !strings.Contains(a.body, "annex.pdf") {
		t.Error("the documents are not shown")
	}
	n = login("t1")
	n.Operation = eid.ProveAge
	for _, c := range []struct {
		least, greatest int
		words           string
	}{{18, 0, "at least 18"}, {0, 25, "at most 25"}, {13, 17, "between 13 and 17"}} {
		n.LeastAge, n.GreatestAge = c.least, c.greatest
		s.sessions.Open(n)
		if a := v.get("/s/t1"); !strings.Contains(a.body, c.words) || !strings.Contains(a.body, "neither your name") {
			t.Errorf("the page does not say %q", c.words)
		}
	}
}

func TestEveryStateIsAPageInEveryLanguage(t *testing.T) {
	s := open(t, nil)
	s.sessions.Open(login("t1"))
	v := s.visitor()
	v.post("/s/t1/begin")
	failures := []string{"", "newWord", eid.ReasonDeclined, eid.ReasonNotStarted, eid.ReasonOtherPerson, eid.ReasonRisk}
	for _, state := range []eid.State{eid.Completed, eid.Refused, eid.Failed, eid.Expired} {
		for _, reason := range failures {
			s.sessions.Settle("t1", state, reason)
			seen := map[string]bool{}
			for _, l := range []string{"en", "sv", "nb", "da", "fi"} {
				a := v.get("/s/t1?lang=" + l)
				a.want(t, http.StatusOK, "")
				text := html.UnescapeString(a.body)
				if strings.Contains(text, "{") && strings.Contains(text, "{eid}") || strings.Contains(a.body, `data-state="/s`) {
					t.Errorf("%s %s in %s: a placeholder, or still asking", state, reason, l)
				}
				if seen[a.body] {
					t.Errorf("%s %s: two languages read alike", state, reason)
				}
				seen[a.body] = true
			}
		}
	}
}

func TestWithoutAnAddressToReturnToTheWindowMayBeClosed(t *testing.T) {
	s := open(t, nil)
	n := login("t1")
	n.ReturnTo = ""
	s.sessions.Open(n)
	v := s.visitor()
	v.post("/s/t1/begin")
	s.sessions.Settle("t1", eid.Completed, "")
	a := v.get("/s/t1")
	if !strings.Contains(a.body, "You can close this window.") || strings.Contains(a.body, `id="back" href`) || strings.Contains(a.body, "refresh") {
		t.Error("the page does not say that all is done")
	}
}
