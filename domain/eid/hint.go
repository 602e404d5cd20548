package eid

// Hint is how far the person has come, as the provider sees it: one of these words, or the scheme's own where it is
// none of them. "" says nothing.
type Hint string

// The hints, in the order in which a person meets them.
const (
	HintOutstanding = Hint("outstanding")  // no app has picked the order up
	HintNoClient    = Hint("no_client")    // the order names its person, whose app has not been started
	HintDelivered   = Hint("delivered")    // the person's app has the order
	HintStarted     = Hint("started")      // an app was started, and looks for the right identity
	HintCallConfirm = Hint("call_confirm") // the person is asked whether the call is with the organization
	HintDocument    = Hint("document")     // the chip of the person's passport or card is being read
	HintSigning     = Hint("signing")      // the person is asked for code, finger or face
	HintProcessing  = Hint("processing")   // the person is done; the scheme is not yet
)
