package eid

// Channel is how an order reaches its person.
type Channel string

// The channels.
const (
	// Redirect: the caller sends the person's browser to the provider, and gets the code of the login at its own
	// address.
	Redirect Channel = "redirect"
	// Page: the caller sends the person's browser to a page of ours, which takes them on and back.
	Page Channel = "page"
	// App: the caller shows the challenge itself, as a QR code or as a link that opens the eID's app.
	App Channel = "app"
	// Backchannel: the person is named by number or telephone, and is notified in the eID's app.
	Backchannel Channel = "backchannel"
)

// Known holds for the four channels.
func (c Channel) Known() bool {
	switch c {
	case Redirect, Page, App, Backchannel:
		return true
	}
	return false
}

// Carries holds when an order of channel c can be carried out by a provider that works by the offered channel. A page
// of ours shows an app's QR code as well as it sends a browser on.
func (c Channel) Carries(offered Channel) bool { return c == offered || c == Page && offered == App }

// CallInitiator is who began a telephone call.
type CallInitiator string

// Who began a call.
const (
	CalledByPerson       CallInitiator = "person"
	CalledByOrganization CallInitiator = "organization"
)

func (c CallInitiator) known() bool { return c == CalledByPerson || c == CalledByOrganization }

// Attributes is a set of what an organization wants to be told of a person beside the name.
type Attributes uint16

// The attributes.
const (
	WantNumber    Attributes = 1 << iota // the national number
	WantPhone                            // a telephone number
	WantEmail                            // an e-mail address
	WantAddress                          // the registered address
	WantSignatory                        // whether the person may sign for Order.Company
	WantProofs                           // what stands behind the answer, as the scheme issued it
	WantDevice                           // the address of the device that the person's app is on
)

// Has holds when every one of the given attributes is in the set.
func (a Attributes) Has(wanted Attributes) bool { return a&wanted == wanted }

// Registration is how thoroughly Freja knows its user (Freja, registration levels).
type Registration string

// The registration levels that carry a national number.
const (
	Extended Registration = "extended" // an identity document was checked
	Plus     Registration = "plus"     // and the person was met
)

func (r Registration) known() bool { return r == "" || r == Extended || r == Plus }
