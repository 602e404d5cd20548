// Package ops is the surface for those who run the gateway: is it alive, may it get requests, what are its
// figures. It belongs on a listener of its own, never on the public one.
package ops

import (
	"context"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/eidgate/eidgate/adapters/httpapi"
	"github.com/eidgate/eidgate/domain/fault"
)

// Config is what the surface shows.
type Config struct {
	// Checks must all pass for the gateway to be ready. What they fail with is shown by code only.
	Checks []Check
	// Keys are the identifiers of the keys that this process knows.
	Keys func() []string
	// Metrics answers /metrics.
	Metrics fiber.Handler
	// Everything says that no other surface on this listener answers for paths that do not exist.
	Everything bool
}

// Check is one thing that the gateway cannot do without.
type Check struct {
	Name string
	Run  func(ctx context.Context) error
}

// Surface is the ops surface.
type Surface struct {
	config   Config
	draining atomic.Bool
}

var _ httpapi.Surface = (*Surface)(nil)

// New makes the surface.
func New(config Config) *Surface { return &Surface{config: config} }

// Drain makes the gateway say that it is not ready any more, for good.
func (s *Surface) Drain() { s.draining.Store(true) }

// Name is "ops".
func (*Surface) Name() string { return "ops" }

// Owns lists the paths whose answers are in this surface's words.
func (s *Surface) Owns() []string {
	if s.config.Everything {
		return []string{"/"}
	}
	return []string{"/livez", "/readyz", "/metrics"}
}

// Routes is the table of the surface.
func (s *Surface) Routes() []httpapi.Route {
	return []httpapi.Route{
		{Method: http.MethodGet, Pattern: "/livez", Handler: s.live},
		{Method: http.MethodHead, Pattern: "/livez", Handler: s.live}, // some load balancers ask so
		{Method: http.MethodHead, Pattern: "/readyz", Handler: s.ready, Deadline: checkTime + time.Second},
		{Method: http.MethodGet, Pattern: "/readyz", Handler: s.ready, Deadline: checkTime + time.Second},
		{Method: http.MethodGet, Pattern: "/metrics", Handler: s.config.Metrics},
	}
}

// checkTime bounds all checks together: whoever asks wants to know soon.
const checkTime = 2 * time.Second

type health struct {
	Status string            `json:"status"`
	Checks map[string]string `json:"checks,omitempty"`
	Keys   []string          `json:"keys,omitempty"`
}

// live says that the process runs. It depends on nothing else, so that nobody restarts a healthy process because
// its database is away.
func (*Surface) live(c *fiber.Ctx) error {
	httpapi.WriteJSON(c, http.StatusOK, health{Status: "alive"})
	return nil
}

func (s *Surface) ready(c *fiber.Ctx) error {
	ctx, cancel := context.WithTimeout(c.UserContext(), checkTime)
	defer cancel()
	answer, status := health{Status: "ready", Checks: map[string]string{}}, http.StatusOK
	for _, check := range s.config.Checks {
		answer.Checks[check.Name] = "ok"
		if err := check.Run(ctx); err != nil {
			answer.Checks[check.Name] = fault.Of(err).Code()
			answer.Status, status = "not_ready", http.StatusServiceUnavailable
		}
	}
	if s.draining.Load() {
		answer.Status, status = "draining", http.StatusServiceUnavailable
	}
	if s.config.Keys != nil {
		answer.Keys = s.config.Keys()
	}
	httpapi.WriteJSON(c, status, answer)
	return nil
}

type refusal struct {
	Error struct {
		Code    string `json:"code"`
		Message string `json:"message"`
	} `json:"error"`
}

// Refuse words a failure.
func (*Surface) Refuse(c *fiber.Ctx, err error) {
	f := fault.Of(err)
	var body refusal
	body.Error.Code, body.Error.Message = f.Code(), f.Text()
	httpapi.Refused(c, f.Code())
	httpapi.WriteJSON(c, httpapi.Status(f), body)
}
