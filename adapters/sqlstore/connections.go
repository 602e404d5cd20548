package sqlstore

import (
	"context"
	"strings"

	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/outbound"
)

type connections struct{ l *link }

const (
	connectionByID = `SELECT ` + connectionFields + ` FROM sso_connections c
		WHERE c.id = ? AND c.organization = ? AND c.environment = ?`
	connectionInsert = `INSERT INTO sso_connections (id, organization, environment, root, service_provider, active, provider, policy,
		seats, entity, default_redirection, created_at, updated_at, version, sequence, sealed_key, sealed)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1, ?, ?, ?) ON CONFLICT (id) DO NOTHING`
	connectionUpdate = `UPDATE sso_connections SET active = ?, provider = ?, policy = ?, seats = ?, entity = ?, default_redirection = ?,
		updated_at = ?, version = version + 1, sequence = ?, sealed_key = ?, sealed = ?
		WHERE id = ? AND organization = ? AND environment = ? AND version = ?`
	connectionDelete = `DELETE FROM sso_connections WHERE id = ? AND organization = ? AND environment = ? AND version = ?`
	// Whoever looks whether an identity provider is somebody else's holds the root meanwhile.
	entityElsewhere = `SELECT COUNT(*) FROM sso_connections WHERE root = ? AND environment = ? AND entity = ? AND organization <> ?`

	redirectionFields  = `r.id, r.organization, r.environment, r.connection, r.service_provider, r.application, r.uri, r.created_at, r.updated_at`
	redirectionColumns = `SELECT ` + redirectionFields + ` FROM redirections r`
	redirectionByID    = redirectionColumns + ` WHERE r.id = ? AND r.organization = ? AND r.environment = ?`
	redirectionsUnder  = redirectionColumns + ` WHERE r.root = ? AND r.environment = ? AND r.id IN (`
	redirectionsTo     = `SELECT COUNT(*) FROM redirections WHERE application = ?`
	redirectionsFrom   = `SELECT COUNT(*) FROM redirections r JOIN organizations o ON o.id = r.organization WHERE r.application = ? AND (`
	redirectionInsert  = `INSERT INTO redirections (id, organization, environment, root, connection, service_provider, application,
		uri, created_at, updated_at) SELECT ?, organization, environment, root, id, ?, ?, ?, ?, ? FROM sso_connections
		WHERE id = ? AND organization = ? AND environment = ? ON CONFLICT (id) DO NOTHING`
)

var connectionList = listed{
	table: "sso_connections c", key: "c.id", fields: connectionFields,
	known: map[string]column{
		organization.FieldCreated:  {name: "c.created_at", whole: true},
		organization.FieldUpdated:  {name: "c.updated_at", whole: true},
		organization.FieldProvider: {name: "c.provider"},
		organization.FieldActive:   {name: "c.active", whole: true},
	},
}

func (c connections) Find(ctx context.Context, scope organization.Scope, id string) (organization.Connection, error) {
	var r connectionRow
	found, err := c.l.one(ctx, &r, connectionByID, id, scope.Organization, string(scope.Environment))
	if err != nil || !found {
		return organization.Connection{}, or(err, organization.ErrNoConnection)
	}
	c.l.read(connectionSubject(r.id), r.version)
	return c.l.store.connection(ctx, &r)
}

// connectionsIn is the connections within a reach.
func connectionsIn(reach organization.Reach) filter {
	of := where(`c.root = ? AND c.environment = ?`, reach.Root, string(reach.Environment))
	if len(reach.Domains) > 0 {
		within := where(`o.root = ?`, reach.Root).in(`o.domain`, reach.Domains)
		of = of.and(`c.organization IN (SELECT o.id FROM organizations o WHERE `+within.text+`)`, within.args...)
	}
	return of
}

// List walks the index of the root, which knows the organizations as well.
func (c connections) List(ctx context.Context, reach organization.Reach, q organization.Listing) ([]organization.Connection, int, error) {
	rows, total, err := page[connectionRow](ctx, c.l, connectionList, connectionsIn(reach), q)
	if err != nil {
		return nil, 0, err
	}
	list := make([]organization.Connection, 0, len(rows))
	for i := range rows {
		one, err := c.l.store.connection(ctx, &rows[i])
		if err != nil {
			return nil, 0, err
		}
		c.l.read(connectionSubject(one.ID), one.Version)
		list = append(list, one)
	}
	return list, total, nil
}

func (c connections) Save(ctx context.Context, one organization.Connection, root string) (organization.Connection, error) {
	sealed, key, err := c.l.store.sealConnection(ctx, one)
	if err != nil {
		return organization.Connection{}, err
	}
	var entity any
	if one.Metadata != nil {
		entity = one.Metadata.EntityID
		if err := c.unclaimed(ctx, one, root); err != nil {
			return organization.Connection{}, err
		}
	}
	if one.Version == 0 {
		n, err := c.l.exec(ctx, connectionInsert, one.ID, one.Scope.Organization, string(one.Scope.Environment), root, one.ServiceProvider,
			truth(one.Active), string(one.Provider), string(one.Policy), one.Seats, entity, one.DefaultRedirection,
			micros(one.CreatedAt), micros(one.UpdatedAt), one.Sequence, key, sealed)
		if err != nil || n == 0 {
			return organization.Connection{}, or(err, outbound.ErrIdentifierUsed)
		}
	} else {
		n, err := c.l.exec(ctx, connectionUpdate, truth(one.Active), string(one.Provider), string(one.Policy), one.Seats, entity,
			one.DefaultRedirection, micros(one.UpdatedAt), one.Sequence, key, sealed,
			one.ID, one.Scope.Organization, string(one.Scope.Environment), one.Version)
		if err == nil && n == 0 {
			c.l.outdated(connectionSubject(one.ID), one.Version)
		}
		if err != nil || n == 0 {
			return organization.Connection{}, or(err, organization.ErrStale)
		}
	}
	one.Version++
	c.l.read(connectionSubject(one.ID), one.Version)
	return one, nil
}

// unclaimed fails with organization.ErrEntityTaken. Of two who ask at once, one waits for the other's unit of work.
func (c connections) unclaimed(ctx context.Context, one organization.Connection, root string) error {
	if err := organizations(c).hold(ctx, root, c.l.store.dialect.lockRow); err != nil {
		return err
	}
	n, err := c.l.number(ctx, entityElsewhere, root, string(one.Scope.Environment), one.Metadata.EntityID, one.Scope.Organization)
	if err == nil && n > 0 {
		err = organization.ErrEntityTaken
	}
	return err
}

// Delete takes redirections and invitations along by the database's own doing.
func (c connections) Delete(ctx context.Context, one organization.Connection) error {
	n, err := c.l.exec(ctx, connectionDelete, one.ID, one.Scope.Organization, string(one.Scope.Environment), one.Version)
	if err == nil && n == 0 {
		c.l.outdated(connectionSubject(one.ID), one.Version)
	}
	if err != nil || n == 0 {
		return or(err, organization.ErrStale)
	}
	return nil
}

func (c connections) Redirection(ctx context.Context, scope organization.Scope, id string) (organization.Redirection, error) {
	var r redirectionRow
	found, err := c.l.one(ctx, &r, redirectionByID, id, scope.Organization, string(scope.Environment))
	if err != nil || !found {
		return organization.Redirection{}, or(err, organization.ErrNoRedirection)
	}
	return r.redirection(), nil
}

func (c connections) Redirections(ctx context.Context, reach organization.Reach, ids []string) (list []organization.Redirection, err error) {
	known := make([]string, 0, len(ids))
	for _, id := range ids {
		if id != "" && storable([]any{id}) {
			known = append(known, id)
		}
	}
	if len(known) == 0 {
		return nil, nil
	}
	names := padded(known)
	f := where(redirectionsUnder+places("?", len(names))+`)`, append([]any{reach.Root, string(reach.Environment)}, names...)...)
	if len(reach.Domains) > 0 {
		within := where(`o.root = ?`, reach.Root).in(`o.domain`, reach.Domains)
		f = f.and(`r.organization IN (SELECT o.id FROM organizations o WHERE `+within.text+`)`, within.args...)
	}
	rows, err := all[redirectionRow](ctx, c.l, f.text, f.args...)
	for i := range rows {
		list = append(list, rows[i].redirection())
	}
	return list, err
}

func (c connections) LeadsTo(ctx context.Context, application string) (bool, error) {
	n, err := c.l.number(ctx, redirectionsTo, application)
	return n > 0, err
}

func (c connections) Strands(ctx context.Context, application string, n organization.Narrowing) (bool, error) {
	if n.IsZero() {
		return false, nil
	}
	stranded, args := make([]string, 0, 2), []any{application}
	if len(n.Addresses) > 0 {
		addresses := padded(n.Addresses)
		stranded, args = append(stranded, `r.uri IN (`+places("?", len(addresses))+`)`), append(args, addresses...)
	}
	if n.OnlyDomain != "" {
		stranded, args = append(stranded, `o.domain <> ?`), append(args, n.OnlyDomain)
	}
	count, err := c.l.number(ctx, redirectionsFrom+strings.Join(stranded, ` OR `)+`)`, args...)
	return count > 0, err
}

// AddRedirection keeps a redirection of a connection that is there; another scope's is not.
func (c connections) AddRedirection(ctx context.Context, one organization.Redirection) error {
	if _, err := c.Find(ctx, one.Scope, one.Connection); err != nil {
		return err
	}
	n, err := c.l.exec(ctx, redirectionInsert, one.ID, one.ServiceProvider, one.Application, one.URI, micros(one.CreatedAt), micros(one.UpdatedAt),
		one.Connection, one.Scope.Organization, string(one.Scope.Environment))
	if err == nil && n == 0 {
		err = outbound.ErrIdentifierUsed
	}
	return err
}
