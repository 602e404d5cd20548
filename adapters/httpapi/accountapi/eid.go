package accountapi

import (
	"net/http"
	"strings"

	"github.com/gofiber/fiber/v2"

	"github.com/eidgate/eidgate/adapters/httpapi"
	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/ports/inbound"
)

// startLogin starts an eID login and says where to send the person. Without an app token the organization is found
// by the name under which we were called, where the deployment allows it.
func (s *Surface) startLogin(c *fiber.Ctx) error {
	body, err := httpapi.ReadBody(c)
	if err != nil {
		return err
	}
	b := callerOf(c).bearer
	start := inbound.VerificationStart{
		Scope: b.Token.Scope, AccountID: b.Token.Account, Host: httpapi.Host(c),
		RedirectURI: body.Required("redirect_uri"), Context: readMethod(body), State: readState(body),
	}
	correlate(c, start.State)
	if err := body.Err(); err != nil {
		return err
	}
	started, err := s.verifications.Start(c.UserContext(), start)
	if err != nil {
		return err
	}
	correlate(c, started.Correlation)
	simulated(c, started.Simulated)
	httpapi.WriteJSON(c, http.StatusOK, startedBody{
		URL: started.Challenge.URL, Action: started.Challenge.Action, Method: http.MethodGet, Params: started.Challenge.Params,
		ACRValues: string(started.Context), CorrID: started.Correlation,
	})
	return nil
}

// completeLogin redeems the code of a login and puts the number on the token's account.
func (s *Surface) completeLogin(c *fiber.Ctx) error {
	body, err := httpapi.ReadBody(c)
	if err != nil {
		return err
	}
	b := callerOf(c).bearer
	code := inbound.VerificationCode{
		Scope: b.Token.Scope, AccountID: b.Token.Account, Code: readCode(body),
		RedirectURI: body.Required("redirect_uri"), Context: readMethod(body), State: readState(body),
	}
	correlate(c, code.State)
	if err := body.Err(); err != nil {
		return err
	}
	done, err := s.verifications.Complete(c.UserContext(), code)
	simulated(c, done.Simulated)
	if err != nil {
		return err
	}
	correlate(c, done.Correlation)
	httpapi.WriteJSON(c, http.StatusOK, completedBody{SSN: done.Number.Reveal(), CorrID: done.Correlation})
	return nil
}

// completePlain redeems the code of a login that the caller began on its own.
func (s *Surface) completePlain(c *fiber.Ctx) error {
	body, err := httpapi.ReadBody(c)
	if err != nil {
		return err
	}
	code := readCode(body)
	if err := body.Err(); err != nil {
		return err
	}
	b := callerOf(c).bearer
	done, err := s.verifications.CompletePlain(c.UserContext(), b.Token.Scope, b.Token.Account, code)
	if err != nil {
		return err
	}
	correlate(c, done.Correlation)
	simulated(c, done.Simulated)
	httpapi.WriteJSON(c, http.StatusOK, plainBody{SSN: done.Number.Reveal()})
	return nil
}

// correlate repeats the caller's reference in a header. One that came by another door may be any text; then the body
// alone has it.
func correlate(c *fiber.Ctx, correlation string) {
	if correlation != "" && len(correlation) <= mostState && printable(correlation) {
		c.Set("X-Correlation-Id", correlation)
	}
}

func simulated(c *fiber.Ctx, yes bool) {
	if yes {
		c.Set("X-Eidgate-Simulated", "true")
	}
}

// readCode reads an authorization code, which is opaque but printable (RFC 6749 appendix A.11).
func readCode(body *httpapi.Body) string {
	code := body.Required("code")
	if len(code) > 4096 || !printable(code) {
		body.Blame("code", "code_malformed", "The code must be printable and at most 4,096 characters.")
		return ""
	}
	return code
}

const mostState = 255

// readState reads the caller's own reference, or gives "" for none. It is also sent in a header, hence the rule.
func readState(body *httpapi.Body) string {
	state := body.Text("state")
	if len(state) > mostState || !printable(state) || strings.TrimSpace(state) != state {
		body.Blame("state", "state_malformed", "The state must be printable ASCII and at most 255 characters.")
		return ""
	}
	return state
}

func printable(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}

// aliases are the short words for ways of using an eID.
var aliases = map[string]eid.Context{
	"se.bankid.same":       "urn:grn:authn:se:bankid:same-device",
	"se.bankid.qr":         "urn:grn:authn:se:bankid:another-device:qr",
	"fi.all":               "urn:grn:authn:fi:all",
	"fi.bank-id":           "urn:grn:authn:fi:bank-id",
	"fi.mobile-id":         "urn:grn:authn:fi:mobile-id",
	"dk.mitid.low":         "urn:grn:authn:dk:mitid:low",
	"dk.mitid.substantial": "urn:grn:authn:dk:mitid:substantial",
	"dk.mitid.high":        "urn:grn:authn:dk:mitid:high",
	"dk.mitid.business":    "urn:grn:authn:dk:mitid:business",
}

// readMethod reads a short word or a full URN, or gives "" for none.
func readMethod(body *httpapi.Body) eid.Context {
	method := body.Text("method")
	if method == "" {
		return ""
	}
	if context, known := aliases[method]; known {
		return context
	}
	if context := eid.Context(method); context.Valid() {
		return context
	}
	body.Blame("method", "method_unknown", "The selected method is invalid.")
	return ""
}

// The wire.

type startedBody struct {
	URL       string     `json:"url"`
	Action    string     `json:"action"`
	Method    string     `json:"method"`
	Params    parameters `json:"params"`
	ACRValues string     `json:"acr_values"`
	CorrID    string     `json:"corr_id"`
}

type completedBody struct {
	SSN    string `json:"ssn"`
	CorrID string `json:"corr_id"`
}

type plainBody struct {
	SSN string `json:"ssn"`
}
