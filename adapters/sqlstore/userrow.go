package sqlstore

import (
	"context"
	"database/sql"

	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/outbound"
)

const userFields = `u.id, u.organization, u.environment, u.created_at, u.updated_at, u.version, u.sequence, u.sealed`

// userRow is a user as stored, without metadata.
type userRow struct {
	id, organization, environment       string
	created, updated, version, sequence int64
	sealed                              []byte
}

func (r *userRow) fields() []any {
	return []any{&r.id, &r.organization, &r.environment, &r.created, &r.updated, &r.version, &r.sequence, &r.sealed}
}

func (r *userRow) scope() organization.Scope {
	return organization.Scope{Organization: r.organization, Environment: organization.Environment(r.environment)}
}

// metadatumRow is the value of one key.
type metadatumRow struct {
	user, key, id string
	position      int64
	sealed        []byte
}

func (r *metadatumRow) fields() []any { return []any{&r.user, &r.key, &r.id, &r.position, &r.sealed} }

// userMetadatumRow is a user with one of its values, which is missing in the only row of a user without any.
type userMetadatumRow struct {
	u       userRow
	key, id sql.NullString
	sealed  []byte
}

func (r *userMetadatumRow) fields() []any {
	return append(r.u.fields(), &r.key, &r.id, &r.sealed)
}

// sealedUser is what a user keeps sealed beside metadata.
type sealedUser struct {
	colour string
	organization.Profile
}

// fields are packed, see packing.go: lists unseal a hundred users at once.
func (s *sealedUser) fields(p *packing) {
	packText(p, 1, &s.colour)
	for i, text := range []*string{
		&s.Email, &s.GivenName, &s.FamilyName, &s.Nickname, &s.Gender, &s.Birthdate, &s.Phone, &s.Picture, &s.Page, &s.Website,
		&s.Zone, &s.Locale, &s.Address.Country, &s.Address.Formatted, &s.Address.Locality, &s.Address.PostalCode,
		&s.Address.Region, &s.Address.Street,
	} {
		packText(p, 2+i, text)
	}
}

func userPlace(scope organization.Scope, id string) outbound.Place {
	return outbound.Place{Scope: scope, Record: userSubject(id), Field: "profile"}
}

// metadatumPlace ties a value to its user and its key.
func metadatumPlace(scope organization.Scope, user, key string) outbound.Place {
	return outbound.Place{Scope: scope, Record: userSubject(user), Field: "metadata/" + key}
}

func userSubject(id string) string { return "user/" + id }

func (s *Store) sealUser(ctx context.Context, u organization.User) (sealed []byte, key string, err error) {
	c := sealedUser{colour: u.Colour, Profile: u.Profile}
	clear, err := pack(c.fields)
	if err != nil {
		return nil, "", err
	}
	return s.sealer.Seal(ctx, userPlace(u.Scope, u.ID), clear)
}

// user opens a stored user, without metadata. It fails with [outbound.ErrSealBroken].
func (s *Store) user(ctx context.Context, r *userRow) (organization.User, error) {
	clear, err := s.sealer.Open(ctx, userPlace(r.scope(), r.id), r.sealed)
	if err != nil {
		return organization.User{}, err
	}
	var c sealedUser
	if err := unpack(clear, c.fields); err != nil {
		return organization.User{}, outbound.ErrSealBroken.Because(err)
	}
	return organization.User{
		ID: r.id, Scope: r.scope(), Colour: c.colour, Profile: c.Profile, CreatedAt: instant(r.created), UpdatedAt: instant(r.updated),
		Version: r.version, Sequence: r.sequence,
	}, nil
}

// metadatum opens a value. It fails with [outbound.ErrSealBroken].
func (s *Store) metadatum(ctx context.Context, scope organization.Scope, user, key, id string, sealed []byte) (organization.Metadatum, error) {
	clear, err := s.sealer.Open(ctx, metadatumPlace(scope, user, key), sealed)
	if err != nil {
		return organization.Metadatum{}, err
	}
	return organization.Metadatum{ID: id, Key: key, Value: string(clear)}, nil
}
