package attacks

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

func TestAPageOfTheSessionAPIThatIsSentToAVictimTellsItsSenderNothing(t *testing.T) {
	t.Parallel()
	g := open(t)
	p, attacker, victim := g.shop(t), g.browser(t), g.browser(t)
	o := p.hosts(t, redirected(`"mitid","nbid"`))
	attacker.get(t, o.URL)
	if a := victim.posts(t, o.URL+"/begin", url.Values{"eid": {"dk.mitid"}}); a.status != http.StatusSeeOther {
		t.Fatalf("the victim's begin is answered with %d %s", a.status, a.code)
	}
	everything := func(when, back string) {
		for _, path := range []string{"", "/state", "/events", "?on=1"} {
			forbidden(t, when+": the attacker's "+path, attacker.get(t, o.URL+path))
		}
		for _, path := range []string{"", "/begin", "/reconsider", "/cancel"} {
			forbidden(t, when+": the attacker's "+path, attacker.posts(t, o.URL+path, url.Values{"eid": {"no.bankid"}}))
			forbidden(t, when+": the attacker with a secret of his own", attacker.posts(t, o.URL+path, url.Values{"browser": {strings.Repeat("a", 40)}}))
		}
		if back != "" {
			forbidden(t, when+": the attacker's return", attacker.get(t, back))
		}
	}
	everything("under way", "")
	back := victim.approves(t, o, "mette")
	everything("approved", back)
	if to := victim.get(t, back).header.Get("Location"); to != done+"?sessionId="+o.ID+"&externalReference=a+caller%27s+own" {
		t.Error("the victim is not sent back to the organization, or with more than the identifiers")
	}
	everything("at the end", back)
	attacker.quiet(t, "mette")
	p.stands(t, o, "SUCCESS")
}

// Run out or taken back, the session stays its browser's.
func TestASessionThatIsOpenAgainIsNobodyElses(t *testing.T) {
	t.Parallel()
	g := open(t)
	p, attacker, victim := g.shop(t), g.browser(t), g.browser(t)
	o := p.hosts(t, redirected(`"mitid","nbid"`))
	victim.posts(t, o.URL+"/begin", url.Values{"eid": {"dk.mitid"}})
	if a := victim.posts(t, o.URL+"/reconsider", nil); a.status != http.StatusSeeOther {
		t.Fatalf("another choice is answered with %d %s", a.status, a.code)
	}
	p.stands(t, o, "CREATED")
	forbidden(t, "the attacker's look", attacker.get(t, o.URL))
	forbidden(t, "the attacker's begin", attacker.posts(t, o.URL+"/begin", url.Values{"eid": {"no.bankid"}}))
	p.stands(t, o, "CREATED")
	// The organization's no is the last word.
	if a := p.ask(t, http.MethodPost, o.path+"/cancel", ""); a.status != http.StatusOK {
		t.Fatalf("a cancel is answered with %d", a.status)
	}
	for _, path := range []string{"/begin", "/reconsider", "/cancel"} {
		victim.posts(t, o.URL+path, url.Values{"eid": {"no.bankid"}})
		p.stands(t, o, "CANCELLED")
	}
}

// However often it is begun again, a session lives no longer than its organization said.
func TestNoTryMakesASessionLiveLonger(t *testing.T) {
	t.Parallel()
	g := open(t)
	p, b := g.shop(t), g.browser(t)
	o := p.hosts(t, strings.Replace(redirected(`"mitid","nbid"`), "{", `{"sessionLifetime":300,`, 1))
	for range 2 {
		b.posts(t, o.URL+"/begin", url.Values{"eid": {"dk.mitid"}})
		g.clock.Advance(2 * time.Minute)
		if a := b.posts(t, o.URL+"/reconsider", nil); a.status != http.StatusSeeOther {
			t.Fatalf("another choice is answered with %d %s", a.status, a.code)
		}
	}
	b.posts(t, o.URL+"/begin", url.Values{"eid": {"dk.mitid"}})
	back := b.approves(t, o, "mette")
	g.clock.Advance(time.Minute)
	b.get(t, back)
	for _, path := range []string{"/reconsider", "/begin"} {
		b.posts(t, o.URL+path, url.Values{"eid": {"no.bankid"}})
	}
	if s, a := g.shop(t).told(t, o, ""); s.Status != "EXPIRED" || s.Subject != nil {
		t.Errorf("behind its end the session is %s (%d)", s.Status, a.status)
	}
}

// The person takes one eID, approves there, and is lured back to the other: what was approved for the order that was taken
// back is no proof for the one in its place.
func TestAProofOfAnOrderThatWasTakenBackIsNone(t *testing.T) {
	t.Parallel()
	g := open(t)
	p, b := g.shop(t), g.browser(t)
	for _, next := range []string{"dk.mitid", "no.bankid"} {
		o := p.hosts(t, redirected(`"mitid","nbid"`))
		b.posts(t, o.URL+"/begin", url.Values{"eid": {"dk.mitid"}})
		late := b.approves(t, o, "mette")
		if a := b.posts(t, o.URL+"/reconsider", nil); a.status != http.StatusSeeOther {
			t.Fatalf("another choice is answered with %d %s", a.status, a.code)
		}
		b.get(t, late)
		p.stands(t, o, "CREATED") // it comes too late, and does no harm
		if a := b.posts(t, o.URL+"/begin", url.Values{"eid": {next}}); a.status != http.StatusSeeOther {
			t.Fatalf("the other eID is answered with %d %s", a.status, a.code)
		}
		if a := b.get(t, late); strings.HasPrefix(a.header.Get("Location"), done) {
			t.Error("the browser is sent on with the old proof")
		}
		if s, _ := p.told(t, o, ""); s.Status == "SUCCESS" || s.Subject != nil {
			t.Errorf("the old proof completes the new order with %s", next)
		}
	}
	if n := len(g.facts(t, "session.completed")); n != 0 {
		t.Errorf("%d sessions were completed", n)
	}
}

func TestACallbackOfTheBrowserIsSpentOnce(t *testing.T) {
	t.Parallel()
	g := open(t)
	p, b := g.shop(t), g.browser(t)
	o, other := p.hosts(t, redirected(`"mitid"`)), p.hosts(t, redirected(`"mitid"`))
	b.begins(t, o)
	b.begins(t, other)
	back := b.approves(t, o, "mette")
	for range 3 {
		if to := b.get(t, back).header.Get("Location"); !strings.HasPrefix(to, done+"?sessionId="+o.ID) {
			t.Error("the browser is not sent on")
		}
	}
	b.get(t, strings.Replace(back, o.ticket(), other.ticket(), 1))
	for _, twisted := range []string{back + "&state=" + o.ticket(), strings.Replace(back, "/simulator?", "/criipto?", 1), strings.Replace(back, "/simulator?", "/signicat?", 1)} {
		if a := send(t, http.MethodGet, twisted, "", "Accept", "text/html"); a.status < 400 || a.status >= 500 {
			t.Errorf("a twisted return is answered with %d", a.status)
		}
	}
	p.stands(t, o, "SUCCESS")
	if s, _ := p.told(t, other, ""); s.Status == "SUCCESS" || s.Subject != nil {
		t.Error("an old proof completes another session")
	}
	if n := len(g.facts(t, "session.completed")); n != 1 {
		t.Errorf("%d sessions were completed", n)
	}
}

func TestAPersonWhoBeginsAgainAndAgainIsStopped(t *testing.T) {
	t.Parallel()
	g := open(t)
	p, b := g.shop(t), g.browser(t)
	o := p.hosts(t, redirected(`"mitid","nbid"`))
	orders := 0
	for range 200 {
		begun := b.posts(t, o.URL+"/begin", url.Values{"eid": {"dk.mitid"}})
		if begun.status != http.StatusSeeOther {
			break
		}
		orders++
		if a := b.posts(t, o.URL+"/reconsider", nil); a.status == http.StatusConflict && a.code == "session_begun_too_often" {
			break
		} else if a.status != http.StatusSeeOther {
			t.Fatalf("another try is answered with %d %s", a.status, a.code)
		}
	}
	if orders < 10 || orders > 60 {
		t.Errorf("one session places %d orders", orders)
	}
	if n := len(g.waiting(t)); n > 1 {
		t.Errorf("%d orders of one session wait at the provider", n)
	}
	p.stands(t, o, "WAITING_FOR_USER") // the last one can still be approved
	b.get(t, b.approves(t, o, "mette"))
	p.stands(t, o, "SUCCESS")
}
