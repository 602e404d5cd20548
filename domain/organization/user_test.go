package organization_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/eidgate/eidgate/domain/audit"
	"github.com/eidgate/eidgate/domain/fault"
	"github.com/eidgate/eidgate/domain/organization"
)

var (
	by    = organization.By{Actor: "client/c", Environment: organization.Sandbox}
	whole = organization.Profile{
		Email: "Anna@Acme.example", GivenName: "Anna", FamilyName: "Andersson", Nickname: "A", Gender: "female", Birthdate: "1990-01-01",
		Phone: "+46 (70) 123-45.67", Picture: "https://a.example/p.png", Page: "http://a.example/anna", Website: "https://a.example/",
		Zone: "Europe/Stockholm", Locale: "sv-SE",
		Address: organization.Address{Country: "SE", Formatted: "Storgatan 1\n903 26 Umeå", Locality: "Umeå", PostalCode: "903 26", Region: "Västerbotten", Street: "Storgatan 1"},
	}
)

// blames wants a failure with exactly the given fields at fault.
func blames(t *testing.T, what string, err, want error, fields ...string) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("%.50q: got %v", what, err)
		return
	}
	var got []string
	for _, v := range fault.Of(err).Violations() {
		got = append(got, v.Field)
	}
	if fmt.Sprint(got) != fmt.Sprint(fields) {
		t.Errorf("%.50q: blamed %v, want %v", what, got, fields)
	}
}

func admit(p organization.Profile) (organization.User, []audit.Fact, error) {
	return organization.Admit(organization.Arrival{
		ID: "u", Scope: organization.Scope{Organization: "o", Environment: organization.Sandbox}, Colour: "#a1b2c3", Profile: p, By: by,
	}, now)
}

func TestAUserIsAdmittedWithAWholeProfileAndWithAnAddressAlone(t *testing.T) {
	u, facts, err := admit(whole)
	if err != nil || u.Profile != whole || u.CreatedAt != now || u.UpdatedAt != now || u.Version != 0 || u.Colour != "#a1b2c3" {
		t.Errorf("got %v", err)
	}
	if len(facts) != 1 || facts[0].Kind != audit.UserAdded || facts[0].Subject != "user/u" || facts[0].Sequence != 1 || facts[0].Details != nil ||
		facts[0].Organization != "o" || facts[0].Environment != "sandbox" || facts[0].Actor != "client/c" {
		t.Errorf("told %+v", facts)
	}
	if _, _, err := admit(organization.Profile{Email: "a@b.example"}); err != nil {
		t.Errorf("an address alone: %v", err)
	}
	u, _, err = admit(organization.Profile{Email: " a@b.example\t", Gender: " Female ", GivenName: " Anna ", Address: organization.Address{Country: " se "}})
	if err != nil || u.Profile.Email != "a@b.example" || u.Profile.Gender != "female" || u.Profile.GivenName != "Anna" || u.Profile.Address.Country != "SE" {
		t.Errorf("spaces around: %v", err)
	}
}

func TestEveryFieldOfAProfileIsHeldAgainstItsRule(t *testing.T) {
	long := strings.Repeat("a", 301)
	texts := []string{long, "a\x00b", "a\rb", "a\u202eb", "\xff"}
	for _, c := range []struct {
		field string
		set   func(p *organization.Profile, s string)
		bad   []string
		good  []string
	}{
		{"email", func(p *organization.Profile, s string) { p.Email = s },
			[]string{"", " ", "anna", "anna@", "@a.example", "a b@a.example", "a@a.example\nBcc: x@y.example", "Anna <a@a.example>", "a@a.example,b@b.example", "a@@a.example", strings.Repeat("a", 250) + "@a.example"},
			[]string{"a+b@a.example", "A.B@sub.a.example"}},
		{"gender", func(p *organization.Profile, s string) { p.Gender = s }, []string{"f", "other", "male;", "1"}, []string{"", "male", "FEMALE"}},
		{"birthdate", func(p *organization.Profile, s string) { p.Birthdate = s },
			[]string{"1990", "01/01/1990", "1990-02-30", "1849-12-31", "2026-06-17", "1990-01-01T00:00:00Z", "0000-01-01", "-1990-01-01"}, []string{"", "1850-01-01", "2026-06-15", "2024-02-29"}},
		{"phone_number", func(p *organization.Profile, s string) { p.Phone = s },
			[]string{"0701234567", "+0701234567", "+46", "+46701234567890123", "+46 70 abc", "tel:+46701234567", "+4670123456７", "++46701234567", strings.Repeat("(", 40) + "+46701234567"},
			[]string{"", "+1 202-555-0100", "+46.70.123.45.67"}},
		{"picture", func(p *organization.Profile, s string) { p.Picture = s }, addressesOfNothing, []string{"", "http://a.example", "https://a.example:8443/x?y=z#top"}},
		{"profile", func(p *organization.Profile, s string) { p.Page = s }, addressesOfNothing, []string{"", "https://a.example/x"}},
		{"website", func(p *organization.Profile, s string) { p.Website = s }, addressesOfNothing, []string{"", "https://a.example/x"}},
		{"zoneinfo", func(p *organization.Profile, s string) { p.Zone = s },
			[]string{"Local", "Nowhere/Town", "../../etc/passwd", "/etc/passwd", "Europe\\Stockholm", "+01:00", strings.Repeat("a", 65)}, []string{"", "UTC", "America/Argentina/Buenos_Aires"}},
		{"locale", func(p *organization.Profile, s string) { p.Locale = s }, []string{"s", "svenska", "sv-", "sv SE", "sv-SE-x-y-z-a-b", "sv-ÅÄ"}, []string{"", "sv", "fr_FR", "zh-Hant-TW"}},
		{"given_name", func(p *organization.Profile, s string) { p.GivenName = s }, texts, []string{"", "Åsa-Lena", "李"}},
		{"family_name", func(p *organization.Profile, s string) { p.FamilyName = s }, texts, []string{"", "O'Brien"}},
		{"nickname", func(p *organization.Profile, s string) { p.Nickname = s }, texts, []string{""}},
		{"address.country", func(p *organization.Profile, s string) { p.Address.Country = s }, []string{"S", "SWE", "S1", "Sverige", "ÅÄ"}, []string{"", "no"}},
		{"address.locality", func(p *organization.Profile, s string) { p.Address.Locality = s }, texts, []string{""}},
		{"address.postal_code", func(p *organization.Profile, s string) { p.Address.PostalCode = s }, texts, []string{""}},
		{"address.region", func(p *organization.Profile, s string) { p.Address.Region = s }, texts, []string{""}},
		{"address.street_address", func(p *organization.Profile, s string) { p.Address.Street = s }, texts, []string{""}},
		{"address.formatted", func(p *organization.Profile, s string) { p.Address.Formatted = s }, []string{long, "a\x00b", "a\tb", "\xff"}, []string{"", "a\r\nb\nc"}},
	} {
		for _, s := range c.bad {
			p := whole
			c.set(&p, s)
			_, facts, err := admit(p)
			blames(t, c.field+" "+s, err, organization.ErrUser, c.field)
			if len(facts) != 0 {
				t.Errorf("%s: a user that is none is told of", c.field)
			}
		}
		for _, s := range c.good {
			p := whole
			c.set(&p, s)
			if _, _, err := admit(p); err != nil {
				t.Errorf("%s %q: %v", c.field, s, err)
			}
		}
	}
}

// addressesOfNothing are texts that no browser should be sent to from a link.
var addressesOfNothing = []string{
	"a.example", "//a.example/", "javascript:alert(1)", "data:text/html,x", "ftp://a.example/", "https://", "https:///x", "https:a.example", "https://u:p@a.example/",
	"https://a.example/\nx", "https://a.example/ x", `https://a.example/"onload="x`, "https://a.example/<script>", `https://a.example\@b.example/`, "https://å.example/", "https://" + strings.Repeat("a", 2000),
}

func TestEveryFieldAtFaultIsNamedAtOnce(t *testing.T) {
	_, _, err := admit(organization.Profile{Gender: "x", Birthdate: "x", Address: organization.Address{Country: "x", Street: "a\x00b"}})
	blames(t, "many", err, organization.ErrUser, "email", "gender", "birthdate", "address.country", "address.street_address")
}

func TestAnUpdateChangesWhatItNamesAndNothingElse(t *testing.T) {
	u, _, err := admit(whole)
	if err != nil {
		t.Fatal(err)
	}
	u.Version = 7
	text := func(s string) *string { return &s }
	later := now.Add(time.Hour)
	next, facts, err := u.Update(organization.ProfileChange{Nickname: text(""), Address: &organization.AddressChange{Locality: text("Luleå"), Region: text("")}}, by, later)
	want := whole
	want.Nickname, want.Address.Locality, want.Address.Region = "", "Luleå", ""
	if err != nil || next.Profile != want || next.UpdatedAt != later || next.CreatedAt != now || next.Version != 7 || next.ID != u.ID || next.Colour != u.Colour {
		t.Errorf("got %v", err)
	}
	if len(facts) != 1 || facts[0].Kind != audit.UserUpdated || facts[0].Sequence != 2 || facts[0].Details != nil {
		t.Errorf("told %+v", facts)
	}
	for name, c := range map[string]organization.ProfileChange{"nothing": {}, "the same": {Email: text(" Anna@Acme.example "), Gender: text("FEMALE")}} {
		same, facts, err := u.Update(c, by, later)
		if err != nil || len(facts) != 0 || same.UpdatedAt != now || same.Sequence != u.Sequence {
			t.Errorf("%s changed something: %v", name, err)
		}
	}
	gone, _, err := u.Update(organization.ProfileChange{Address: &organization.AddressChange{Remove: true}}, by, later)
	if err != nil || !gone.Profile.Address.IsZero() {
		t.Errorf("the address stays: %v", err)
	}
	_, facts, err = u.Update(organization.ProfileChange{Email: text("")}, by, later)
	blames(t, "an update", err, organization.ErrUser, "email")
	if len(facts) != 0 || u.Profile != whole {
		t.Error("a refused update changed something")
	}
}

func TestDeletingAUserIsToldWithoutAWordAboutThem(t *testing.T) {
	u, _, err := admit(whole)
	if err != nil {
		t.Fatal(err)
	}
	facts := u.Delete(by, now)
	if len(facts) != 1 || facts[0].Kind != audit.UserDeleted || facts[0].Sequence != 2 || facts[0].Details != nil || facts[0].Subject != "user/u" {
		t.Errorf("told %+v", facts)
	}
}

func TestAnAddressThatWePutTogetherIsNotTakenForGivenWhenItComesBack(t *testing.T) {
	text := func(s string) *string { return &s }
	was := organization.Profile{Email: "a@b.example", Address: organization.Address{Street: "Storgatan 1", Locality: "Umeå"}}
	now := organization.ProfileChange{Address: &organization.AddressChange{Formatted: text(was.Address.Whole()), Locality: text("Luleå")}}.Of(was)
	if got := now.Address.Whole(); got != "Storgatan 1\nLuleå" {
		t.Errorf("got %q", got)
	}
	own := organization.ProfileChange{Address: &organization.AddressChange{Formatted: text("c/o Anna\nUmeå")}}.Of(was)
	if got := own.Address.Whole(); got != "c/o Anna\nUmeå" {
		t.Errorf("got %q", got)
	}
}

func TestAnAddressIsPutTogetherWhenItIsNotGivenWhole(t *testing.T) {
	for want, a := range map[string]organization.Address{
		"":                             {},
		"as given":                     {Formatted: "as given", Street: "Storgatan 1"},
		"Storgatan 1\n903 26 Umeå, SE": {Street: "Storgatan 1", PostalCode: "903 26", Locality: "Umeå", Country: "SE"},
		"Umeå":                         {Locality: "Umeå"},
		"SE":                           {Country: "SE", Region: "Västerbotten"},
	} {
		if got := a.Whole(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	if got := (organization.Profile{FamilyName: "Andersson"}).Name(); got != "Andersson" {
		t.Errorf("a name is %q", got)
	}
}
