// Package session takes orders from opened to settled: it chooses the provider, starts, advances and sweeps.
package session

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/fault"
	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/outbound"
)

// Routes knows which providers may take which order, and in which sequence they are asked.
type Routes struct {
	byEID     map[eid.EID][]outbound.Provider
	byName    map[string]outbound.Provider
	exclusive map[string][]string
	simulated []string
	resting   func(provider string) time.Duration
}

// RoutesConfig is the operator's choice of providers.
type RoutesConfig struct {
	// Order names the providers of each eID in order of preference.
	Order map[eid.EID][]string
	// Exclusive limits a provider to the organizations with the given domains; absent means everybody.
	Exclusive map[string][]string
	// Simulated names the providers whose people are invented.
	Simulated []string
	// Resting says for how long a provider is left alone because it does not answer, 0 for one that is well. Nil for
	// all being well.
	Resting func(provider string) time.Duration
}

// NewRoutes joins configuration and providers. A route that names an unknown provider, or one that offers nothing
// for its eID, is a mistake; all mistakes are reported.
func NewRoutes(config RoutesConfig, providers []outbound.Provider) (*Routes, error) {
	r := &Routes{byEID: map[eid.EID][]outbound.Provider{}, byName: map[string]outbound.Provider{}, exclusive: config.Exclusive, simulated: config.Simulated, resting: config.Resting}
	if r.resting == nil {
		r.resting = func(string) time.Duration { return 0 }
	}
	for _, p := range providers {
		r.byName[p.Name()] = p
	}
	var mistakes []error
	for _, e := range slices.Sorted(maps.Keys(config.Order)) {
		for _, name := range config.Order[e] {
			p, known := r.byName[name]
			switch {
			case !known:
				mistakes = append(mistakes, fmt.Errorf("routes.%s: there is no provider %q", e, name))
			case !slices.ContainsFunc(p.Offers(), func(o outbound.Offer) bool { return o.EID == e }):
				mistakes = append(mistakes, fmt.Errorf("routes.%s: provider %q does not offer it", e, name))
			default:
				r.byEID[e] = append(r.byEID[e], p)
			}
		}
	}
	return r, errors.Join(mistakes...)
}

// Candidate is a provider and what it offers for an order.
type Candidate struct {
	Provider outbound.Provider
	Offer    outbound.Offer
}

// Candidates are the providers that may take an order of the organization, in order of preference. It fails with
// [eid.ErrNoRoute] when the eID has no route at all, and with [eid.ErrProvider] when nobody on the route can do
// what is asked.
func (r *Routes) Candidates(o organization.Organization, order eid.Order) ([]Candidate, error) {
	if len(r.byEID[order.EID]) == 0 {
		return nil, eid.ErrNoRoute
	}
	var candidates []Candidate
	for _, p := range r.byEID[order.EID] {
		if !r.open(p.Name(), o) {
			continue
		}
		offers := p.Offers()
		i := slices.IndexFunc(offers, func(offer outbound.Offer) bool { return offer.Channel == order.Channel && fits(offer, order) })
		if i < 0 {
			i = slices.IndexFunc(offers, func(offer outbound.Offer) bool { return fits(offer, order) })
		}
		if i >= 0 {
			candidates = append(candidates, Candidate{Provider: p, Offer: offers[i]})
		}
	}
	if len(candidates) == 0 {
		return nil, eid.ErrProvider.Because(errors.New("no provider on the route of " + string(order.EID) + " offers this"))
	}
	return candidates, nil
}

// Offers says whether somebody on the eID's route, whom the organization may use, offers logins by exactly this channel.
func (r *Routes) Offers(o organization.Organization, e eid.EID, channel eid.Channel) bool {
	candidates, err := r.Candidates(o, eid.Order{EID: e, Operation: eid.Authenticate, Channel: channel})
	return err == nil && slices.ContainsFunc(candidates, func(c Candidate) bool { return c.Offer.Channel == channel })
}

// open holds when the organization may use the provider.
func (r *Routes) open(provider string, o organization.Organization) bool {
	allowed, limited := r.exclusive[provider]
	return !limited || slices.Contains(allowed, o.Domain)
}

// fits holds when the offer can do what the order asks. That a person may sign for a company has to be found out; other
// attributes are told by whoever can. A provider's own pages let nobody frame them, so that a page of ours which is shown
// inside of another one has to show the challenge itself.
func fits(offer outbound.Offer, order eid.Order) bool {
	return offer.EID == order.EID && offer.Operation == order.Operation && order.Channel.Carries(offer.Channel) &&
		(offer.Documents || len(order.Documents) == 0) && (offer.Digest || order.Digest == "") &&
		(offer.Channel == eid.App || len(order.Frames) == 0) &&
		offer.Tells.Has(order.Wants&eid.WantSignatory)
}

// awake leaves out the candidates that are left alone for now. It fails with [eid.ErrProvider] when that is all of them,
// and says when the first is tried again.
func (r *Routes) awake(candidates []Candidate) (awake []Candidate, err error) {
	var soonest time.Duration
	for _, c := range candidates {
		switch rest := r.resting(c.Provider.Name()); {
		case rest <= 0:
			awake = append(awake, c)
		case soonest == 0 || rest < soonest:
			soonest = rest
		}
	}
	if len(awake) == 0 {
		return nil, eid.ErrProvider.RetryIn(soonest).Because(errors.New("every provider on the route is left alone for now"))
	}
	return awake, nil
}

// nobodyYet is what a start fails with so far: the latest failure, with the shortest wait that anybody has asked for.
func nobodyYet(former, latest error) error {
	if former == nil {
		return latest
	}
	f, wait := fault.Of(latest), fault.Of(former).RetryAfter()
	if wait > 0 && (f.RetryAfter() == 0 || wait < f.RetryAfter()) {
		return f.RetryIn(wait)
	}
	return latest
}

// Provider finds a provider by name, as a session remembers it.
func (r *Routes) Provider(name string) (outbound.Provider, bool) {
	p, ok := r.byName[name]
	return p, ok
}

// Simulated says whether the people behind a provider are invented.
func (r *Routes) Simulated(provider string) bool { return slices.Contains(r.simulated, provider) }

// Of gives the names of the providers on the route of an eID, in order of preference.
func (r *Routes) Of(e eid.EID) []string {
	var names []string
	for _, p := range r.byEID[e] {
		names = append(names, p.Name())
	}
	return names
}

// Without lists the configured eIDs on whose route nobody works by the given channel: a warning at start.
func (r *Routes) Without(channel eid.Channel) []eid.EID {
	var without []eid.EID
	for _, e := range eid.EIDs() {
		able := slices.ContainsFunc(r.byEID[e], func(p outbound.Provider) bool {
			return slices.ContainsFunc(p.Offers(), func(o outbound.Offer) bool { return o.EID == e && o.Channel == channel })
		})
		if len(r.byEID[e]) > 0 && !able {
			without = append(without, e)
		}
	}
	return without
}
