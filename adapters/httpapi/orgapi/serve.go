package orgapi

import (
	"cmp"
	"context"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/eidgate/eidgate/adapters/httpapi"
	"github.com/eidgate/eidgate/domain/fault"
	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/outbound"
)

// request is what a row is told: who asks, about which organization, and with what.
type request struct {
	c      *fiber.Ctx
	m      organization.Managing // zero where no credential is asked for
	params *parameters           // body before query; GET has a query alone
	query  *parameters           // the query alone
}

func (r *request) ctx() context.Context { return r.c.UserContext() }

// path is a parameter of the path. It comes before a parameter of the same name that is sent elsewhere.
func (r *request) path(name string) string { return httpapi.Param(r.c, name) }

// serve is the chain of a row: who asks, may they, not too often, in their own environment, and with parameters that can
// be read. Nothing that a request holds is judged before it is known who sent it.
func (s *Surface) serve(w row) fiber.Handler {
	return func(c *fiber.Ctx) error {
		r := &request{c: c}
		read := func() error { return r.read(w.reads()) }
		if w.target == nobody {
			if err := read(); err != nil {
				return err
			}
		} else if err := s.admit(w, r, read); err != nil {
			return err
		}
		status, body, err := w.run(s, r)
		if err != nil {
			return err
		}
		httpapi.WriteJSON(c, status, body)
		return nil
	}
}

// admit finds out who asks, and what the row is about.
func (s *Surface) admit(w row, r *request, read func() error) error {
	token, err := bearerToken(r.c.Get(fiber.HeaderAuthorization))
	if err != nil {
		return err
	}
	var unread error
	t := organization.Target{}
	switch w.target {
	case domainInPath:
		t.Domain = r.path("org_domain")
	case connectionInPath:
		t.Connection = r.path("idp_id")
	case organizationInBody:
		if unread = read(); unread == nil {
			t.ID = r.params.Text("organization_id")
		}
	case nobody, root, forgottenInPath:
	}
	switch {
	case w.target == forgottenInPath:
		r.m, err = s.Management.Forgotten(r.ctx(), token, w.scope, r.path("org_domain"))
	case t.IsZero(): // what needs an organization in its body asks for it by itself
		r.m, err = s.Management.Root(r.ctx(), token, w.scope)
	default:
		r.m, err = s.Management.Admit(r.ctx(), token, w.scope, t)
	}
	if late := s.pace(r, token, err); late != nil {
		return late
	}
	switch {
	case err != nil && w.target == organizationInBody && fault.Of(err).Kind() == fault.NotFound:
		return httpapi.ErrFields.With(fault.Violation{Field: "organization_id", Code: fault.Of(err).Code(), Text: fault.Of(err).Text()})
	case err != nil:
		return err
	case w.target != organizationInBody:
		unread = read()
	}
	if unread != nil {
		return unread
	}
	return r.sameEnvironment()
}

// bearerToken reads the credential of RFC 6750; the scheme's name counts in any case.
func bearerToken(credential string) (string, error) {
	scheme, token, _ := strings.Cut(credential, " ")
	if token = strings.TrimSpace(token); !strings.EqualFold(scheme, "bearer") || token == "" || strings.ContainsAny(token, " ,\t") {
		return "", organization.ErrManagementToken
	}
	return token, nil
}

// pace holds clients to their pace, those that ask for what is not theirs, too. Whoever has no good token is nobody, and
// costs nothing but looking at it.
func (s *Surface) pace(r *request, token string, refused error) error {
	if s.config.ClientRate <= 0 {
		return nil
	}
	if refused != nil {
		if kind := fault.Of(refused).Kind(); kind != fault.Forbidden && kind != fault.NotFound {
			return nil
		}
	}
	pace := outbound.Pace{PerSecond: s.config.ClientRate, Burst: 2 * s.config.ClientRate}
	if a := s.Pacer.Pass(r.ctx(), "client|"+Name+"|"+cmp.Or(r.m.Client.ID, token), pace); !a.Allowed {
		return httpapi.ErrThrottled.RetryIn(max(a.RetryAfter, time.Second))
	}
	return nil
}

// sameEnvironment refuses a request that names the environment in which its client does not work.
func (r *request) sameEnvironment() error {
	asked := strings.ToLower(r.query.Text("environment"))
	if err := r.query.Err(); err != nil {
		return err
	}
	if asked == "" || asked == string(r.m.Client.Scope.Environment) || asked == databaseOf(r.m.Client.Scope.Environment) {
		return nil
	}
	return organization.ErrWrongEnv
}
