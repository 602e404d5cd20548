package signicat

import (
	"slices"
	"strings"

	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/identity"
	"github.com/eidgate/eidgate/ports/outbound"
)

// scheme is what Signicat calls an eID, and what belongs to it.
type scheme struct {
	id     string           // of the provider, in Signicat's words
	tells  eid.Attributes   // what is documented to be told
	own    []string         // attributes that only this eID has
	least  eid.Assurance    // the level below which it issues nothing; Unstated where nobody says
	codes  []string         // how nin.issuingCountry is spelt
	levels map[string]level // by the value of the attribute that states the eID's own level
	states string           // that attribute, "" for none
}

// level is a level of assurance; the type makes the tables readable.
type level = eid.Assurance

var schemes = map[eid.EID]scheme{
	eid.SEBankID: {
		id: "sbid", tells: eid.WantNumber | eid.WantProofs | eid.WantDevice, codes: []string{"SE", "SWE"}, least: eid.Substantial,
		own: []string{"sbidXmlSignature", "sbidOcspResponse"},
	},
	eid.SEFreja: {
		id: "freja", tells: eid.WantNumber | eid.WantPhone | eid.WantEmail | eid.WantAddress, codes: []string{"SE", "SWE"},
		own: []string{"frejaRegistrationLevel"}, states: "frejaRegistrationLevel",
		levels: map[string]level{"BASIC": eid.Low, "EXTENDED": eid.Substantial, "PLUS": eid.High},
	},
	eid.NOBankID: {
		id: "nbid", tells: eid.WantNumber, codes: []string{"NO", "NOR"}, least: eid.Substantial,
		own: []string{"nbidAlternativeSubject", "nbidIdp", "nbidOriginator"}, states: "nbidIdp",
		levels: map[string]level{"BIS": eid.Substantial, "BID": eid.High},
	},
	eid.NOVipps: {
		id: "vipps", tells: eid.WantNumber | eid.WantPhone | eid.WantEmail | eid.WantAddress, codes: []string{"NO", "NOR"},
		own: []string{"vippsSub"},
	},
	eid.DKMitID: {
		id: "mitid", tells: eid.WantNumber, codes: []string{"DK", "DNK"}, least: eid.Low,
		own: []string{"mitidUuid", "mitidLoa"}, states: "mitidLoa",
		levels: map[string]level{"LOW": eid.Low, "SUBSTANTIAL": eid.Substantial, "HIGH": eid.High},
	},
	eid.FIFTN: {
		id: "ftn", tells: eid.WantNumber, codes: []string{"FI", "FIN"}, least: eid.Substantial, own: []string{"ftnHetu", "ftnIdp"},
	},
}

// Offers lists what Signicat does: logins of all eIDs on its pages, and of Swedish BankID in the app as well. Ages are told by
// ordinary logins. Each begins with a network call.
func (p *Provider) Offers() []outbound.Offer {
	var offers []outbound.Offer
	for _, e := range eid.EIDs() {
		channels := []eid.Channel{eid.Page}
		if e == eid.SEBankID {
			channels = append(channels, eid.App)
		}
		for _, c := range channels {
			offers = append(offers,
				outbound.Offer{EID: e, Operation: eid.Authenticate, Channel: c, Tells: schemes[e].tells},
				outbound.Offer{EID: e, Operation: eid.ProveAge, Channel: c, Tells: eid.WantNumber})
		}
	}
	return offers
}

// channelOf is how an order is carried out. A page of ours inside of somebody else's shows the app's code, because Signicat's
// pages refuse to be framed. It fails with [eid.ErrNoRoute], also for what Signicat can neither be asked for nor tells.
func (p *Provider) channelOf(o eid.Order) (eid.Channel, error) {
	c := o.Channel
	if len(o.Frames) > 0 {
		c = eid.App
	}
	offered := slices.ContainsFunc(p.Offers(), func(offer outbound.Offer) bool {
		return offer.EID == o.EID && offer.Operation == o.Operation && offer.Channel == c
	})
	if !offered || len(o.Documents) > 0 || o.Require.PIN || !provable(o) {
		return "", eid.ErrNoRoute
	}
	return c, nil
}

// provable holds when some answer could satisfy the order's context and level.
func provable(o eid.Order) bool {
	for l := eid.Unstated; l <= eid.High; l++ {
		if l >= o.Require.Assurance && (o.Context == "" || contextOf(o.EID, l).Satisfies(o.Context)) {
			return l == eid.Unstated || o.EID != eid.NOVipps // which nobody has notified at any level
		}
	}
	return false
}

// contextOf is the context that a login of a level stands for.
func contextOf(e eid.EID, l eid.Assurance) eid.Context {
	usual := e.DefaultContext()
	switch {
	case e == eid.DKMitID:
		return eid.Context("urn:grn:authn:dk:mitid:" + max(l, eid.Low).String())
	case l == eid.Unstated, e != eid.NOBankID && l == usual.Assurance():
		return usual
	}
	return usual + eid.Context(":"+l.String())
}

// wanted is the level to ask for: what the order requires, or its context names. MitID tells no number below substantial, so
// that is what is asked for where nobody says.
func wanted(o eid.Order) eid.Assurance {
	l := o.Require.Assurance
	for _, named := range []eid.Assurance{eid.Low, eid.Substantial, eid.High} {
		if strings.HasSuffix(string(o.Context), ":"+named.String()) {
			l = max(l, named)
		}
	}
	if l == eid.Unstated && o.EID == eid.DKMitID {
		l = eid.Substantial
	}
	return l
}

// numbered holds when the order needs the national number. The Swedish and the Finnish scheme know people by nothing else.
func numbered(o eid.Order) bool {
	return o.Wants.Has(eid.WantNumber) || !o.Require.Person.IsZero() || o.Operation == eid.ProveAge ||
		o.EID == eid.SEBankID || o.EID.Country() == identity.FI
}
