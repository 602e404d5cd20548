package acceptance

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/eidgate/eidgate/domain/fault"
)

// OrganizationStories is what the gateway promises to back offices.
var OrganizationStories = []Story{
	{"a customer is founded, and its people are kept", customerFounded, ""},
	{"one address is one person's, however many ask at once", oneAddress, ""},
	{"a name that is taken is refused, also when its owner is gone", nameTaken, ""},
	{"a person who is removed leaves nothing behind", personRemoved, ""},
	{"another root's organizations do not exist", strangersOrganizations, Tenants},
	{"sandbox and production see nothing of each other", environmentsApart, Tenants},
	{"a connection is made for an administrator, who sets it up from a letter", administratorInvited, Letters},
	{"users know what their organization wants to know", metadataTold, ""},
	{"the log has every action once", actionsLogged, ""},
	{"data that cannot be is refused, and the field is named", badData, ""},
}

const landing = "https://app.example/callback"

var ada = Member{Email: "Ada@Customer.example", GivenName: "Ada", FamilyName: "Lind"}

func founded(t *testing.T, g *Gateway, name string) string {
	t.Helper()
	domain, outcome := g.office.Found(t, name)
	outcome.OK(t)
	return domain
}

func added(t *testing.T, g *Gateway, domain string, p Member) string {
	t.Helper()
	id, outcome := g.office.AddUser(t, domain, p)
	outcome.OK(t)
	return id
}

func customerFounded(t *testing.T, g *Gateway) {
	domain := founded(t, g, "B'Oréal & Söner")
	if domain != "b-oreal-soner" {
		t.Errorf("the domain is %q", domain)
	}
	id := added(t, g, domain, ada)
	g.office.UpdateUser(t, domain, id, "Ada-Maria").OK(t)
	p, outcome := g.office.User(t, domain, id)
	outcome.OK(t)
	if p.GivenName != "Ada-Maria" || p.FamilyName != ada.FamilyName || p.Email != ada.Email {
		t.Error("the person is not kept as given and changed")
	}
	if n, outcome := g.office.Users(t, domain); outcome.Refused || n != 1 {
		t.Errorf("the directory has %d", n)
	}
}

func oneAddress(t *testing.T, g *Gateway) {
	domain := founded(t, g, "Crowd")
	const crowd = 8
	outcomes := [crowd]Outcome{}
	var all sync.WaitGroup
	for i := range crowd {
		all.Go(func() {
			_, outcomes[i] = g.office.AddUser(t, domain, Member{Email: strings.ToUpper(ada.Email[:i%4]) + ada.Email[i%4:]})
		})
	}
	all.Wait()
	made := 0
	for _, o := range outcomes {
		if !o.Refused {
			made++
		} else {
			o.Is(t, fault.Invalid, "email")
		}
	}
	if n, outcome := g.office.Users(t, domain); outcome.Refused || n != 1 || made != 1 {
		t.Errorf("%d succeeded, and the directory has %d", made, n)
	}
}

func nameTaken(t *testing.T, g *Gateway) {
	domain := founded(t, g, "Taken")
	_, outcome := g.office.Found(t, "  taken! ")
	outcome.taken(t)
	g.office.Dissolve(t, domain).OK(t)
	_, outcome = g.office.Found(t, "Taken")
	outcome.taken(t)
	_, outcome = g.office.AddUser(t, domain, ada)
	outcome.Is(t, fault.NotFound, "")
	other, outcome := g.office.Stranger(t).Found(t, "Taken")
	outcome.OK(t)
	if other == domain || !strings.HasPrefix(other, domain+"-") {
		t.Errorf("another root's is called %q", other)
	}
}

// taken fails the test unless a domain was refused because somebody has it: a conflict, which the organization API words as
// a value that is not valid.
func (o Outcome) taken(t *testing.T) {
	t.Helper()
	if !o.Refused || o.Kind != fault.Conflict && o.Kind != fault.Invalid || !slices.Equal(o.Fields, []string{"domain"}) {
		t.Errorf("refused %v as %s blaming %v", o.Refused, o.Kind, o.Fields)
	}
}

func personRemoved(t *testing.T, g *Gateway) {
	domain := founded(t, g, "Leavers")
	id := added(t, g, domain, ada)
	g.office.RemoveUser(t, domain, id).OK(t)
	_, outcome := g.office.User(t, domain, id)
	outcome.Is(t, fault.NotFound, "")
	g.office.UpdateUser(t, domain, id, "Eve").Is(t, fault.NotFound, "")
	g.office.RemoveUser(t, domain, id).Is(t, fault.NotFound, "")
	if again := added(t, g, domain, ada); again == id {
		t.Error("somebody new has the identifier of somebody gone")
	}
}

func strangersOrganizations(t *testing.T, g *Gateway) {
	domain := founded(t, g, "Private")
	id := added(t, g, domain, ada)
	application, outcome := g.office.Register(t, domain, "Portal", landing)
	outcome.OK(t)
	connection, outcome := g.office.Connect(t, domain, application, "")
	outcome.OK(t)

	stranger := g.office.Stranger(t)
	theirs, outcome := stranger.Found(t, "Theirs")
	outcome.OK(t)
	for at, d := range map[string]string{"a foreign one": domain, "one that never was": "nowhere"} {
		_, found := stranger.User(t, d, id)
		_, made := stranger.AddUser(t, d, ada)
		_, counted := stranger.Users(t, d)
		_, told := stranger.Events(t, d)
		for what, o := range map[string]Outcome{
			"reading": found, "adding": made, "counting": counted, "events": told, "removing": stranger.RemoveUser(t, d, id),
			"dissolving": stranger.Dissolve(t, d), "knowing": stranger.Know(t, d, "k"),
		} {
			if !o.Refused || o.Kind != fault.NotFound {
				t.Errorf("%s at %s: refused %v as %s", what, at, o.Refused, o.Kind)
			}
		}
	}
	_, outcome = stranger.User(t, theirs, id)
	outcome.Is(t, fault.NotFound, "")
	_, outcome = stranger.Connection(t, connection)
	outcome.Is(t, fault.NotFound, "")
	if _, outcome = stranger.Connect(t, theirs, application, ""); !outcome.Refused {
		t.Error("a connection leads to another root's application")
	}
	if p, outcome := g.office.User(t, domain, id); outcome.Refused || p.GivenName != ada.GivenName {
		t.Error("a stranger changed something")
	}
}

func environmentsApart(t *testing.T, g *Gateway) {
	domain := founded(t, g, "Both")
	id := added(t, g, domain, ada)
	sandbox := g.office.Sandbox(t)
	_, outcome := sandbox.User(t, domain, id)
	outcome.Is(t, fault.NotFound, "")
	if n, outcome := sandbox.Users(t, domain); outcome.Refused || n != 0 {
		t.Errorf("the sandbox has %d users", n)
	}
	if _, outcome := sandbox.AddUser(t, domain, ada); outcome.Refused {
		t.Error("the address is taken in the other environment, too")
	}
	if n, outcome := g.office.Users(t, domain); outcome.Refused || n != 1 {
		t.Errorf("production has %d users", n)
	}
}

func administratorInvited(t *testing.T, g *Gateway) {
	domain := founded(t, g, "Invited")
	application, outcome := g.office.Register(t, domain, "Portal", landing)
	outcome.OK(t)
	connection, outcome := g.office.Connect(t, domain, application, "it@customer.example")
	outcome.OK(t)
	if j, outcome := g.office.Connection(t, connection); outcome.Refused || !j.Active || j.Provider != "unset" || j.State != "not_initialized" {
		t.Errorf("a new connection is %+v", j)
	}
	g.office.Invite(t, connection).OK(t)
	visit, _, err := g.onboarding.Open(t.Context(), g.lettersLink(t))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := g.onboarding.Choose(t.Context(), visit, "okta"); err != nil {
		t.Fatal(err)
	}
	if j, outcome := g.office.Connection(t, connection); outcome.Refused || j.Provider != "okta" || j.State != "provider_type_chosen" {
		t.Errorf("the administrator has chosen, and the connection is %+v", j)
	}
	if _, _, err := g.onboarding.Open(t.Context(), g.lettersLink(t)); Why(err).Kind != fault.NotFound {
		t.Error("a link counts twice")
	}
	g.Clock.Advance(3 * time.Hour)
	if _, err := g.onboarding.Show(t.Context(), visit); Why(err).Kind != fault.NotFound {
		t.Error("a visit never ends")
	}
}

func metadataTold(t *testing.T, g *Gateway) {
	domain := founded(t, g, "Curious")
	id := added(t, g, domain, ada)
	if o := g.office.Tell(t, domain, id, "department", "Sales"); !o.Refused || o.Kind != fault.Invalid {
		t.Error("a value is kept for a key that nobody made")
	}
	g.office.Know(t, domain, "department").OK(t)
	if o := g.office.Know(t, domain, "department"); !o.Refused || o.Kind != fault.Invalid {
		t.Error("two keys have one name")
	}
	g.office.Tell(t, domain, id, "department", "Sales").OK(t)
	g.office.Tell(t, domain, id, "department", "Support").OK(t)
	p, outcome := g.office.User(t, domain, id)
	outcome.OK(t)
	if len(p.Metadata) != 1 || p.Metadata["department"] != "Support" {
		t.Errorf("the user has %d values", len(p.Metadata))
	}
}

func actionsLogged(t *testing.T, g *Gateway) {
	domain := founded(t, g, "Logged")
	expect := func(n int, after string) {
		t.Helper()
		if got, outcome := g.office.Events(t, domain); outcome.Refused || got != n {
			t.Errorf("%s, and the log has %d events, want %d", after, got, n)
		}
	}
	expect(1, "it was founded")
	id := added(t, g, domain, ada)
	expect(2, "a user was added")
	g.office.UpdateUser(t, domain, id, "Ada").OK(t) // as it was
	expect(2, "nothing changed")
	g.office.UpdateUser(t, domain, id, "Eva").OK(t)
	application, outcome := g.office.Register(t, domain, "Portal", landing)
	outcome.OK(t)
	expect(4, "a user was changed and an application made")
	_, outcome = g.office.Connect(t, domain, application, "it@customer.example")
	outcome.OK(t)
	expect(7, "a connection with redirection and onboarding was made")
	g.office.RemoveUser(t, domain, id).OK(t)
	expect(8, "the user was removed")
	_, outcome = g.office.AddUser(t, domain, Member{Email: "no address"})
	outcome.Is(t, fault.Invalid, "email")
	expect(8, "something was refused")
}

func badData(t *testing.T, g *Gateway) {
	domain := founded(t, g, "Strict")
	for i, email := range []string{"", "nobody", "a@b", "a@b.example\r\nBcc: c@d.example", strings.Repeat("a", 250) + "@b.example"} {
		if _, outcome := g.office.AddUser(t, domain, Member{Email: email}); !outcome.Refused || outcome.Kind != fault.Invalid {
			t.Errorf("address %d is taken", i)
		}
	}
	for _, name := range []string{"", "   ", "!!!", strings.Repeat("x", 300), "a\nb"} {
		if _, outcome := g.office.Found(t, name); !outcome.Refused || outcome.Kind != fault.Invalid {
			t.Errorf("the name %.10q is taken", name)
		}
	}
	for _, address := range []string{"javascript:alert(1)", "https://app.example/#x", "//app.example", "https://user@app.example/"} {
		if _, outcome := g.office.Register(t, domain, "Portal", address); !outcome.Refused || outcome.Kind != fault.Invalid {
			t.Errorf("people may be sent to %s", address)
		}
	}
	if _, outcome := g.office.Connect(t, domain, fmt.Sprintf("%036d", 7), ""); !outcome.Refused {
		t.Error("a connection leads to an application that is not there")
	}
}
