package inbound

import (
	"context"
	"time"

	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/fault"
	"github.com/eidgate/eidgate/domain/identity"
)

// What can be wrong with a request to the simulator.
var (
	ErrNoSimulatedOrder  = fault.New(fault.NotFound, "simulated_order_unknown", "There is no such waiting order.")
	ErrNoSimulatedPerson = fault.New(fault.NotFound, "simulated_person_unknown", "There is no such simulated person.")
	ErrSimulatorRequest  = fault.New(fault.Invalid, "simulator_request_invalid", "The simulator does not understand this request.")
)

// Simulator is the people behind the built-in simulator, as whoever plays them sees them.
type Simulator interface {
	// People lists the invented people, in a fixed order.
	People() []SimulatedPerson
	// Waiting lists the orders that wait for a person, newest first.
	Waiting() []SimulatedOrder
	// Approve lets a person approve an order, found by its own identifier, its session's, its app token or the caller's
	// reference. Somebody else than the order names may do so; whether that counts is not the simulator's to say. It
	// fails with ErrNoSimulatedOrder, or ErrNoSimulatedPerson for a person who does not have the order's eID.
	Approve(ctx context.Context, order, person string) error
	// Reject lets the person say no.
	Reject(ctx context.Context, order string) error
	// Fail lets the order end with a failure that the real eID knows: one of Reasons. Others are
	// ErrSimulatorRequest.
	Fail(ctx context.Context, order, reason string) error
	// Reasons lists what Fail understands, sorted.
	Reasons() []string
	// Misbehave makes the eID's provider itself misbehave for the next count requests: down, slow, html or reset.
	Misbehave(ctx context.Context, e eid.EID, kind string, count int) error
	// Visit is a browser opening the address that a login sends it to. The first visit makes the order. Once
	// the order is settled, a visit by the same browser is sent back.
	Visit(ctx context.Context, v SimulatedVisit) (SimulatedAnswer, error)
}

// SimulatedPerson is somebody invented, with an official test number.
type SimulatedPerson struct {
	ID        string
	Number    identity.Number
	GivenName string
	Surname   string
	BirthDate identity.Date
	EIDs      []eid.EID
	Minor     bool
	Phone     string // E.164, of a range that nobody is reached by
	Email     string
	Address   string
	// Card is the text of the QR code that the person's digital identity card shows at this moment; "" for no card.
	Card string
	// SignsFor are the companies that the person may sign for.
	SignsFor []SimulatedCompany
	// Withheld says that the person's eID tells neither number nor birth date, so that nobody learns an age from it.
	Withheld bool
}

// SimulatedCompany is an invented company.
type SimulatedCompany struct {
	Number identity.Number
	Name   string
}

// SimulatedOrder is an order that waits for a person. What callers can fill in it is shortened where it is very long.
type SimulatedOrder struct {
	ID             string
	Session        string
	Correlation    string
	AppToken       string // what opens the app for this order; "" where no app is opened
	EID            eid.EID
	Operation      eid.Operation
	Channel        eid.Channel
	Organization   string
	Text           string   // what the person reads
	Documents      []string // the names of what is signed
	Digest         bool     // something is signed along that is not shown
	BindingMessage string   // for the person to compare
	Person         string   // the simulated person whom the order names, "" for anybody
	Stranger       bool     // the order names somebody, who is none of the simulated people
	CreatedAt      time.Time
}

// SimulatedVisit is a browser at the authorization address.
type SimulatedVisit struct {
	ClientID string
	Request  string // the signed request; "" for a plain authorization request, whose parameters are in Params
	State    string
	Params   map[string]string
	Browser  string // names the browser; "" for one that has not been here
}

// SimulatedAnswer is what the browser gets: an address to go back to, or an order to wait for.
type SimulatedAnswer struct {
	Redirect string
	Order    SimulatedOrder
	People   []SimulatedPerson // who may approve it
}
