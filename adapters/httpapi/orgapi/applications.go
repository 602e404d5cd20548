package orgapi

import (
	"net/http"

	"github.com/eidgate/eidgate/domain/organization"
)

// mostApplication is room for as many addresses as an application may have, each as long as it may be.
const mostApplication = 1 << 20

func applicationRows() []row {
	const all, one = "/api/v2/org/:org_domain/applications", "/api/v2/org/:org_domain/applications/:client_id"
	return []row{
		{name: "listApplications", methods: get, pattern: all, scope: "read_many:applications", target: domainInPath, run: (*Surface).listApplications},
		{name: "createApplication", methods: post, pattern: all, scope: "create:applications", target: domainInPath, most: mostApplication, run: (*Surface).createApplication},
		{name: "getApplication", methods: get, pattern: one, scope: "read:applications", target: domainInPath, run: (*Surface).getApplication},
		{name: "updateApplication", methods: update, pattern: one, scope: "update:applications", target: domainInPath, most: mostApplication, run: (*Surface).updateApplication},
		{name: "deleteApplication", methods: remove, pattern: one, scope: "delete:applications", target: domainInPath, run: (*Surface).deleteApplication},
	}
}

var applicationColumns = columns{
	"inserted_at": insertedAt, "updated_at": updatedAt,
	"name":             {field: organization.FieldName, sorts: true, tests: textual, values: anyText},
	"application_type": {field: organization.FieldType, sorts: true, tests: exact, values: anyText},
}

func (s *Surface) listApplications(r *request) (int, any, error) {
	l, err := r.listing(applicationColumns)
	if err != nil {
		return 0, nil, err
	}
	found, total, err := s.Applications.Applications(r.ctx(), r.m, l)
	if err != nil {
		return 0, nil, err
	}
	items := make([]applicationBody, 0, len(found))
	for _, a := range found {
		items = append(items, wordApplication(r.m, a))
	}
	return http.StatusOK, list(r, items, total), nil
}

func (s *Surface) createApplication(r *request) (int, any, error) {
	change := readApplication(r.params)
	if err := r.params.Err(); err != nil {
		return 0, nil, err
	}
	wanted := change(organization.ApplicationSettings{})
	if !r.params.Has("allowed_web_origins") { // which the later generation of the API has not got
		wanted.WebOrigins = wanted.CORSOrigins
	}
	made, err := s.Applications.AddApplication(r.ctx(), r.m, wanted)
	if err != nil {
		return 0, nil, err
	}
	return http.StatusCreated, wordApplication(r.m, made), nil
}

// getApplication shows an application, or as much as is remembered of one.
func (s *Surface) getApplication(r *request) (int, any, error) {
	found, err := s.Applications.Application(r.ctx(), r.m, r.path("client_id"))
	if err != nil {
		return 0, nil, err
	}
	if found.Deleted() {
		return http.StatusOK, goneApplicationBody{applicationEnvelope: envelopeOfApplication(r.m), ClientID: found.ID, Deleted: true, ID: found.ID}, nil
	}
	return http.StatusOK, wordApplication(r.m, found), nil
}

func (s *Surface) updateApplication(r *request) (int, any, error) {
	change := readApplication(r.params)
	if err := r.params.Err(); err != nil {
		return 0, nil, err
	}
	updated, err := s.Applications.UpdateApplication(r.ctx(), r.m, r.path("client_id"), change)
	if err != nil {
		return 0, nil, err
	}
	return http.StatusOK, wordApplication(r.m, updated), nil
}

func (s *Surface) deleteApplication(r *request) (int, any, error) {
	was, err := s.Applications.DeleteApplication(r.ctx(), r.m, r.path("client_id"))
	if err != nil {
		return 0, nil, err
	}
	return http.StatusOK, deleted(wordApplication(r.m, was)), nil
}

// readApplication reads what a request says of an application, as a change of what is known of it: what it does not
// mention stays as it is.
func readApplication(p *parameters) func(organization.ApplicationSettings) organization.ApplicationSettings {
	text := func(names ...string) *string {
		for _, name := range names {
			if p.Has(name) {
				return p.Change(name)
			}
		}
		return nil
	}
	type setting struct {
		to   func(s *organization.ApplicationSettings) *string
		text *string
	}
	settings := []setting{
		{func(s *organization.ApplicationSettings) *string { return &s.Name }, text("name")},
		{func(s *organization.ApplicationSettings) *string { return &s.Description }, text("description")},
		{func(s *organization.ApplicationSettings) *string { return &s.Type }, text("application_type")},
		{func(s *organization.ApplicationSettings) *string { return &s.DefaultAfterLogin }, text("default_redirect_uri_after_login")},
		{func(s *organization.ApplicationSettings) *string { return &s.DefaultAfterLogout }, text("default_redirect_uri_after_logout", "default_logout_url")},
		{func(s *organization.ApplicationSettings) *string { return &s.DefaultCORSOrigin }, text("default_origin_cors")},
		{func(s *organization.ApplicationSettings) *string { return &s.DefaultWebOrigin }, text("default_web_origin")},
		{func(s *organization.ApplicationSettings) *string { return &s.OnlyDomain }, text("organization_domain_scope")},
	}
	redirect, hasRedirect := p.List("allowed_redirect_urls")
	logout, hasLogout := p.List("allowed_logout_urls")
	cors, hasCORS := p.List("allowed_origins_cors")
	web, hasWeb := p.List("allowed_web_origins")
	return func(s organization.ApplicationSettings) organization.ApplicationSettings {
		for _, one := range settings {
			if one.text != nil {
				*one.to(&s) = *one.text
			}
		}
		for _, one := range []struct {
			to    *[]string
			list  []string
			there bool
		}{{&s.RedirectURLs, redirect, hasRedirect}, {&s.LogoutURLs, logout, hasLogout}, {&s.CORSOrigins, cors, hasCORS}, {&s.WebOrigins, web, hasWeb}} {
			if one.there {
				*one.to = one.list
			}
		}
		return s
	}
}

func envelopeOfApplication(m organization.Managing) applicationEnvelope {
	return applicationEnvelope{envelope: shared(m, "Application", m.Target.Domain), Database: databaseOf(m.Client.Scope.Environment)}
}

func wordApplication(m organization.Managing, a organization.Application) applicationBody {
	s := a.Settings
	return applicationBody{
		applicationEnvelope: envelopeOfApplication(m),
		AllowedLogoutURLs:   orEmpty(s.LogoutURLs), AllowedOriginsCORS: orEmpty(s.CORSOrigins), AllowedRedirectURLs: orEmpty(s.RedirectURLs), AllowedWebOrigins: orEmpty(s.WebOrigins),
		ApplicationType: s.Type, ClientID: a.ID, DefaultOriginCORS: orNull(s.DefaultCORSOrigin), DefaultAfterLogin: orNull(s.DefaultAfterLogin),
		DefaultAfterLogout: orNull(s.DefaultAfterLogout), DefaultWebOrigin: orNull(s.DefaultWebOrigin), Description: orNull(s.Description), ID: a.ID,
		InsertedAt: naive(a.CreatedAt), Name: s.Name, OrganizationDomainScope: orNull(s.OnlyDomain), UpdatedAt: naive(a.UpdatedAt),
	}
}

// The wire.

type applicationEnvelope struct {
	envelope
	Database string `json:"__database__"`
}

type applicationBody struct {
	applicationEnvelope
	AllowedLogoutURLs       []string `json:"allowed_logout_urls"`
	AllowedOriginsCORS      []string `json:"allowed_origins_cors"`
	AllowedRedirectURLs     []string `json:"allowed_redirect_urls"`
	AllowedWebOrigins       []string `json:"allowed_web_origins"`
	ApplicationType         string   `json:"application_type"`
	ClientID                string   `json:"client_id"`
	DefaultOriginCORS       *string  `json:"default_origin_cors"`
	DefaultAfterLogin       *string  `json:"default_redirect_uri_after_login"`
	DefaultAfterLogout      *string  `json:"default_redirect_uri_after_logout"`
	DefaultWebOrigin        *string  `json:"default_web_origin"`
	Description             *string  `json:"description"`
	ID                      string   `json:"id"`
	InsertedAt              string   `json:"inserted_at"`
	Name                    string   `json:"name"`
	OrganizationDomainScope *string  `json:"organization_domain_scope"`
	UpdatedAt               string   `json:"updated_at"`
}

type goneApplicationBody struct {
	applicationEnvelope
	ClientID string `json:"client_id"`
	Deleted  bool   `json:"deleted"`
	ID       string `json:"id"`
}
