package benchmark

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"regexp"
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

var numbered = regexp.MustCompile(`\$\d+`)

// prepare keeps the gateway's own statements prepared. It fails when they are not those that the handlers below know.
func (h *bare) prepare(t testing.TB) {
	t.Helper()
	keep := func(db *sqlx.DB, into **sqlx.Stmt, s statement, begins string) {
		if !strings.HasPrefix(s.text, begins) {
			t.Fatalf("the gateway sends %.60q where the bare handler expects %q", s.text, begins)
		}
		text := s.text
		if db.DriverName() == "sqlite" {
			text = numbered.ReplaceAllString(text, "?")
		}
		kept, err := db.Preparex(text)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = kept.Close() })
		*into = kept
	}
	k := h.know
	if len(k.signIn) != 7 || len(k.show) != 1 || len(k.start) != 9 {
		t.Fatalf("the gateway sends %d, %d and %d statements; the bare handler has to follow", len(k.signIn), len(k.show), len(k.start))
	}
	keep(h.reading, &h.read.client, k.signIn[0], "SELECT id")
	keep(h.reading, &h.read.byEmail, k.signIn[1], "SELECT a.id")
	keep(h.writing, &h.write.token, k.signIn[3], "INSERT INTO access_tokens")
	keep(h.writing, &h.write.fact, k.signIn[4], "INSERT INTO facts")
	keep(h.writing, &h.write.delivery, k.signIn[5], "INSERT INTO deliveries")
	keep(h.reading, &h.read.bearer, k.start[0], "SELECT t.id")
	keep(h.reading, &h.read.account, k.start[1], "SELECT a.id")
	keep(h.reading, &h.read.organization, k.start[2], "SELECT o.id")
	keep(h.reading, &h.read.clients, k.start[3], "SELECT id")
	keep(h.writing, &h.write.session, k.start[5], "INSERT INTO sessions")
	keep(h.writing, &h.write.facts, k.start[6], "INSERT INTO facts")
	keep(h.writing, &h.write.deliveries, k.start[7], "INSERT INTO deliveries")
	if err := h.reading.QueryRow(`SELECT key_id, fingerprint FROM email_claims`).Scan(&h.key, &h.fingerprint); err != nil {
		t.Fatal(err)
	}
	sealed, err := hex.DecodeString(strings.TrimPrefix(string(k.start[5].args[14]), `\x`))
	if err != nil {
		t.Fatal(err)
	}
	h.sealed = sealed
	h.last.Store(time.Now().UnixMicro())
}

func (h *bare) app() *fiber.App {
	app := fiber.New(fiber.Config{DisableStartupMessage: true})
	app.Get("/api/v1/account", h.show)
	app.Post("/api/v1/sso/token", h.signIn)
	app.Post("/api/v1/criipto/ftn/auth", h.start)
	return app
}

type accountRow struct {
	id                                       int64
	organization, environment, country, kind string
	plan, active                             int64
	activated                                sql.NullInt64
	created, updated, version, sequence      int64
	sealed                                   []byte
	planName                                 string
	planMonitors, planCreated, planUpdated   int64
}

type tokenRow struct {
	id                              int64
	organization, environment, kind string
	account                         int64
	client                          string
	hash                            []byte
	created, expires                int64
	used, demo, revoked             sql.NullInt64
}

type clientRow struct {
	id, organization, environment, kind, identifier string
	secret                                          []byte
	name, grants                                    string
	demo, created                                   int64
	revoked                                         sql.NullInt64
}

func (r *clientRow) scan(row interface{ Scan(...any) error }) error {
	return row.Scan(&r.id, &r.organization, &r.environment, &r.kind, &r.identifier, &r.secret, &r.name, &r.grants, &r.demo, &r.created, &r.revoked)
}

func (r *accountRow) scan(row *sqlx.Row) error {
	return row.Scan(&r.id, &r.organization, &r.environment, &r.country, &r.kind, &r.plan, &r.active, &r.activated, &r.created,
		&r.updated, &r.version, &r.sequence, &r.sealed, &r.planName, &r.planMonitors, &r.planCreated, &r.planUpdated)
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
	if err := asking.scan(h.read.client.QueryRowx("sso", body.ClientID)); err != nil {
		return err
	}
	if hash := sha256.Sum256([]byte(body.Secret)); subtle.ConstantTimeCompare(hash[:], asking.secret) != 1 {
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
	var o struct {
		id, domain, name, hosts string
		demo, created           int64
	}
	if err := h.read.organization.QueryRowx(token.organization).Scan(&o.id, &o.domain, &o.name, &o.hosts, &o.demo, &o.created); err != nil {
		return err
	}
	clients, err := h.read.clients.Queryx(token.organization, token.environment, "sso")
	if err != nil {
		return err
	}
	defer func() { _ = clients.Close() }()
	for clients.Next() {
		var one clientRow
		if err := one.scan(clients); err != nil {
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
	if _, err := tx.Stmtx(h.write.session).Exec(id, a.organization, a.environment, "pending", a.id, now, now+900_000_000, nil, "", nil, 2,
		nonce[:], reference[:], string(session[13]), h.sealed, string(session[15])); err != nil {
		return err
	}
	actor, facts := "account/"+strconv.FormatInt(a.id, 10), h.know.start[6].args
	rows, err := tx.Stmtx(h.write.facts).Queryx(
		a.organization, a.environment, "session.opened", "session/"+id, 1, now, actor, string(facts[7]),
		a.organization, a.environment, "session.pending", "session/"+id, 2, now, actor, string(facts[15]))
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	var positions []int64
	for rows.Next() {
		var p int64
		if err := rows.Scan(&p); err != nil {
			return err
		}
		positions = append(positions, p)
	}
	if err := rows.Err(); err != nil || len(positions) != 2 {
		return errors.Join(fiber.ErrConflict, err)
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
