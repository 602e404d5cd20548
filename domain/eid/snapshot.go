package eid

import (
	"strings"
	"time"
)

// Challenge is what the person must be shown to go on.
type Challenge struct {
	URL    string            // where the person's browser goes
	Action string            // URL without its query
	Params map[string]string // the query of URL, by name

	AppToken       string     // opens the eID's app; see [EID.LaunchLink]
	QR             string     // what a QR code holds at this moment, "" for none
	Animated       AnimatedQR // how the QR code changes; zero where it stays
	BindingMessage string     // for the person to compare with what the app shows
}

// Snapshot is everything a session holds, for storage and for reading. Changing a snapshot changes no session.
type Snapshot struct {
	ID        string
	Nonce     string // our own unguessable key of the session; goes to the provider, comes back in its evidence
	Order     Order
	State     State
	Ticket    string  // opens the session's page, and nothing else; "" where there is none
	Browser   Browser // which browser the session belongs to; zero for none yet
	Provider  string  // which provider took the order
	Challenge Challenge
	Thread    []byte // what the provider needs next time; wiped when the session settles
	Evidence  Evidence
	Hint      Hint   // how far the person has come
	Trouble   string // why the last try came to nothing, of a renewable session that is open for another one
	AgeFits   bool   // of a completed proof of age: whether the person is within the bounds
	Reason    string // why it failed or was refused
	OpenedAt  time.Time
	ExpiresAt time.Time
	SettledAt time.Time
	Due       time.Time // when the provider may be asked again; zero where nobody has to ask it by the clock
	Claim     Claim
	Version   int64 // how often it was saved; storage refuses a stale one
	Sequence  int64 // the last fact's number
}

// Claim is the right to advance a session, for a while.
type Claim struct {
	Owner string
	Until time.Time
}

// Watcher is the owner of claims that only watch: whoever asks the provider by the clock, and may ask again when the
// claim ends. A claim of any other owner spends something that works once, such as a code.
func Watcher(name string) string { return watching + name }

const watching = "watch/"

// Watches holds for a watcher's claim.
func (c Claim) Watches() bool { return strings.HasPrefix(c.Owner, watching) }

func (c Claim) spends() bool { return c.Owner != "" && !c.Watches() }
