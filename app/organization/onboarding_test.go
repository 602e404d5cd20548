package organization_test

import (
	"context"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/eidgate/eidgate/app/organization"
	domain "github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/inbound"
	"github.com/eidgate/eidgate/ports/outbound"
)

func TestAnAdministratorSetsAConnectionUp(t *testing.T) {
	o := newOffice(t)
	m := o.acme(t)
	made, link := o.invited(t, m)
	ctx := t.Context()
	for range 2 { // looking uses nothing up
		v, err := o.onboarding.Look(ctx, link)
		if err != nil || v.Organization.ID != m.Target.ID || v.Inviter != "Root AB" || v.Connection.ID != made.ID || v.Service != (inbound.ServiceProvider{}) {
			t.Errorf("the link leads to %+v: %v", v, err)
		}
	}
	if n := o.signingKeys(t, m.Target); n != 0 {
		t.Errorf("looking made %d keys", n)
	}
	visit, v, err := o.onboarding.Open(ctx, link)
	if err != nil || visit == link || len(visit) != 43 || v.Connection.ID != made.ID {
		t.Fatal(err)
	}
	shown, err := o.onboarding.Show(ctx, visit)
	if err != nil || shown.Service != v.Service || shown.Inviter != "Root AB" {
		t.Errorf("another service is shown: %v", err)
	}
	block, rest := pem.Decode([]byte(v.Service.Certificate))
	if block == nil || len(rest) != 0 {
		t.Fatal("the certificate is no PEM")
	}
	if _, err := x509.ParseCertificate(block.Bytes); err != nil {
		t.Error(err)
	}
	if v.Service.EntityID != "https://gate.example/sso/sp/metadata/"+made.ID || v.Service.ReplyURL != "https://gate.example/sso/sp/consume/"+made.ID ||
		!strings.Contains(v.Service.Metadata, `entityID="`+v.Service.EntityID+`"`) || !strings.Contains(v.Service.Metadata, v.Service.ReplyURL) {
		t.Errorf("the service is %s at %s", v.Service.EntityID, v.Service.ReplyURL)
	}
	if v, err = o.onboarding.Choose(ctx, visit, domain.ProviderADFS); err != nil || v.Connection.Onboarding.State != domain.ProviderTypeChosen {
		t.Errorf("chosen: %v", err)
	}
	if v, err = o.onboarding.Upload(ctx, visit, o.idp(t, "https://idp.acme.example")); err != nil || v.Connection.Onboarding.State != domain.MetadataUploaded || len(v.Warnings) != 0 {
		t.Errorf("uploaded: %v %v", v.Warnings, err)
	}
	kept, err := o.connections.Connection(ctx, m, made.ID)
	if err != nil || kept.Metadata == nil || kept.Metadata.EntityID != "https://idp.acme.example" || kept.Provider != domain.ProviderADFS || kept.Onboarding.Step != 2 {
		t.Errorf("kept %+v: %v", kept, err)
	}
	o.wantFacts(t, made, "added", "onboarding_added", "administrator_invited", "invitation_accepted", "provider_chosen", "metadata_set")
	for i, f := range o.facts(t, made.Scope, "sso_connection/"+made.ID) {
		if want := map[bool]string{true: "client/c-root-ab", false: "administrator/" + made.Onboarding.ID}[i < 3]; f.Actor != want {
			t.Errorf("fact %d was done by %s", i+1, f.Actor)
		}
	}
}

func TestWhatIsWrongWithMetadataChangesNothing(t *testing.T) {
	o := newOffice(t)
	m := o.acme(t)
	made, link := o.invited(t, m)
	visit, _, err := o.onboarding.Open(t.Context(), link)
	if err != nil {
		t.Fatal(err)
	}
	good := o.idp(t, "https://idp.acme.example")
	for xml, want := range map[string]error{
		"": domain.ErrMetadataSize, "<a": domain.ErrMetadataXML, `<!DOCTYPE a [<!ENTITY b "c">]>` + good: domain.ErrMetadataXML, "<a/>": domain.ErrMetadataEntity,
		strings.Replace(good, "https://idp.acme.example/sso", "http://idp.acme.example/sso", 1): domain.ErrMetadataAddress,
	} {
		if _, err := o.onboarding.Upload(t.Context(), visit, xml); !errors.Is(err, want) {
			t.Errorf("%d characters: %v, want %v", len(xml), err, want)
		}
	}
	other := managing(o.root, o.customer(t, o.root, "Beta", ""), domain.Sandbox)
	first, _, err := o.connections.Connect(t.Context(), other, inbound.ConnectionStart{})
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := o.connections.Update(t.Context(), other, first.ID, inbound.ConnectionUpdate{Metadata: &good}); err != nil {
		t.Fatal(err)
	}
	if _, err := o.onboarding.Upload(t.Context(), visit, good); !errors.Is(err, domain.ErrEntityTaken) {
		t.Errorf("another organization's identity provider: %v", err)
	}
	if _, err := o.onboarding.Choose(t.Context(), visit, "imaginary"); !errors.Is(err, domain.ErrOnboarding) {
		t.Errorf("an imaginary provider: %v", err)
	}
	o.wantFacts(t, made, "added", "onboarding_added", "administrator_invited", "invitation_accepted")
}

func TestALinkCountsOnceHoweverManyUseItAtATime(t *testing.T) {
	o := newOffice(t)
	made, link := o.invited(t, o.acme(t))
	var mu sync.Mutex
	var visits []string
	opened := each(t, 20, domain.ErrNoInvitation, func() error {
		visit, _, err := o.onboarding.Open(t.Context(), link)
		mu.Lock()
		defer mu.Unlock()
		if err == nil {
			visits = append(visits, visit)
		} else if visit != "" {
			t.Error("a refused one got a visit")
		}
		return err
	})
	if opened != 1 {
		t.Fatalf("%d opened it", opened)
	}
	if _, err := o.onboarding.Show(t.Context(), visits[0]); err != nil {
		t.Error(err)
	}
	if o.leads(t, link) {
		t.Error("a used link leads on")
	}
	o.wantFacts(t, made, "added", "onboarding_added", "administrator_invited", "invitation_accepted")
	if n := o.signingKeys(t, domain.Organization{ID: made.Scope.Organization}); n != 1 {
		t.Errorf("%d keys were made", n)
	}
}

func TestAVisitIsNoLinkAndALinkNoVisit(t *testing.T) {
	o := newOffice(t)
	m := o.acme(t)
	made, link := o.invited(t, m)
	if _, err := o.onboarding.Show(t.Context(), link); !errors.Is(err, domain.ErrNoInvitation) {
		t.Errorf("a link was taken for a visit: %v", err)
	}
	if _, err := o.onboarding.Choose(t.Context(), link, domain.ProviderOkta); !errors.Is(err, domain.ErrNoInvitation) {
		t.Errorf("a link was taken for a visit: %v", err)
	}
	visit, _, err := o.onboarding.Open(t.Context(), link)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := o.onboarding.Open(t.Context(), visit); !errors.Is(err, domain.ErrNoInvitation) {
		t.Errorf("a visit was taken for a link: %v", err)
	}
	if _, err := o.onboarding.Show(t.Context(), visit); err != nil {
		t.Errorf("and it cost the visit: %v", err)
	}
	for _, secret := range []string{"", "x", strings.Repeat("a", 43), strings.ToLower(visit), visit + " ", strings.Repeat("a", 1<<20)} {
		if _, err := o.onboarding.Show(t.Context(), secret); !errors.Is(err, domain.ErrNoInvitation) && secret != visit {
			t.Errorf("a made-up secret: %v", err)
		}
	}
	o.wantFacts(t, made, "added", "onboarding_added", "administrator_invited", "invitation_accepted")
}

// TestAnInvitationEndsWithWhatItWasFor ends an invitation in every way, before and after its link is opened.
func TestAnInvitationEndsWithWhatItWasFor(t *testing.T) {
	boss := "boss@acme.example"
	for way, end := range map[string]func(o *office, m domain.Managing, id string) error{
		"its time is over": func(o *office, _ domain.Managing, _ string) error { o.clock.Advance(domain.InvitationLife); return nil },
		"reset": func(o *office, m domain.Managing, id string) error {
			_, err := o.connections.ResetOnboarding(t.Context(), m, id)
			return err
		},
		"another address": func(o *office, m domain.Managing, id string) error {
			_, err := o.connections.UpdateOnboarding(t.Context(), m, id, &boss, nil)
			return err
		},
		"another letter": func(o *office, m domain.Managing, id string) error {
			_, err := o.connections.InviteAdministrator(t.Context(), m, id)
			return err
		},
		"deleted": func(o *office, m domain.Managing, id string) error {
			_, err := o.connections.Delete(t.Context(), m, id)
			return err
		},
		"organization deleted": func(o *office, m domain.Managing, _ string) error { return o.Dissolve(t.Context(), m.Target.Domain) },
	} {
		t.Run(way, func(t *testing.T) {
			o := newOffice(t)
			m := o.acme(t)
			made, link := o.invited(t, m)
			second, used := o.invited(t, m)
			visit, _, err := o.onboarding.Open(t.Context(), used)
			if err != nil {
				t.Fatal(err)
			}
			for _, id := range []string{made.ID, second.ID} {
				if err := end(o, m, id); err != nil && way != "organization deleted" {
					t.Fatal(err)
				}
			}
			metadata := o.idp(t, "https://idp.acme.example")
			for what, do := range map[string]func() error{
				"look":   func() error { _, err := o.onboarding.Look(t.Context(), link); return err },
				"open":   func() error { _, _, err := o.onboarding.Open(t.Context(), link); return err },
				"show":   func() error { _, err := o.onboarding.Show(t.Context(), visit); return err },
				"choose": func() error { _, err := o.onboarding.Choose(t.Context(), visit, domain.ProviderOkta); return err },
				"upload": func() error { _, err := o.onboarding.Upload(t.Context(), visit, metadata); return err },
			} {
				if err := do(); !errors.Is(err, domain.ErrNoInvitation) {
					t.Errorf("%s: %v", what, err)
				}
			}
		})
	}
}

func TestAVisitEndsAfterItsTime(t *testing.T) {
	o := newOffice(t)
	_, link := o.invited(t, o.acme(t))
	visit, _, err := o.onboarding.Open(t.Context(), link)
	if err != nil {
		t.Fatal(err)
	}
	o.clock.Advance(domain.VisitLife - time.Second)
	if _, err := o.onboarding.Show(t.Context(), visit); err != nil {
		t.Error(err)
	}
	o.clock.Advance(time.Second)
	if _, err := o.onboarding.Show(t.Context(), visit); !errors.Is(err, domain.ErrNoInvitation) {
		t.Errorf("got %v", err)
	}
}

func TestWhatIsOverIsRemovedAndNothingElse(t *testing.T) {
	o := newOffice(t)
	m := o.acme(t)
	old, _ := o.invited(t, m)
	o.clock.Advance(domain.InvitationLife)
	young, link := o.invited(t, m)
	o.clock.Advance(time.Second)
	if n, err := (&organization.Purger{Work: o.Work, Clock: o.clock}).Purge(t.Context()); err != nil || n != 1 {
		t.Errorf("%d were removed: %v", n, err)
	}
	if o.links(t, old) != 0 || o.links(t, young) != 1 || !o.leads(t, link) {
		t.Error("the wrong one was removed")
	}
}

// TestAVisitIsHeldToItsAddressWhateverStorageKept changes the address behind the flows' back.
func TestAVisitIsHeldToItsAddressWhateverStorageKept(t *testing.T) {
	o := newOffice(t)
	m := o.acme(t)
	made, link := o.invited(t, m)
	err := o.Work.Do(t.Context(), func(ctx context.Context, tx outbound.Tx) error {
		c, err := tx.Connections().Find(ctx, m.Scope(), made.ID)
		if err != nil {
			return err
		}
		other := "boss@acme.example"
		c, _, facts, err := c.Reinvite(&other, nil, m.By(), o.clock.Now())
		if err != nil {
			return err
		}
		if _, err := tx.Connections().Save(ctx, c, o.root.ID); err != nil {
			return err
		}
		return tx.Facts().Append(ctx, facts...)
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := o.onboarding.Open(t.Context(), link); !errors.Is(err, domain.ErrNoInvitation) {
		t.Errorf("got %v", err)
	}
}

func TestTheRootsOwnConnectionNamesNoInviter(t *testing.T) {
	o := newOffice(t)
	_, link := o.invited(t, managing(o.root, o.root, domain.Production))
	if v, err := o.onboarding.Look(t.Context(), link); err != nil || v.Inviter != "" || v.Organization.Name != "Root AB" {
		t.Errorf("%q invites: %v", v.Inviter, err)
	}
}

func TestExpiredCertificatesAreTakenWithAWarningThatStays(t *testing.T) {
	o := newOffice(t)
	m := o.acme(t)
	o.clock.Advance(55 * 365 * 24 * time.Hour) // beyond what the certificate says
	_, link := o.invited(t, m)
	visit, _, err := o.onboarding.Open(t.Context(), link)
	if err != nil {
		t.Fatal(err)
	}
	v, err := o.onboarding.Upload(t.Context(), visit, o.idp(t, "https://idp.acme.example"))
	if err != nil || len(v.Warnings) != 1 || v.Warnings[0] != domain.CertificateExpired {
		t.Errorf("warned of %v: %v", v.Warnings, err)
	}
	if v, err = o.onboarding.Show(t.Context(), visit); err != nil || len(v.Warnings) != 1 {
		t.Errorf("warned of %v: %v", v.Warnings, err)
	}
	xml, on := o.idp(t, "https://idp.acme.example"), true
	_, warnings, err := o.connections.Update(t.Context(), m, v.Connection.ID, inbound.ConnectionUpdate{Metadata: &xml})
	if err != nil || len(warnings) != 1 || warnings[0] != domain.CertificateExpired {
		t.Errorf("an update warned of %v: %v", warnings, err)
	}
	if _, warnings, err = o.connections.Update(t.Context(), m, v.Connection.ID, inbound.ConnectionUpdate{Active: &on}); err != nil || len(warnings) != 0 {
		t.Errorf("an update of something else warned of %v: %v", warnings, err)
	}
}
