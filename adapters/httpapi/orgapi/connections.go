package orgapi

import (
	"net/http"
	"slices"
	"strings"

	"github.com/eidgate/eidgate/adapters/httpapi"
	"github.com/eidgate/eidgate/domain/fault"
	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/inbound"
)

// what callers may ask to see nested
const (
	preloadRedirection = "default_redirection"
	preloadOnboarding  = "onboarding"
)

// preloads reads preload_associations. Words that mean nothing are ignored: the API's own description has an address for an
// example.
func preloads(p *parameters) (redirection, onboarding bool) {
	words, _ := p.List("preload_associations")
	return slices.Contains(words, preloadRedirection), slices.Contains(words, preloadOnboarding)
}

func (s *Surface) listConnections(r *request) (int, any, error) { return s.connections(r, false) }

func (s *Surface) listEveryConnection(r *request) (int, any, error) { return s.connections(r, true) }

func (s *Surface) connections(r *request, all bool) (int, any, error) {
	redirection, onboarding := preloads(r.params)
	l, err := r.listing(connectionColumns)
	if err != nil {
		return 0, nil, err
	}
	found, total, err := s.Connections.Connections(r.ctx(), r.m, all, l)
	if err != nil {
		return 0, nil, err
	}
	nested, err := s.nested(r, redirection, found...)
	if err != nil {
		return 0, nil, err
	}
	words := make([]connectionBody, 0, len(found))
	for _, c := range found {
		words = append(words, s.wordConnection(r.m, connected{Connection: c, redirection: nested(c), onboarding: onboarding}))
	}
	return http.StatusOK, list(r, words, total), nil
}

// nested finds the default redirections of connections in one go, where they are asked for.
func (s *Surface) nested(r *request, wanted bool, connections ...organization.Connection) (func(organization.Connection) *organization.Redirection, error) {
	var ids []string
	for _, c := range connections {
		if wanted && c.DefaultRedirection != "" {
			ids = append(ids, c.DefaultRedirection)
		}
	}
	if len(ids) == 0 {
		return func(organization.Connection) *organization.Redirection { return nil }, nil
	}
	found, err := s.Connections.Redirections(r.ctx(), r.m, ids)
	return func(c organization.Connection) *organization.Redirection {
		if d, there := found[c.DefaultRedirection]; there {
			return &d
		}
		return nil
	}, err
}

// show answers with one connection, unless there is an error.
func (s *Surface) show(r *request, status int, c organization.Connection, err error, redirection, onboarding bool) (int, any, error) {
	if err != nil {
		return 0, nil, inParameter(err)
	}
	nested, err := s.nested(r, redirection, c)
	if err != nil {
		return 0, nil, err
	}
	return status, s.wordConnection(r.m, connected{Connection: c, redirection: nested(c), onboarding: onboarding}), nil
}

func (s *Surface) getConnection(r *request) (int, any, error) {
	redirection, onboarding := preloads(r.params)
	if err := r.params.Err(); err != nil {
		return 0, nil, err
	}
	c, err := s.Connections.Connection(r.ctx(), r.m, r.path("idp_id"))
	return s.show(r, http.StatusOK, c, err, redirection, onboarding)
}

// createConnection makes a connection and whatever hangs on it, all of it nested in the answer. A letter that could not be
// sent is said in a header: the connection is there, and invite-admin tries again.
func (s *Surface) createConnection(r *request) (int, any, error) {
	p := r.params
	if r.path("org_domain") == "" {
		needed(p, "organization_id") // which the chain has looked up
	}
	start := inbound.ConnectionStart{
		Application: p.Text("application_id"), URI: p.Text("uri"), Email: administrator(p), Provider: providerOf(p.Text("provider_type")),
	}
	if send := p.Flag("send_email"); send != nil {
		start.Send = *send
	}
	if err := p.Err(); err != nil {
		return 0, nil, err
	}
	made, undelivered, err := s.Connections.Connect(r.ctx(), r.m, start)
	if undelivered {
		r.c.Set("X-Eidgate-Letter", "undelivered")
	}
	return s.show(r, http.StatusCreated, made, err, true, true)
}

func (s *Surface) updateConnection(r *request) (int, any, error) {
	p := r.params
	u := inbound.ConnectionUpdate{Active: p.Flag("active"), Seats: p.Whole("seats_limit"), Metadata: metadataOf(p), DefaultRedirection: wanted(p, "default_redirection_id")}
	if word := wanted(p, "provider_type"); word != nil {
		provider := providerOf(*word)
		u.Provider = &provider
	}
	if word := wanted(p, "user_security_type"); word != nil {
		policy := policyOf(*word)
		u.Policy = &policy
	}
	return s.update(r, u)
}

func (s *Surface) update(r *request, u inbound.ConnectionUpdate) (int, any, error) {
	redirection, onboarding := preloads(r.params)
	if err := r.params.Err(); err != nil {
		return 0, nil, err
	}
	c, warnings, err := s.Connections.Update(r.ctx(), r.m, r.path("idp_id"), u)
	if err == nil && len(warnings) > 0 {
		r.c.Set("X-Eidgate-Warning", strings.Join(warnings, ", "))
	}
	return s.show(r, http.StatusOK, c, err, redirection, onboarding)
}

func (s *Surface) activateConnection(r *request) (int, any, error) {
	active := true
	return s.update(r, inbound.ConnectionUpdate{Active: &active})
}

func (s *Surface) disableConnection(r *request) (int, any, error) {
	active := false
	return s.update(r, inbound.ConnectionUpdate{Active: &active})
}

// updatePolicy says who may sign in through the connection. The number of seats may come along, or be there already.
func (s *Surface) updatePolicy(r *request) (int, any, error) {
	p := r.params
	word := either(p, "user_security_type", "user_security_type*")
	if word == "" {
		needed(p, "user_security_type")
	}
	policy := policyOf(word)
	return s.update(r, inbound.ConnectionUpdate{Policy: &policy, Seats: p.Whole("seats_limit")})
}

func (s *Surface) deleteConnection(r *request) (int, any, error) {
	was, err := s.Connections.Delete(r.ctx(), r.m, r.path("idp_id"))
	if err != nil {
		return 0, nil, err
	}
	return http.StatusOK, deleted(s.wordConnection(r.m, connected{Connection: was})), nil
}

// either reads the first of several spellings that is not blank.
func either(p *parameters, names ...string) string {
	for _, name := range names {
		if text := p.Text(name); text != "" {
			return text
		}
	}
	return ""
}

// administrator is whose address a connection or onboarding is to have. The star stands in the API's own description, and
// the later generation has another name.
func administrator(p *parameters) string { return either(p, administratorNames...) }

var administratorNames = []string{"sso_admin_email", "sso_admin_email*", "it_admin_email"}

// named are the parameters that a failure is about even when it does not say so.
var named = map[string]string{
	organization.ErrNoApplication.Code(): "application_id", organization.ErrMetadataSize.Code(): "metadata", organization.ErrMetadataXML.Code(): "metadata",
	organization.ErrMetadataEntity.Code(): "metadata", organization.ErrMetadataSignOn.Code(): "metadata", organization.ErrMetadataAddress.Code(): "metadata",
	organization.ErrMetadataKey.Code(): "metadata", organization.ErrMetadataWeakKey.Code(): "metadata",
}

// inParameter says which parameter a failure is about. What a connection is to have and is not there makes the request
// invalid, and not its path unknown.
func inParameter(err error) error {
	f := fault.Of(err)
	field := named[f.Code()]
	switch {
	case field == "":
		return err
	case f.Kind() == fault.NotFound:
		return httpapi.ErrFields.With(fault.Violation{Field: field, Code: f.Code(), Text: f.Text()})
	case len(f.Violations()) > 0:
		return err
	}
	return f.On(field)
}

// needed notes a parameter that is missing, and leaves what is wrong with one that is there to those who read it.
func needed(p *parameters, name string) {
	if text, is := p.values[name].(string); p.values[name] == nil || is && strings.TrimSpace(text) == "" {
		p.Blame(name, "required", "The "+label(name)+" is required.")
	}
}

// wanted is a text to be set, nil when it is not there, null or empty: callers send back to us what we told them.
func wanted(p *parameters, name string) *string {
	if text := p.Text(name); text != "" {
		return &text
	}
	return nil
}

// metadataOf is the metadata of an identity provider, nil when there is none: null, and the empty list that the API's own
// examples show, stand for none.
func metadataOf(p *parameters) *string {
	switch value := p.values["metadata"].(type) {
	case nil:
		return nil
	case []any:
		if len(value) == 0 {
			return nil
		}
	}
	return p.Change("metadata")
}
