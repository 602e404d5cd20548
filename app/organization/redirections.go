package organization

import (
	"context"
	"errors"
	"time"

	"github.com/eidgate/eidgate/domain/audit"
	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/outbound"
)

// Redirections finds redirections within reach.
func (c *Connections) Redirections(ctx context.Context, m organization.Managing, ids []string) (map[string]organization.Redirection, error) {
	found := make(map[string]organization.Redirection, len(ids))
	if len(ids) == 0 {
		return found, nil
	}
	err := c.Work.View(ctx, func(ctx context.Context, r outbound.Reader) error {
		list, err := r.Connections().Redirections(ctx, m.Reach(), ids)
		for _, one := range list {
			found[one.ID] = one
		}
		return err
	})
	return found, err
}

// DefaultRedirection finds where people of a connection arrive.
func (c *Connections) DefaultRedirection(ctx context.Context, m organization.Managing, id string) (found organization.Redirection, err error) {
	err = c.Work.View(ctx, func(ctx context.Context, r outbound.Reader) error {
		at, err := r.Connections().Find(ctx, m.Scope(), id)
		if err != nil {
			return err
		}
		if at.DefaultRedirection == "" {
			return organization.ErrNoRedirection
		}
		found, err = r.Connections().Redirection(ctx, m.Scope(), at.DefaultRedirection)
		return err
	})
	return found, err
}

// Redirect adds a redirection and makes it the default. Those that are there stay, and can be chosen again.
func (c *Connections) Redirect(ctx context.Context, m organization.Managing, id, applicationID, uri string) (added organization.Redirection, err error) {
	redirection, now := c.IDs.New(), c.Clock.Now()
	_, err = c.change(ctx, m, id, func(ctx context.Context, tx outbound.Tx, at organization.Connection) (organization.Connection, []audit.Fact, error) {
		next, r, facts, err := redirect(ctx, tx, m, at, redirection, applicationID, uri, now)
		if err != nil {
			return organization.Connection{}, nil, err
		}
		added = r
		return next, facts, tx.Connections().AddRedirection(ctx, r)
	})
	if err != nil {
		return organization.Redirection{}, err
	}
	return added, nil
}

// redirect finds the application, which may be of any organization within reach, and leads the connection to it. One that
// is for the people of another organization alone is none for this one.
func redirect(
	ctx context.Context, tx outbound.Tx, m organization.Managing, c organization.Connection, id, applicationID, uri string, now time.Time,
) (organization.Connection, organization.Redirection, []audit.Fact, error) {
	a, err := tx.Applications().FindUnder(ctx, m.Reach(), applicationID)
	if err == nil && !a.Serves(m.Target.Domain) {
		err = organization.ErrNoApplication
	}
	if errors.Is(err, organization.ErrNoApplication) {
		err = organization.ErrNoApplication.On("application_id")
	}
	if err != nil {
		return organization.Connection{}, organization.Redirection{}, nil, err
	}
	return c.Redirect(id, a, uri, m.By(), now)
}
