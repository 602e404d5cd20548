package sqlstore

import (
	"context"
	"database/sql"

	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/outbound"
)

const connectionFields = `c.id, c.organization, c.environment, c.service_provider, c.active, c.provider, c.policy, c.seats, c.entity,
	c.default_redirection, c.created_at, c.updated_at, c.version, c.sequence, c.sealed`

// connectionRow is an SSO connection as stored.
type connectionRow struct {
	id, organization, environment, serviceProvider string
	active                                         int64
	provider, policy                               string
	seats                                          int64
	entity                                         sql.NullString
	redirection                                    string
	created, updated, version, sequence            int64
	sealed                                         []byte
}

func (r *connectionRow) fields() []any {
	return []any{
		&r.id, &r.organization, &r.environment, &r.serviceProvider, &r.active, &r.provider, &r.policy, &r.seats, &r.entity,
		&r.redirection, &r.created, &r.updated, &r.version, &r.sequence, &r.sealed,
	}
}

// sealedConnection is what a connection keeps sealed: what people filled in.
type sealedConnection struct {
	Metadata   *sealedMetadata   `json:"metadata,omitempty"`
	Onboarding *sealedOnboarding `json:"onboarding,omitempty"`
}

type sealedMetadata struct {
	XML          string `json:"xml"`
	EntityID     string `json:"entity_id"`
	SignOn       string `json:"sign_on"`
	Certificates int    `json:"certificates"`
	ExpiresAt    int64  `json:"expires_at"`
}

type sealedOnboarding struct {
	ID        string `json:"id"`
	Email     string `json:"email"`
	Provider  string `json:"provider,omitempty"`
	State     string `json:"state"`
	Step      int    `json:"step"`
	CreatedAt int64  `json:"created_at"`
	UpdatedAt int64  `json:"updated_at"`
}

func connectionPlace(scope organization.Scope, id string) outbound.Place {
	return outbound.Place{Scope: scope, Record: connectionSubject(id), Field: "sealed"}
}

func connectionSubject(id string) string { return "sso_connection/" + id }

func (s *Store) sealConnection(ctx context.Context, c organization.Connection) (sealed []byte, key string, err error) {
	var content sealedConnection
	if m := c.Metadata; m != nil {
		content.Metadata = &sealedMetadata{XML: m.XML, EntityID: m.EntityID, SignOn: m.SignOn, Certificates: m.Certificates, ExpiresAt: micros(m.ExpiresAt)}
	}
	if o := c.Onboarding; o != nil {
		content.Onboarding = &sealedOnboarding{
			ID: o.ID, Email: o.Email, Provider: string(o.Provider), State: string(o.State), Step: o.Step,
			CreatedAt: micros(o.CreatedAt), UpdatedAt: micros(o.UpdatedAt),
		}
	}
	return s.seal(ctx, connectionPlace(c.Scope, c.ID), content)
}

// connection opens a stored connection. It fails with [outbound.ErrSealBroken].
func (s *Store) connection(ctx context.Context, r *connectionRow) (organization.Connection, error) {
	c := organization.Connection{
		ID:              r.id,
		Scope:           organization.Scope{Organization: r.organization, Environment: organization.Environment(r.environment)},
		ServiceProvider: r.serviceProvider, Active: r.active != 0, Provider: organization.ProviderType(r.provider),
		Policy: organization.UserPolicy(r.policy), Seats: int(r.seats), DefaultRedirection: r.redirection,
		CreatedAt: instant(r.created), UpdatedAt: instant(r.updated), Version: r.version, Sequence: r.sequence,
	}
	var content sealedConnection
	if err := s.unseal(ctx, connectionPlace(c.Scope, c.ID), r.sealed, &content); err != nil {
		return organization.Connection{}, err
	}
	if m := content.Metadata; m != nil {
		c.Metadata = &organization.ProviderMetadata{
			XML: m.XML, EntityID: m.EntityID, SignOn: m.SignOn, Certificates: m.Certificates, ExpiresAt: instant(m.ExpiresAt),
		}
	}
	if o := content.Onboarding; o != nil {
		c.Onboarding = &organization.Onboarding{
			ID: o.ID, Email: o.Email, Provider: organization.ProviderType(o.Provider), State: organization.OnboardingState(o.State), Step: o.Step,
			CreatedAt: instant(o.CreatedAt), UpdatedAt: instant(o.UpdatedAt),
		}
	}
	return c, nil
}

// redirectionRow is a redirection as stored.
type redirectionRow struct {
	id, organization, environment, connection, serviceProvider, application, uri string
	created, updated                                                             int64
}

func (r *redirectionRow) fields() []any {
	return []any{&r.id, &r.organization, &r.environment, &r.connection, &r.serviceProvider, &r.application, &r.uri, &r.created, &r.updated}
}

func (r *redirectionRow) redirection() organization.Redirection {
	return organization.Redirection{
		ID:         r.id,
		Scope:      organization.Scope{Organization: r.organization, Environment: organization.Environment(r.environment)},
		Connection: r.connection, ServiceProvider: r.serviceProvider, Application: r.application, URI: r.uri,
		CreatedAt: instant(r.created), UpdatedAt: instant(r.updated),
	}
}
