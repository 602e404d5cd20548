package organization

import (
	"context"
	"errors"

	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/inbound"
	"github.com/eidgate/eidgate/ports/outbound"
)

// Credentials answers [inbound.Clients].
type Credentials struct {
	Work outbound.UnitOfWork
	Demo bool // clients marked as demo count
}

var _ inbound.Clients = (*Credentials)(nil)

// Authenticate finds client and organization in one read, and compares the secret in constant time.
func (c *Credentials) Authenticate(ctx context.Context, presented inbound.Credentials) (organization.Acting, error) {
	var acting organization.Acting
	err := c.Work.View(ctx, func(ctx context.Context, r outbound.Reader) (err error) {
		acting, err = r.Clients().Acting(ctx, presented.Kind, presented.Identifier)
		return err
	})
	if err != nil && !errors.Is(err, organization.ErrNoClient) {
		return organization.Acting{}, err
	}
	if refused := acting.Client.Admit(presented.Secret, c.Demo); err != nil || refused != nil {
		return organization.Acting{}, organization.ErrClientRefused
	}
	return acting, nil
}
