package acceptance

import (
	"testing"

	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/identity"
)

// OperationDoor is how a client reaches the eID operations of the gateway.
type OperationDoor interface {
	Name() string
	// Cannot says why, where the door cannot do something that some story needs.
	Cannot() map[Ability]string

	// Begin starts an operation for the demo organization.
	Begin(t *testing.T, o Operation) (Begun, Outcome)
	// Follow asks how far it has come.
	Follow(t *testing.T, b Begun) (Progress, Outcome)
	// Cancel takes the order back.
	Cancel(t *testing.T, b Begun) Outcome
	// Card has a digital identity card checked.
	Card(t *testing.T, qr string) (Seen, Outcome)
	// Upload brings a document for signing, Download fetches one.
	Upload(t *testing.T, name string, content []byte) (id string, outcome Outcome)
	Download(t *testing.T, id string) ([]byte, Outcome)
	// Stranger is the same door for another organization's client.
	Stranger(t *testing.T) OperationDoor
}

// The abilities that eID operations need of doors.
const (
	Persons    Ability = "persons"   // the door shows who approved
	Cards      Ability = "cards"     // the door checks identity cards
	Documents  Ability = "documents" // the door takes documents
	Polling    Ability = "polling"   // the door counts how often a session is asked for
	References Ability = "references"
	Signing    Ability = "signing"    // the door has texts signed
	Ages       Ability = "ages"       // the door has ages proven
	Calls      Ability = "calls"      // the door has people identified who are on the phone
	Naming     Ability = "naming"     // the door has a named person notified, without showing anything
	Companies  Ability = "companies"  // the door tells who may sign for a company
	Pages      Ability = "every page" // the door has a page for those eIDs, too, that are had in an app
)

// Operation asks for an eID operation.
type Operation struct {
	EID         eid.EID
	Operation   eid.Operation
	Channel     eid.Channel
	SSN         string
	Country     identity.Country // whose number SSN is, "" for that of the eID
	Phone       string
	Text        string
	Documents   []string
	LeastAge    int
	GreatestAge int
	Initiator   eid.CallInitiator
	Binding     string
	ReturnTo    string
	NotifyAt    string
	Company     string
	Wants       eid.Attributes
	Reference   string
}

// Begun is an operation under way.
type Begun struct {
	Session        string
	EID            eid.EID
	Operation      eid.Operation
	URL            string // where the person's browser goes
	AppToken       string
	QR             string
	BindingMessage string
	Unsaid         bool // the door itself leaves some of the result out
}

// State is how far an operation has come, as every door can say it.
type State string

// The states.
const (
	Waiting State = "waiting"
	Done    State = "done"
	Over    State = "over" // without success
)

// Progress is what a door says of an operation.
type Progress struct {
	State     State
	Why       string // the eID operations API's word for why it is over
	Hint      string
	AgeFits   *bool
	Seen      Seen     // of a door that shows persons
	Documents []string // the signed ones
	Signed    bool     // the scheme handed out a signature of a text
}

// Seen is a person as a door shows them.
type Seen struct {
	SSN, Name, Address, Signatory, BirthDate string
	Country                                  identity.Country // of the number, of a door that says it of this eID
}
