package eid

import (
	"time"

	"github.com/eidgate/eidgate/domain/identity"
)

// unmet says why evidence does not fit the order, "" when it does.
func (o Order) unmet(e Evidence) string {
	switch {
	case e.EID != o.EID:
		return ReasonOtherContext
	case e.Assurance < o.Require.Assurance:
		return ReasonAssurance
	case o.Context != "" && !e.Context.Satisfies(o.Context),
		// A provider may state a lower level beside the context; the lower one counts.
		o.Context.names() && e.Assurance < o.Context.Assurance():
		return ReasonOtherContext
	case !o.Require.Person.IsZero() && e.Number != o.Require.Person:
		return ReasonOtherPerson
	}
	return ""
}

// fits says whether the person's age is within the bounds, or why nobody can say.
func (r Requirement) fits(e Evidence, now time.Time) (fits bool, unknown string) {
	born, today := e.born(now), e.EID.Country().Today(now)
	least, greatest := identity.TriYes, identity.TriYes
	if r.LeastAge > 0 {
		least = born.AtLeast(r.LeastAge, today)
	}
	if r.GreatestAge > 0 {
		greatest = born.AtMost(r.GreatestAge, today)
	}
	switch {
	case least == identity.TriNo || greatest == identity.TriNo:
		return false, ""
	case least == identity.TriUnknown || greatest == identity.TriUnknown:
		return false, ReasonAgeUnknown
	}
	return true, ""
}
