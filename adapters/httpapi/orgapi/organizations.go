package orgapi

import (
	"cmp"
	"net/http"

	"github.com/eidgate/eidgate/domain/organization"
)

func organizationRows() []row {
	const all, one = "/api/v2/organizations", "/api/v2/organizations/:org_domain"
	return []row{
		{name: "listOrganizations", methods: get, pattern: all, scope: "read_many:organizations", target: root, run: (*Surface).listOrganizations},
		{name: "createOrganization", methods: post, pattern: all, scope: "create:organizations", target: root, run: (*Surface).createOrganization},
		{name: "getOrganization", methods: get, pattern: one, scope: "read:organizations", target: forgottenInPath, run: (*Surface).getOrganization},
		{name: "updateOrganization", methods: update, pattern: one, scope: "update:organizations", target: domainInPath, run: (*Surface).updateOrganization},
		{name: "deleteOrganization", methods: remove, pattern: one, scope: "delete:organizations", target: domainInPath, run: (*Surface).deleteOrganization},
	}
}

var organizationColumns = columns{
	"inserted_at": insertedAt, "updated_at": updatedAt,
	"name":   {field: organization.FieldName, sorts: true, tests: textual, values: anyText},
	"domain": {field: organization.FieldDomain, sorts: true, tests: textual, values: anyText},
}

func (s *Surface) listOrganizations(r *request) (int, any, error) {
	l, err := r.listing(organizationColumns)
	if err != nil {
		return 0, nil, err
	}
	found, total, err := s.Organizations.List(r.ctx(), r.m, l)
	if err != nil {
		return 0, nil, err
	}
	items := make([]organizationBody, 0, len(found))
	for _, o := range found {
		items = append(items, wordOrganization(r.m, o))
	}
	return http.StatusOK, list(r, items, total), nil
}

func (s *Surface) createOrganization(r *request) (int, any, error) {
	c := readOrganization(r.params)
	needed(r.params, "name")
	if err := r.params.Err(); err != nil {
		return 0, nil, err
	}
	made, err := s.Organizations.Found(r.ctx(), r.m, value(c.Name), organization.Details{
		Locality: value(c.Locality), State: value(c.State), Country: value(c.Country),
		PrivacyPolicyURL: value(c.PrivacyPolicyURL), TermsOfServiceURL: value(c.TermsOfServiceURL),
	})
	if err != nil {
		return 0, nil, err
	}
	return http.StatusCreated, wordOrganization(r.m, made), nil
}

// getOrganization shows an organization, or as much as is remembered of one.
func (s *Surface) getOrganization(r *request) (int, any, error) {
	if r.m.Target.ID != "" {
		return http.StatusOK, wordOrganization(r.m, r.m.Target), nil
	}
	if r.m.Gone.ID == "" {
		return 0, nil, organization.ErrNoOrganization
	}
	return http.StatusOK, goneOrganizationBody{
		envelope: organizationEnvelope(r.m, r.m.Gone.Domain), Deleted: true, Domain: r.m.Gone.Domain, ID: r.m.Gone.ID,
	}, nil
}

func (s *Surface) updateOrganization(r *request) (int, any, error) {
	c := readOrganization(r.params)
	if err := r.params.Err(); err != nil {
		return 0, nil, err
	}
	updated, err := s.Organizations.Update(r.ctx(), r.m, c)
	if err != nil {
		return 0, nil, err
	}
	return http.StatusOK, wordOrganization(r.m, updated), nil
}

func (s *Surface) deleteOrganization(r *request) (int, any, error) {
	was, err := s.Organizations.Delete(r.ctx(), r.m)
	if err != nil {
		return 0, nil, err
	}
	return http.StatusOK, deleted(wordOrganization(r.m, was)), nil
}

// readOrganization reads what an organization says of itself. There is no table of places here, so that an address to be
// completed stands as the locality, unless there is one.
func readOrganization(p *parameters) organization.Change {
	return organization.Change{
		Name: p.Change("name"), Locality: cmp.Or(p.Change("locality"), p.Change("autocomplete_address")), State: p.Change("state"),
		Country: p.Change("country_name"), PrivacyPolicyURL: p.Change("privacy_policy_url"), TermsOfServiceURL: p.Change("terms_of_service_url"),
	}
}

func value(text *string) string {
	if text == nil {
		return ""
	}
	return *text
}

// organizationEnvelope is that of an organization, which is in both environments.
func organizationEnvelope(m organization.Managing, domain string) envelope {
	e := limited(m, "Organization", domain)
	e.Environment = ""
	return e
}

func wordOrganization(m organization.Managing, o organization.Organization) organizationBody {
	d := o.Details
	return organizationBody{
		envelope: organizationEnvelope(m, o.Domain), CountryName: orNull(d.Country), Domain: o.Domain, ID: o.ID, InsertedAt: naive(o.CreatedAt),
		Locality: orNull(d.Locality), Name: o.Name, PrivacyPolicyURL: orNull(d.PrivacyPolicyURL), State: orNull(d.State),
		TermsOfServiceURL: orNull(d.TermsOfServiceURL), UpdatedAt: naive(o.UpdatedAt),
	}
}

// The wire.

type organizationBody struct {
	envelope
	CountryName       *string `json:"country_name"`
	Domain            string  `json:"domain"`
	ID                string  `json:"id"`
	InsertedAt        string  `json:"inserted_at"`
	Locality          *string `json:"locality"`
	Name              string  `json:"name"`
	PrivacyPolicyURL  *string `json:"privacy_policy_url"`
	State             *string `json:"state"`
	TermsOfServiceURL *string `json:"terms_of_service_url"`
	UpdatedAt         string  `json:"updated_at"`
}

type goneOrganizationBody struct {
	envelope
	Deleted bool   `json:"deleted"`
	Domain  string `json:"domain"`
	ID      string `json:"id"`
}
