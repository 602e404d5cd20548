package criipto

import (
	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/ports/outbound"
)

// Offers lists authentication with every eID by an authorize URL whose code goes to the caller's own address and, where
// there is a public address to come back to, authentication and proof of age with every eID by our own page. An age is
// computed from what the login says of the person: Criipto's own age check knows the age of 18 alone.
func (p *Provider) Offers() []outbound.Offer {
	var offers []outbound.Offer
	for _, e := range eid.EIDs() {
		offers = append(offers, outbound.Offer{EID: e, Operation: eid.Authenticate, Channel: eid.Redirect, Tells: eid.WantNumber, Offline: true})
	}
	if p.returnTo == "" {
		return offers
	}
	for _, e := range eid.EIDs() {
		offers = append(offers,
			outbound.Offer{EID: e, Operation: eid.Authenticate, Channel: eid.Page, Tells: tells(e), Offline: true},
			outbound.Offer{EID: e, Operation: eid.ProveAge, Channel: eid.Page, Tells: eid.WantNumber, Offline: true})
	}
	return offers
}

// tells is what a scheme says of the person on request. Vipps MobilePay alone has more than a number.
func tells(e eid.EID) eid.Attributes {
	if e == eid.NOVipps {
		return eid.WantNumber | eid.WantPhone | eid.WantEmail | eid.WantAddress
	}
	return eid.WantNumber
}

func (p *Provider) carries(o eid.Order) bool {
	for _, offer := range p.Offers() {
		if offer.EID == o.EID && offer.Operation == o.Operation && o.Channel == offer.Channel {
			return true
		}
	}
	return false
}
