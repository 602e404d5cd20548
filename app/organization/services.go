package organization

import (
	"context"
	"encoding/pem"

	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/inbound"
	"github.com/eidgate/eidgate/ports/outbound"
)

// Services says what we are towards the identity provider of a connection.
type Services struct {
	Signing  *Signing
	Metadata outbound.ProviderMetadata
	// PublicURL is what our addresses begin with, without a slash at its end.
	PublicURL string
}

// of names a connection's own entity: customers of one organization never share one, since some identity providers take an
// entity once only. Its certificate is that of the key which signs the organization's tokens, made now where there is none.
func (s *Services) of(ctx context.Context, o organization.Organization, c organization.Connection) (inbound.ServiceProvider, error) {
	key, err := s.Signing.Key(ctx, o, organization.SignsTokens)
	if err != nil {
		return inbound.ServiceProvider{}, err
	}
	d := outbound.ServiceDescription{
		EntityID: c.EntityID(s.PublicURL), ReplyURL: c.ReplyURL(s.PublicURL), Certificate: key.Certificate,
	}
	xml, err := s.Metadata.Describe(d)
	if err != nil {
		return inbound.ServiceProvider{}, err
	}
	return inbound.ServiceProvider{
		EntityID: d.EntityID, ReplyURL: d.ReplyURL, Metadata: xml,
		Certificate: string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: d.Certificate})),
	}, nil
}
