package sqlstore

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"

	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/outbound"
)

type clients struct{ l *link }

const (
	clientFields = `c.id, c.organization, c.environment, c.kind, c.identifier, c.secret, c.name, c.grants, c.demo, c.created_at,
		c.revoked_at, c.sealed`
	clientColumns      = `SELECT ` + clientFields + ` FROM clients c`
	clientByID         = clientColumns + ` WHERE id = ?`
	clientByIdentifier = clientColumns + ` WHERE kind = ? AND identifier = ?`
	clientsOf          = clientColumns + ` WHERE organization = ? ORDER BY created_at, id`
	clientsAll         = clientColumns + ` ORDER BY created_at, id`
	clientsOfKind      = clientColumns + ` WHERE organization = ? AND environment = ? AND kind = ? AND revoked_at IS NULL
		ORDER BY created_at, id`
	clientTaken  = `SELECT COUNT(*) FROM clients WHERE kind = ? AND identifier = ?`
	clientInsert = `INSERT INTO clients (id, organization, environment, kind, identifier, secret, name, grants, demo,
		created_at, revoked_at, sealed_key, sealed) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`
	clientHome   = `SELECT 1 FROM organizations WHERE id = ?`
	clientRevoke = `UPDATE clients SET revoked_at = ? WHERE id = ? AND organization = ? AND environment = ?`
	clientTokens = `DELETE FROM access_tokens WHERE organization = ? AND environment = ? AND client = ?`
	clientCodes  = `DELETE FROM login_codes WHERE organization = ? AND environment = ? AND client = ?`
)

type clientRow struct {
	id, organization, environment, kind, identifier string
	secret                                          []byte
	name, grants                                    string
	demo, created                                   int64
	revoked                                         sql.NullInt64
	sealed                                          []byte // the key that signs what is sent to it
}

func (r *clientRow) fields() []any {
	return []any{
		&r.id, &r.organization, &r.environment, &r.kind, &r.identifier, &r.secret, &r.name, &r.grants,
		&r.demo, &r.created, &r.revoked, &r.sealed,
	}
}

// grants is what a client may do, as JSON.
type grants struct {
	Redirect        []string `json:"redirect,omitempty"`
	DefaultRedirect string   `json:"default_redirect,omitempty"`
	Callback        []string `json:"callback,omitempty"`
	DefaultCallback string   `json:"default_callback,omitempty"`
	AnyLoopback     bool     `json:"any_loopback,omitempty"`
	Features        []string `json:"features,omitempty"`
	Domains         []string `json:"domains,omitempty"`
	Scopes          []string `json:"scopes,omitempty"`
}

func grantsOf(c organization.Client) grants {
	a := c.Addresses
	return grants{
		Redirect: a.Redirect, DefaultRedirect: a.DefaultRedirect, Callback: a.Callback, DefaultCallback: a.DefaultCallback,
		AnyLoopback: a.AnyLoopback, Features: c.Features, Domains: c.Domains, Scopes: c.Scopes,
	}
}

// restore fails with outbound.ErrSealBroken when the client's key cannot be had.
func (c clients) restore(ctx context.Context, r *clientRow) (organization.Client, error) {
	var g grants
	if err := json.Unmarshal([]byte(r.grants), &g); err != nil {
		return organization.Client{}, fmt.Errorf("sqlstore: grants of client %s: %w", r.id, err)
	}
	one, err := c.restoreBare(ctx, r)
	if err != nil {
		return organization.Client{}, err
	}
	one.Addresses = organization.Addresses{
		Redirect: g.Redirect, DefaultRedirect: g.DefaultRedirect, Callback: g.Callback, DefaultCallback: g.DefaultCallback,
		AnyLoopback: g.AnyLoopback,
	}
	one.Features, one.Domains, one.Scopes = g.Features, g.Domains, g.Scopes
	return one, nil
}

// restoreBare is restore without what the client may do.
func (c clients) restoreBare(ctx context.Context, r *clientRow) (organization.Client, error) {
	one, err := r.client()
	if err == nil && r.sealed != nil {
		one.CallbackKey, err = c.l.store.sealer.Open(ctx, clientPlace(one.Scope, one.ID), r.sealed)
	}
	if err != nil {
		return organization.Client{}, err
	}
	return one, nil
}

func (r *clientRow) client() (organization.Client, error) {
	c := organization.Client{
		ID:    r.id,
		Scope: organization.Scope{Organization: r.organization, Environment: organization.Environment(r.environment)},
		Kind:  organization.Kind(r.kind), Identifier: r.identifier, Name: r.name, Demo: r.demo != 0,
		CreatedAt: instant(r.created), RevokedAt: instantOr(r.revoked),
	}
	if copy(c.Secret[:], r.secret) != len(c.Secret) {
		return organization.Client{}, fmt.Errorf("sqlstore: secret of client %s is cut", r.id)
	}
	return c, nil
}

func (c clients) Find(ctx context.Context, id string) (organization.Client, error) {
	return c.find(ctx, clientByID, id)
}

func (c clients) FindByIdentifier(ctx context.Context, kind organization.Kind, identifier string) (organization.Client, error) {
	return c.find(ctx, clientByIdentifier, string(kind), identifier)
}

func (c clients) find(ctx context.Context, text string, args ...any) (organization.Client, error) {
	var r clientRow
	found, err := c.l.one(ctx, &r, text, args...)
	if err != nil {
		return organization.Client{}, err
	}
	if !found {
		return organization.Client{}, organization.ErrNoClient
	}
	return c.restore(ctx, &r)
}

func (c clients) List(ctx context.Context, organizationID string) ([]organization.Client, error) {
	if organizationID == "" {
		return c.list(ctx, clientsAll)
	}
	return c.list(ctx, clientsOf, organizationID)
}

func (c clients) OfKind(ctx context.Context, scope organization.Scope, kind organization.Kind) ([]organization.Client, error) {
	return c.list(ctx, clientsOfKind, scope.Organization, string(scope.Environment), string(kind))
}

func (c clients) list(ctx context.Context, text string, args ...any) ([]organization.Client, error) {
	rows, err := all[clientRow](ctx, c.l, text, args...)
	if err != nil {
		return nil, err
	}
	list := make([]organization.Client, 0, len(rows))
	for i := range rows {
		one, err := c.restore(ctx, &rows[i])
		if err != nil {
			return nil, err
		}
		list = append(list, one)
	}
	return list, nil
}

// Add looks for the organization first, and keeps it from being deleted meanwhile: the refusal of a foreign key
// would end the transaction on PostgreSQL.
func (c clients) Add(ctx context.Context, one organization.Client) error {
	g, err := json.Marshal(grantsOf(one))
	if err != nil {
		return fmt.Errorf("sqlstore: grants of client %s: %w", one.ID, err)
	}
	sealed, key, err := c.l.store.sealCallbackKey(ctx, one.Scope, one.ID, one.CallbackKey)
	if err != nil {
		return err
	}
	home, err := c.l.one(ctx, &number{}, clientHome+c.l.store.dialect.lockRow, one.Scope.Organization)
	if err != nil || !home {
		return or(err, organization.ErrNoOrganization)
	}
	n, err := c.l.exec(ctx, clientInsert, one.ID, one.Scope.Organization, string(one.Scope.Environment), string(one.Kind),
		one.Identifier, one.Secret[:], one.Name, string(g), truth(one.Demo), micros(one.CreatedAt), maybe(one.RevokedAt), key, sealed)
	if err != nil || n > 0 {
		return err
	}
	taken, err := c.l.number(ctx, clientTaken, string(one.Kind), one.Identifier)
	if err == nil && taken == 0 {
		return outbound.ErrIdentifierUsed
	}
	return or(err, organization.ErrIdentifierTaken)
}

func (c clients) Revoke(ctx context.Context, one organization.Client) error {
	scope, environment := one.Scope.Organization, string(one.Scope.Environment)
	n, err := c.l.exec(ctx, clientRevoke, maybe(one.RevokedAt), one.ID, scope, environment)
	if err != nil || n == 0 {
		return or(err, organization.ErrNoClient)
	}
	for _, text := range []string{clientTokens, clientCodes} {
		if _, err := c.l.exec(ctx, text, scope, environment, one.ID); err != nil {
			return err
		}
	}
	return nil
}
