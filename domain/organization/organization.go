package organization

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/eidgate/eidgate/domain/audit"
	"github.com/eidgate/eidgate/domain/fault"
)

// What can be wrong with an organization or a client.
var (
	ErrNoOrganization = fault.New(fault.NotFound, "organization_unknown", "There is no such organization.")
	ErrDomainTaken    = fault.New(fault.Conflict, "organization_domain_taken", "An organization with this domain exists already.")
	ErrHostTaken      = fault.New(fault.Conflict, "organization_host_taken", "Another organization has this host.")
	ErrName           = fault.New(fault.Invalid, "organization_name_invalid", "A name has 1 to 200 characters and at least one letter or digit.")
	ErrHost           = fault.New(fault.Invalid, "organization_host_invalid", "A host is a DNS name or address without scheme, port or path.")
	ErrDemo           = fault.New(fault.Forbidden, "demo_record", "Demo records work in development mode only.")
)

// Organization is a tenant. Domain is its short name, unique in the deployment and fixed for life.
type Organization struct {
	ID        string
	Domain    string // lower-case letters, digits and hyphens
	Name      string
	Hosts     []string // names under which its end users reach us; lower case, without port
	Demo      bool     // made by development mode; refused in production
	CreatedAt time.Time
}

// Scope is the organization's scope in one environment.
func (o Organization) Scope(e Environment) Scope { return Scope{Organization: o.ID, Environment: e} }

var hostPattern = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$`)

// Found makes an organization. The domain is derived from the name; see [Slug].
// It fails with [ErrName] or [ErrHost].
func Found(id, name string, hosts []string, now time.Time) (Organization, []audit.Fact, error) {
	name = strings.TrimSpace(name)
	domain := Slug(name)
	if domain == "" || len([]rune(name)) > 200 {
		return Organization{}, nil, ErrName.On("name")
	}
	o := Organization{ID: id, Domain: domain, Name: name, CreatedAt: now}
	for _, h := range hosts {
		h = strings.ToLower(strings.TrimSpace(h))
		if len(h) > 253 || !hostPattern.MatchString(h) {
			return Organization{}, nil, ErrHost.On("host")
		}
		o.Hosts = append(o.Hosts, h)
	}
	return o, []audit.Fact{{
		Organization: id, Environment: string(Production), Kind: "organization.founded", Subject: "organization/" + id,
		Sequence: 1, At: now, Actor: audit.System, Details: map[string]string{"hosts": strconv.Itoa(len(o.Hosts))},
	}}, nil
}

// Beside gives the organization a domain that tells it from a namesake of another root: its own, and four of the
// given letters or digits.
func (o Organization) Beside(random string) Organization {
	o.Domain += "-" + strings.ToLower(random[:min(4, len(random))])
	return o
}

// Delete tells that the organization is gone; storage removes it and everything in its scopes but the facts.
func (o Organization) Delete(now time.Time) []audit.Fact {
	return []audit.Fact{{
		Organization: o.ID, Environment: string(Production), Kind: "organization.deleted", Subject: "organization/" + o.ID,
		Sequence: 2, At: now, Actor: audit.System,
	}}
}

// Slug turns a name into a domain: Latin letters without their accents, digits, and single hyphens in place of
// everything else; at most 60 characters. A name without any letter or digit of these gives "".
func Slug(name string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(name) {
		switch {
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
			b.WriteRune(r)
		case plain[r] != "":
			b.WriteString(plain[r])
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "-"):
			b.WriteByte('-')
		}
	}
	s := b.String()
	if len(s) > 60 {
		s = s[:60]
	}
	return strings.Trim(s, "-")
}

// plain spells the letters of the Nordic languages and their neighbours in ASCII.
var plain = map[rune]string{
	'å': "a", 'ä': "a", 'ö': "o", 'æ': "ae", 'ø': "o", 'é': "e", 'è': "e", 'ê': "e", 'ü': "u", 'ð': "d", 'þ': "th",
	'á': "a", 'à': "a", 'í': "i", 'ó': "o", 'ú': "u", 'ý': "y", 'ß': "ss", 'ñ': "n", 'ç': "c", 'š': "s", 'ž': "z",
}
