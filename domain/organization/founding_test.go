package organization_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/eidgate/eidgate/domain/audit"
	"github.com/eidgate/eidgate/domain/organization"
)

func TestTheSlugsOfTheSpecificationsExamplesComeOut(t *testing.T) {
	for name, want := range map[string]string{
		"Awesome company": "awesome-company", "B'Oréal": "b-oreal", "Barker Inc": "barker-inc", "Drag'n Survey": "drag-n-survey", "3 belges": "3-belges",
		"thibaud-java": "thibaud-java", "Ærø Þór & Søn": "aero-thor-son", "a" + strings.Repeat("b", 80): "a" + strings.Repeat("b", 57), strings.Repeat("ab ", 40): strings.TrimSuffix(strings.Repeat("ab-", 20)[:58], "-"),
		"../../etc/passwd": "etc-passwd", "a\u200bb": "a-b", "ＡＢ": "",
	} {
		if got := organization.Slug(name); got != want {
			t.Errorf("%q: got %q, want %q", name, got, want)
		}
	}
}

func TestARootManagesItselfAndTheOthersAreManagedByTheirRoot(t *testing.T) {
	root, facts, err := organization.Found(organization.Founding{ID: "r", Name: "Root AB"}, now)
	if err != nil || root.Root != "r" || !root.IsRoot() || facts[0].Environment != "production" || facts[0].Actor != audit.System {
		t.Errorf("got %+v, %+v, %v", root, facts, err)
	}
	o, facts, err := organization.Found(organization.Founding{
		ID: "o", Root: "r", Name: " Acme AB ", By: by, Details: organization.Details{Country: " se ", Locality: " Umeå "},
	}, now)
	if err != nil || o.Root != "r" || o.IsRoot() || o.Name != "Acme AB" || o.Domain != "acme-ab" || o.Details != (organization.Details{Country: "SE", Locality: "Umeå"}) || o.Demo {
		t.Errorf("got %+v, %v", o, err)
	}
	if len(facts) != 1 || facts[0].Kind != audit.OrganizationFounded || facts[0].Subject != "organization/o" || facts[0].Organization != "o" || facts[0].Environment != "sandbox" || facts[0].Actor != "client/c" {
		t.Errorf("told %+v", facts)
	}
}

func TestWhatAnOrganizationSaysOfItselfIsHeldAgainstItsRules(t *testing.T) {
	for _, bad := range addressesOfNothing {
		_, _, err := organization.Found(organization.Founding{ID: "o", Name: "Acme", Details: organization.Details{PrivacyPolicyURL: bad, TermsOfServiceURL: bad}}, now)
		blames(t, bad, err, organization.ErrDetails, "privacy_policy_url", "terms_of_service_url")
	}
	_, _, err := organization.Found(organization.Founding{ID: "o", Name: "Acme", Details: organization.Details{Locality: "a\x00", State: strings.Repeat("a", 201), Country: "Sweden"}}, now)
	blames(t, "places", err, organization.ErrDetails, "locality", "state", "country")
}

func TestAnOrganizationsDomainOutlivesItsName(t *testing.T) {
	o, _, err := organization.Found(organization.Founding{ID: "o", Root: "r", Name: "Acme AB", Details: organization.Details{State: "Skåne"}}, now)
	if err != nil {
		t.Fatal(err)
	}
	text := func(s string) *string { return &s }
	next, facts, err := o.Change(organization.Change{Name: text("Other"), Country: text("no"), State: text("")}, by, now.Add(time.Hour))
	if err != nil || next.Domain != "acme-ab" || next.Name != "Other" || next.Details != (organization.Details{Country: "NO"}) || next.UpdatedAt != now.Add(time.Hour) || next.CreatedAt != now {
		t.Errorf("got %+v, %v", next, err)
	}
	if len(facts) != 1 || facts[0].Kind != audit.OrganizationUpdated || facts[0].Sequence != 2 || facts[0].Environment != "sandbox" {
		t.Errorf("told %+v", facts)
	}
	for name, c := range map[string]organization.Change{"nothing": {}, "the same": {Name: text(" Acme AB "), State: text("Skåne")}} {
		if same, facts, err := o.Change(c, by, now.Add(time.Hour)); err != nil || len(facts) != 0 || same.UpdatedAt != now {
			t.Errorf("%s changed something: %v", name, err)
		}
	}
	for name, c := range map[string]struct {
		change organization.Change
		want   error
	}{
		"no name":             {organization.Change{Name: text("")}, organization.ErrName},
		"a name of signs":     {organization.Change{Name: text("***")}, organization.ErrName},
		"a name of two lines": {organization.Change{Name: text("a\nBcc: b")}, organization.ErrName},
		"a script":            {organization.Change{PrivacyPolicyURL: text("javascript:alert(1)")}, organization.ErrDetails},
	} {
		if _, facts, err := o.Change(c.change, by, now); !errors.Is(err, c.want) || len(facts) != 0 {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

func TestANamesakeIsToldApartByFourLettersThatFitIntoALabel(t *testing.T) {
	o, _, err := organization.Found(organization.Founding{ID: "o", Name: strings.Repeat("a", 100)}, now)
	if err != nil {
		t.Fatal(err)
	}
	if beside := o.Beside("XyZ9more"); beside.Domain != o.Domain+"-xyz9" || len(beside.Domain) > 63 || beside.Name != o.Name {
		t.Errorf("it is called %q", beside.Domain)
	}
}
