package acceptance

import (
	"html"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/eidgate/eidgate/domain/audit"
	"github.com/eidgate/eidgate/domain/eid"
)

// behind starts two gateways by one clock: the eIDs of the first are those of the second, whose session API it talks to.
func behind(t *testing.T) (front, back *Gateway) {
	t.Helper()
	door := func(g *Gateway) Door { return inProcess{g} }
	back = open(t, "sqlite:"+t.TempDir()+"/back.db", door)
	const prefix = "EIDGATE_PROVIDERS_SIGNICAT_"
	settings := []string{
		prefix + "BASE_URL=" + back.base + "/auth/rest", prefix + "TOKEN_URL=" + back.base + "/auth/open/connect/token", prefix + "CLIENT_ID=demo-session",
		prefix + "CLIENT_SECRET=demo-session-secret", prefix + "ACCOUNT_ID=" + back.account(), prefix + "TIMEOUT=7s",
	}
	for _, e := range []string{"SE_BANKID", "SE_FREJA", "NO_BANKID", "NO_VIPPS", "DK_MITID", "FI_FTN"} {
		settings = append(settings, "EIDGATE_ROUTES_"+e+"=signicat")
	}
	front = openAt(t, back.Clock, "sqlite:"+t.TempDir()+"/front.db", door, settings...)
	front.operations = newSessionsOverHTTP(front)
	return front, back
}

// surfer is a person's browser.
type surfer struct{ client *http.Client }

func newSurfer(t *testing.T) surfer {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return surfer{&http.Client{Jar: jar, Timeout: 20 * time.Second, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

// visit opens an address and goes wherever that leads, until there is a page, or the organization's own site.
func (s surfer) visit(t *testing.T, method, address string) (page, at string) {
	t.Helper()
	for range 10 {
		if strings.HasPrefix(address, done) {
			return "", address
		}
		request, err := http.NewRequestWithContext(t.Context(), method, address, nil)
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Accept", "text/html")
		response, err := s.client.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(response.Body)
		if _ = response.Body.Close(); err != nil {
			t.Fatal(err)
		}
		location := response.Header.Get("Location")
		if location == "" {
			if response.StatusCode != http.StatusOK {
				t.Fatalf("%s %s is answered with %d", method, parsed(t, address).Path[:3], response.StatusCode)
			}
			return string(content), address
		}
		next, err := parsed(t, address).Parse(location)
		if err != nil {
			t.Fatal(err)
		}
		method, address = http.MethodGet, next.String()
	}
	t.Fatal("the browser is sent from one page to the next, and never comes to one that stays")
	return "", ""
}

var link = regexp.MustCompile(`href="([^"]+)"`)

// onward is where a page leads that begins like that.
func onward(t *testing.T, page, prefix string) string {
	t.Helper()
	for _, found := range link.FindAllStringSubmatch(page, -1) {
		if address := html.UnescapeString(found[1]); strings.HasPrefix(address, prefix) {
			return address
		}
	}
	t.Fatal("the page does not lead on")
	return ""
}

// through takes the browser from the first gateway's page over the second one's to the eID, where the person approves or
// says no, and gives where it comes out.
func (s surfer) through(t *testing.T, front, back *Gateway, address, person string) string {
	t.Helper()
	page, _ := s.visit(t, http.MethodPost, address+"/begin")
	theirs := onward(t, page, back.base+"/s/")
	page, _ = s.visit(t, http.MethodPost, theirs+"/begin")
	scheme := onward(t, page, back.base+"/simulator/oauth2/authorize")
	s.visit(t, http.MethodGet, scheme)
	order := back.people.Waiting()[0].ID
	err := error(nil)
	if person == "" {
		err = back.people.Reject(t.Context(), order)
	} else {
		err = back.people.Approve(t.Context(), order, person)
	}
	if err != nil {
		t.Fatal(err)
	}
	page, at := s.visit(t, http.MethodGet, scheme)
	for _, next := range []string{front.base + "/callback/signicat?", done} { // a no is said on a page, from which the person goes on
		if page != "" {
			page, at = s.visit(t, http.MethodGet, onward(t, page, next))
		}
	}
	return at
}

// TestAGatewayStandsBehindAnother holds the session API and the adapter for the broker whose API it is against each
// other: over a real connection, and with a browser that passes both gateways' pages.
func TestAGatewayStandsBehindAnother(t *testing.T) {
	t.Parallel()
	front, back := behind(t)
	d := hostedAt(front)
	t.Run("on the page, with all that the Finnish Trust Network tells encrypted twice", func(t *testing.T) {
		body := redirected(eid.FIFTN)
		seal(t, body)
		s := created(t, d, body)
		at := newSurfer(t).through(t, front, back, s.AuthenticationURL, "aino")
		end := endsAs(t, d, s, "SUCCESS")
		if end.Provider != "ftn" || end.Subject.NIN.Value != back.NumberOf(t, "aino") || end.Subject.Name == "" {
			t.Error("somebody else was identified")
		}
		arrives(t, at, ifDone, s)
	})
	t.Run("on the page, by everybody else", func(t *testing.T) {
		for _, e := range []eid.EID{eid.NOBankID, eid.DKMitID} {
			s := created(t, d, redirected(e))
			at := newSurfer(t).through(t, front, back, s.AuthenticationURL, named[e])
			if end := endsAs(t, d, s, "SUCCESS"); end.Provider != providers[e] || end.Subject.NIN.Value != back.NumberOf(t, named[e]) {
				t.Errorf("%s: somebody else was identified", e)
			}
			arrives(t, at, ifDone, s)
		}
	})
	t.Run("a person's no", func(t *testing.T) {
		s := created(t, d, redirected(eid.DKMitID))
		at := newSurfer(t).through(t, front, back, s.AuthenticationURL, "")
		endsAs(t, d, s, "ABORT")
		arrives(t, at, ifAborted, s)
	})
	t.Run("in the app, with a code that changes", func(t *testing.T) {
		b := begin(t, front, auth())
		first := b.QR
		front.during(t, "the code changes", func() bool {
			s, outcome := d.Get(t, b.Session)
			outcome.OK(t)
			if s.IDPData["autoStartToken"] != b.AppToken {
				t.Fatal("the app is opened otherwise now")
			}
			return s.IDPData["qrData"] != "" && s.IDPData["qrData"] != first
		})
		if err := back.people.Approve(t.Context(), b.AppToken, "anna"); err != nil {
			t.Fatal(err)
		}
		if p := front.Outcome(t, b); p.State != Done || p.Seen.SSN != back.NumberOf(t, "anna") {
			t.Errorf("%s %s, or somebody else", p.State, p.Why)
		}
	})
	t.Run("in the app, a person's no", func(t *testing.T) {
		b := begin(t, front, auth())
		if err := back.people.Reject(t.Context(), b.AppToken); err != nil {
			t.Fatal(err)
		}
		if p := front.Outcome(t, b); p.State != Over || p.Why != "CANCELLED" {
			t.Errorf("%s %s", p.State, p.Why)
		}
	})
	t.Run("taken back", func(t *testing.T) {
		b := begin(t, front, auth())
		before := len(back.Facts(t, audit.SessionRefused))
		front.operations.Cancel(t, b).OK(t)
		front.during(t, "the session behind is taken back, too", func() bool {
			facts := back.Facts(t, audit.SessionRefused)
			return len(facts) == before+1 && facts[before].Details["reason"] == eid.ReasonCancelled
		})
		if err := back.people.Approve(t.Context(), b.AppToken, "anna"); err == nil {
			t.Error("a person can still approve what was taken back")
		}
	})
}

// endsAs follows a session to its end.
func endsAs(t *testing.T, d sessionsOverHTTP, s HostedSession, status string) (end HostedSession) {
	t.Helper()
	d.g.during(t, "the session ends", func() bool {
		var outcome Outcome
		end, outcome = d.Get(t, s.ID)
		outcome.OK(t)
		return end.progress().State != Waiting
	})
	if end.Status != status {
		t.Fatalf("ended %s %s %s, want %s", end.Status, end.Error.Code, end.Error.Detail, status)
	}
	return end
}

// arrives holds where the browser came out against one of the three addresses.
func arrives(t *testing.T, at, address string, s HostedSession) {
	t.Helper()
	base, had, _ := strings.Cut(address, "?")
	want := url.Values{"sessionId": {s.ID}, "externalReference": {"order 7"}}
	for name, values := range parsed(t, "?"+had).Query() {
		want[name] = values
	}
	if back := parsed(t, at); !strings.HasPrefix(at, base+"?") || back.Query().Encode() != want.Encode() {
		t.Errorf("the browser goes to another address than %s, or with another query", base)
	}
}
