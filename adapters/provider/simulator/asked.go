package simulator

import (
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/ports/inbound"
)

// asked is what an order says: all that is needed to show it and to word evidence of it. It travels in signed requests
// and in threads, so that no process has to remember it. It holds no national number.
type asked struct {
	Session      string        `json:"session,omitempty"`
	Scope        string        `json:"scope,omitempty"` // of threads only
	Nonce        string        `json:"nonce,omitempty"`
	Correlation  string        `json:"correlation,omitempty"`
	EID          eid.EID       `json:"eid"`
	Operation    eid.Operation `json:"operation,omitempty"`
	Channel      eid.Channel   `json:"channel,omitempty"`
	Context      eid.Context   `json:"acr_values"`
	Organization string        `json:"organization,omitempty"`
	Text         string        `json:"text,omitempty"`
	Digest       string        `json:"digest,omitempty"` // of shown orders just a mark that there is one
	Documents    []string      `json:"documents,omitempty"`
	Binding      string        `json:"binding,omitempty"`
	Company      string        `json:"company,omitempty"` // the key of one of ours, unknownCompany for another
	Person       string        `json:"person,omitempty"`  // whom the order names, if one of ours
	Stranger     bool          `json:"stranger,omitempty"`
	Plus         bool          `json:"plus,omitempty"`   // somebody whom Freja has met is asked for
	Placed       int64         `json:"placed,omitempty"` // Unix microseconds; of orders that an app takes
}

// ask reads a session's order, to be carried out by the channel.
func ask(session eid.Snapshot, channel eid.Channel) asked {
	o := session.Order
	a := asked{
		Session: session.ID, Scope: o.Scope.Organization + "/" + string(o.Scope.Environment), Nonce: session.Nonce,
		Correlation: o.Correlation, EID: o.EID, Operation: o.Operation, Channel: channel, Context: contextOf(o),
		Plus:         o.Require.Registration == eid.Plus,
		Organization: o.OnBehalfOf, Text: o.Text, Digest: o.Digest, Company: companyKey(o.Company),
	}
	for _, d := range o.Documents {
		a.Documents = append(a.Documents, d.Name)
	}
	return a
}

// order names one of a session's orders: whoever has seen what opened an earlier one can do nothing with it at the next.
func (a asked) order() string { return a.Session + "/" + strconv.FormatInt(a.Placed, 10) }

// contextOf is the way in which the person is to log in. MitID's is chosen by the level that the order requires, where
// it names none itself.
func contextOf(o eid.Order) eid.Context {
	if o.Context != "" {
		return o.Context
	}
	if o.EID == eid.DKMitID && o.Require.Assurance == eid.High {
		return "urn:grn:authn:dk:mitid:high"
	}
	return o.EID.DefaultContext()
}

const (
	// mostShown bounds, in bytes, what is remembered of a text that somebody else wrote, and mostSent what of it goes
	// into an address.
	mostShown = 4_000
	mostSent  = 1_500
	// mostName bounds the name of a document in the same way, and mostReference a caller's reference.
	mostName      = 100
	mostReference = 200
)

// excerpt is what is shown of the order, up to so much of its text, and without what only evidence needs.
func (a asked) excerpt(most int) asked {
	a.Scope, a.Company = "", ""
	a.Text = shortened(a.Text, most)
	if a.Digest != "" {
		a.Digest = "+"
	}
	if len(a.Correlation) > mostReference {
		a.Correlation = ""
	}
	names := make([]string, 0, len(a.Documents))
	for _, name := range a.Documents {
		names = append(names, shortened(name, mostName))
	}
	a.Documents = names
	return a
}

// shortened cuts a text to so many bytes, between characters.
func shortened(text string, most int) string {
	if len(text) <= most {
		return text
	}
	for most > 0 && !utf8.RuneStart(text[most]) {
		most--
	}
	return text[:most] + "…"
}

// text is what the person reads: the organization's own words, or ours for it.
func (a asked) text() string {
	if a.Text != "" {
		return a.Text
	}
	who, verb := a.Organization, "asks"
	if who == "" {
		who, verb = "You", "are asked"
	} else {
		verb += " you"
	}
	switch {
	case len(a.Documents) > 0:
		return who + " " + verb + " to sign documents."
	case a.Operation == eid.ProveAge:
		return who + " " + verb + " to prove your age."
	}
	return who + " " + verb + " to identify yourself."
}

func (a asked) shown(id, token string, made time.Time) inbound.SimulatedOrder {
	return inbound.SimulatedOrder{
		ID: id, Session: a.Session, Correlation: a.Correlation, AppToken: token, EID: a.EID, Operation: a.Operation,
		Channel: a.Channel, Organization: a.Organization, Text: a.text(), Documents: a.Documents, Digest: a.Digest != "",
		BindingMessage: a.Binding, Person: a.Person, Stranger: a.Stranger, CreatedAt: made,
	}
}
