package orgapi

import (
	"net/http"

	"github.com/eidgate/eidgate/domain/organization"
)

// createOnboarding has an administrator set the connection up. A provider that is chosen beforehand may still be changed.
func (s *Surface) createOnboarding(r *request) (int, any, error) {
	p := r.params
	email, provider := administrator(p), chosenOf(p.Text("provider_type"))
	if err := p.Err(); err != nil {
		return 0, nil, err
	}
	c, err := s.Connections.AddOnboarding(r.ctx(), r.m, r.path("idp_id"), email, provider)
	return showOnboarding(r, http.StatusCreated, c, err)
}

func (s *Surface) updateOnboarding(r *request) (int, any, error) {
	p := r.params
	var email *string
	for _, name := range administratorNames {
		if email == nil {
			email = p.Change(name)
		}
	}
	var provider *organization.ProviderType
	if word := p.Change("provider_type"); word != nil {
		chosen := chosenOf(*word)
		provider = &chosen
	}
	if err := p.Err(); err != nil {
		return 0, nil, err
	}
	c, err := s.Connections.UpdateOnboarding(r.ctx(), r.m, r.path("idp_id"), email, provider)
	return showOnboarding(r, http.StatusOK, c, err)
}

func (s *Surface) resetOnboarding(r *request) (int, any, error) {
	c, err := s.Connections.ResetOnboarding(r.ctx(), r.m, r.path("idp_id"))
	return showOnboarding(r, http.StatusOK, c, err)
}

func (s *Surface) inviteAdministrator(r *request) (int, any, error) {
	c, err := s.Connections.InviteAdministrator(r.ctx(), r.m, r.path("idp_id"))
	return showOnboarding(r, http.StatusCreated, c, err)
}

func showOnboarding(r *request, status int, c organization.Connection, err error) (int, any, error) {
	if err == nil && c.Onboarding == nil {
		err = organization.ErrNoOnboarding // somebody deleted it in between
	}
	if err != nil {
		return 0, nil, err
	}
	return status, wordOnboarding(r.m, *c.Onboarding), nil
}
