package simulator

import (
	"slices"

	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/ports/outbound"
)

// Offers lists everything that the six eIDs do, all of it offline: a login with each by redirect, Swedish BankID and
// Freja in the app, the others on their pages, and whatever can be asked of a named person. Documents are signed with
// Norwegian BankID where there is a signer.
func (s *Simulator) Offers() []outbound.Offer { return slices.Clone(s.offers) }

const everywhere = eid.WantNumber | eid.WantPhone | eid.WantEmail | eid.WantAddress

func offers(documents bool) []outbound.Offer {
	var all []outbound.Offer
	for _, e := range eid.EIDs() {
		all = append(all, outbound.Offer{EID: e, Operation: eid.Authenticate, Channel: eid.Redirect, Offline: true})
	}
	add := func(e eid.EID, channel eid.Channel, operations ...eid.Operation) {
		tells := everywhere
		switch e {
		case eid.SEBankID:
			tells = eid.WantNumber | eid.WantAddress | eid.WantSignatory
		case eid.SEFreja:
			tells |= eid.WantSignatory
		case eid.NOBankID, eid.NOVipps, eid.DKMitID, eid.FIFTN:
		}
		for _, operation := range operations {
			all = append(all, outbound.Offer{
				EID: e, Operation: operation, Channel: channel, Tells: tells, Offline: true,
				Documents: documents && e == eid.NOBankID && operation == eid.Sign,
				Digest:    e.Country() == "SE" && operation.Signs(),
			})
		}
	}
	add(eid.SEBankID, eid.App, eid.Authenticate, eid.Sign, eid.ProveAge)
	add(eid.SEBankID, eid.Backchannel, eid.PhoneAuthenticate, eid.PhoneSign)
	add(eid.SEFreja, eid.App, eid.Authenticate, eid.Sign, eid.ProveAge)
	add(eid.SEFreja, eid.Backchannel, eid.Authenticate, eid.Sign)
	add(eid.NOBankID, eid.Page, eid.Authenticate, eid.Sign, eid.ProveAge)
	add(eid.NOBankID, eid.Backchannel, eid.Authenticate)
	add(eid.NOVipps, eid.Page, eid.Authenticate)
	add(eid.NOVipps, eid.Backchannel, eid.Authenticate)
	add(eid.DKMitID, eid.Page, eid.Authenticate, eid.Sign, eid.ProveAge)
	add(eid.DKMitID, eid.Backchannel, eid.Authenticate)
	add(eid.FIFTN, eid.Page, eid.Authenticate, eid.ProveAge)
	return all
}

// channelOf is the channel by which an order is carried out: its own, else one that carries it.
func (s *Simulator) channelOf(order eid.Order) (eid.Channel, bool) {
	carried := eid.Channel("")
	for _, o := range s.offers {
		switch {
		case o.EID != order.EID, o.Operation != order.Operation, !order.Channel.Carries(o.Channel),
			len(order.Documents) > 0 && !o.Documents:
		case o.Channel == order.Channel:
			return o.Channel, true
		default:
			carried = o.Channel
		}
	}
	return carried, carried != ""
}
