package sqlstore

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/eidgate/eidgate/domain/organization"
)

const organizationFields = `o.id, o.root, o.domain, o.name, o.hosts, o.details, o.demo, o.created_at, o.updated_at, o.version, o.sequence`

// organizationRow is an organization as stored. Its identifier is "" where there is none.
type organizationRow struct {
	id, root, domain, name, hosts, details    string
	demo, created, updated, version, sequence int64
}

func (r *organizationRow) fields() []any {
	return []any{
		&r.id, &r.root, &r.domain, &r.name, &r.hosts, &r.details, &r.demo, &r.created, &r.updated, &r.version, &r.sequence,
	}
}

// organizationOrNone is organizationFields under another alias, of an organization that may be missing.
func organizationOrNone(alias string) string {
	var all []string
	for field := range strings.SplitSeq(organizationFields, ", ") {
		none := `''`
		switch name := strings.TrimPrefix(field, "o."); name {
		case "demo", "created_at", "updated_at", "version", "sequence":
			none = `0`
		}
		all = append(all, `COALESCE(`+alias+strings.TrimPrefix(field, "o")+`, `+none+`)`)
	}
	return strings.Join(all, ", ")
}

func (r *organizationRow) organization() (organization.Organization, error) {
	o := organization.Organization{
		ID: r.id, Root: r.root, Domain: r.domain, Name: r.name, Demo: r.demo != 0, CreatedAt: instant(r.created),
		UpdatedAt: instant(r.updated), Version: r.version, Sequence: r.sequence,
	}
	if err := json.Unmarshal([]byte(r.hosts), &o.Hosts); err != nil {
		return organization.Organization{}, fmt.Errorf("sqlstore: hosts of organization %s: %w", r.id, err)
	}
	if r.details == "" {
		return o, nil
	}
	var d details
	if err := json.Unmarshal([]byte(r.details), &d); err != nil {
		return organization.Organization{}, fmt.Errorf("sqlstore: details of organization %s: %w", r.id, err)
	}
	o.Details = organization.Details(d)
	return o, nil
}

// details are what an organization says of itself, as JSON.
type details struct {
	Locality          string `json:"locality,omitempty"`
	State             string `json:"state,omitempty"`
	Country           string `json:"country,omitempty"`
	PrivacyPolicyURL  string `json:"privacy,omitempty"`
	TermsOfServiceURL string `json:"terms,omitempty"`
}

// detailsIn is "" for none: most organizations say nothing, and are read with every request.
func detailsIn(d organization.Details) (string, error) {
	if d == (organization.Details{}) {
		return "", nil
	}
	encoded, err := json.Marshal(details(d))
	if err != nil {
		return "", fmt.Errorf("sqlstore: details of an organization: %w", err)
	}
	return string(encoded), nil
}

func organizationSubject(id string) string { return "organization/" + id }

type goneRow struct{ id, root, domain string }

func (r *goneRow) fields() []any { return []any{&r.id, &r.root, &r.domain} }
