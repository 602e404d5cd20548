package pages

import (
	"strings"

	"github.com/gofiber/fiber/v2"

	"github.com/eidgate/eidgate/adapters/httpapi"
	"github.com/eidgate/eidgate/ports/inbound"
)

// authorizeView is where somebody plays the person behind one login.
type authorizeView struct {
	Order   order
	People  []person
	Reasons []string
}

// authorize is the browser leg of a redirect flow. Opening it makes the order; once the person has spoken, the
// same browser is sent back.
func (s *Surface) authorize(c *fiber.Ctx) error {
	v := inbound.SimulatedVisit{Params: map[string]string{}, Browser: s.browser(c)}
	for name, value := range c.Queries() {
		v.Params[name] = value
	}
	v.ClientID, v.Request, v.State = v.Params["client_id"], v.Params["request"], v.Params["state"]
	answer, err := s.config.Simulator.Visit(c.UserContext(), v)
	if err != nil {
		return err
	}
	if answer.Redirect != "" {
		c.Set(fiber.HeaderLocation, answer.Redirect)
		c.Status(fiber.StatusFound)
		return nil
	}
	waiting, people := shown(answer.Order), s.persons(answer.People)
	if wants(c) == inJSON {
		httpapi.WriteJSON(c, fiber.StatusOK, struct {
			Order  order    `json:"order"`
			People []person `json:"people"`
		}{waiting, people})
		return nil
	}
	return s.page(c, fiber.StatusOK, "authorize", authorizeView{Order: waiting, People: people, Reasons: s.config.Simulator.Reasons()})
}

// plainView is what came back from a plain login.
type plainView struct {
	Code        string `json:"code,omitempty"`
	Error       string `json:"error,omitempty"`
	Description string `json:"error_description,omitempty"`
	State       string `json:"state,omitempty"`
	Session     string `json:"sessionId,omitempty"` // of a hosted session, whose caller sends people here
	PublicURL   string `json:"-"`
}

// plain is the redirect address of the plain client: it shows the code, for the caller to take along.
func (s *Surface) plain(c *fiber.Ctx) error {
	v := plainView{
		Code: opaque(c.Query("code")), Error: c.Query("error"), Description: c.Query("error_description"), State: c.Query("state"),
		Session: opaque(c.Query("sessionId")), PublicURL: s.config.PublicURL,
	}
	if wants(c) == inJSON {
		httpapi.WriteJSON(c, fiber.StatusOK, v)
		return nil
	}
	return s.page(c, fiber.StatusOK, "plain", v)
}

// opaque is a code of the simulator's, or "" for what was never one: the page puts it into a command line, to be
// copied into a shell.
func opaque(code string) string {
	if strings.Trim(code, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.") != "" {
		return ""
	}
	return code
}
