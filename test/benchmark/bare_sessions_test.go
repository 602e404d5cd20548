package benchmark

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/google/uuid"
	"github.com/jmoiron/sqlx"
)

// bareHosted is [bare] for the session API. It reads what a token says and believes it: what verifying a signature costs is
// the gateway's own.
type bareHosted struct {
	db        *sqlx.DB
	read      struct{ acting, asking *sqlx.Stmt }
	write     struct{ session, fact, delivery *sqlx.Stmt }
	know      hostedKnowledge
	sealed    []byte // as long as the gateway's
	committed func()
}

// hostedKnowledge is what the gateway was seen to send and to answer.
type hostedKnowledge struct {
	create, get  []statement
	created, got hostedSession
}

type hostedSession struct {
	ID                string            `json:"id"`
	AccountID         string            `json:"accountId"`
	AuthenticationURL string            `json:"authenticationUrl"`
	StatusURL         string            `json:"statusUrl"`
	Status            string            `json:"status"`
	Provider          string            `json:"provider,omitempty"`
	Callbacks         map[string]string `json:"callbackUrls,omitempty"`
	IDPData           map[string]string `json:"idpData,omitempty"`
	Transport         struct {
		Encryption string `json:"messageLevelEncryption"`
		HSM        bool   `json:"requireHsmSigning"`
	} `json:"messageTransportProperties"`
	Transaction string   `json:"transactionId,omitempty"`
	Providers   []string `json:"allowedProviders"`
	Flow        string   `json:"flow"`
	Attributes  []string `json:"requestedAttributes"`
	Reference   string   `json:"externalReference"`
	Lifetime    int      `json:"sessionLifetime"`
	ExpiresAt   string   `json:"expiresAt"`
}

// prepare keeps the gateway's own statements prepared. It fails when they are not those that the handlers below know.
func (h *bareHosted) prepare(t testing.TB) {
	t.Helper()
	k := h.know
	if len(k.create) != 6 || len(k.get) != 1 {
		t.Fatalf("the gateway sends %d and %d statements; the bare handler has to follow", len(k.create), len(k.get))
	}
	h.read.acting = keep(t, h.db, k.create[0], "SELECT c.id")
	h.write.session = keep(t, h.db, k.create[2], "INSERT INTO sessions")
	h.write.fact = keep(t, h.db, k.create[3], "INSERT INTO facts")
	h.write.delivery = keep(t, h.db, k.create[4], "INSERT INTO deliveries")
	h.read.asking = keep(t, h.db, k.get[0], "SELECT c.id")
	h.sealed = bytesOf(t, k.create[2].args[sealedOf])
}

func (h *bareHosted) app() *fiber.App {
	app := fiber.New(fiber.Config{DisableStartupMessage: true})
	app.Post(hostedSessions, h.create)
	app.Get(hostedSessions+"/:id", h.get)
	return app
}

// bearer reads who asks.
func (h *bareHosted) bearer(c *fiber.Ctx) (client string, err error) {
	parts := strings.Split(strings.TrimPrefix(c.Get("Authorization"), "Bearer "), ".")
	if len(parts) != 3 {
		return "", fiber.ErrUnauthorized
	}
	text, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		return "", fiber.ErrUnauthorized
	}
	var claims struct {
		Client  string `json:"sub"`
		Expires int64  `json:"exp"`
	}
	if err := json.Unmarshal(text, &claims); err != nil || claims.Expires <= time.Now().Unix() {
		return "", fiber.ErrUnauthorized
	}
	return claims.Client, nil
}

func (h *bareHosted) get(c *fiber.Ctx) error {
	client, err := h.bearer(c)
	if err != nil {
		return err
	}
	var asking clientRow
	var s sessionRow
	if err := h.read.asking.QueryRowx(c.Params("id"), "session", client).Scan(append(asking.fields(), s.fields()...)...); err != nil {
		return err
	}
	if asking.revoked.Valid || !s.id.Valid {
		return fiber.ErrUnauthorized
	}
	answer := h.know.got
	answer.ID, answer.Transaction = s.id.String, s.id.String
	answer.StatusURL = answer.StatusURL[:strings.LastIndexByte(answer.StatusURL, '/')+1] + answer.ID
	answer.ExpiresAt = time.UnixMicro(s.expires).UTC().Format("2006-01-02T15:04:05.0000000+00:00")
	return c.JSON(answer)
}

func (h *bareHosted) create(c *fiber.Ctx) error {
	client, err := h.bearer(c)
	if err != nil {
		return err
	}
	var body struct {
		Flow       string            `json:"flow"`
		Providers  []string          `json:"allowedProviders"`
		Reference  string            `json:"externalReference"`
		Attributes []string          `json:"requestedAttributes"`
		Callbacks  map[string]string `json:"callbackUrls"`
	}
	if err := json.Unmarshal(c.Body(), &body); err != nil || body.Flow != "redirect" {
		return fiber.ErrBadRequest
	}
	var acting clientRow
	var o organizationRow
	if err := h.read.acting.QueryRowx("session", client).Scan(append(acting.fields(), o.fields()...)...); err != nil {
		return err
	}
	if acting.revoked.Valid {
		return fiber.ErrUnauthorized
	}

	session, fact := h.know.create[2].args, h.know.create[3].args
	id, now := uuid.Must(uuid.NewV7()).String(), time.Now()
	expires := now.Add(time.Duration(h.know.created.Lifetime) * time.Second)
	name := (rand.Text() + rand.Text())[:43]
	ticket, nonce, reference := sha256.Sum256([]byte(name)), sha256.Sum256([]byte(rand.Text())), sha256.Sum256([]byte(body.Reference))
	tx, err := h.db.Beginx()
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }()
	if _, err := tx.Stmtx(h.write.session).Exec(id, acting.organization, acting.environment, "opened", 0, now.UnixMicro(), expires.UnixMicro(), nil,
		nil, "", nil, nil, 1, ticket[:], nonce[:], reference[:], string(session[referenceKeyOf]), h.sealed, string(session[sealedKeyOf])); err != nil {
		return err
	}
	var position int64
	row := tx.Stmtx(h.write.fact).QueryRowx(
		acting.organization, acting.environment, "session.opened", "session/"+id, 1, now.UnixMicro(), "client/"+acting.id, string(fact[7]))
	if err := row.Scan(&position); err != nil {
		return err
	}
	if _, err := tx.Stmtx(h.write.delivery).Exec("broker", position, now.UnixMicro()); err != nil {
		return err
	}
	if err := tx.Commit(); err != nil {
		return err
	}
	h.committed()
	answer := h.know.created
	answer.ID, answer.Flow, answer.Providers, answer.Attributes, answer.Reference = id, body.Flow, body.Providers, body.Attributes, body.Reference
	answer.StatusURL = answer.StatusURL[:strings.LastIndexByte(answer.StatusURL, '/')+1] + id
	answer.AuthenticationURL = answer.AuthenticationURL[:strings.LastIndexByte(answer.AuthenticationURL, '/')+1] + name
	answer.ExpiresAt = expires.UTC().Format("2006-01-02T15:04:05.0000000+00:00")
	for kind, address := range body.Callbacks {
		body.Callbacks[kind] = address + "?sessionId=" + id + "&externalReference=" + body.Reference
	}
	answer.Callbacks = body.Callbacks
	return c.JSON(answer)
}
