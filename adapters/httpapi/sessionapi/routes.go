package sessionapi

import (
	"net/http"

	"github.com/eidgate/eidgate/adapters/httpapi"
)

const (
	sessionsPath = "/auth/rest/sessions"
	// mostBody is what a request with everything at its longest needs, each character an escape.
	mostBody = 256 << 10
)

// Routes is the surface's table.
func (s *Surface) Routes() []httpapi.Route {
	return append(s.openRoutes(), []httpapi.Route{
		{Method: http.MethodPost, Pattern: sessionsPath, Handler: s.create, BodyLimit: mostBody},
		{Method: http.MethodGet, Pattern: sessionsPath + "/:id", Handler: s.get, BodyLimit: mostBody},
		{Method: http.MethodPost, Pattern: sessionsPath + "/:id/cancel", Handler: s.cancel, BodyLimit: mostBody},
	}...)
}
