package inbound

import (
	"context"

	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/fault"
)

// ErrNoVisit: there is no page under this ticket, or not any more.
var ErrNoVisit = fault.New(fault.NotFound, "visit_unknown", "There is nothing here, or not any more.")

// Why nobody else may watch. The page can be asked instead.
var (
	// ErrTooManyWatchers: no more streams can be served now.
	ErrTooManyWatchers = fault.New(fault.Unavailable, "streams_exhausted", "No more streams can be served now.")
	// ErrWatchedEnough: this browser watches the session as often as it may, or as many browsers watch it as may. It comes
	// with the time after which to try again.
	ErrWatchedEnough = fault.New(fault.Throttled, "session_watched_enough", "This is watched by as many as may watch it.")
)

// Visits is the person in the browser, who has a ticket and no credentials. The browser is named by a secret of its own
// that it keeps as a cookie; "" for one that has none yet.
type Visits interface {
	// Look shows how far the session has come and changes nothing. A session that belongs to another browser is shown
	// as foreign, without challenge or name: with its language, theme and frames, since what is said about it is seen where
	// the page would be. It fails with ErrNoVisit.
	Look(ctx context.Context, ticket, browser string) (Visit, error)
	// Begin makes the session this browser's, notes the person's choice, and places the order unless it is placed. It fails
	// with ErrNoVisit, eid.ErrOtherBrowser, eid.ErrNotChosen, eid.ErrNotAChoice, and as Sessions.Start does.
	Begin(ctx context.Context, ticket string, a Arrival) (Visit, error)
	// Reconsider takes the order back for another choice, or another try: see eid.Session.Reconsider. It fails with
	// ErrNoVisit, eid.ErrOtherBrowser or eid.ErrNotAChoice.
	Reconsider(ctx context.Context, ticket, browser string) (Visit, error)
	// Watch gives what Look would give: at once, and then whenever that has changed, about a second later at most. The
	// channel is closed behind the Visit that says how the session ended, when whoever reads is too slow, when the gateway
	// is about to stop, and by stop, which has to be called. All watchers of a process together cost storage one question a
	// second. It fails with ErrNoVisit or eid.ErrOtherBrowser, with ErrTooManyWatchers where too many watch in all or the
	// gateway is about to stop, and with ErrWatchedEnough where too many watch this session.
	Watch(ctx context.Context, ticket, browser string) (news <-chan Visit, stop func(), err error)
	// Cancel is the person saying no. It fails with ErrNoVisit or eid.ErrOtherBrowser.
	Cancel(ctx context.Context, ticket, browser string) (Visit, error)
	// Return is the browser coming back from a provider, with the parameters that it brings. It fails with ErrNoVisit
	// or eid.ErrOtherBrowser; a session of another browser is left as it is.
	Return(ctx context.Context, provider string, params map[string]string, browser string) (Visit, error)
	// Notice is a provider calling us about a session. It fails with ErrNoVisit.
	Notice(ctx context.Context, provider, ticket string, body []byte, headers map[string]string) error
}

// Arrival is the person coming to a session.
type Arrival struct {
	Browser    string  // the secret that the browser is known by
	Cookieless bool    // only the page knows the secret: the browser keeps no cookie of ours
	Address    string  // the browser's IP address
	Agent      string  // what the browser calls itself
	EID        eid.EID // the person's choice; "" where there is none to make, or for the one made before
}

// Visit is what a page shows.
type Visit struct {
	Ticket       string
	Session      string
	State        eid.State
	Mine         bool // the session is this browser's, or nobody's yet
	Begun        bool // the order is placed
	Organization string
	EID          eid.EID   // "" as long as none is chosen
	Choices      []eid.EID // what the person chooses among; nil where there is nothing to choose
	Renewable    bool      // the person may choose again, or try again
	Trouble      string    // why the last try came to nothing: an eid.Reason
	Device       eid.Device
	Theme        string
	Frames       []string // the origins of the pages that may show this one inside of theirs; nil for none
	Proof        string   // of a session that is this browser's: see eid.Snapshot.Proof
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
