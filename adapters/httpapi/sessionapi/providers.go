package sessionapi

import (
	"slices"
	"strings"

	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/identity"
	"github.com/eidgate/eidgate/domain/organization"
)

// providers are the names that eIDs have on this surface, in the order in which people are offered them. The last is our
// own.
var providers = []struct {
	id  string
	eid eid.EID
}{
	{"sbid", eid.SEBankID}, {"freja", eid.SEFreja}, {"nbid", eid.NOBankID}, {"vipps", eid.NOVipps}, {"mitid", eid.DKMitID}, {"ftn", eid.FIFTN},
}

func eidOf(provider string) (eid.EID, bool) {
	for _, p := range providers {
		if strings.EqualFold(p.id, provider) {
			return p.eid, true
		}
	}
	return "", false
}

func providerOf(e eid.EID) string {
	for _, p := range providers {
		if p.eid == e {
			return p.id
		}
	}
	return ""
}

// asking is what somebody asks for, and who it is.
type asking struct {
	*request
	acting organization.Acting
}

// candidates are the eIDs that the person may use: those named, or every one that is there for the flow. It fails with
// errProvider or errFlow.
func (s *Surface) candidates(a asking) ([]eid.EID, error) {
	if len(a.providers) == 0 {
		var all []eid.EID
		for _, p := range providers {
			if s.carries(a, p.eid) && a.loa <= p.eid.Most() && (p.eid != eid.FIFTN || a.key != nil) {
				all = append(all, p.eid)
			}
		}
		if len(all) == 0 {
			return nil, errProvider
		}
		return all, nil
	}
	var named []eid.EID
	for _, id := range a.providers {
		e, known := eidOf(id)
		if !known || !s.routed(a.acting, e) {
			return nil, blaming(errProvider, "allowedProviders", "names a provider that is unknown or not enabled for the account")
		}
		if a.loa > e.Most() {
			return nil, blaming(errParameter, "requestedLoa", "is more than "+providerOf(e)+" can prove")
		}
		if !slices.Contains(named, e) {
			named = append(named, e)
		}
	}
	for _, e := range named {
		if !s.carries(a, e) {
			return nil, blaming(errFlow, "allowedProviders", "names a provider that does not support the flow")
		}
	}
	return named, nil
}

// routed says whether the eID is there at all.
func (s *Surface) routed(acting organization.Acting, e eid.EID) bool {
	return s.Offered(acting, e, eid.Page) || s.Offered(acting, e, eid.App)
}

// carries says whether the eID is there for the flow. A page of a provider's own refuses to be shown inside of another,
// so what is not to be seen at the top of a browser needs an eID whose challenge we are given.
func (s *Surface) carries(a asking, e eid.EID) bool {
	if a.flow == flowRedirect {
		return s.routed(a.acting, e)
	}
	return s.Offered(a.acting, e, eid.App)
}

// narrowed leaves the eIDs that know people by a number like this one. It is nobody's who could be meant in two countries.
func narrowed(candidates []eid.EID, digits string, read func(identity.Country, string) (identity.Number, error)) ([]eid.EID, identity.Number, string) {
	var of identity.Number
	for _, country := range identity.Countries() {
		known := slices.ContainsFunc(candidates, func(e eid.EID) bool { return e.Country() == country })
		n, err := read(country, digits)
		switch {
		case !known || err != nil:
		case !of.IsZero():
			return nil, of, "could be a number of two countries: allowedProviders has to say which"
		default:
			of = n
		}
	}
	if of.IsZero() {
		return nil, of, "is not a national number of a country of the allowed providers"
	}
	return slices.DeleteFunc(slices.Clone(candidates), func(e eid.EID) bool { return e.Country() != of.Country() }), of, ""
}
