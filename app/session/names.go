package session

import (
	"context"
	"sync"
	"time"

	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/outbound"
)

// Names keeps organizations from speaking in each other's name. It remembers who there is for a few seconds.
type Names struct {
	Work  outbound.UnitOfWork
	Clock outbound.Clock

	mu    sync.Mutex
	known []organization.Organization
	until time.Time
}

const namesKept = 10 * time.Second

// check fails with [organization.ErrNamesAnother] when something that the order shows carries the name of another
// organization than the one that asks. A name that the asker's own contains is its own.
func (n *Names) check(ctx context.Context, own organization.Organization, order eid.Order) error {
	for _, shown := range shows(order) {
		if shown.text == "" {
			continue
		}
		others, err := n.all(ctx)
		if err != nil {
			return err
		}
		writing := organization.Look(shown.text)
		for _, o := range others {
			if o.ID != own.ID && writing.Mentions(o.Name) && !organization.Mentions(own.Name, o.Name) {
				return organization.ErrNamesAnother.On(shown.field)
			}
		}
	}
	return nil
}

// shown is something that a person reads, and the input that it came in.
type shown struct{ field, text string }

func shows(o eid.Order) []shown {
	all := []shown{{"text", o.Text}, {"binding_message", o.BindingMessage}}
	for _, p := range o.Particulars {
		all = append(all, shown{"text", p.Text})
	}
	for _, d := range o.Documents {
		all = append(all, shown{"documents", d.Name})
	}
	return all
}

func (n *Names) all(ctx context.Context) ([]organization.Organization, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	now := n.Clock.Now()
	if now.Before(n.until) {
		return n.known, nil
	}
	err := n.Work.View(ctx, func(ctx context.Context, r outbound.Reader) (err error) {
		n.known, err = r.Organizations().List(ctx)
		return err
	})
	if err != nil {
		return nil, err
	}
	n.until = now.Add(namesKept)
	return n.known, nil
}
