package eidapi_test

import (
	"encoding/base64"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/gofiber/fiber/v2"

	"github.com/eidgate/eidgate/adapters/httpapi"
	"github.com/eidgate/eidgate/adapters/httpapi/eidapi"
	"github.com/eidgate/eidgate/adapters/system"
	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/inbound"
	"github.com/eidgate/eidgate/test/surface"
)

// benchServer is the surface on the server, where nobody has to wait.
func benchServer(b *testing.B, h *house) *httpapi.Server {
	l := generous{}
	api := eidapi.New(eidapi.Config{ClientRate: 1 << 40}, eidapi.Deps{Clients: h, Sessions: h, Documents: h, Cards: h, Clock: fixed{}, Limiter: l, Attempts: l, Pacer: l})
	server, err := httpapi.New(httpapi.Config{}, []httpapi.Surface{api}, httpapi.Deps{Clock: system.Clock{}, IDs: fixed{}})
	if err != nil {
		b.Fatal(err)
	}
	return server
}

// BenchmarkPoll is what the server and the surface add to a poll, beside a bare handler that looks the same session up
// and says the same. Storage is left out of both.
func BenchmarkPoll(b *testing.B) {
	request := "GET " + seAuth + "/" + firstID + " HTTP/1.1\r\nHost: id.example\r\nUser-Agent: bench\r\nAccept: */*\r\nAuthorization: " + credential("full") + "\r\n\r\n"
	h := newHouse(b)
	h.one = true
	started(b, h)
	b.Run("house", func(b *testing.B) { surface.Exchange(b, benchServer(b, h).Handler(), request, http.StatusOK) })
	b.Run("bare", func(b *testing.B) {
		app := fiber.New(fiber.Config{Immutable: true})
		app.Get("/v3/bankid-se/auth/:id", func(c *fiber.Ctx) error {
			session, err := h.Ask(c.UserContext(), bareCredentials(c), inbound.SessionQuery{ID: c.Params("id")})
			if err != nil {
				return fiber.ErrNotFound
			}
			return c.JSON(bareAnswer(session))
		})
		surface.Exchange(b, app.Handler(), request, http.StatusOK)
	})
}

// BenchmarkStart is the same for a start.
func BenchmarkStart(b *testing.B) {
	body := `{"ssn":"199908072391","intent":"Log in","ipAddress":"203.0.113.7","refId":"12398698"}`
	request := "POST " + seAuth + " HTTP/1.1\r\nHost: id.example\r\nUser-Agent: bench\r\nAccept: */*\r\nContent-Type: application/json\r\nContent-Length: " +
		strconv.Itoa(len(body)) + "\r\nAuthorization: " + credential("full") + "\r\n\r\n" + body
	b.Run("house", func(b *testing.B) {
		h := newHouse(b)
		h.one = true
		surface.Exchange(b, benchServer(b, h).Handler(), request, http.StatusCreated)
	})
	b.Run("bare", func(b *testing.B) {
		h := newHouse(b)
		h.one = true
		app := fiber.New(fiber.Config{Immutable: true})
		app.Post("/v3/bankid-se/auth", func(c *fiber.Ctx) error {
			acting, err := h.Authenticate(c.UserContext(), bareCredentials(c))
			var asked struct{ SSN, Intent, IPAddress, RefID string }
			if err != nil || c.BodyParser(&asked) != nil {
				return fiber.ErrBadRequest
			}
			session, err := h.Start(c.UserContext(), inbound.SessionStart{Acting: acting, Order: eid.Order{
				Scope: acting.Client.Scope, Surface: "eid", EID: eid.SEBankID, Operation: eid.Authenticate, Channel: eid.App, Text: asked.Intent, Correlation: asked.RefID,
			}})
			if err != nil {
				return fiber.ErrBadRequest
			}
			return c.Status(http.StatusCreated).JSON(bareAnswer(session))
		})
		surface.Exchange(b, app.Handler(), request, http.StatusCreated)
	})
}

func started(b *testing.B, h *house) {
	scope := h.clients["full"].Client.Scope
	if _, err := h.Start(b.Context(), inbound.SessionStart{Order: eid.Order{Scope: scope, Surface: "eid", EID: eid.SEBankID, Operation: eid.Authenticate, Channel: eid.App, Correlation: "12398698"}}); err != nil {
		b.Fatal(err)
	}
}

func bareCredentials(c *fiber.Ctx) inbound.Credentials {
	encoded, _ := strings.CutPrefix(c.Get("Authorization"), "Basic ")
	pair, _ := base64.StdEncoding.DecodeString(encoded)
	identifier, secret, _ := strings.Cut(string(pair), ":")
	return inbound.Credentials{Kind: organization.KindEID, Identifier: identifier, Secret: secret}
}

func bareAnswer(s inbound.Session) any {
	return struct {
		ID     string `json:"id"`
		RefID  string `json:"refId"`
		Status string `json:"status"`
		Token  string `json:"autoStartToken"`
		Hint   string `json:"hintCode"`
	}{s.ID, s.Order.Correlation, "PENDING", s.Challenge.AppToken, string(s.Hint)}
}
