package organization_test

import (
	"testing"

	"github.com/eidgate/eidgate/domain/audit"
	domain "github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/inbound"
)

func TestMetadataThatIsThereAlreadyEndsAnOnboardingToo(t *testing.T) {
	o := newOffice(t)
	m := o.acme(t)
	made, link := o.invited(t, m)
	xml := o.idp(t, "https://idp.acme.example")
	if _, _, err := o.connections.Update(t.Context(), m, made.ID, inbound.ConnectionUpdate{Metadata: &xml}); err != nil {
		t.Fatal(err)
	}
	reset, err := o.connections.ResetOnboarding(t.Context(), m, made.ID)
	if err != nil || reset.Metadata == nil || reset.Onboarding.State != domain.NotInitialized {
		t.Fatalf("reset: %v", err)
	}
	if _, _, err := o.onboarding.Open(t.Context(), link); err == nil {
		t.Error("a link outlived the reset")
	}
	if _, err := o.connections.InviteAdministrator(t.Context(), m, made.ID); err != nil {
		t.Fatal(err)
	}
	visit, _, err := o.onboarding.Open(t.Context(), o.post.link(t))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := o.onboarding.Choose(t.Context(), visit, domain.ProviderOkta); err != nil {
		t.Fatal(err)
	}
	v, err := o.onboarding.Upload(t.Context(), visit, xml)
	if err != nil || v.Connection.Onboarding.State != domain.MetadataUploaded || v.Connection.Onboarding.Step != 2 {
		t.Errorf("the same metadata left the onboarding at %s: %v", v.Connection.Onboarding.State, err)
	}
	told := len(o.facts(t, made.Scope, "sso_connection/"+made.ID))
	if _, err := o.onboarding.Upload(t.Context(), visit, xml); err != nil {
		t.Error(err)
	}
	if facts := o.facts(t, made.Scope, "sso_connection/"+made.ID); len(facts) != told {
		t.Error("a repeated upload was told again")
	}
}

func TestTheSameMetadataFromAClientEndsAnOnboardingThatWasReset(t *testing.T) {
	o := newOffice(t)
	m := o.acme(t)
	made, _ := o.invited(t, m)
	xml := o.idp(t, "https://idp.acme.example")
	set := func() domain.Connection {
		t.Helper()
		c, _, err := o.connections.Update(t.Context(), m, made.ID, inbound.ConnectionUpdate{Metadata: &xml})
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	set()
	if _, err := o.connections.ResetOnboarding(t.Context(), m, made.ID); err != nil {
		t.Fatal(err)
	}
	told := len(o.facts(t, made.Scope, "sso_connection/"+made.ID))
	if c := set(); c.Onboarding.State != domain.MetadataUploaded || c.Onboarding.Step != 2 {
		t.Errorf("the onboarding is left at %s, step %d", c.Onboarding.State, c.Onboarding.Step)
	}
	facts := o.facts(t, made.Scope, "sso_connection/"+made.ID)
	if len(facts) != told+1 || facts[told].Kind != audit.ConnectionMetadataSet {
		t.Errorf("%d facts became %d", told, len(facts))
	}
	set()
	if again := o.facts(t, made.Scope, "sso_connection/"+made.ID); len(again) != len(facts) {
		t.Error("metadata that nobody waits for was told again")
	}
}
