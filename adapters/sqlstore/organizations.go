package sqlstore

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/outbound"
)

type organizations struct{ l *link }

const (
	organizationColumns  = `SELECT ` + organizationFields + ` FROM organizations o`
	organizationByID     = organizationColumns + ` WHERE o.id = ?`
	organizationByDomain = organizationColumns + ` WHERE o.domain = ?`
	organizationByHost   = organizationColumns + ` JOIN organization_hosts h ON h.organization = o.id WHERE h.host = ?`
	organizationList     = organizationColumns + ` ORDER BY o.domain`
	organizationDemo     = `SELECT (SELECT COUNT(*) FROM organizations WHERE demo = 1)
		+ (SELECT COUNT(*) FROM clients WHERE demo = 1)`

	organizationReserve = `INSERT INTO reserved_domains (domain, organization, root) VALUES (?, ?, ?)
		ON CONFLICT (domain) DO NOTHING`
	organizationInsert = `INSERT INTO organizations (id, root, domain, name, hosts, details, demo, created_at, updated_at,
		version, sequence) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 1, ?) ON CONFLICT (id) DO NOTHING`
	organizationHost   = `INSERT INTO organization_hosts (host, organization) VALUES (?, ?) ON CONFLICT (host) DO NOTHING`
	organizationUpdate = `UPDATE organizations SET name = ?, details = ?, updated_at = ?, version = version + 1, sequence = ?
		WHERE id = ? AND version = ?`
	organizationHeld   = `SELECT 1 FROM organizations WHERE id = ?`
	organizationDelete = `DELETE FROM organizations WHERE id = ? OR root = ? RETURNING id`
	// Whoever leads a connection to an application holds it, and is waited for.
	applicationsHeld = `SELECT a.id FROM applications a JOIN organizations o ON o.id = a.organization WHERE o.id = ? OR o.root = ?`
	// Connections that stay may lead to an application that goes.
	applicationsUsed = `SELECT COUNT(*) FROM organizations o JOIN applications a ON a.organization = o.id JOIN redirections r ON r.application = a.id
		JOIN organizations c ON c.id = r.organization WHERE (o.id = ? OR o.root = ?) AND c.id <> ? AND c.root <> ?`
	organizationGone = `SELECT r.organization, r.root, r.domain FROM reserved_domains r
		WHERE r.domain = ? AND NOT EXISTS (SELECT 1 FROM organizations o WHERE o.id = r.organization)`
)

// organizationsUnder is the organizations under a root.
var organizationsUnder = listed{
	table: "organizations o", key: "o.id", fields: organizationFields,
	known: map[string]column{
		organization.FieldCreated: {name: "o.created_at", whole: true},
		organization.FieldUpdated: {name: "o.updated_at", whole: true},
		organization.FieldName:    {name: "o.name"},
		organization.FieldDomain:  {name: "o.domain"},
	},
}

// goneWith are the tables whose rows go with an organization beside those that the database removes by itself.
var goneWith = []string{"access_tokens", "login_codes", "sessions", "documents", "evidence", "callbacks", "receipts", "spent", "signing_keys"}

// goneAtOnce is of how many organizations one statement removes everything.
const goneAtOnce = 100

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
	o.l.read(organizationSubject(r.id), r.version)
	return r.organization()
}

func (o organizations) List(ctx context.Context) ([]organization.Organization, error) {
	rows, err := all[organizationRow](ctx, o.l, organizationList)
	if err != nil {
		return nil, err
	}
	return organizationsOf(rows)
}

// Page compares the domains to which a reach may be limited: a client's are few.
func (o organizations) Page(
	ctx context.Context, reach organization.Reach, q organization.Listing,
) ([]organization.Organization, int, error) {
	within := where(`o.root = ?`, reach.Root)
	if len(reach.Domains) > 0 {
		within = within.in(`o.domain`, reach.Domains)
	}
	rows, total, err := page[organizationRow](ctx, o.l, organizationsUnder, within, q)
	if err != nil {
		return nil, 0, err
	}
	list, err := organizationsOf(rows)
	return list, total, err
}

func organizationsOf(rows []organizationRow) ([]organization.Organization, error) {
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

func (o organizations) Gone(ctx context.Context, domain string) (organization.Gone, error) {
	var r goneRow
	found, err := o.l.one(ctx, &r, organizationGone, domain)
	if err != nil || !found {
		return organization.Gone{}, or(err, organization.ErrNoOrganization)
	}
	return organization.Gone{ID: r.id, Root: r.root, Domain: r.domain}, nil
}

func (o organizations) Demo(ctx context.Context) (bool, error) {
	n, err := o.l.number(ctx, organizationDemo)
	return n > 0, err
}

// Add keeps the root from being deleted meanwhile: it would leave behind what it manages.
func (o organizations) Add(ctx context.Context, one organization.Organization) error {
	hosts, err := json.Marshal(one.Hosts)
	if err != nil {
		return fmt.Errorf("sqlstore: hosts of organization %s: %w", one.ID, err)
	}
	details, err := detailsIn(one.Details)
	if err != nil {
		return err
	}
	root := cmp.Or(one.Root, one.ID)
	if root != one.ID {
		if err := o.hold(ctx, root, o.l.store.dialect.keepRow); err != nil {
			return err
		}
	}
	return o.l.whole(ctx, func() error {
		n, err := o.l.exec(ctx, organizationReserve, one.Domain, one.ID, root)
		if err != nil || n == 0 {
			return or(err, organization.ErrDomainTaken)
		}
		n, err = o.l.exec(ctx, organizationInsert, one.ID, root, one.Domain, one.Name, string(hosts), details, truth(one.Demo),
			micros(one.CreatedAt), micros(one.UpdatedAt), one.Sequence)
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

// hold fails with organization.ErrNoOrganization, and else locks the organization until the unit of work ends.
func (o organizations) hold(ctx context.Context, id, lock string) error {
	found, err := o.l.one(ctx, &number{}, organizationHeld+lock, id)
	if err != nil || !found {
		return or(err, organization.ErrNoOrganization)
	}
	return nil
}

func (o organizations) Save(ctx context.Context, one organization.Organization) (organization.Organization, error) {
	details, err := detailsIn(one.Details)
	if err != nil {
		return organization.Organization{}, err
	}
	n, err := o.l.exec(ctx, organizationUpdate, one.Name, details, micros(one.UpdatedAt), one.Sequence, one.ID, one.Version)
	if err == nil && n == 0 {
		o.l.outdated(organizationSubject(one.ID), one.Version)
		err = organization.ErrStale
	}
	if err != nil {
		return organization.Organization{}, err
	}
	one.Version++
	o.l.read(organizationSubject(one.ID), one.Version)
	return one, nil
}

// Delete holds the organization first, so that what is founded under it meanwhile is either seen by the statement that
// deletes, or finds no root. The applications are held for the same reason.
func (o organizations) Delete(ctx context.Context, id string) error {
	if err := o.hold(ctx, id, o.l.store.dialect.lockRow); err != nil {
		return err
	}
	if lock := o.l.store.dialect.lockRow; lock != "" {
		if _, err := all[textRow](ctx, o.l, applicationsHeld+lock+` OF a`, id, id); err != nil {
			return err
		}
	}
	used, err := o.l.number(ctx, applicationsUsed, id, id, id, id)
	if err != nil || used > 0 {
		return or(err, organization.ErrOrganizationInUse)
	}
	gone, err := all[textRow](ctx, o.l, organizationDelete, id, id)
	if err != nil {
		return err
	}
	for some := range slices.Chunk(gone, goneAtOnce) {
		args := make([]any, len(some))
		for i := range some {
			args[i] = some[i].text
		}
		for _, table := range goneWith {
			text := `DELETE FROM ` + table + ` WHERE organization IN (` + places("?", len(args)) + `)`
			if _, err := o.l.once(ctx, text, args...); err != nil {
				return err
			}
		}
	}
	return nil
}
