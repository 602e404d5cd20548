package organization

import (
	"context"

	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/outbound"
)

// RotateKey gives an organization new keys for its people's tokens and for samples of them, for an operator. What the
// former ones signed can be verified until it expires; see [organization.KeyGrace]. Identity providers that were given the
// former certificate have to be given the new one. It fails with organization.ErrNoOrganization.
func (t *IssuedTokens) RotateKey(ctx context.Context, domain string) error {
	var o organization.Organization
	err := t.Work.View(ctx, func(ctx context.Context, r outbound.Reader) (err error) {
		o, err = r.Organizations().FindByDomain(ctx, domain)
		return err
	})
	if err != nil {
		return err
	}
	for _, purpose := range []organization.KeyPurpose{organization.SignsTokens, organization.SignsSamples} {
		if _, err := t.Signing.Rotate(ctx, o, purpose); err != nil {
			return err
		}
	}
	return nil
}
