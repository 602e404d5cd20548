package organization_test

import (
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/eidgate/eidgate/domain/audit"
	"github.com/eidgate/eidgate/domain/organization"
)

var sound = organization.ApplicationSettings{
	Name: "App", Description: "An app", Type: "react",
	RedirectURLs: []string{"https://app.example/back", "http://localhost:3000/back"}, LogoutURLs: []string{"https://app.example/bye"},
	CORSOrigins: []string{"https://app.example"}, WebOrigins: []string{"https://app.example", "http://localhost:3000"},
	DefaultAfterLogin: "http://localhost:3000/back", DefaultWebOrigin: "http://localhost:3000", OnlyDomain: "acme-ab",
}

func register(s organization.ApplicationSettings) (organization.Application, []audit.Fact, error) {
	return organization.Register("a", organization.Scope{Organization: "o", Environment: organization.Sandbox}, s, by, now)
}

func TestAnApplicationIsRegisteredAsItIsDescribed(t *testing.T) {
	s := sound
	s.Name, s.Type, s.LogoutURLs = " App ", " React ", []string{" https://app.example/bye ", "https://app.example/bye", ""}
	a, facts, err := register(s)
	if err != nil || a.Settings.Name != "App" || a.Settings.Type != "react" || !slices.Equal(a.Settings.LogoutURLs, sound.LogoutURLs) || a.CreatedAt != now || a.Deleted() {
		t.Errorf("got %+v, %v", a, err)
	}
	if len(facts) != 1 || facts[0].Kind != audit.ApplicationAdded || facts[0].Subject != "application/a" || facts[0].Details != nil || facts[0].Environment != "sandbox" {
		t.Errorf("told %+v", facts)
	}
	for _, kind := range organization.ApplicationTypes() {
		s := sound
		s.Type = kind
		if _, _, err := register(s); err != nil {
			t.Errorf("%s: %v", kind, err)
		}
	}
}

// nowhere are texts that nobody may be sent to, whatever the application is made with.
var nowhere = []string{
	"app.example/back", "//app.example/back", "/back", "https:app.example", "https://", "https:///back", "http://:80/",
	"javascript:alert(1)", "JavaScript://app.example/%0aalert(1)", "data:text/html,x", "vbscript:x", "file:///etc/passwd", "blob:https://a.example/1", "about:blank",
	"filesystem:https://a.example/1", "mailto:a@a.example", "ftp://app.example/", "ws://app.example/", "view-source://app.example/",
	"https://user@app.example/", "https://user:pw@app.example/", `https://app.example\@evil.example/`, "https://app.example/#part", "https://app.example/#",
	"https://app.example/a b", "https://app.example/\nx", "https://app.example/\x00", "https://app.example/å", `https://app.example/"x`, "https://app.example/<x>",
	"https://app.example/%zz", "https://app.example:port/", "https://[::1/", "https://" + strings.Repeat("a", 2000),
}

func TestPeopleAreSentToAddressesThatLeadSomewhere(t *testing.T) {
	for _, address := range nowhere {
		for field, set := range map[string]func(s *organization.ApplicationSettings){
			"allowed_redirect_urls": func(s *organization.ApplicationSettings) {
				s.RedirectURLs, s.DefaultAfterLogin = []string{"https://app.example/", address}, ""
			},
			"allowed_logout_urls": func(s *organization.ApplicationSettings) { s.LogoutURLs = []string{address} },
		} {
			for _, kind := range []string{"react", "ios"} {
				s := sound
				s.Type = kind
				set(&s)
				_, _, err := register(s)
				blames(t, address, err, organization.ErrApplication, field)
			}
		}
	}
	for address, only := range map[string]bool{"com.example.app:/back": true, "myapp://back": true, "https://app.example:8443/x?y=z": false, "http://127.0.0.1/": false, "https://app.example": false} {
		for _, kind := range []string{"android", "ios", "mobile", "react", "web"} {
			s := sound
			s.Type, s.RedirectURLs, s.DefaultAfterLogin = kind, []string{address}, address
			phone := kind == "android" || kind == "ios" || kind == "mobile"
			if _, _, err := register(s); (err == nil) != (phone || !only) {
				t.Errorf("%s for %s: %v", address, kind, err)
			}
		}
	}
}

func TestAnOriginIsSchemeHostAndPort(t *testing.T) {
	bad := append(slices.Clone(nowhere), "*", "null", "https://app.example/path", "https://app.example?x", "https://app.example/?", "https://app.example//", "myapp://back", "com.example.app:/")
	for _, origin := range bad {
		for field, set := range map[string]func(s *organization.ApplicationSettings){
			"allowed_origins_cors": func(s *organization.ApplicationSettings) { s.CORSOrigins = []string{origin} },
			"allowed_web_origins":  func(s *organization.ApplicationSettings) { s.WebOrigins, s.DefaultWebOrigin = []string{origin}, "" },
		} {
			s := sound
			s.Type = "ios"
			set(&s)
			_, _, err := register(s)
			blames(t, origin, err, organization.ErrApplication, field)
		}
	}
	for _, origin := range []string{"https://app.example", "https://app.example/", "http://localhost:3000", "https://[::1]:8443"} {
		s := sound
		s.CORSOrigins = []string{origin}
		if _, _, err := register(s); err != nil {
			t.Errorf("%s: %v", origin, err)
		}
	}
}

func TestTheOtherSettingsAreHeldAgainstTheirRules(t *testing.T) {
	many := func(n int) (list []string) {
		for i := range n {
			list = append(list, "https://app.example/"+strconv.Itoa(i))
		}
		return list
	}
	for what, c := range map[string]struct {
		set   func(s *organization.ApplicationSettings)
		field string // "" for none at fault
	}{
		"no name":                        {func(s *organization.ApplicationSettings) { s.Name = " " }, "name"},
		"a long name":                    {func(s *organization.ApplicationSettings) { s.Name = strings.Repeat("a", 201) }, "name"},
		"a name of two lines":            {func(s *organization.ApplicationSettings) { s.Name = "a\nb" }, "name"},
		"a long description":             {func(s *organization.ApplicationSettings) { s.Description = strings.Repeat("a", 1001) }, "description"},
		"no type":                        {func(s *organization.ApplicationSettings) { s.Type = "" }, "application_type"},
		"an unknown type":                {func(s *organization.ApplicationSettings) { s.Type = "cobol" }, "application_type"},
		"nowhere to go":                  {func(s *organization.ApplicationSettings) { s.RedirectURLs, s.DefaultAfterLogin = nil, "" }, "allowed_redirect_urls"},
		"nowhere to go afterwards":       {func(s *organization.ApplicationSettings) { s.LogoutURLs = []string{" "} }, "allowed_logout_urls"},
		"no origin":                      {func(s *organization.ApplicationSettings) { s.CORSOrigins = nil }, "allowed_origins_cors"},
		"no origin of pages":             {func(s *organization.ApplicationSettings) { s.WebOrigins, s.DefaultWebOrigin = nil, "" }, "allowed_web_origins"},
		"fifty addresses":                {func(s *organization.ApplicationSettings) { s.LogoutURLs = many(50) }, ""},
		"more than fifty":                {func(s *organization.ApplicationSettings) { s.LogoutURLs = many(51) }, "allowed_logout_urls"},
		"a default that is not allowed":  {func(s *organization.ApplicationSettings) { s.DefaultAfterLogin = "https://app.example/back/" }, "default_redirect_uri_after_login"},
		"a default way out, not allowed": {func(s *organization.ApplicationSettings) { s.DefaultAfterLogout = "https://app.example" }, "default_redirect_uri_after_logout"},
		"a default origin, not allowed":  {func(s *organization.ApplicationSettings) { s.DefaultCORSOrigin = "https://app.example/" }, "default_origin_cors"},
		"a default page, not allowed":    {func(s *organization.ApplicationSettings) { s.DefaultWebOrigin = "https://other.example" }, "default_web_origin"},
		"a domain that is none":          {func(s *organization.ApplicationSettings) { s.OnlyDomain = "Acme AB" }, "organization_domain_scope"},
		"another domain that is none":    {func(s *organization.ApplicationSettings) { s.OnlyDomain = "-acme" }, "organization_domain_scope"},
		"everybody's":                    {func(s *organization.ApplicationSettings) { s.OnlyDomain = "" }, ""},
	} {
		s := sound
		c.set(&s)
		_, _, err := register(s)
		if c.field == "" {
			if err != nil {
				t.Errorf("%s: %v", what, err)
			}
			continue
		}
		blames(t, what, err, organization.ErrApplication, c.field)
	}
}

func TestAnApplicationIsChangedOnceAndForgottenButForItsName(t *testing.T) {
	a, _, err := register(sound)
	if err != nil {
		t.Fatal(err)
	}
	same := sound
	same.RedirectURLs = slices.Clone(sound.RedirectURLs)
	if next, facts, err := a.Update(same, by, now.Add(time.Hour)); err != nil || len(facts) != 0 || next.UpdatedAt != now {
		t.Errorf("nothing was changed, and it is told: %v", err)
	}
	other := sound
	other.Name = "Other"
	next, facts, err := a.Update(other, by, now.Add(time.Hour))
	if err != nil || next.Settings.Name != "Other" || next.UpdatedAt != now.Add(time.Hour) || next.CreatedAt != now || len(facts) != 1 || facts[0].Kind != audit.ApplicationUpdated || facts[0].Sequence != 2 {
		t.Errorf("got %+v, %+v, %v", next, facts, err)
	}
	gone, facts := next.Delete(by, now.Add(2*time.Hour))
	if !gone.Deleted() || gone.Settings.Name != "" || gone.Settings.RedirectURLs != nil || gone.ID != "a" || len(facts) != 1 || facts[0].Kind != audit.ApplicationDeleted || facts[0].Sequence != 3 {
		t.Errorf("kept %+v, told %+v", gone, facts)
	}
}

func TestPeopleLandAtTheDefaultOrTheFirstAddressAndNowhereElse(t *testing.T) {
	a, _, err := register(sound)
	if err != nil {
		t.Fatal(err)
	}
	if a.Landing() != "http://localhost:3000/back" || a.Audience() != "https://app.example" {
		t.Errorf("they land at %s, and tokens are for %s", a.Landing(), a.Audience())
	}
	a.Settings.DefaultAfterLogin, a.Settings.DefaultCORSOrigin = "", "https://default.example"
	if a.Landing() != "https://app.example/back" || a.Audience() != "https://default.example" {
		t.Errorf("they land at %s, and tokens are for %s", a.Landing(), a.Audience())
	}
	for address, want := range map[string]bool{
		"https://app.example/back": true, "https://app.example/back/": false, "https://app.example/back?x": false, "HTTPS://app.example/back": false, "": false,
	} {
		if a.Allows(address) != want {
			t.Errorf("%q: %v", address, !want)
		}
	}
	if none := (organization.Application{}); none.Landing() != "" || none.Audience() != "" {
		t.Error("an application without addresses leads somewhere")
	}
}
