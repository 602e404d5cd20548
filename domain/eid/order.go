package eid

import (
	"slices"
	"time"

	"github.com/eidgate/eidgate/domain/fault"
	"github.com/eidgate/eidgate/domain/identity"
	"github.com/eidgate/eidgate/domain/organization"
)

// What can be wrong with an order, whoever asks.
var (
	// ErrOrder refuses an order that no provider could carry out.
	ErrOrder = fault.New(fault.Invalid, "order_invalid", "The order names no known eID, operation or address to return to.")
	// ErrNothingToSign refuses a signature of nothing, or of a text and documents at once.
	ErrNothingToSign = fault.New(fault.Invalid, "nothing_to_sign", "A signature needs either a text or documents.")
	// ErrNobodyNamed refuses an order on the backchannel that does not say whom to notify.
	ErrNobodyNamed = fault.New(fault.Invalid, "nobody_named", "This order has to name the person, by national number or telephone.")
	// ErrCallInitiator refuses an order by phone that does not say who called whom.
	ErrCallInitiator = fault.New(fault.Invalid, "call_initiator_invalid", "An order by phone has to say who called: the person or the organization.")
	// ErrAssurance refuses to ask a scheme for more than it can prove.
	ErrAssurance = fault.New(fault.Invalid, "assurance_out_of_reach", "The eID cannot prove a level of assurance this high.")
	// ErrAges refuses a proof of age without bounds, or with bounds that nobody can meet.
	ErrAges = fault.New(fault.Invalid, "ages_invalid", "A proof of age needs a least or a greatest age of at least 1, and the greatest may not be below the least.")
)

// Order is what an organization asks for. It is fixed once the session is open.
type Order struct {
	Scope       organization.Scope
	Client      string // the client that asks; "" when a person does, and audit.Message for what is asked by message
	OnBehalfOf  string // the organization's name, as people read it
	Surface     string // through which door it came; only that door finds the session again
	EID         EID    // "" as long as the person has not chosen among Choices
	Choices     []EID  // what the person chooses among, on the channel Page; nil where the organization has chosen
	Operation   Operation
	Channel     Channel
	Context     Context // the exact way, "" for the provider's own choice
	Require     Requirement
	Wants       Attributes    // what to tell of the person; what is not wanted is forgotten
	Account     int64         // the only account that may redeem the session, 0 for any of the scope
	ReturnTo    string        // where the person goes afterwards: an address the organization registered
	NotifyAt    string        // where news of the outcome goes: an address the organization registered, "" for nowhere
	Correlation string        // the caller's own reference; never unique, never a key
	Language    string        // two letters, "" for the person's own choice
	Annex       []byte        // read and written by one surface only
	Life        time.Duration // how long the session may last; 0 for the gateway's own choice
	Renewable   bool          // what came to nothing without anybody's no may be begun again, while the session lives
	Tags        []string      // the organization's own; they go with the facts of the session
	Usage       string        // by what the organization counts its sessions; goes with the facts, too
	Theme       string        // how the page is to look; "" for the gateway's own way
	Frames      []string      // the origins whose pages may show ours inside of theirs; nil where none may
	Device      Device        // where the person's app is, as far as the organization knows
	Particulars []Particular  // what is said to one eID alone, in place of Text and Context; each eID once

	Text           string          // what the person reads before approving: why, or what is signed
	Digest         string          // signed together with Text, and not shown
	Documents      []Document      // to be signed, in this order
	Company        identity.Number // for whom the person may have to be a signatory
	Phone          string          // E.164: whom to notify where a telephone number names the person
	BindingMessage string          // shown by the app and by the organization, for the person to compare
	CallInitiator  CallInitiator   // of an order by phone
	PersonAddress  string          // the IP address of the person's device, as the caller sees it; "" if unknown
}

// Requirement is what the evidence must show beyond the operation itself.
type Requirement struct {
	Person       identity.Number // this person and nobody else; zero for anybody
	Assurance    Assurance       // at least this sure
	PIN          bool            // a code, not a finger or a face
	Registration Registration    // at least this level at Freja; "" for Extended
	LeastAge     int             // in completed years on the day of the proof, both ends included; 0 for no bound
	GreatestAge  int
}

// Device is where the app of a person is who came to a page.
type Device string

// The devices. Others than these count as none.
const (
	SameDevice  Device = "same"  // with the browser: the app is opened by a link
	OtherDevice Device = "other" // it scans a code
)

// Document is a PDF on its way to being signed, or back.
type Document struct {
	ID   string
	Name string // of the file, as the uploader called it
	Hash string // SHA-256 of the content, in lower-case hex
	// Content is there while the document is handed to a provider or comes from one, and is stored with no session.
	Content []byte
}

// check refuses orders that make no sense whoever asks.
func (o Order) check() error {
	if o.Scope.IsZero() || !o.EID.Known() && !o.open() || !o.Operation.known() || !o.Channel.Known() || o.Surface == "" {
		return ErrOrder
	}
	if o.Context != "" {
		if e, ok := o.Context.EID(); !ok || e != o.EID {
			return ErrOrder.On("method")
		}
	}
	if err := o.checkParticulars(); err != nil {
		return err
	}
	switch {
	case o.Operation.Signs() && (o.Text == "") == (len(o.Documents) == 0):
		return ErrNothingToSign.On("text")
	case o.Operation.ByPhone() && o.Channel != Backchannel:
		return ErrOrder.On("channel")
	case o.Renewable && o.Channel != Page: // nobody comes to begin it again
		return ErrOrder.On("channel")
	case o.Operation.ByPhone() && !o.CallInitiator.known():
		return ErrCallInitiator.On("call_initiator")
	case o.Channel == Backchannel && o.Require.Person.IsZero() && o.Phone == "":
		return ErrNobodyNamed.On("person")
	case o.Operation == ProveAge && !o.Require.ages():
		return ErrAges.On("least_age")
	case !o.Require.Registration.known(): // or a level that nobody knows would pass for the lowest
		return ErrOrder.On("registration")
	}
	for _, e := range append([]EID{o.EID}, o.Choices...) {
		if e == "" {
			continue
		}
		if o.Require.Assurance > e.Most() {
			return ErrAssurance.On("assurance")
		}
		if err := o.chosen(e).checkTexts(); err != nil {
			return err
		}
	}
	return nil
}

// open holds where it is the person who chooses the eID.
func (o Order) open() bool {
	return o.EID == "" && len(o.Choices) > 0 && o.Channel == Page && o.Context == "" &&
		!slices.ContainsFunc(o.Choices, func(e EID) bool { return !e.Known() })
}

// chosen is the order with one of its choices: what it says to that one, and the way in which that reaches the level that
// is asked for.
func (o Order) chosen(e EID) Order {
	o.EID = e
	o = o.particular()
	if e == DKMitID && o.Context == "" && o.Require.Assurance > Unstated {
		o.Context = contextPrefix + Context("dk:mitid:"+o.Require.Assurance.String())
	}
	if e == SEFreja && o.Require.Assurance == High {
		o.Require.Registration = Plus
	}
	return o
}

func (r Requirement) ages() bool {
	return r.LeastAge >= 0 && r.GreatestAge >= 0 && r.LeastAge+r.GreatestAge > 0 &&
		(r.GreatestAge == 0 || r.GreatestAge >= r.LeastAge)
}
