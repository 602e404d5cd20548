package sqlstore

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/outbound"
)

type organizations struct{ l *link }

const (
	organizationFields   = `o.id, o.domain, o.name, o.hosts, o.demo, o.created_at`
	organizationColumns  = `SELECT ` + organizationFields + ` FROM organizations o`
	organizationByID     = organizationColumns + ` WHERE o.id = ?`
	organizationByDomain = organizationColumns + ` WHERE o.domain = ?`
	organizationByHost   = organizationColumns + ` JOIN organization_hosts h ON h.organization = o.id WHERE h.host = ?`
	organizationList     = organizationColumns + ` ORDER BY o.domain`
	organizationDemo     = `SELECT (SELECT COUNT(*) FROM organizations WHERE demo = 1)
		+ (SELECT COUNT(*) FROM clients WHERE demo = 1)`

	organizationReserve = `INSERT INTO reserved_domains (domain, organization) VALUES (?, ?) ON CONFLICT (domain) DO NOTHING`
	organizationInsert  = `INSERT INTO organizations (id, domain, name, hosts, demo, created_at)
		VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING`
	organizationHost   = `INSERT INTO organization_hosts (host, organization) VALUES (?, ?) ON CONFLICT (host) DO NOTHING`
	organizationDelete = `DELETE FROM organizations WHERE id = ?`
)

// organizationGone is what goes with an organization beside what the database removes by itself.
var organizationGone = []string{
	`DELETE FROM access_tokens WHERE organization = ?`,
	`DELETE FROM login_codes WHERE organization = ?`,
	`DELETE FROM sessions WHERE organization = ?`,
	`DELETE FROM documents WHERE organization = ?`,
	`DELETE FROM evidence WHERE organization = ?`,
	`DELETE FROM callbacks WHERE organization = ?`,
	`DELETE FROM receipts WHERE organization = ?`,
	`DELETE FROM spent WHERE organization = ?`,
}

type organizationRow struct {
	id, domain, name, hosts string
	demo, created           int64
}

func (r *organizationRow) fields() []any {
	return []any{&r.id, &r.domain, &r.name, &r.hosts, &r.demo, &r.created}
}

func (r organizationRow) organization() (organization.Organization, error) {
	o := organization.Organization{ID: r.id, Domain: r.domain, Name: r.name, Demo: r.demo != 0, CreatedAt: instant(r.created)}
	if err := json.Unmarshal([]byte(r.hosts), &o.Hosts); err != nil {
		return organization.Organization{}, fmt.Errorf("sqlstore: hosts of organization %s: %w", r.id, err)
	}
	return o, nil
}

func (o organizations) Find(ctx context.Context, id string) (organization.Organization, error) {
	return o.find(ctx, organizationByID, id)
}

func (o organizations) FindByDomain(ctx context.Context, domain string) (organization.Organization, error) {
	return o.find(ctx, organizationByDomain, domain)
}

func (o organizations) FindByHost(ctx context.Context, host string) (organization.Organization, error) {
	return o.find(ctx, organizationByHost, host)
}

func (o organizations) find(ctx context.Context, text, key string) (organization.Organization, error) {
	var r organizationRow
	found, err := o.l.one(ctx, &r, text, key)
	if err != nil {
		return organization.Organization{}, err
	}
	if !found {
		return organization.Organization{}, organization.ErrNoOrganization
	}
	return r.organization()
}

func (o organizations) List(ctx context.Context) ([]organization.Organization, error) {
	rows, err := all[organizationRow](ctx, o.l, organizationList)
	if err != nil {
		return nil, err
	}
	list := make([]organization.Organization, 0, len(rows))
	for _, r := range rows {
		one, err := r.organization()
		if err != nil {
			return nil, err
		}
		list = append(list, one)
	}
	return list, nil
}

func (o organizations) Demo(ctx context.Context) (bool, error) {
	n, err := o.l.number(ctx, organizationDemo)
	return n > 0, err
}

func (o organizations) Add(ctx context.Context, one organization.Organization) error {
	hosts, err := json.Marshal(one.Hosts)
	if err != nil {
		return fmt.Errorf("sqlstore: hosts of organization %s: %w", one.ID, err)
	}
	return o.l.whole(ctx, func() error {
		n, err := o.l.exec(ctx, organizationReserve, one.Domain, one.ID)
		if err != nil || n == 0 {
			return or(err, organization.ErrDomainTaken)
		}
		n, err = o.l.exec(ctx, organizationInsert, one.ID, one.Domain, one.Name, string(hosts), truth(one.Demo), micros(one.CreatedAt))
		if err != nil || n == 0 {
			return or(err, outbound.ErrIdentifierUsed)
		}
		seen := map[string]bool{}
		for _, host := range one.Hosts {
			if seen[host] {
				continue
			}
			seen[host] = true
			if n, err = o.l.exec(ctx, organizationHost, host, one.ID); err != nil || n == 0 {
				return or(err, organization.ErrHostTaken)
			}
		}
		return nil
	})
}

// or is the error if there is one, else what it means that a statement changed nothing.
func or(err, nothing error) error {
	if err != nil {
		return err
	}
	return nothing
}

func (o organizations) Delete(ctx context.Context, id string) error {
	n, err := o.l.exec(ctx, organizationDelete, id)
	if err != nil || n == 0 {
		return or(err, organization.ErrNoOrganization)
	}
	for _, text := range organizationGone {
		if _, err := o.l.exec(ctx, text, id); err != nil {
			return err
		}
	}
	return nil
}
