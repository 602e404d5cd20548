package benchmark

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/google/uuid"
	"github.com/jmoiron/sqlx"
)

// bareOperations is [bare] for a start and a poll of the eID operations API.
type bareOperations struct {
	db        *sqlx.DB
	read      struct{ acting, asking *sqlx.Stmt }
	write     struct{ session, facts, deliveries *sqlx.Stmt }
	know      operationsKnowledge
	sealed    []byte // as long as the gateway's
	committed func()
}

// operationsKnowledge is what the gateway was seen to send and to answer.
type operationsKnowledge struct {
	start, poll []statement
	started     startedOperation
	polled      polledOperation
}

type startedOperation struct {
	ID             string  `json:"id"`
	RefID          string  `json:"refId"`
	Status         string  `json:"status"`
	AutoStartToken string  `json:"autoStartToken"`
	QRStartToken   string  `json:"qrStartToken"`
	QRStartSecret  string  `json:"qrStartSecret"`
	HintCode       *string `json:"hintCode"`
}

type polledOperation struct {
	ID       string `json:"id"`
	RefID    string `json:"refId"`
	Status   string `json:"status"`
	HintCode string `json:"hintCode"`
}

// operation is the body of a start. It names nobody: whoever scans the code may approve.
var operation = map[string]string{"intent": "Log in", "ipAddress": "203.0.113.7", "refId": "order-2026-000123"}

// prepare keeps the gateway's own statements prepared. It fails when they are not those that the handlers below know.
func (h *bareOperations) prepare(t testing.TB) {
	t.Helper()
	k := h.know
	if len(k.start) != 6 || len(k.poll) != 1 {
		t.Fatalf("the gateway sends %d and %d statements; the bare handler has to follow", len(k.start), len(k.poll))
	}
	h.read.acting = keep(t, h.db, k.start[0], "SELECT c.id")
	h.write.session = keep(t, h.db, k.start[2], "INSERT INTO sessions")
	h.write.facts = keep(t, h.db, k.start[3], "INSERT INTO facts")
	h.write.deliveries = keep(t, h.db, k.start[4], "INSERT INTO deliveries")
	h.read.asking = keep(t, h.db, k.poll[0], "SELECT c.id")
	h.sealed = bytesOf(t, k.start[2].args[sealedOf])
}

func (h *bareOperations) app() *fiber.App {
	app := fiber.New(fiber.Config{DisableStartupMessage: true})
	app.Post("/v3/bankid-se/auth", h.start)
	app.Get("/v3/bankid-se/auth/:id", h.poll)
	return app
}

// credentials are those of HTTP Basic.
func credentials(c *fiber.Ctx) (identifier, secret string) {
	pair, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(c.Get("Authorization"), "Basic "))
	if err != nil {
		return "", ""
	}
	identifier, secret, _ = strings.Cut(string(pair), ":")
	return identifier, secret
}

func (r *clientRow) admits(secret string) bool {
	hash := sha256.Sum256([]byte(secret))
	return subtle.ConstantTimeCompare(hash[:], r.secret) == 1
}

func (h *bareOperations) poll(c *fiber.Ctx) error {
	identifier, secret := credentials(c)
	id := c.Params("id")
	var asking clientRow
	var s sessionRow
	if err := h.read.asking.QueryRowx(id, "eid", identifier).Scan(append(asking.fields(), s.fields()...)...); err != nil {
		return err
	}
	if !asking.admits(secret) || !s.id.Valid {
		return fiber.ErrUnauthorized
	}
	answer := h.know.polled
	answer.ID = s.id.String
	return c.JSON(answer)
}

func (h *bareOperations) start(c *fiber.Ctx) error {
	var body struct {
		Intent    string `json:"intent"`
		IPAddress string `json:"ipAddress"`
		RefID     string `json:"refId"`
	}
	if err := json.Unmarshal(c.Body(), &body); err != nil || body.IPAddress == "" {
		return fiber.ErrBadRequest
	}
	identifier, secret := credentials(c)
	var acting clientRow
	var o organizationRow
	if err := h.read.acting.QueryRowx("eid", identifier).Scan(append(acting.fields(), o.fields()...)...); err != nil {
		return err
	}
	if !acting.admits(secret) {
		return fiber.ErrUnauthorized
	}

	session, facts := h.know.start[2].args, h.know.start[3].args
	id, now := uuid.Must(uuid.NewV7()).String(), time.Now().UnixMicro()
	ticket, nonce, reference := sha256.Sum256([]byte(rand.Text())), sha256.Sum256([]byte(rand.Text())), sha256.Sum256([]byte(body.RefID))
	tx, err := h.db.Beginx()
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }()
	due := now + time.Second.Microseconds()
	if _, err := tx.Stmtx(h.write.session).Exec(id, acting.organization, acting.environment, "pending", 0, now, now+300_000_000, nil, due, "", nil, due, 2,
		ticket[:], nonce[:], reference[:], string(session[referenceKeyOf]), h.sealed, string(session[sealedKeyOf])); err != nil {
		return err
	}
	rows, err := tx.Stmtx(h.write.facts).Queryx(
		acting.organization, acting.environment, "session.opened", "session/"+id, 1, now, "client/"+acting.id, string(facts[7]),
		acting.organization, acting.environment, "session.pending", "session/"+id, 2, now, "client/"+acting.id, string(facts[15]))
	if err != nil {
		return err
	}
	positions, err := readPositions(rows)
	if err != nil {
		return err
	}
	if _, err := tx.Stmtx(h.write.deliveries).Exec("broker", positions[0], now, "broker", positions[1], now); err != nil {
		return err
	}
	if err := tx.Commit(); err != nil {
		return err
	}
	h.committed()
	answer := h.know.started
	answer.ID = id
	return c.Status(http.StatusCreated).JSON(answer)
}

// readPositions reads where two facts were written.
func readPositions(rows *sqlx.Rows) (positions []int64, err error) {
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var p int64
		if err := rows.Scan(&p); err != nil {
			return nil, err
		}
		positions = append(positions, p)
	}
	if err := rows.Err(); err != nil || len(positions) != 2 {
		return nil, errors.Join(fiber.ErrConflict, err)
	}
	return positions, nil
}
