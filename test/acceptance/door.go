// Package acceptance tells what the gateway promises, in the words of the domain. Each story runs at every door
// (in process, over HTTP, by message) on every storage. A door translates and decides nothing.
package acceptance

import (
	"testing"
	"time"

	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/fault"
	"github.com/eidgate/eidgate/domain/identity"
	"github.com/eidgate/eidgate/domain/organization"
)

// Door is how a client reaches the gateway.
type Door interface {
	Name() string
	// Cannot says why, where the door cannot do something that some story needs.
	Cannot() map[Ability]string

	// Register makes an account in the demo organization and signs its owner in.
	Register(t *testing.T, p Person) (Client, Outcome)
	// SignIn signs an owner in again.
	SignIn(t *testing.T, email string) (Client, Outcome)
	// Office signs a partner's back office in.
	Office(t *testing.T) (Client, Outcome)

	// Foreign makes an account in another organization and signs its owner in.
	Foreign(t *testing.T, o organization.Organization) Client

	// Start starts an eID login for the account.
	Start(t *testing.T, c Client, s Start) (Started, Outcome)
	// Complete brings the code back.
	Complete(t *testing.T, c Client, r Return) (Completed, Outcome)
	// Account reads the client's own account.
	Account(t *testing.T, c Client) (Account, Outcome)
	// ChangePassword sets a password, which ends the account's other tokens.
	ChangePassword(t *testing.T, c Client, password string) Outcome
}

// Ability is something that not every door can do.
type Ability string

// The abilities.
const (
	Tokens       Ability = "tokens"        // clients identify themselves with tokens
	TokenKinds   Ability = "token kinds"   // the door tells tokens of one kind from the other
	Throttling   Ability = "throttling"    // requests are counted
	FirstFailure Ability = "first failure" // a passing failure is shown and not tried again
)

// Client is what a door gives its clients to identify themselves with.
type Client struct {
	Token   string
	Account int64
	Scope   organization.Scope // zero for the demo organization's
}

// Person describes an account to be made.
type Person struct {
	Email   string
	Country identity.Country
	SSN     string
}

// Start asks for an eID login.
type Start struct {
	RedirectURI string
	Context     eid.Context
	State       string
}

// Started is where the person goes.
type Started struct {
	URL         string
	Correlation string
}

// Return is what the person brought back.
type Return struct {
	Code        string
	RedirectURI string
	Context     eid.Context
	State       string
}

// Completed is an attached number. Doors that never show digits leave them out.
type Completed struct {
	SSN         string
	Correlation string
}

// Account is what an owner sees. Doors that cannot read accounts read it through the back office.
type Account struct {
	ID        int64
	SSN       string
	HasNumber bool
	Monitored bool
}

// Outcome is how an answer ended. The zero value is success.
type Outcome struct {
	Refused    bool
	Kind       fault.Kind
	Fields     []string // what is to blame, in the domain's words
	RetryAfter time.Duration
}

// Why gives outcome of an error, for doors that get errors.
func Why(err error) Outcome {
	if err == nil {
		return Outcome{}
	}
	f := fault.Of(err)
	o := Outcome{Refused: true, Kind: f.Kind(), RetryAfter: f.RetryAfter()}
	for _, v := range f.Violations() {
		o.Fields = append(o.Fields, v.Field)
	}
	return o
}

// OK fails the test unless the answer is a success.
func (o Outcome) OK(t *testing.T) {
	t.Helper()
	if o.Refused {
		t.Fatalf("refused as %s %v, want success", o.Kind, o.Fields)
	}
}

// Is fails the test unless the answer is a refusal of this kind that blames this field, "" for none.
func (o Outcome) Is(t *testing.T, kind fault.Kind, field string) {
	t.Helper()
	blamed := field == "" && len(o.Fields) == 0
	for _, f := range o.Fields {
		blamed = blamed || f == field
	}
	if !o.Refused || o.Kind != kind || !blamed {
		t.Fatalf("refused %v as %s blaming %v, want %s blaming %q", o.Refused, o.Kind, o.Fields, kind, field)
	}
}

// Kindly fails the test unless the answer is a refusal of this kind, whatever it blames.
func (o Outcome) Kindly(t *testing.T, kind fault.Kind) {
	t.Helper()
	if !o.Refused || o.Kind != kind {
		t.Fatalf("refused %v as %s, want %s", o.Refused, o.Kind, kind)
	}
}
