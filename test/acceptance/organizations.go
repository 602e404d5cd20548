package acceptance

import "testing"

// OrganizationDoor is how a back office reaches the gateway: for the demo organization, which manages others.
type OrganizationDoor interface {
	Name() string
	// Cannot says why, where the door cannot do something that some story needs.
	Cannot() map[Ability]string

	// Found makes an organization that is managed by the demo organization.
	Found(t *testing.T, name string) (domain string, outcome Outcome)
	// Dissolve deletes one.
	Dissolve(t *testing.T, domain string) Outcome
	// AddUser brings a person into an organization's directory, UpdateUser changes a name there.
	AddUser(t *testing.T, domain string, p Member) (id string, outcome Outcome)
	UpdateUser(t *testing.T, domain, id, givenName string) Outcome
	// RemoveUser takes a person out.
	RemoveUser(t *testing.T, domain, id string) Outcome
	// User reads a person, Users counts them.
	User(t *testing.T, domain, id string) (Member, Outcome)
	Users(t *testing.T, domain string) (int, Outcome)
	// Register makes an application.
	Register(t *testing.T, domain, name, redirectURL string) (id string, outcome Outcome)
	// Connect makes an SSO connection that leads to an application, with an administrator to set it up; Invite sends that
	// administrator a letter.
	Connect(t *testing.T, domain, application, administrator string) (id string, outcome Outcome)
	Invite(t *testing.T, connection string) Outcome
	// Connection reads one.
	Connection(t *testing.T, connection string) (Joined, Outcome)
	// Know makes a key for metadata, and Tell gives a user a value for it.
	Know(t *testing.T, domain, key string) Outcome
	Tell(t *testing.T, domain, user, key, value string) Outcome
	// Events counts what happened, as the log events tell it.
	Events(t *testing.T, domain string) (int, Outcome)
	// Stranger is the same door for the client of another root organization, Sandbox for one of the demo organization's
	// in the other environment.
	Stranger(t *testing.T) OrganizationDoor
	Sandbox(t *testing.T) OrganizationDoor
}

// The abilities that the stories of organizations need of doors.
const (
	Letters Ability = "letters" // letters are sent
	Tenants Ability = "tenants" // the door tells organizations apart
)

// Member is a person in a directory.
type Member struct {
	Email, GivenName, FamilyName string
	Metadata                     map[string]string
}

// Joined is an SSO connection.
type Joined struct {
	Active   bool
	Provider string
	State    string // of the onboarding
}
