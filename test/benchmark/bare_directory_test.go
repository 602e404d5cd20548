package benchmark

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/google/uuid"
	"github.com/jmoiron/sqlx"
)

// bareDirectory is [bare] for a new user and a page of users of the organization API. It reads what a token says and
// believes it: what verifying a signature costs is the gateway's own.
type bareDirectory struct {
	db        *sqlx.DB
	read      struct{ managing, page, metadata *sqlx.Stmt }
	write     struct{ user, email, fact, delivery *sqlx.Stmt }
	know      directoryKnowledge
	sealed    []byte // as long as the gateway's
	committed func()
}

// directoryKnowledge is what the gateway was seen to send.
type directoryKnowledge struct{ add, list []statement }

// prepare keeps the gateway's own statements prepared. It fails when they are not those that the handlers below know.
func (h *bareDirectory) prepare(t testing.TB) {
	t.Helper()
	add, list := h.know.add, h.know.list
	if len(add) != 9 || len(list) != 3 {
		t.Fatalf("the gateway sends %d and %d statements; the bare handler has to follow", len(add), len(list))
	}
	h.read.managing = keep(t, h.db, add[0], "SELECT c.id")
	h.write.user = keep(t, h.db, add[3], "INSERT INTO users")
	h.write.email = keep(t, h.db, add[4], "INSERT INTO user_emails")
	h.write.fact = keep(t, h.db, add[6], "INSERT INTO facts")
	h.write.delivery = keep(t, h.db, add[7], "INSERT INTO deliveries")
	h.read.page = keep(t, h.db, list[1], "SELECT u.id")
	h.read.metadata = keep(t, h.db, list[2], "SELECT m.user_id")
	h.sealed = bytesOf(t, add[3].args[sealedUserOf])
}

// Of what the gateway gives to its INSERT of a user and of the user's address, this is what a bare handler repeats.
const (
	userKeyOf    = 6
	sealedUserOf = 7
	emailKeyOf   = 2
)

func (h *bareDirectory) app() *fiber.App {
	app := fiber.New(fiber.Config{DisableStartupMessage: true})
	app.Post("/api/v2/org/:domain/users", h.add)
	app.Get("/api/v2/org/:domain/users", h.list)
	return app
}

// managing finds out who asks, and about which organization.
func (h *bareDirectory) managing(c *fiber.Ctx) (r managingRow, err error) {
	parts := strings.Split(strings.TrimPrefix(c.Get("Authorization"), "Bearer "), ".")
	if len(parts) != 3 {
		return r, fiber.ErrUnauthorized
	}
	text, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		return r, fiber.ErrUnauthorized
	}
	var claims struct {
		Client  string `json:"sub"`
		Root    string `json:"tnt"`
		Expires int64  `json:"exp"`
	}
	if err := json.Unmarshal(text, &claims); err != nil || claims.Expires <= time.Now().Unix() {
		return r, fiber.ErrUnauthorized
	}
	domain := c.Params("domain")
	if err := h.read.managing.QueryRowx(domain, domain, claims.Client).Scan(r.fields()...); err != nil {
		return r, err
	}
	if r.client.revoked.Valid || r.root.domain != claims.Root {
		return r, fiber.ErrUnauthorized
	}
	if r.target.id == "" {
		return r, fiber.ErrNotFound
	}
	return r, nil
}

func (h *bareDirectory) add(c *fiber.Ctx) error {
	m, err := h.managing(c)
	if err != nil {
		return err
	}
	var body newUser
	if err := json.Unmarshal(c.Body(), &body); err != nil || !strings.Contains(body.Email, "@") {
		return fiber.ErrBadRequest
	}
	user, email := h.know.add[3].args, h.know.add[4].args
	id, now, colour := uuid.Must(uuid.NewV7()).String(), time.Now().UnixMicro(), sha256.Sum256([]byte(rand.Text()))
	fingerprint := sha256.Sum256([]byte(strings.ToLower(body.Email)))
	scope := []any{m.target.id, m.client.environment}

	tx, err := h.db.Beginx()
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }()
	if _, err := tx.Exec(`SAVEPOINT whole`); err != nil {
		return err
	}
	if _, err := tx.Stmtx(h.write.user).Exec(id, scope[0], scope[1], now, now, 1, string(user[userKeyOf]), h.sealed); err != nil {
		return err
	}
	added, err := tx.Stmtx(h.write.email).Exec(scope[0], scope[1], string(email[emailKeyOf]), fingerprint[:], id)
	if err != nil {
		return err
	}
	if n, err := added.RowsAffected(); err != nil || n != 1 {
		return fiber.ErrUnprocessableEntity
	}
	if _, err := tx.Exec(`RELEASE SAVEPOINT whole`); err != nil {
		return err
	}
	var position int64
	row := tx.Stmtx(h.write.fact).QueryRowx(scope[0], scope[1], "user.added", "user/"+id, 1, now, "client/"+m.client.id, "")
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
	return c.Status(http.StatusCreated).JSON(m.show(id, "#"+hex.EncodeToString(colour[:3]), now, now, body))
}

func (h *bareDirectory) list(c *fiber.Ctx) error {
	m, err := h.managing(c)
	if err != nil {
		return err
	}
	page, size := c.QueryInt("page", 1), c.QueryInt("per_page", 10)
	rows, err := h.read.page.Queryx(m.target.id, m.client.environment, m.target.id, m.client.environment, size, (page-1)*size)
	if err != nil {
		return err
	}
	users, total, err := readUsers(rows)
	if err != nil {
		return err
	}
	ids := make([]any, len(h.know.list[2].args)) // the last of them is repeated
	answer := listedUsers{Type: "List", Total: total, TotalCount: total}
	for i := range ids {
		ids[i] = users[min(i, len(users)-1)].id
	}
	metadata, err := h.read.metadata.Queryx(ids...)
	if err != nil {
		return err
	}
	defer func() { _ = metadata.Close() }()
	if metadata.Next() {
		return fiber.ErrNotImplemented // nobody here has any
	}
	if err := metadata.Err(); err != nil {
		return err
	}
	for _, u := range users {
		answer.Data = append(answer.Data, m.show(u.id, "#a1b2c3", u.created, u.updated, somebody(0)))
	}
	answer.Pagination = frame{CurrentPage: page, NextPage: page + 1, PerPage: size, PrevPage: page - 1, TotalCount: total, TotalPages: (total + size - 1) / size}
	answer.Paginate = answer.Pagination
	return c.JSON(answer)
}

// readUsers reads a page of users. There is at least one.
func readUsers(rows *sqlx.Rows) (users []userRow, total int, err error) {
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var u userRow
		if err := rows.Scan(&u.id, &u.organization, &u.environment, &u.created, &u.updated, &u.version, &u.sequence, &u.sealed, &total); err != nil {
			return nil, 0, err
		}
		users = append(users, u)
	}
	if len(users) == 0 {
		return nil, 0, fiber.ErrNotFound
	}
	return users, total, rows.Err()
}
