// Package audit says what happened. A fact is appended in the same unit of work as the change it tells of; the
// facts together are the trail, and the relay tells them to the world.
package audit

import (
	"strconv"
	"time"
)

// Fact is something that happened, said once. It names people and things by identifier only: no national
// number, no name, no address, and nothing that a caller may fill freely.
type Fact struct {
	Organization string // the scope, in two parts; see organization.Scope
	Environment  string
	Kind         string // such as "account.number_attached": the subject's sort, a dot, what happened
	Subject      string // what it happened to: its sort, a slash, its identifier
	Sequence     int64  // 1, 2, 3 ... without gaps, per subject
	At           time.Time
	Actor        string            // who did it: "client/ID", "account/ID", "administrator/ID" (of an onboarding), [Message] or [System]
	Details      map[string]string // identifiers, codes and counts; small
}

// ID names the fact in the whole deployment: subject and sequence. Told twice, a fact has the same ID.
func (f Fact) ID() string { return f.Subject + "." + strconv.FormatInt(f.Sequence, 10) }

// System is the actor of what eidgate does by itself, such as sweeping.
const System = "system"

// Message is the actor of what was asked for by message: whoever may write to the broker.
const Message = "message"

// Told is a fact as the relay carries it: with its place in the trail.
type Told struct {
	Fact
	Position    int64 // the fact's number in the trail: increasing, with gaps
	Destination string
	Attempts    int // how often delivery was tried before
}
