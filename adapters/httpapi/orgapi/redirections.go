package orgapi

import "net/http"

func (s *Surface) getRedirection(r *request) (int, any, error) {
	d, err := s.Connections.DefaultRedirection(r.ctx(), r.m, r.path("idp_id"))
	if err != nil {
		return 0, nil, err
	}
	return http.StatusOK, wordRedirection(r.m, d), nil
}

// createRedirection makes another redirection, and the default of it. Whose the application is, its identifier says:
// organization_id is not read.
func (s *Surface) createRedirection(r *request) (int, any, error) {
	p := r.params
	application, uri := p.Required("application_id"), p.Text("uri")
	if err := p.Err(); err != nil {
		return 0, nil, err
	}
	d, err := s.Connections.Redirect(r.ctx(), r.m, r.path("idp_id"), application, uri)
	if err != nil {
		return 0, nil, inParameter(err)
	}
	return http.StatusCreated, wordRedirection(r.m, d), nil
}
