package accountapi_test

import (
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/eidgate/eidgate/adapters/httpapi"
	"github.com/eidgate/eidgate/adapters/httpapi/accountapi"
	"github.com/eidgate/eidgate/domain/account"
	"github.com/eidgate/eidgate/ports/outbound"
	"github.com/eidgate/eidgate/test/surface"
)

// BenchmarkGetAccount is what the server and the surface add to a request, beside a bare handler that looks the
// same account up and says the same. Storage is left out of both.
func BenchmarkGetAccount(b *testing.B) {
	h := newHouse(b)
	request := "GET /api/v1/account HTTP/1.1\r\nHost: id.example\r\nUser-Agent: bench\r\nAccept: */*\r\nAuthorization: Bearer " + appToken + "\r\n\r\n"
	b.Run("house", func(b *testing.B) {
		counts := newWindow()
		api := accountapi.New(accountapi.Config{ClientRate: 1 << 40}, accountapi.Deps{Accounts: h, SignIns: h, Verifications: h, Limiter: counts, Attempts: counts, Pacer: counts})
		log := slog.New(slog.NewTextHandler(nowhere{}, nil))
		observe := func(string, string, string, int, string, time.Duration) {}
		server, err := httpapi.New(httpapi.Config{}, []httpapi.Surface{api}, httpapi.Deps{Clock: fixed{}, IDs: fixed{}, Log: log, Observe: observe})
		if err != nil {
			b.Fatal(err)
		}
		surface.Exchange(b, server.Handler(), request, http.StatusOK)
	})
	b.Run("bare", func(b *testing.B) {
		app := fiber.New(fiber.Config{Immutable: true})
		app.Get("/api/v1/account", func(c *fiber.Ctx) error {
			token, _ := strings.CutPrefix(c.Get("Authorization"), "Bearer ")
			bearer, err := h.Authenticate(c.UserContext(), token)
			if err != nil {
				return fiber.ErrUnauthorized
			}
			return c.JSON(fiber.Map{"data": bareAccount(bearer.Account.Snapshot())})
		})
		surface.Exchange(b, app.Handler(), request, http.StatusOK)
	})
}

// nowhere is where log lines go once they have been formatted.
type nowhere struct{}

func (nowhere) Write(b []byte) (int, error) { return len(b), nil }

func bareAccount(a account.Snapshot) any {
	return struct {
		ID        int64           `json:"id"`
		SSN       string          `json:"ssn"`
		Profile   account.Profile `json:"profile"`
		CreatedAt time.Time       `json:"created_at"`
		UpdatedAt time.Time       `json:"updated_at"`
	}{a.ID, a.Number.Reveal(), a.Profile, a.CreatedAt, a.UpdatedAt}
}

var _ outbound.Limiter = (*surface.Window)(nil)
