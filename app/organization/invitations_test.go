package organization_test

import (
	"context"
	"errors"
	"net"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/eidgate/eidgate/adapters/mail"
	"github.com/eidgate/eidgate/app/organization"
	domain "github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/inbound"
	"github.com/eidgate/eidgate/ports/outbound"
)

// invited is a connection of acme's whose administrator has a letter, and the link in it.
func (o *office) invited(t *testing.T, m domain.Managing) (domain.Connection, string) {
	t.Helper()
	made, undelivered, err := o.connections.Connect(t.Context(), m, inbound.ConnectionStart{Email: administrator, Send: true})
	if err != nil || undelivered {
		t.Fatal(err, undelivered)
	}
	return made, o.post.link(t)
}

func (o *office) leads(t *testing.T, link string) bool {
	t.Helper()
	_, err := o.onboarding.Look(t.Context(), link)
	if err != nil && !errors.Is(err, domain.ErrNoInvitation) {
		t.Fatal(err)
	}
	return err == nil
}

func TestOneLinkLivesAtATime(t *testing.T) {
	o := newOffice(t)
	m := o.acme(t)
	made, first := o.invited(t, m)
	again, err := o.connections.InviteAdministrator(t.Context(), m, made.ID)
	if err != nil || again.Onboarding == nil {
		t.Fatal(err)
	}
	if second := o.post.link(t); o.leads(t, first) || !o.leads(t, second) || first == second {
		t.Error("the older link leads on, or the newer does not")
	}
	o.wantFacts(t, made, "added", "onboarding_added", "administrator_invited", "administrator_invited")
}

func TestAnotherAddressAndAResetTakeTheLinkAway(t *testing.T) {
	o := newOffice(t)
	m := o.acme(t)
	same, boss, okta, unset := "IT@acme.example", "boss@acme.example", domain.ProviderOkta, domain.ProviderUnset
	for what, change := range map[string]func(id string) (domain.Connection, error){
		"boss": func(id string) (domain.Connection, error) {
			return o.connections.UpdateOnboarding(t.Context(), m, id, &boss, nil)
		},
		"reset": func(id string) (domain.Connection, error) { return o.connections.ResetOnboarding(t.Context(), m, id) },
		"same": func(id string) (domain.Connection, error) {
			return o.connections.UpdateOnboarding(t.Context(), m, id, &same, &okta)
		},
		"none": func(id string) (domain.Connection, error) {
			return o.connections.UpdateOnboarding(t.Context(), m, id, nil, &unset)
		},
	} {
		made, link := o.invited(t, m)
		after, err := change(made.ID)
		if err != nil {
			t.Fatal(err)
		}
		stays := what == "same" || what == "none"
		if n := o.links(t, made); stays != (n == 1) || stays != o.leads(t, link) {
			t.Errorf("%s: %d links are left", what, n)
		}
		if unchanged := what == "none"; unchanged != (after.Version == made.Version) {
			t.Errorf("%s: version %d became %d", what, made.Version, after.Version)
		}
	}
}

func TestNobodyIsInvitedToNothing(t *testing.T) {
	o := newOffice(t)
	m := o.acme(t)
	made, _, err := o.connections.Connect(t.Context(), m, inbound.ConnectionStart{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := o.connections.InviteAdministrator(t.Context(), m, made.ID); !errors.Is(err, domain.ErrOnboarding) || o.post.count() != 0 {
		t.Errorf("%d letters: %v", o.post.count(), err)
	}
}

func TestALetterThatCannotBeSentLeavesNoLink(t *testing.T) {
	o := newOffice(t)
	m := o.acme(t)
	made, former := o.invited(t, m)
	for _, broken := range []error{outbound.ErrMail, outbound.ErrNoMail, errors.New("the mail server speaks in tongues")} {
		o.post.broken = broken
		_, err := o.connections.InviteAdministrator(t.Context(), m, made.ID)
		want := broken
		if !errors.Is(broken, outbound.ErrNoMail) {
			want = outbound.ErrMail
		}
		if !errors.Is(err, want) {
			t.Errorf("%v: %v", broken, err)
		}
	}
	if o.leads(t, former) {
		t.Error("the former link leads on")
	}
	o.wantFacts(t, made, "added", "onboarding_added", "administrator_invited",
		"administrator_invited", "administrator_unreachable", "administrator_invited", "administrator_unreachable", "administrator_invited", "administrator_unreachable")
	if n := o.links(t, made); n != 0 {
		t.Errorf("%d links are left", n)
	}
}

func TestAMailServerThatIsAwayLeavesNoLinkEither(t *testing.T) {
	o := newOffice(t)
	m := o.acme(t)
	closed, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	away, err := mail.NewSMTP(mail.Config{Server: "smtp://" + closed.Addr().String(), From: "gate@gate.example"}, o.clock, o.IDs)
	if err := errors.Join(err, closed.Close()); err != nil {
		t.Fatal(err)
	}
	o.invitations.Letterbox = away
	made, undelivered, err := o.connections.Connect(t.Context(), m, inbound.ConnectionStart{Email: administrator, Send: true})
	if err != nil || !undelivered || o.links(t, made) != 0 {
		t.Errorf("undelivered %t: %v", undelivered, err)
	}
	if _, err := o.connections.InviteAdministrator(t.Context(), m, made.ID); !errors.Is(err, outbound.ErrMail) || o.links(t, made) != 0 {
		t.Errorf("got %v", err)
	}
}

func TestAConnectionIsMadeEvenIfTheLetterIsNotDelivered(t *testing.T) {
	o := newOffice(t)
	m := o.acme(t)
	o.post.broken = outbound.ErrMail
	made, undelivered, err := o.connections.Connect(t.Context(), m, inbound.ConnectionStart{Email: administrator, Send: true})
	if err != nil || !undelivered {
		t.Fatalf("undelivered %t: %v", undelivered, err)
	}
	kept, err := o.connections.Connection(t.Context(), m, made.ID)
	if err != nil || kept.Version != made.Version || kept.Sequence != made.Sequence {
		t.Errorf("kept another than was given: %v", err)
	}
	o.wantFacts(t, made, "added", "onboarding_added", "administrator_invited", "administrator_unreachable")
	o.post.broken = nil
	if _, err := o.connections.InviteAdministrator(t.Context(), m, made.ID); err != nil || !o.leads(t, o.post.link(t)) {
		t.Errorf("it cannot be tried again: %v", err)
	}
}

func TestALinkIsRevokedEvenIfWhoAskedHasLeft(t *testing.T) {
	o := newOffice(t)
	m := o.acme(t)
	made, _, err := o.connections.Connect(t.Context(), m, inbound.ConnectionStart{Email: administrator})
	if err != nil {
		t.Fatal(err)
	}
	ctx, leave := context.WithCancel(t.Context())
	o.post.posting, o.post.broken = leave, context.Canceled
	if _, err := o.connections.InviteAdministrator(ctx, m, made.ID); !errors.Is(err, outbound.ErrMail) {
		t.Errorf("got %v", err)
	}
	o.wantFacts(t, made, "added", "onboarding_added", "administrator_invited", "administrator_unreachable")
	if n := o.links(t, made); n != 0 {
		t.Errorf("%d links are left", n)
	}
}

func TestWhereNoLetterCanBeSentNothingIsWritten(t *testing.T) {
	o := newOffice(t)
	m := o.acme(t)
	o.invitations.Letterbox = mail.None{}
	if _, _, err := o.connections.Connect(t.Context(), m, inbound.ConnectionStart{Email: administrator, Send: true}); !errors.Is(err, outbound.ErrNoMail) {
		t.Errorf("got %v", err)
	}
	if _, total, err := o.connections.Connections(t.Context(), m, true, domain.Listing{Limit: 10}); err != nil || total != 0 {
		t.Errorf("%d connections were made: %v", total, err)
	}
	made, _, err := o.connections.Connect(t.Context(), m, inbound.ConnectionStart{Email: administrator})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := o.connections.InviteAdministrator(t.Context(), m, made.ID); !errors.Is(err, outbound.ErrNoMail) {
		t.Errorf("got %v", err)
	}
	o.wantFacts(t, made, "added", "onboarding_added")
}

func TestNobodysMailboxIsFlooded(t *testing.T) {
	o := newOffice(t)
	m := o.acme(t)
	made, _ := o.invited(t, m)
	for i := range 4 {
		if _, err := o.connections.InviteAdministrator(t.Context(), m, made.ID); err != nil {
			t.Fatalf("letter %d: %v", i+2, err)
		}
	}
	living := o.post.link(t)
	if _, err := o.connections.InviteAdministrator(t.Context(), m, made.ID); !errors.Is(err, organization.ErrInvitedOften) {
		t.Errorf("the sixth letter in an hour: %v", err)
	}
	if !o.leads(t, living) {
		t.Error("a refused letter has cost the living link")
	}
	for range 25 { // by way of other connections, in other letters
		if _, _, err := o.connections.Connect(t.Context(), m, inbound.ConnectionStart{Email: strings.ToUpper(administrator), Send: true}); err != nil {
			t.Fatal(err)
		}
	}
	if _, _, err := o.connections.Connect(t.Context(), m, inbound.ConnectionStart{Email: administrator, Send: true}); !errors.Is(err, organization.ErrInvitedOften) {
		t.Errorf("the thirty-first letter to one address: %v", err)
	}
	if _, total, err := o.connections.Connections(t.Context(), m, true, domain.Listing{Limit: 1}); err != nil || total != 26 {
		t.Errorf("%d connections are there: %v", total, err)
	}
	if o.post.count() != 30 {
		t.Errorf("%d letters were sent", o.post.count())
	}
	o.clock.Advance(time.Hour + time.Second)
	if _, err := o.connections.InviteAdministrator(t.Context(), m, made.ID); err != nil {
		t.Errorf("an hour later: %v", err)
	}
}

func TestALetterIsInTheLanguageOfTheCountryAndInEnglish(t *testing.T) {
	o := newOffice(t)
	const english = "asks you to set up single sign-on"
	for country, words := range map[string][2]string{
		"SE": {"Sätt upp enkel inloggning för ", "Root AB ber dig att"}, "NO": {"Sett opp enkel pålogging for ", "Root AB ber deg om"},
		"DK": {"Opsæt single sign-on for ", "Root AB beder dig om"}, "FI": {"Ota käyttöön kertakirjautuminen: ", "Root AB pyytää sinua"},
		"FR": {"Set up single sign-on for ", english}, "": {"Set up single sign-on for ", english},
	} {
		m := managing(o.root, o.customer(t, o.root, "Customer "+country+"X", country), domain.Sandbox)
		if _, _, err := o.connections.Connect(t.Context(), m, inbound.ConnectionStart{Email: country + "x@acme.example", Send: true}); err != nil {
			t.Fatal(err)
		}
		l := o.post.newest(t)
		if l.To != country+"x@acme.example" || l.Subject != words[0]+m.Target.Name || !strings.Contains(l.Text, words[1]) {
			t.Errorf("%q: the subject is %q", country, l.Subject)
		}
		both := 2
		if country == "FR" || country == "" {
			both = 1
		}
		if strings.Count(l.Text, english) != 1 || len(linkPattern.FindAllString(l.Text, -1)) != both || strings.Count(l.Text, "2026-11-05 08:00 UTC") != both || strings.Count(l.Text, m.Target.Name) != both {
			t.Errorf("%q: link, time, name or English are missing or too many", country)
		}
		if strings.ContainsAny(l.Text, "{}") {
			t.Errorf("%q: something was not put in", country)
		}
	}
}

func TestANameStaysOneLineOfALetter(t *testing.T) {
	o := newOffice(t)
	for _, name := range []string{"Acme\nBcc: all@acme.example", "Acme\r\n\r\nHello", "Acme\u0085x", "Acme\x00", "Acme\u202ex"} {
		if _, err := o.Found(t.Context(), name, nil); !errors.Is(err, domain.ErrName) {
			t.Errorf("%q is a name: %v", name, err)
		}
	}
	m := o.acme(t)
	// What storage held from before a rule, and separators of lines that are no control characters.
	m.Target.Name, m.Root.Name = "Ac\r\nBcc: x@y.example\u2028me {link} {inviter}", "Root\u2029AB\n\n"
	o.invited(t, m)
	l := o.post.posted
	if strings.ContainsAny(l.Subject, "\r\n\u2028\u2029\u0085") || !strings.Contains(l.Subject, "Ac Bcc: x@y.example me {link} {inviter}") {
		t.Errorf("the subject is %q", l.Subject)
	}
	if strings.ContainsAny(l.Text, "\r\u2028\u2029\u0085") || slices.ContainsFunc(strings.Split(l.Text, "\n"), func(line string) bool { return strings.HasPrefix(line, "Bcc") || strings.HasPrefix(line, "AB") }) {
		t.Error("a name begins a line of its own")
	}
	if len(linkPattern.FindAllString(l.Text, -1)) != 2 {
		t.Error("a name carries a link")
	}
}
