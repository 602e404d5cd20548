// Package session takes orders from opened to settled: it chooses the provider, starts, advances and sweeps.
package session

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/outbound"
)

// Routes knows which providers may take which order, and in which sequence they are asked.
type Routes struct {
	byEID     map[eid.EID][]outbound.Provider
	byName    map[string]outbound.Provider
	exclusive map[string][]string
	simulated []string
}

// RoutesConfig is the operator's choice of providers.
type RoutesConfig struct {
	// Order names the providers of each eID in order of preference.
	Order map[eid.EID][]string
	// Exclusive limits a provider to the organizations with the given domains; absent means everybody.
	Exclusive map[string][]string
	// Simulated names the providers whose people are invented.
	Simulated []string
}

// NewRoutes joins configuration and providers. A route that names an unknown provider, or one that offers nothing
// for its eID, is a mistake; all mistakes are reported.
func NewRoutes(config RoutesConfig, providers []outbound.Provider) (*Routes, error) {
	r := &Routes{byEID: map[eid.EID][]outbound.Provider{}, byName: map[string]outbound.Provider{}, exclusive: config.Exclusive, simulated: config.Simulated}
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
func (r *Routes) Candidates(o organization.Organization, e eid.EID, op eid.Operation, returns outbound.Return) ([]Candidate, error) {
	if len(r.byEID[e]) == 0 {
		return nil, eid.ErrNoRoute
	}
	var candidates []Candidate
	for _, p := range r.byEID[e] {
		if allowed, limited := r.exclusive[p.Name()]; limited && !slices.Contains(allowed, o.Domain) {
			continue
		}
		for _, offer := range p.Offers() {
			if offer.EID == e && offer.Operation == op && offer.Returns == returns {
				candidates = append(candidates, Candidate{Provider: p, Offer: offer})
				break
			}
		}
	}
	if len(candidates) == 0 {
		return nil, eid.ErrProvider.Because(errors.New("no provider on the route of " + string(e) + " offers this"))
	}
	return candidates, nil
}

// Provider finds a provider by name, as a session remembers it.
func (r *Routes) Provider(name string) (outbound.Provider, bool) {
	p, ok := r.byName[name]
	return p, ok
}

// Simulated says whether the people behind a provider are invented.
func (r *Routes) Simulated(provider string) bool { return slices.Contains(r.simulated, provider) }

// Without lists the configured eIDs on whose route nobody brings the person back in the given way: a warning at
// start.
func (r *Routes) Without(returns outbound.Return) []eid.EID {
	var without []eid.EID
	for _, e := range eid.EIDs() {
		able := slices.ContainsFunc(r.byEID[e], func(p outbound.Provider) bool {
			return slices.ContainsFunc(p.Offers(), func(o outbound.Offer) bool { return o.EID == e && o.Returns == returns })
		})
		if len(r.byEID[e]) > 0 && !able {
			without = append(without, e)
		}
	}
	return without
}
