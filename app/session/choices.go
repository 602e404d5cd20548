package session

import (
	"errors"
	"slices"

	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/organization"
)

// choices are those of an order's choices that somebody can carry out for the organization, and the providers that may be
// asked for any of them. It fails as [Routes.Candidates] does where none is left: with [eid.ErrNoRoute] only when no choice
// has a route at all.
func (r *Routes) choices(o organization.Organization, order eid.Order) (left []eid.EID, candidates []Candidate, err error) {
	failed := error(eid.ErrNoRoute)
	for _, e := range order.Choices {
		if slices.Contains(left, e) {
			continue
		}
		one := order
		one.EID = e
		able, err := r.Candidates(o, one)
		switch {
		case err == nil:
			left, candidates = append(left, e), append(candidates, able...)
		case !errors.Is(err, eid.ErrNoRoute):
			failed = err
		}
	}
	if len(left) == 0 {
		return nil, nil, failed
	}
	return left, candidates, nil
}

// route narrows an order to what can be carried out, and gives the providers that may be asked. A single choice that is
// left leaves the person nothing to choose.
func (r *Routes) route(o organization.Organization, order eid.Order) (eid.Order, []Candidate, error) {
	if order.EID != "" || len(order.Choices) == 0 {
		candidates, err := r.Candidates(o, order)
		return order, candidates, err
	}
	left, candidates, err := r.choices(o, order)
	if err != nil {
		return eid.Order{}, nil, err
	}
	if order.Choices = left; len(left) == 1 {
		order.EID, order.Choices = left[0], nil
	}
	return order, candidates, nil
}

// choosable is what the person of a session may choose among at this moment: nothing once it is settled, or where an order
// is under way that nobody can take back for another one.
func (r *Routes) choosable(s eid.Snapshot) (list []eid.EID) {
	if s.State != eid.Opened && (s.State != eid.Pending || !s.Order.Renewable) {
		return nil
	}
	for _, e := range s.Order.Choices {
		one := s.Order
		one.EID = e
		if r.able(one) {
			list = append(list, e)
		}
	}
	return list
}

// able holds when somebody on the route of the order's eID offers what it asks, whoever asks.
func (r *Routes) able(order eid.Order) bool {
	for _, p := range r.byEID[order.EID] {
		for _, offer := range p.Offers() {
			if fits(offer, order) {
				return true
			}
		}
	}
	return false
}
