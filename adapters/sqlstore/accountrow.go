package sqlstore

import (
	"context"
	"database/sql"

	"github.com/eidgate/eidgate/domain/account"
	"github.com/eidgate/eidgate/domain/identity"
	"github.com/eidgate/eidgate/domain/organization"
)

// accountRow is an account with its plan, as stored.
type accountRow struct {
	id                        int64
	organization, environment string
	country, kind             string
	plan                      int64
	active                    int64
	activated                 sql.NullInt64
	created, updated          int64
	version, sequence         int64
	sealed                    []byte
	planName                  string
	planMonitors              int64
	planCreated, planUpdated  int64
}

func (r *accountRow) fields() []any {
	return []any{
		&r.id, &r.organization, &r.environment, &r.country, &r.kind, &r.plan, &r.active, &r.activated,
		&r.created, &r.updated, &r.version, &r.sequence, &r.sealed,
		&r.planName, &r.planMonitors, &r.planCreated, &r.planUpdated,
	}
}

// sealedAccount is what an account keeps sealed.
type sealedAccount struct {
	FirstName string        `json:"first,omitempty"`
	LastName  string        `json:"last,omitempty"`
	Email     string        `json:"email,omitempty"`
	Phone     string        `json:"phone,omitempty"`
	Street    string        `json:"street,omitempty"`
	Zip       string        `json:"zip,omitempty"`
	City      string        `json:"city,omitempty"`
	Language  string        `json:"lang,omitempty"`
	Number    *sealedNumber `json:"number,omitempty"`
	Password  string        `json:"password,omitempty"`
}

func (s *Store) sealAccount(ctx context.Context, a account.Snapshot) (sealed []byte, key string, err error) {
	p := a.Profile
	return s.seal(ctx, accountPlace(a.Scope, account.Subject(a.ID)), sealedAccount{
		FirstName: p.FirstName, LastName: p.LastName, Email: p.Email, Phone: p.Phone, Street: p.Street, Zip: p.Zip,
		City: p.City, Language: p.Language, Number: numberIn(a.Number), Password: a.PasswordHash,
	})
}

// snapshot opens a stored account. It fails with [outbound.ErrSealBroken].
func (s *Store) snapshot(ctx context.Context, r *accountRow) (account.Snapshot, error) {
	scope := organization.Scope{Organization: r.organization, Environment: organization.Environment(r.environment)}
	var c sealedAccount
	if err := s.unseal(ctx, accountPlace(scope, account.Subject(r.id)), r.sealed, &c); err != nil {
		return account.Snapshot{}, err
	}
	number, err := c.Number.number()
	if err != nil {
		return account.Snapshot{}, err
	}
	a := account.Snapshot{
		ID: r.id, Scope: scope, Country: identity.Country(r.country), Type: account.Type(r.kind), Active: r.active != 0,
		Activation: instantOr(r.activated), CreatedAt: instant(r.created), UpdatedAt: instant(r.updated),
		Version: r.version, Sequence: r.sequence, Number: number, PasswordHash: c.Password,
		Profile: account.Profile{
			FirstName: c.FirstName, LastName: c.LastName, Email: c.Email, Phone: c.Phone, Street: c.Street, Zip: c.Zip,
			City: c.City, Language: c.Language,
		},
	}
	if r.plan != 0 {
		a.Plan = account.Plan{
			ID: r.plan, Scope: scope, Name: r.planName, Monitors: r.planMonitors != 0,
			CreatedAt: instant(r.planCreated), UpdatedAt: instant(r.planUpdated),
		}
	}
	return a, nil
}
