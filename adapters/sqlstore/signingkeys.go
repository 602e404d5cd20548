package sqlstore

import (
	"context"
	"database/sql"
	"time"

	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/outbound"
)

type signingKeys struct{ l *link }

const (
	signingKeyFields    = `id, organization, purpose, certificate, created_at, retired_at`
	signingKeyActive    = `SELECT ` + signingKeyFields + `, sealed FROM signing_keys WHERE organization = ? AND purpose = ? AND retired_at IS NULL`
	signingKeyPublished = `SELECT ` + signingKeyFields + `, NULL FROM signing_keys WHERE organization = ? AND purpose = ?
		AND (retired_at IS NULL OR retired_at > ?) ORDER BY created_at DESC, id DESC`
	// Of two who add at once, the second waits for the first and finds a key that signs.
	signingKeyInsert = `INSERT INTO signing_keys (id, organization, environment, purpose, certificate, created_at, sealed_key, sealed)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`
	signingKeyRetire = `UPDATE signing_keys SET retired_at = ? WHERE id = ? AND organization = ? AND retired_at IS NULL`
)

type signingKeyRow struct {
	id, organization, purpose string
	certificate               []byte
	created                   int64
	retired                   sql.NullInt64
	sealed                    []byte
}

func (r *signingKeyRow) fields() []any {
	return []any{&r.id, &r.organization, &r.purpose, &r.certificate, &r.created, &r.retired, &r.sealed}
}

func (r *signingKeyRow) key() organization.SigningKey {
	return organization.SigningKey{
		ID: r.id, Organization: r.organization, Purpose: organization.KeyPurpose(r.purpose), Certificate: r.certificate,
		CreatedAt: instant(r.created), RetiredAt: instantOr(r.retired),
	}
}

// signingKeyScope is where signing keys are sealed: keys serve both environments.
func signingKeyScope(organizationID string) organization.Scope {
	return organization.Scope{Organization: organizationID, Environment: organization.Production}
}

func signingKeyPlace(scope organization.Scope, id string) outbound.Place {
	return outbound.Place{Scope: scope, Record: "signing_key/" + id, Field: "private"}
}

func (k signingKeys) Active(ctx context.Context, organizationID string, purpose organization.KeyPurpose) (organization.SigningKey, error) {
	var r signingKeyRow
	found, err := k.l.one(ctx, &r, signingKeyActive, organizationID, string(purpose))
	if err != nil || !found {
		return organization.SigningKey{}, or(err, organization.ErrNoSigningKey)
	}
	one := r.key()
	one.Private, err = k.l.store.sealer.Open(ctx, signingKeyPlace(signingKeyScope(r.organization), r.id), r.sealed)
	return one, err
}

func (k signingKeys) Published(ctx context.Context, organizationID string, purpose organization.KeyPurpose, now time.Time) ([]organization.SigningKey, error) {
	rows, err := all[signingKeyRow](ctx, k.l, signingKeyPublished, organizationID, string(purpose), micros(now.Add(-organization.KeyGrace)))
	if err != nil {
		return nil, err
	}
	list := make([]organization.SigningKey, 0, len(rows))
	for i := range rows {
		list = append(list, rows[i].key())
	}
	return list, nil
}

func (k signingKeys) Add(ctx context.Context, one organization.SigningKey) error {
	scope := signingKeyScope(one.Organization)
	sealed, with, err := k.l.store.sealer.Seal(ctx, signingKeyPlace(scope, one.ID), one.Private)
	if err != nil {
		return err
	}
	n, err := k.l.exec(ctx, signingKeyInsert, one.ID, one.Organization, string(scope.Environment), string(one.Purpose), one.Certificate,
		micros(one.CreatedAt), with, sealed)
	if err == nil && n == 0 {
		err = organization.ErrStale
	}
	return err
}

func (k signingKeys) Retire(ctx context.Context, one organization.SigningKey) error {
	n, err := k.l.exec(ctx, signingKeyRetire, micros(one.RetiredAt), one.ID, one.Organization)
	if err == nil && n == 0 {
		err = organization.ErrStale
	}
	return err
}
