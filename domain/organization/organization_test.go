package organization_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/eidgate/eidgate/domain/organization"
)

var now = time.Date(2026, 6, 15, 12, 0, 0, 0, time.UTC)

func TestAnOrganizationsDomainIsItsNameInPlainLetters(t *testing.T) {
	for name, want := range map[string]string{
		"Demo AB": "demo-ab", "Försäkringsbolaget Örn & Co.": "forsakringsbolaget-orn-co", "  Æble  A/S ": "aeble-a-s", "x": "x", "--a--b--": "a-b",
	} {
		o, facts, err := organization.Found(organization.Founding{ID: "id", Name: name, Hosts: []string{"Login.Example.COM"}}, now)
		if err != nil || o.Domain != want || len(facts) != 1 || o.Hosts[0] != "login.example.com" {
			t.Errorf("%q: got %q %v %v", name, o.Domain, o.Hosts, err)
		}
	}
}

func TestANameWithoutLettersOrAHostThatIsNoneIsRefused(t *testing.T) {
	for _, name := range []string{"", "  ", "***", "漢字", strings.Repeat("a", 201)} {
		if _, _, err := organization.Found(organization.Founding{ID: "id", Name: name}, now); !errors.Is(err, organization.ErrName) {
			t.Errorf("%q: got %v", name, err)
		}
	}
	for _, host := range []string{"", "https://x.se", "x.se:443", "x.se/y", "-x.se", "x..se", "ex ample.se"} {
		if _, _, err := organization.Found(organization.Founding{ID: "id", Name: "Name", Hosts: []string{host}}, now); !errors.Is(err, organization.ErrHost) {
			t.Errorf("%q: got %v", host, err)
		}
	}
}

func TestRedirectAddressesAreComparedByteForByte(t *testing.T) {
	const registered = "https://app.example.com/eid/callback"
	a := organization.Addresses{Redirect: []string{registered}}
	if !a.AllowsRedirect(registered) {
		t.Error("the registered address is refused")
	}
	for _, other := range []string{
		"", registered + "/", registered + "?x=1", registered + "#", registered + "%2f", strings.ToUpper(registered), "http://app.example.com/eid/callback",
		"https://app.example.com:443/eid/callback", "https://app.example.com.evil.example/eid/callback", "https://app.example.com/eid/../eid/callback",
		"https://user@app.example.com/eid/callback", "//app.example.com/eid/callback", "https:/app.example.com/eid/callback",
		"https://app.example.com\\@evil.example/eid/callback", "javascript:alert(1)", registered + " ", "\t" + registered, "https://app.example.com/eid/Callback",
		"http://127.0.0.1:9000/x",
	} {
		if a.AllowsRedirect(other) {
			t.Errorf("%q is let through", other)
		}
	}
}

func TestAnyLoopbackMeansLoopbackAndNothingThatLooksLikeIt(t *testing.T) {
	a := organization.Addresses{AnyLoopback: true}
	for _, good := range []string{"http://127.0.0.1:3000/cb", "http://localhost/cb", "https://[::1]:8443/x", "http://127.1.2.3/"} {
		if !a.AllowsRedirect(good) {
			t.Errorf("%q is refused", good)
		}
	}
	for _, bad := range []string{
		"http://127.0.0.1.evil.example/", "http://localhost.evil.example/", "http://evil.example/?127.0.0.1", "http://127.0.0.1@evil.example/",
		"http://evil.example#@127.0.0.1/", "http://0x7f000001/", "http://2130706433/", "http://10.0.0.1/", "ftp://127.0.0.1/", "http://127.0.0.1\\evil.example/",
	} {
		if a.AllowsRedirect(bad) {
			t.Errorf("%q is let through", bad)
		}
	}
}

func TestAClientsSecretIsKeptAsAHash(t *testing.T) {
	c := organization.Client{Secret: organization.HashSecret("s3cret")}
	if !c.Secret.Matches("s3cret") || c.Secret.Matches("s3cres") || c.Secret.Matches("") || (organization.Client{}).Secret.Matches("") {
		t.Error("the comparison is wrong")
	}
}

func TestEnrollingRefusesWhatIsNoClient(t *testing.T) {
	good := organization.Client{ID: "c", Scope: organization.Scope{Organization: "o", Environment: organization.Sandbox}, Kind: organization.KindSSO, Identifier: "demo-sso"}
	if _, facts, err := organization.Enrol(good, now); err != nil || len(facts) != 1 {
		t.Fatalf("%v %v", facts, err)
	}
	for want, change := range map[error]func(*organization.Client){
		organization.ErrClientKind:  func(c *organization.Client) { c.Kind = "api" },
		organization.ErrEnvironment: func(c *organization.Client) { c.Scope.Environment = "staging" },
		organization.ErrIdentifier:  func(c *organization.Client) { c.Identifier = "with:colon" },
		organization.ErrAddress:     func(c *organization.Client) { c.Addresses.Redirect = []string{"http://example.com/"} },
	} {
		c := good
		change(&c)
		if _, _, err := organization.Enrol(c, now); !errors.Is(err, want) {
			t.Errorf("got %v, want %v", err, want)
		}
	}
}

func TestRevokingTwiceTellsOnce(t *testing.T) {
	c, facts := organization.Client{ID: "c"}.Revoke(now)
	_, again := c.Revoke(now.Add(time.Hour))
	if !c.Revoked() || len(facts) != 1 || len(again) != 0 {
		t.Errorf("%v %v %v", c.Revoked(), facts, again)
	}
}
