package attacks

import (
	"html"
	"net/http"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/test/clock"
	"github.com/eidgate/eidgate/test/standin/bankid"
)

// atBankID is a gateway whose Swedish BankID is the stand-in for the real one, which keeps the real one's time.
func atBankID(t *testing.T) (*gateway, *bankid.Service) {
	t.Helper()
	c := &clock.Running{}
	bank := bankid.New(t, bankid.Config{Now: c.Now})
	folder := t.TempDir()
	bank.Authority.PEM(t, folder, bank.RelyingParty(t))
	return openWith(t, c,
		"EIDGATE_PROVIDERS_BANKID_BASE_URL="+bank.URL+bankid.Base, "EIDGATE_PROVIDERS_BANKID_CERTIFICATE="+filepath.Join(folder, "certificate.pem"),
		"EIDGATE_PROVIDERS_BANKID_KEY="+filepath.Join(folder, "key.pem"), "EIDGATE_PROVIDERS_BANKID_CA="+filepath.Join(folder, "ca.pem"),
		"EIDGATE_ROUTES_SE_BANKID=bankid"), bank
}

// code is the text of the code that the caller of an operation shows after so long.
func (b began) code(since time.Duration) string {
	began := time.Unix(0, 0)
	return eid.AnimatedQR{Token: b.QRStartToken, Secret: b.QRStartSecret, Start: began}.At(began.Add(since))
}

func TestACodeThatIsRelayedLateOpensNothing(t *testing.T) {
	t.Parallel()
	g, bank := atBankID(t)
	o := g.demo().start(t, "bankid-se/auth", `{}`)
	shot := o.code(0) // the attacker's picture of the first code
	for _, late := range []time.Duration{6 * time.Second, 15 * time.Second} {
		g.clock.Advance(late)
		if _, err := bank.Scan(shot); err == nil {
			t.Errorf("a picture works %v later", late)
		}
	}
	// Without the secret nobody makes the code of another second out of it.
	parts := strings.Split(shot, ".")
	for _, forged := range []string{
		strings.Join([]string{parts[0], parts[1], "21", parts[3]}, "."), strings.Join([]string{parts[0], parts[1], "21", ""}, "."),
		eid.AnimatedQR{Token: o.QRStartToken, Secret: o.QRStartToken, Start: time.Unix(0, 0)}.At(time.Unix(21, 0)),
		eid.AnimatedQR{Token: o.AutoStartToken, Secret: o.QRStartSecret, Start: time.Unix(0, 0)}.At(time.Unix(21, 0)),
	} {
		if _, err := bank.Scan(forged); err == nil {
			t.Error("a forged code works")
		}
	}
	o.is(t, "PENDING")
	// An order that an app has taken is no order for another app, however fresh the code.
	var fresh began
	var phone *bankid.Phone
	var err error
	for range 10 { // a busy machine may be late, too
		fresh = g.demo().start(t, "bankid-se/auth", `{}`)
		if phone, err = bank.Scan(fresh.code(0)); err == nil {
			break
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	phone.Decline()
	if _, err := bank.Scan(fresh.code(time.Second)); err == nil {
		t.Error("the code of an order that is over works")
	}
}

var launch = regexp.MustCompile(`(?:bankid:///|https://app\.bankid\.com/)\?autostarttoken=([^&"]+)`)

func TestALinkToTheAppThatAVictimFollowsTellsItsSenderNothing(t *testing.T) {
	t.Parallel()
	g, bank := atBankID(t)
	attacker, victim := g.browser(t), g.browser(t)
	o := g.demo().adult(t)
	attacker.begins(t, o)
	link := launch.FindStringSubmatch(html.UnescapeString(attacker.get(t, o.URL).text()))
	if link == nil {
		t.Fatal("the page has no link to the app")
	}
	token, err := url.QueryUnescape(link[1])
	if err != nil {
		t.Fatal(err)
	}
	phone, err := bank.Open(token)
	if err != nil {
		t.Fatal(err)
	}
	phone.Approve(bankid.People[0])
	forbidden(t, "the victim, on the page that the app might lead to", victim.get(t, o.URL))
	s := o.ends(t)
	if s.Status != "COMPLETED" || s.SSN != "" || s.Name != "" {
		t.Errorf("the proof is %s, and says more than yes or no", s.Status)
	}
	attacker.get(t, o.URL)
	attacker.get(t, o.URL+"/state")
	p := bankid.People[0]
	for _, secret := range []string{p.Number, p.GivenName, p.Surname} {
		if strings.Contains(attacker.seen.String(), secret) {
			t.Error("the attacker's browser was told who it was")
		}
	}
}

func TestTheSecretOfACodeReachesNoBrowserThatWeServe(t *testing.T) {
	t.Parallel()
	for name, start := range map[string]func(t *testing.T) (*gateway, func(g *gateway, o began), func() string){
		"simulated": func(t *testing.T) (*gateway, func(*gateway, began), func() string) {
			return open(t), func(g *gateway, o began) { g.approve(t, o.ID, "anna") }, nil
		},
		"at BankID": func(t *testing.T) (*gateway, func(*gateway, began), func() string) {
			g, bank := atBankID(t)
			var secret string
			bank.Twist(func(answer map[string]any) { secret, _ = answer["qrStartSecret"].(string) })
			return g, nil, func() string { return secret }
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g, approve, told := start(t)
			b := g.browser(t)
			o := g.demo().adult(t)
			b.get(t, o.URL)
			b.begins(t, o)
			codes := map[string]bool{}
			for range 6 {
				codes[b.get(t, o.URL+"/state", "Accept", "application/json").text()] = true
				b.get(t, o.URL)
				g.clock.Advance(time.Second)
			}
			if len(codes) < 5 {
				t.Fatalf("the page showed %d codes in 6 seconds", len(codes))
			}
			secret := ""
			if told != nil {
				secret = told()
			} else {
				secret = g.session(t, o).Challenge.Animated.Secret
				approve(g, o)
				o.ends(t)
			}
			b.visit(t, http.MethodPost, o.URL+"/cancel")
			b.get(t, o.URL)
			if secret == "" {
				t.Fatal("there is no secret to keep")
			}
			for _, spelling := range spellings(secret) {
				if strings.Contains(b.seen.String(), spelling) {
					t.Error("a browser was sent the secret")
				}
			}
		})
	}
}
