package inbound

import (
	"context"

	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/fault"
)

// ErrNoVisit: there is no page under this ticket, or not any more.
var ErrNoVisit = fault.New(fault.NotFound, "visit_unknown", "There is nothing here, or not any more.")

// Visits is the person in the browser, who has a ticket and no credentials. The browser is named by a secret of its own
// that it keeps as a cookie; "" for one that has none yet.
type Visits interface {
	// Look shows how far the session has come and changes nothing. A session that belongs to another browser is shown
	// as foreign, without challenge or name. It fails with ErrNoVisit.
	Look(ctx context.Context, ticket, browser string) (Visit, error)
	// Begin makes the session this browser's, and places the order unless it is placed. It fails with ErrNoVisit,
	// eid.ErrOtherBrowser, and as Sessions.Start does.
	Begin(ctx context.Context, ticket, browser, address string) (Visit, error)
	// Cancel is the person saying no. It fails with ErrNoVisit or eid.ErrOtherBrowser.
	Cancel(ctx context.Context, ticket, browser string) (Visit, error)
	// Return is the browser coming back from a provider, with the parameters that it brings. It fails with ErrNoVisit
	// or eid.ErrOtherBrowser; a session of another browser is left as it is.
	Return(ctx context.Context, provider string, params map[string]string, browser string) (Visit, error)
	// Notice is a provider calling us about a session. It fails with ErrNoVisit.
	Notice(ctx context.Context, provider, ticket string, body []byte, headers map[string]string) error
}

// Visit is what a page shows.
type Visit struct {
	Ticket       string
	Session      string
	State        eid.State
	Mine         bool // the session is this browser's, or nobody's yet
	Begun        bool // the order is placed
	Organization string
	EID          eid.EID
	Operation    eid.Operation
	Text         string   // what the person approves
	Documents    []string // the names of the documents to be signed
	LeastAge     int
	GreatestAge  int
	Language     string        // "" for the person's own choice
	Challenge    eid.Challenge // without the secret of an animated code
	Hint         eid.Hint
	Reason       string // why it came to nothing
	ReturnTo     string // where the person goes when it is over, complete with all parameters; "" for nowhere
	Simulated    bool
}
