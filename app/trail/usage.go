package trail

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/eidgate/eidgate/domain/audit"
	"github.com/eidgate/eidgate/ports/outbound"
)

// Usage tells an operator how many sessions settled, and how: what whoever is billed, or pays a provider, wants to know.
type Usage struct {
	Work outbound.UnitOfWork
}

// Count is how the sessions of one sort ended.
type Count struct {
	Organization string // its domain; the identifier of one that is gone
	Environment  string
	EID          string // "" where the person never chose one
	Reference    string // the organization's usage reference, "" for none

	Completed, Refused, Failed, Expired int
}

// Sessions is the sum.
func (c Count) Sessions() int { return c.Completed + c.Refused + c.Failed + c.Expired }

// Of counts the sessions that settled within a month, in UTC, whatever their operation; sorted by all that tells sorts
// apart.
func (u *Usage) Of(ctx context.Context, year int, month time.Month) (counts []Count, err error) {
	from := time.Date(year, month, 1, 0, 0, 0, 0, time.UTC)
	var settled []audit.Usage
	domains := map[string]string{}
	err = u.Work.View(ctx, func(ctx context.Context, r outbound.Reader) (err error) {
		if settled, err = r.Facts().Usage(ctx, from, from.AddDate(0, 1, 0)); err != nil || len(settled) == 0 {
			return err
		}
		organizations, err := r.Organizations().List(ctx)
		for _, o := range organizations {
			domains[o.ID] = o.Domain
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	sorts := map[Count]*Count{}
	for _, s := range settled {
		sort := Count{Organization: cmp.Or(domains[s.Organization], s.Organization), Environment: s.Environment, EID: s.EID, Reference: s.Reference}
		if sorts[sort] == nil {
			sorts[sort] = new(sort)
		}
		sorts[sort].add(s)
	}
	for _, c := range sorts {
		counts = append(counts, *c)
	}
	slices.SortFunc(counts, func(a, b Count) int {
		return cmp.Or(
			cmp.Compare(a.Organization, b.Organization), cmp.Compare(a.Environment, b.Environment), cmp.Compare(a.EID, b.EID), cmp.Compare(a.Reference, b.Reference),
		)
	})
	return counts, nil
}

func (c *Count) add(u audit.Usage) {
	switch "session." + u.State {
	case audit.SessionCompleted:
		c.Completed += u.Sessions
	case audit.SessionRefused:
		c.Refused += u.Sessions
	case audit.SessionFailed:
		c.Failed += u.Sessions
	case audit.SessionExpired:
		c.Expired += u.Sessions
	}
}
