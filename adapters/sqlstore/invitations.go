package sqlstore

import (
	"context"
	"time"

	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/outbound"
)

type invitations struct{ l *link }

const (
	invitationFields = `organization, environment, connection, visit, email, created_at, expires_at`
	invitationFind   = `SELECT ` + invitationFields + ` FROM invitations WHERE hash = ? AND expires_at > ?`
	invitationInsert = `INSERT INTO invitations (hash, ` + invitationFields + `) VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (hash) DO NOTHING`
	// A DELETE that meets another one waits for it, and then finds nothing.
	invitationRedeem = `DELETE FROM invitations WHERE hash = ? AND expires_at > ? AND visit = 0 RETURNING ` + invitationFields
	invitationRevoke = `DELETE FROM invitations WHERE connection = ? AND organization = ? AND environment = ?`
	invitationPurge  = `DELETE FROM invitations WHERE expires_at < ?`
)

type invitationRow struct {
	organization, environment, connection string
	visit                                 int64
	email                                 []byte
	created, expires                      int64
}

func (r *invitationRow) fields() []any {
	return []any{&r.organization, &r.environment, &r.connection, &r.visit, &r.email, &r.created, &r.expires}
}

func (i invitations) Find(ctx context.Context, hash organization.InvitationHash, now time.Time) (organization.Invitation, error) {
	return i.find(ctx, invitationFind, hash, now)
}

func (i invitations) Redeem(ctx context.Context, hash organization.InvitationHash, now time.Time) (organization.Invitation, error) {
	return i.find(ctx, invitationRedeem, hash, now)
}

func (i invitations) find(ctx context.Context, text string, hash organization.InvitationHash, now time.Time) (organization.Invitation, error) {
	var r invitationRow
	found, err := i.l.one(ctx, &r, text, hash[:], micros(now))
	if err != nil || !found {
		return organization.Invitation{}, or(err, organization.ErrNoInvitation)
	}
	one := organization.Invitation{
		Hash:       hash,
		Scope:      organization.Scope{Organization: r.organization, Environment: organization.Environment(r.environment)},
		Connection: r.connection, Visit: r.visit != 0, CreatedAt: instant(r.created), ExpiresAt: instant(r.expires),
	}
	copy(one.Email[:], r.email)
	return one, nil
}

func (i invitations) Add(ctx context.Context, one organization.Invitation) error {
	n, err := i.l.exec(ctx, invitationInsert, one.Hash[:], one.Scope.Organization, string(one.Scope.Environment), one.Connection, truth(one.Visit),
		one.Email[:], micros(one.CreatedAt), micros(one.ExpiresAt))
	if err == nil && n == 0 {
		err = outbound.ErrIdentifierUsed
	}
	return err
}

func (i invitations) RevokeOf(ctx context.Context, scope organization.Scope, connection string) (int, error) {
	n, err := i.l.exec(ctx, invitationRevoke, connection, scope.Organization, string(scope.Environment))
	return int(n), err
}

func (i invitations) Purge(ctx context.Context, before time.Time) (int, error) {
	n, err := i.l.exec(ctx, invitationPurge, micros(before))
	return int(n), err
}
