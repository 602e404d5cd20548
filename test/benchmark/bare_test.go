package benchmark

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/google/uuid"
	"github.com/jmoiron/sqlx"
)

// bare is what somebody would write who had to answer the same three requests from the same tables, fast, and
// nothing else: no sealing, no limits, no log, no deadlines. What the gateway would unseal it knows by heart.
type bare struct {
	reading, writing *sqlx.DB
	read             struct{ bearer, client, byEmail, account, organization, clients *sqlx.Stmt }
	write            struct{ token, session, fact, facts, delivery, deliveries *sqlx.Stmt }
	know             knowledge
	key              string // of the fingerprint under which the one account is found
	fingerprint      []byte
	sealed           []byte       // as long as the gateway's
	last             atomic.Int64 // identifier of a token
	committed        func()
}

// knowledge is what the gateway was seen to send and to answer.
type knowledge struct {
	signIn, show, start []statement // what each request runs, in order
	started             answerToStart
}

type answerToStart struct {
	URL       string            `json:"url"`
	Action    string            `json:"action"`
	Method    string            `json:"method"`
	Params    map[string]string `json:"params"`
	ACRValues string            `json:"acr_values"`
	CorrID    string            `json:"corr_id"`
}

// prepare keeps the gateway's own statements prepared. It fails when they are not those that the handlers below know.
func (h *bare) prepare(t testing.TB) {
	t.Helper()
	k := h.know
	if len(k.signIn) != 7 || len(k.show) != 1 || len(k.start) != 9 {
		t.Fatalf("the gateway sends %d, %d and %d statements; the bare handler has to follow", len(k.signIn), len(k.show), len(k.start))
	}
	h.read.client = keep(t, h.reading, k.signIn[0], "SELECT c.id")
	h.read.byEmail = keep(t, h.reading, k.signIn[1], "SELECT a.id")
	h.write.token = keep(t, h.writing, k.signIn[3], "INSERT INTO access_tokens")
	h.write.fact = keep(t, h.writing, k.signIn[4], "INSERT INTO facts")
	h.write.delivery = keep(t, h.writing, k.signIn[5], "INSERT INTO deliveries")
	h.read.bearer = keep(t, h.reading, k.start[0], "SELECT t.id")
	h.read.account = keep(t, h.reading, k.start[1], "SELECT a.id")
	h.read.organization = keep(t, h.reading, k.start[2], "SELECT o.id")
	h.read.clients = keep(t, h.reading, k.start[3], "SELECT c.id")
	h.write.session = keep(t, h.writing, k.start[5], "INSERT INTO sessions")
	h.write.facts = keep(t, h.writing, k.start[6], "INSERT INTO facts")
	h.write.deliveries = keep(t, h.writing, k.start[7], "INSERT INTO deliveries")
	if err := h.reading.QueryRow(`SELECT key_id, fingerprint FROM email_claims`).Scan(&h.key, &h.fingerprint); err != nil {
		t.Fatal(err)
	}
	h.sealed = bytesOf(t, k.start[5].args[sealedOf])
	h.last.Store(time.Now().UnixMicro())
}

func (h *bare) app() *fiber.App {
	app := fiber.New(fiber.Config{DisableStartupMessage: true})
	app.Get("/api/v1/account", h.show)
	app.Post("/api/v1/sso/token", h.signIn)
	app.Post("/api/v1/criipto/ftn/auth", h.start)
	return app
}

// bearer finds who asks.
func (h *bare) bearer(c *fiber.Ctx) (t tokenRow, a accountRow, err error) {
	digits, secret, _ := strings.Cut(strings.TrimPrefix(c.Get("Authorization"), "Bearer "), "|")
	id, err := strconv.ParseInt(digits, 10, 64)
	if err != nil {
		return t, a, fiber.ErrUnauthorized
	}
	err = h.read.bearer.QueryRowx(id).Scan(&t.id, &t.organization, &t.environment, &t.kind, &t.account, &t.client, &t.hash, &t.created,
		&t.expires, &t.used, &t.demo, &t.revoked,
		&a.id, &a.country, &a.kind, &a.plan, &a.active, &a.activated, &a.created, &a.updated, &a.version, &a.sequence, &a.sealed,
		&a.planName, &a.planMonitors, &a.planCreated, &a.planUpdated)
	hash := sha256.Sum256([]byte(secret))
	if err != nil || subtle.ConstantTimeCompare(hash[:], t.hash) != 1 || time.Now().UnixMicro() > t.expires {
		return t, a, errors.Join(fiber.ErrUnauthorized, err)
	}
	return t, a, nil
}

type shown struct {
	ID             int64   `json:"id"`
	SSN            *string `json:"ssn"`
	FirstName      string  `json:"first_name"`
	LastName       string  `json:"last_name"`
	Email          string  `json:"email"`
	Phone          *string `json:"phone"`
	Street         *string `json:"street"`
	Zip            *string `json:"zip"`
	City           *string `json:"city"`
	CountryCode    string  `json:"country_code"`
	LangCode       *string `json:"lang_code"`
	PlanID         int64   `json:"plan_id"`
	Type           string  `json:"type"`
	ActivationDate string  `json:"activation_date"`
	IsActive       int64   `json:"is_active"`
	HasSSN         int64   `json:"has_ssn"`
	IsSSNMonitored int64   `json:"is_ssn_monitored"`
	CreatedAt      string  `json:"created_at"`
	UpdatedAt      string  `json:"updated_at"`
}

func (h *bare) show(c *fiber.Ctx) error {
	_, a, err := h.bearer(c)
	if err != nil {
		return err
	}
	const stamp = "2006-01-02 15:04:05"
	return c.JSON(map[string]shown{"data": {
		ID: a.id, FirstName: "Anna", LastName: "Andersson", Email: email, CountryCode: a.country, PlanID: a.plan, Type: a.kind,
		ActivationDate: time.UnixMicro(a.activated.Int64).UTC().Format(time.DateOnly), IsActive: a.active,
		CreatedAt: time.UnixMicro(a.created).UTC().Format(stamp), UpdatedAt: time.UnixMicro(a.updated).UTC().Format(stamp),
	}})
}

func (h *bare) signIn(c *fiber.Ctx) error {
	var body struct {
		ClientID string `json:"client_id"`
		Secret   string `json:"client_secret"`
		Email    string `json:"email"`
	}
	if err := json.Unmarshal(c.Body(), &body); err != nil {
		return fiber.ErrBadRequest
	}
	var asking clientRow
	if err := h.read.client.QueryRowx("sso", body.ClientID).Scan(asking.fields()...); err != nil {
		return err
	}
	if !asking.admits(body.Secret) {
		return fiber.ErrUnauthorized
	}
	var a accountRow
	if err := a.scan(h.read.byEmail.QueryRowx(asking.organization, asking.environment, h.key, h.fingerprint)); err != nil {
		return err
	}
	secret := (rand.Text() + rand.Text())[:48]
	hash, id, now := sha256.Sum256([]byte(secret)), h.last.Add(1), time.Now().UnixMicro()
	text := strconv.FormatInt(id, 10)
	details, err := json.Marshal(map[string]string{"account": strconv.FormatInt(a.id, 10), "client": asking.id, "kind": "app"})
	if err != nil {
		return err
	}
	tx, err := h.writing.Beginx()
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }()
	if _, err := tx.Stmtx(h.write.token).Exec(id, a.organization, a.environment, "app", a.id, asking.id, hash[:], now, now+3_600_000_000, nil); err != nil {
		return err
	}
	var position int64
	row := tx.Stmtx(h.write.fact).QueryRowx(a.organization, a.environment, "token.issued", "token/"+text, 1, now, "client/"+asking.id, string(details))
	if err := row.Scan(&position); err != nil {
		return err
	}
	if _, err := tx.Stmtx(h.write.delivery).Exec("broker", position, now); err != nil {
		return err
	}
	if err := tx.Commit(); err != nil {
		return err
	}
	h.committed()
	return c.JSON(map[string]string{"token": text + "|" + secret})
}

func (h *bare) start(c *fiber.Ctx) error {
	var body struct {
		RedirectURI string `json:"redirect_uri"`
	}
	if err := json.Unmarshal(c.Body(), &body); err != nil || body.RedirectURI == "" {
		return fiber.ErrBadRequest
	}
	token, _, err := h.bearer(c)
	if err != nil {
		return err
	}
	var a accountRow
	if err := a.scan(h.read.account.QueryRowx(token.account, token.organization, token.environment)); err != nil {
		return err
	}
	var o organizationRow
	if err := h.read.organization.QueryRowx(token.organization).Scan(o.fields()...); err != nil {
		return err
	}
	clients, err := h.read.clients.Queryx(token.organization, token.environment, "sso")
	if err != nil {
		return err
	}
	defer func() { _ = clients.Close() }()
	for clients.Next() {
		var one clientRow
		if err := clients.Scan(one.fields()...); err != nil {
			return err
		}
	}
	if err := clients.Err(); err != nil {
		return err
	}

	session := h.know.start[5].args
	id, correlation, now := uuid.Must(uuid.NewV7()).String(), uuid.Must(uuid.NewV7()).String(), time.Now().UnixMicro()
	nonce, reference := sha256.Sum256([]byte(rand.Text())), sha256.Sum256([]byte(correlation))
	tx, err := h.writing.Beginx()
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }()
	if _, err := tx.Stmtx(h.write.session).Exec(id, a.organization, a.environment, "pending", a.id, now, now+900_000_000, nil, nil, "", nil, nil, 2,
		nil, nonce[:], reference[:], string(session[referenceKeyOf]), h.sealed, string(session[sealedKeyOf])); err != nil {
		return err
	}
	actor, facts := "account/"+strconv.FormatInt(a.id, 10), h.know.start[6].args
	rows, err := tx.Stmtx(h.write.facts).Queryx(
		a.organization, a.environment, "session.opened", "session/"+id, 1, now, actor, string(facts[7]),
		a.organization, a.environment, "session.pending", "session/"+id, 2, now, actor, string(facts[15]))
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
	answer.CorrID = correlation
	return c.JSON(answer)
}
