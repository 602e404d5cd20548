package idkollen

import (
	"slices"

	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/identity"
	"github.com/eidgate/eidgate/ports/outbound"
)

// way is one of IDkollen's operations.
type way struct {
	outbound.Offer
	start  string // where it is begun
	follow string // below which it is asked for, "" for start
}

// What the operations can tell. MitID's signature and the backchannels of MitID and Norwegian BankID have no members to
// ask for more.
const (
	tellsSE   = eid.WantNumber | eid.WantAddress | eid.WantSignatory
	tellsRest = eid.WantNumber | eid.WantPhone | eid.WantEmail | eid.WantAddress
)

// ways lists what the API has. Its own age checks tell no birth and need a page of theirs, so ages are told by ordinary
// logins; Vipps, for which there is no age check either, is left out.
func ways() []way {
	offer := func(e eid.EID, o eid.Operation, c eid.Channel, tells eid.Attributes) outbound.Offer {
		return outbound.Offer{EID: e, Operation: o, Channel: c, Tells: tells, Digest: e == eid.SEBankID && o.Signs()}
	}
	signsPapers := offer(eid.NOBankID, eid.Sign, eid.Page, tellsRest)
	signsPapers.Documents = true
	return []way{
		{offer(eid.SEBankID, eid.Authenticate, eid.App, tellsSE), "/v3/bankid-se/auth", ""},
		{offer(eid.SEBankID, eid.Sign, eid.App, tellsSE), "/v3/bankid-se/sign", ""},
		{offer(eid.SEBankID, eid.ProveAge, eid.App, eid.WantNumber), "/v3/bankid-se/auth", ""},
		{offer(eid.SEBankID, eid.PhoneAuthenticate, eid.Backchannel, tellsSE), "/v3/bankid-se/phone/auth", "/v3/bankid-se/auth"},
		{offer(eid.SEBankID, eid.PhoneSign, eid.Backchannel, tellsSE), "/v3/bankid-se/phone/sign", "/v3/bankid-se/sign"},
		{offer(eid.SEFreja, eid.Authenticate, eid.App, tellsSE), "/v3/freja/auth", ""},
		{offer(eid.SEFreja, eid.Sign, eid.App, tellsSE), "/v3/freja/sign", ""},
		{offer(eid.SEFreja, eid.ProveAge, eid.App, eid.WantNumber), "/v3/freja/auth", ""},
		{offer(eid.SEFreja, eid.Authenticate, eid.Backchannel, tellsSE), "/v3/freja/backchannel/auth", "/v3/freja/auth"},
		{offer(eid.SEFreja, eid.Sign, eid.Backchannel, tellsSE), "/v3/freja/backchannel/sign", "/v3/freja/sign"},
		{offer(eid.NOBankID, eid.Authenticate, eid.Page, tellsRest), "/v3/bankid-no/auth", ""},
		{signsPapers, "/v3/bankid-no/sign", ""},
		{offer(eid.NOBankID, eid.ProveAge, eid.Page, eid.WantNumber), "/v3/bankid-no/auth", ""},
		{offer(eid.NOBankID, eid.Authenticate, eid.Backchannel, eid.WantNumber), "/v3/bankid-no/backchannel/auth", "/v3/bankid-no/auth"},
		{offer(eid.NOVipps, eid.Authenticate, eid.Page, tellsRest), "/v3/vipps/auth", ""},
		{offer(eid.NOVipps, eid.Authenticate, eid.Backchannel, tellsRest&^eid.WantPhone), "/v3/vipps/backchannel/auth", "/v3/vipps/auth"},
		{offer(eid.DKMitID, eid.Authenticate, eid.Page, tellsRest), "/v3/mitid/auth", ""},
		{offer(eid.DKMitID, eid.Sign, eid.Page, eid.WantNumber), "/v3/mitid/sign", ""},
		{offer(eid.DKMitID, eid.ProveAge, eid.Page, eid.WantNumber), "/v3/mitid/auth", ""},
		{offer(eid.DKMitID, eid.Authenticate, eid.Backchannel, eid.WantNumber), "/v3/mitid/backchannel/auth", "/v3/mitid/auth"},
		{offer(eid.FIFTN, eid.Authenticate, eid.Page, tellsRest), "/v3/ftn/auth", ""},
		{offer(eid.FIFTN, eid.ProveAge, eid.Page, eid.WantNumber), "/v3/ftn/auth", ""},
	}
}

// Offers lists everything that the API has; each of them begins with a network call.
func (p *Provider) Offers() []outbound.Offer {
	var offers []outbound.Offer
	for _, w := range ways() {
		offers = append(offers, w.Offer)
	}
	return offers
}

// wayFor finds the operation that carries an order, its own channel before others that do as well. It fails with
// [eid.ErrNoRoute], also where the order requires what IDkollen neither can be asked for nor tells.
func wayFor(o eid.Order) (way, error) {
	all := ways()
	fits := func(exactly bool) int {
		return slices.IndexFunc(all, func(w way) bool {
			return w.EID == o.EID && w.Operation == o.Operation && o.Channel.Carries(w.Channel) &&
				(!exactly || o.Channel == w.Channel) && (len(o.Documents) == 0 || w.Documents)
		})
	}
	i := fits(true)
	if i < 0 {
		i = fits(false)
	}
	if i < 0 || o.Require.PIN && o.EID != eid.SEBankID {
		return way{}, eid.ErrNoRoute
	}
	proven, sure := proves(o.EID, true)
	if o.Context != "" && !proven.Satisfies(o.Context) || sure < o.Require.Assurance {
		return way{}, eid.ErrNoRoute
	}
	return all[i], nil
}

// proves is the context and the level that a login stands for. IDkollen states neither: the Finnish network, Norwegian
// BankID and the Swedish eIDs have no level below substantial, and MitID gives the national number at none below it. Vipps has
// none at all.
func proves(e eid.EID, numbered bool) (eid.Context, eid.Assurance) {
	switch c := e.DefaultContext(); {
	case e == eid.DKMitID && !numbered:
		return "urn:grn:authn:dk:mitid:low", eid.Low
	case e == eid.NOBankID:
		return c, eid.Substantial // which of its two means the person took, nobody says
	case e.Country() != identity.NO:
		return c, c.Assurance()
	default:
		return c, eid.Unstated
	}
}
