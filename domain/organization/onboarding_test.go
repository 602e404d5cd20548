package organization_test

import (
	"errors"
	"maps"
	"slices"
	"testing"

	"github.com/eidgate/eidgate/domain/audit"
	"github.com/eidgate/eidgate/domain/organization"
)

const administrator = "it@acme.example"

// onboarded is a connection whose administrator has not come yet.
func onboarded(t *testing.T) organization.Connection {
	t.Helper()
	c, facts, err := connected(t).Invite("ob", " "+administrator+" ", "", asker, connectedAt)
	if err != nil || !slices.Equal(kinds(facts), []string{audit.OnboardingAdded}) {
		t.Fatalf("told %v: %v", kinds(facts), err)
	}
	return c
}

func TestAnOnboardingBeginsWithAnAddressAndNothingElse(t *testing.T) {
	c := onboarded(t)
	want := organization.Onboarding{ID: "ob", Email: administrator, State: organization.NotInitialized, CreatedAt: connectedAt, UpdatedAt: connectedAt}
	if *c.Onboarding != want {
		t.Errorf("made %+v", *c.Onboarding)
	}
	chosen, _, err := connected(t).Invite("ob", administrator, organization.ProviderOkta, asker, connectedAt)
	if err != nil || chosen.Onboarding.State != organization.NotInitialized || chosen.Onboarding.Provider != organization.ProviderOkta || chosen.Provider != organization.ProviderOkta {
		t.Errorf("chosen beforehand: %+v: %v", chosen.Onboarding, err)
	}
	if _, _, err := c.Invite("ob2", administrator, "", asker, later); !errors.Is(err, organization.ErrOnboardingThere) {
		t.Errorf("a second one: %v", err)
	}
	for _, email := range []string{"", "nobody", "a b@acme.example", "it@acme.example\nBcc: all@acme.example", "it@acme.example,other@acme.example", "It <it@acme.example>"} {
		if _, _, err := connected(t).Invite("ob", email, "", asker, later); !errors.Is(err, organization.ErrOnboarding) || !slices.Equal(blamed(err), []string{"sso_admin_email"}) {
			t.Errorf("an address that is none: %v, blamed %v", err, blamed(err))
		}
	}
	if _, _, err := connected(t).Invite("ob", administrator, "imaginary", asker, later); !slices.Equal(blamed(err), []string{"provider_type"}) {
		t.Errorf("an imaginary provider: %v", err)
	}
}

func TestAnotherAddressIsNoticedHoweverItIsWritten(t *testing.T) {
	for email, readdressed := range map[string]bool{administrator: false, "IT@Acme.example": false, "boss@acme.example": true} {
		next, other, _, err := onboarded(t).Reinvite(&email, nil, asker, later)
		if err != nil || other != readdressed || next.Onboarding.Email != email {
			t.Errorf("%d letters: readdressed %t: %v", len(email), other, err)
		}
	}
	c := onboarded(t)
	if _, other, facts, err := c.Reinvite(nil, nil, asker, later); err != nil || other || len(facts) != 0 {
		t.Errorf("nothing was asked for, and %v told: %v", kinds(facts), err)
	}
	okta := organization.ProviderOkta
	next, _, facts, err := c.Reinvite(nil, &okta, asker, later)
	if err != nil || next.Provider != okta || next.Onboarding.Provider != okta || !slices.Equal(kinds(facts), []string{audit.OnboardingUpdated}) {
		t.Errorf("told %v: %v", kinds(facts), err)
	}
	if c.Onboarding.Provider != "" {
		t.Error("what was read was changed, too")
	}
	bad := "nobody"
	if _, _, _, err := c.Reinvite(&bad, nil, asker, later); !errors.Is(err, organization.ErrOnboarding) {
		t.Errorf("got %v", err)
	}
}

func TestTheAdministratorComesFurtherAndNeverBack(t *testing.T) {
	c := onboarded(t)
	by := c.Onboarding.By(c.Scope)
	if by.Actor != "administrator/ob" || by.Environment != organization.Sandbox {
		t.Errorf("the administrator is %+v", by)
	}
	c, facts, err := c.Choose(organization.ProviderOkta, by, later)
	if err != nil || c.Onboarding.State != organization.ProviderTypeChosen || c.Onboarding.Step != 1 || c.Provider != organization.ProviderOkta ||
		!slices.Equal(kinds(facts), []string{audit.OnboardingProviderChosen}) || !maps.Equal(facts[0].Details, map[string]string{"provider": "okta"}) || facts[0].Actor != "administrator/ob" {
		t.Errorf("%+v, told %+v: %v", c.Onboarding, facts, err)
	}
	if _, facts, err := c.Choose(organization.ProviderOkta, by, later); err != nil || len(facts) != 0 {
		t.Errorf("the same again told %v: %v", kinds(facts), err)
	}
	c, _, err = c.Change(organization.ConnectionChange{Metadata: &organization.ProviderMetadata{XML: "<a/>"}}, by, later)
	if err != nil || c.Onboarding.State != organization.MetadataUploaded || c.Onboarding.Step != 2 {
		t.Errorf("%+v: %v", c.Onboarding, err)
	}
	c, _, err = c.Choose(organization.ProviderADFS, by, later)
	if err != nil || c.Onboarding.State != organization.MetadataUploaded || c.Onboarding.Provider != organization.ProviderADFS {
		t.Errorf("%+v: %v", c.Onboarding, err)
	}
	for _, p := range []organization.ProviderType{"", organization.ProviderUnset, "imaginary"} {
		if _, _, err := c.Choose(p, by, later); !errors.Is(err, organization.ErrOnboarding) {
			t.Errorf("%q: %v", p, err)
		}
	}
}

func TestAProviderThatWasSetBeforehandIsChosenByTheAdministratorAllTheSame(t *testing.T) {
	c, _, err := connected(t).Invite("ob", administrator, organization.ProviderOkta, asker, connectedAt)
	if err != nil {
		t.Fatal(err)
	}
	if c, facts, err := c.Choose(organization.ProviderOkta, asker, later); err != nil || len(facts) != 1 || c.Onboarding.State != organization.ProviderTypeChosen {
		t.Errorf("told %v: %v", kinds(facts), err)
	}
}

func TestAResetKeepsTheAddressAndWhatIsInForce(t *testing.T) {
	c, _, err := onboarded(t).Choose(organization.ProviderOkta, asker, later)
	if err != nil {
		t.Fatal(err)
	}
	metadata := &organization.ProviderMetadata{XML: "<a/>"}
	if c, _, err = c.Change(organization.ConnectionChange{Metadata: metadata}, asker, later); err != nil {
		t.Fatal(err)
	}
	again, facts, err := c.Reset(asker, later)
	want := organization.Onboarding{ID: "ob", Email: administrator, State: organization.NotInitialized, CreatedAt: connectedAt, UpdatedAt: later}
	if err != nil || *again.Onboarding != want || again.Metadata != metadata || again.Provider != organization.ProviderOkta || !slices.Equal(kinds(facts), []string{audit.OnboardingReset}) {
		t.Errorf("%+v, told %v: %v", *again.Onboarding, kinds(facts), err)
	}
}

func TestWithoutAnOnboardingNobodyIsInvited(t *testing.T) {
	c := connected(t)
	_, _, invited := c.Invited(asker, later)
	_, _, unreachable := c.Unreachable(asker, later)
	_, _, accepted := c.Accept(asker, later)
	_, _, chosen := c.Choose(organization.ProviderOkta, asker, later)
	_, _, reset := c.Reset(asker, later)
	_, _, _, reinvited := c.Reinvite(nil, nil, asker, later)
	for i, err := range []error{invited, unreachable, accepted, chosen, reset, reinvited} {
		if !errors.Is(err, organization.ErrNoOnboarding) {
			t.Errorf("%d: got %v", i, err)
		}
	}
}

func TestLettersAndComingAreToldWithoutTheAddress(t *testing.T) {
	c := onboarded(t)
	invited, a, err1 := c.Invited(asker, later)
	unreachable, b, err2 := invited.Unreachable(asker, later)
	_, d, err3 := unreachable.Accept(asker, later)
	if err := errors.Join(err1, err2, err3); err != nil {
		t.Fatal(err)
	}
	told := slices.Concat(a, b, d)
	if !slices.Equal(kinds(told), []string{audit.AdministratorInvited, audit.AdministratorUnreachable, audit.InvitationAccepted}) {
		t.Errorf("told %v", kinds(told))
	}
	for i, f := range told {
		if f.Sequence != int64(i)+3 || len(f.Details) != 0 {
			t.Errorf("told %+v", f)
		}
	}
}

func TestAnInvitationIsForItsAddressAndItsTime(t *testing.T) {
	c := onboarded(t)
	i := organization.Invitation{Email: organization.HashInvitation(administrator), CreatedAt: connectedAt, ExpiresAt: connectedAt.Add(organization.InvitationLife)}
	if !i.For(c.Onboarding, i.ExpiresAt.Add(-1)) {
		t.Error("a living one is refused")
	}
	if i.For(c.Onboarding, i.ExpiresAt) {
		t.Error("one that is over is taken")
	}
	if i.For(nil, connectedAt) {
		t.Error("one for no onboarding is taken")
	}
	other := *c.Onboarding
	other.Email = "boss@acme.example"
	if i.For(&other, connectedAt) {
		t.Error("one for another address is taken")
	}
	other.Email = "IT@acme.EXAMPLE"
	if !i.For(&other, connectedAt) {
		t.Error("the same address in other letters is refused")
	}
}
