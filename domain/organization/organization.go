package organization

import (
	"cmp"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/eidgate/eidgate/domain/audit"
	"github.com/eidgate/eidgate/domain/fault"
	"github.com/eidgate/eidgate/domain/identity"
)

// What can be wrong with an organization or a client.
var (
	ErrNoOrganization = fault.New(fault.NotFound, "organization_unknown", "There is no such organization.")
	ErrDomainTaken    = fault.New(fault.Conflict, "organization_domain_taken", "An organization with this domain exists already.")
	ErrStale          = fault.New(fault.Conflict, "organization_stale", "The organization, or what belongs to it, was changed by somebody else; try again.")
	ErrHostTaken      = fault.New(fault.Conflict, "organization_host_taken", "Another organization has this host.")
	ErrName           = fault.New(fault.Invalid, "organization_name_invalid", "A name has 1 to 200 printable characters and at least one letter or digit.")
	ErrHost           = fault.New(fault.Invalid, "organization_host_invalid", "A host is a DNS name or address without scheme, port or path.")
	ErrDemo           = fault.New(fault.Forbidden, "demo_record", "Demo records work in development mode only.")
)

// Organization is a tenant, or a business customer that a tenant manages. Domain is its short name, unique in the
// deployment and fixed for life; it is part of the issuer of its people's tokens.
type Organization struct {
	ID        string
	Root      string // the organization that manages this one: its own identifier for a root
	Domain    string // lower-case letters, digits and hyphens
	Name      string
	Hosts     []string // names under which its end users reach us; lower case, without port
	Details   Details
	Demo      bool // made by development mode; refused in production
	CreatedAt time.Time
	UpdatedAt time.Time
	Version   int64 // how often it was saved; storage refuses a stale one
	Sequence  int64 // the last fact's number
}

// IsRoot holds for an organization that manages itself.
func (o Organization) IsRoot() bool { return o.Root == o.ID }

// Scope is the organization's scope in one environment.
func (o Organization) Scope(e Environment) Scope { return Scope{Organization: o.ID, Environment: e} }

var hostPattern = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$`)

// Founding is what makes an organization. Root is the identifier of the organization that manages it, "" for one that
// manages itself. The domain is derived from the name; see [Slug].
type Founding struct {
	ID      string
	Root    string
	Name    string
	Hosts   []string
	Details Details
	By      By
}

// By is who asks for a change, and in which environment: what the fact of it says.
type By struct {
	Actor       string // see [audit.Fact]
	Environment Environment
}

// Found makes an organization. It fails with [ErrName], [ErrHost] or [ErrDetails].
func Found(f Founding, now time.Time) (Organization, []audit.Fact, error) {
	o := Organization{ID: f.ID, Root: cmp.Or(f.Root, f.ID), Details: f.Details.trimmed(), CreatedAt: now, UpdatedAt: now}
	if err := o.rename(f.Name); err != nil {
		return Organization{}, nil, err
	}
	o.Domain = Slug(o.Name)
	if err := o.Details.check(); err != nil {
		return Organization{}, nil, err
	}
	for _, h := range f.Hosts {
		h = strings.ToLower(strings.TrimSpace(h))
		if len(h) > 253 || !hostPattern.MatchString(h) {
			return Organization{}, nil, ErrHost.On("host")
		}
		o.Hosts = append(o.Hosts, h)
	}
	return o, []audit.Fact{o.tell(audit.OrganizationFounded, f.By, now, map[string]string{"hosts": strconv.Itoa(len(o.Hosts))})}, nil
}

func (o *Organization) rename(name string) error {
	name = strings.TrimSpace(name)
	if Slug(name) == "" || !identity.IsText(name, 200) {
		return ErrName.On("name")
	}
	o.Name = name
	return nil
}

// Change is what an update asks for; nil leaves a field as it is, and "" empties it.
type Change struct {
	Name              *string
	Locality          *string
	State             *string
	Country           *string
	PrivacyPolicyURL  *string
	TermsOfServiceURL *string
}

// Change updates name and details; the domain stays what it is. What changes nothing tells nothing. It fails with
// [ErrName] or [ErrDetails].
func (o Organization) Change(c Change, by By, now time.Time) (Organization, []audit.Fact, error) {
	next := o
	if c.Name != nil {
		if err := next.rename(*c.Name); err != nil {
			return Organization{}, nil, err
		}
	}
	d := &next.Details
	for _, one := range []struct{ to, from *string }{
		{&d.Locality, c.Locality}, {&d.State, c.State}, {&d.Country, c.Country},
		{&d.PrivacyPolicyURL, c.PrivacyPolicyURL}, {&d.TermsOfServiceURL, c.TermsOfServiceURL},
	} {
		if one.from != nil {
			*one.to = *one.from
		}
	}
	*d = d.trimmed()
	if err := d.check(); err != nil {
		return Organization{}, nil, err
	}
	if next.Name == o.Name && next.Details == o.Details {
		return o, nil, nil
	}
	next.UpdatedAt = now
	return next, []audit.Fact{next.tell(audit.OrganizationUpdated, by, now, nil)}, nil
}

// Beside gives the organization a domain that tells it from a namesake of another root: its own, and four of the
// given letters or digits.
func (o Organization) Beside(random string) Organization {
	o.Domain += "-" + strings.ToLower(random[:min(4, len(random))])
	return o
}

// Delete tells that the organization is gone; storage removes it and everything in its scopes but the facts, and keeps
// its domain taken.
func (o Organization) Delete(by By, now time.Time) []audit.Fact {
	return []audit.Fact{o.tell(audit.OrganizationDeleted, by, now, nil)}
}

// tell makes the organization's next fact. It belongs to the environment in which somebody asked for the change.
func (o *Organization) tell(kind string, by By, now time.Time, details map[string]string) audit.Fact {
	o.Sequence++
	return by.fact(o.Scope(cmp.Or(by.Environment, Production)), kind, "organization/"+o.ID, o.Sequence, now, details)
}

// Gone is what is remembered of a deleted organization: its domain stays taken for ever.
type Gone struct {
	ID     string
	Root   string
	Domain string
}
