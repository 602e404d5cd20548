package sqlstore

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"

	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/outbound"
)

type applications struct{ l *link }

const (
	applicationFields  = `a.id, a.organization, a.environment, a.settings, a.created_at, a.updated_at, a.deleted_at, a.version, a.sequence`
	applicationColumns = `SELECT ` + applicationFields + ` FROM applications a`
	applicationByID    = applicationColumns + ` WHERE a.id = ? AND a.organization = ? AND a.environment = ?`
	applicationUnder   = applicationColumns + ` JOIN organizations o ON o.id = a.organization
		WHERE a.id = ? AND a.environment = ? AND a.deleted_at IS NULL AND o.root = ?`
	applicationInsert = `INSERT INTO applications (id, organization, environment, name, type, settings, created_at, updated_at,
		deleted_at, version, sequence) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 1, ?) ON CONFLICT (id) DO NOTHING`
	applicationUpdate = `UPDATE applications SET name = ?, type = ?, settings = ?, updated_at = ?, deleted_at = ?,
		version = version + 1, sequence = ? WHERE id = ? AND organization = ? AND environment = ? AND version = ?`
)

var applicationList = listed{
	table: "applications a", key: "a.id", fields: applicationFields,
	known: map[string]column{
		organization.FieldCreated: {name: "a.created_at", whole: true},
		organization.FieldUpdated: {name: "a.updated_at", whole: true},
		organization.FieldName:    {name: "a.name"},
		organization.FieldType:    {name: "a.type"},
	},
}

type applicationRow struct {
	id, organization, environment, settings string
	created, updated                        int64
	deleted                                 sql.NullInt64
	version, sequence                       int64
}

func (r *applicationRow) fields() []any {
	return []any{&r.id, &r.organization, &r.environment, &r.settings, &r.created, &r.updated, &r.deleted, &r.version, &r.sequence}
}

// applicationSettings are organization.ApplicationSettings as JSON.
type applicationSettings struct {
	Name               string   `json:"name"`
	Description        string   `json:"description,omitempty"`
	Type               string   `json:"type"`
	RedirectURLs       []string `json:"redirect_urls"`
	LogoutURLs         []string `json:"logout_urls"`
	CORSOrigins        []string `json:"cors_origins"`
	WebOrigins         []string `json:"web_origins"`
	DefaultAfterLogin  string   `json:"default_after_login,omitempty"`
	DefaultAfterLogout string   `json:"default_after_logout,omitempty"`
	DefaultCORSOrigin  string   `json:"default_cors_origin,omitempty"`
	DefaultWebOrigin   string   `json:"default_web_origin,omitempty"`
	OnlyDomain         string   `json:"only_domain,omitempty"`
}

func (r *applicationRow) application() (organization.Application, error) {
	a := organization.Application{
		ID:        r.id,
		Scope:     organization.Scope{Organization: r.organization, Environment: organization.Environment(r.environment)},
		CreatedAt: instant(r.created), UpdatedAt: instant(r.updated), DeletedAt: instantOr(r.deleted), Version: r.version, Sequence: r.sequence,
	}
	if r.settings == "" {
		return a, nil
	}
	var s applicationSettings
	if err := json.Unmarshal([]byte(r.settings), &s); err != nil {
		return organization.Application{}, fmt.Errorf("sqlstore: settings of application %s: %w", r.id, err)
	}
	a.Settings = organization.ApplicationSettings(s)
	return a, nil
}

func applicationSubject(id string) string { return "application/" + id }

func (a applications) Find(ctx context.Context, scope organization.Scope, id string) (organization.Application, error) {
	return a.find(ctx, applicationByID, id, scope.Organization, string(scope.Environment))
}

func (a applications) FindUnder(ctx context.Context, reach organization.Reach, id string) (organization.Application, error) {
	text, args := applicationUnder, []any{id, string(reach.Environment), reach.Root}
	if len(reach.Domains) > 0 {
		f := where(text, args...).in(`o.domain`, reach.Domains)
		text, args = f.text, f.args
	}
	if share := a.l.store.dialect.shareRow; share != "" && a.l.tx != nil {
		text += share + `a` // something is about to lead there
	}
	return a.find(ctx, text, args...)
}

func (a applications) find(ctx context.Context, text string, args ...any) (organization.Application, error) {
	var r applicationRow
	found, err := a.l.one(ctx, &r, text, args...)
	if err != nil || !found {
		return organization.Application{}, or(err, organization.ErrNoApplication)
	}
	a.l.read(applicationSubject(r.id), r.version)
	return r.application()
}

// applicationsOf is the applications of a scope that were not deleted.
func applicationsOf(scope organization.Scope) filter {
	of := ofScope("a", scope)
	of.text += ` AND a.deleted_at IS NULL`
	return of
}

func (a applications) List(ctx context.Context, scope organization.Scope, q organization.Listing) ([]organization.Application, int, error) {
	rows, total, err := page[applicationRow](ctx, a.l, applicationList, applicationsOf(scope), q)
	if err != nil {
		return nil, 0, err
	}
	list := make([]organization.Application, 0, len(rows))
	for i := range rows {
		one, err := rows[i].application()
		if err != nil {
			return nil, 0, err
		}
		a.l.read(applicationSubject(one.ID), one.Version)
		list = append(list, one)
	}
	return list, total, nil
}

func (a applications) Save(ctx context.Context, one organization.Application) (organization.Application, error) {
	settings := ""
	if !one.Deleted() {
		text, err := json.Marshal(applicationSettings(one.Settings))
		if err != nil {
			return organization.Application{}, fmt.Errorf("sqlstore: settings of application %s: %w", one.ID, err)
		}
		settings = string(text)
	}
	var n int64
	var err error
	if one.Version == 0 {
		n, err = a.l.exec(ctx, applicationInsert, one.ID, one.Scope.Organization, string(one.Scope.Environment), one.Settings.Name, one.Settings.Type,
			settings, micros(one.CreatedAt), micros(one.UpdatedAt), maybe(one.DeletedAt), one.Sequence)
		if err != nil || n == 0 {
			return organization.Application{}, or(err, outbound.ErrIdentifierUsed)
		}
	} else {
		n, err = a.l.exec(ctx, applicationUpdate, one.Settings.Name, one.Settings.Type, settings, micros(one.UpdatedAt), maybe(one.DeletedAt),
			one.Sequence, one.ID, one.Scope.Organization, string(one.Scope.Environment), one.Version)
		if err == nil && n == 0 {
			a.l.outdated(applicationSubject(one.ID), one.Version)
		}
		if err != nil || n == 0 {
			return organization.Application{}, or(err, organization.ErrStale)
		}
	}
	one.Version++
	a.l.read(applicationSubject(one.ID), one.Version)
	return one, nil
}
