package benchmark

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/outbound"
	"github.com/eidgate/eidgate/test/postgres"
)

const (
	newcomers = 100_000 // more than are added in all rounds: an address is there once
	residents = 100_000 // of the organization whose first page is read
)

// BenchmarkUserAddedOnPostgres compares new users of an organization that a client manages. A relay carries the facts of
// either side.
func BenchmarkUserAddedOnPostgres(b *testing.B) {
	database := postgres.Durable(b)
	know := listenToDirectory(b)
	house := open(b, database, b.TempDir())
	bearer := house.acme(b)
	other := sibling(b, database, directoryTables...)
	db := pooled(b, other)
	ours, theirs := againstDirectory(b, house, &bareDirectory{db: db, know: know, committed: carry(b, other)})
	alternate(b, ours, theirs, func(address string) (all [][]byte) {
		for n := range newcomers {
			body, err := json.Marshal(somebody(n))
			if err != nil {
				b.Fatal(err)
			}
			all = append(all, request(address, http.MethodPost, usersOfAcme, bearer, body))
		}
		return all
	})
}

// BenchmarkUserListOnPostgres compares the first page of an organization with a hundred thousand users, their number
// included.
func BenchmarkUserListOnPostgres(b *testing.B) {
	database := postgres.Durable(b)
	know := listenToDirectory(b)
	house := open(b, database, b.TempDir(), alone())
	bearer := house.acme(b)
	house.settle(b, residents)
	other := sibling(b, database, append(directoryTables, "users", "user_emails")...)
	tidy(b, database, other)
	ours, theirs := againstDirectory(b, house, &bareDirectory{db: pooled(b, other), know: know, committed: func() {}})
	alternate(b, ours, theirs, func(address string) [][]byte {
		return [][]byte{request(address, http.MethodGet, firstUsersOfAcme, bearer, nil)}
	})
}

// directoryTables are those that a management client's requests read from, in the order in which they need each other.
var directoryTables = []string{"organizations", "reserved_domains", "clients"}

const (
	usersOfAcme      = "/api/v2/org/acme/users"
	firstUsersOfAcme = usersOfAcme + "?page=1&per_page=10"
)

// somebody is one of many people, all with names and addresses of one length.
func somebody(n int) newUser {
	return newUser{Email: fmt.Sprintf("anna.andersson.%06d@example.com", n), GivenName: "Anna", FamilyName: "Andersson"}
}

// listenToDirectory is [listen] for a new user and a full page of users.
func listenToDirectory(t testing.TB) (k directoryKnowledge) {
	t.Helper()
	address, wire := tap(t, postgres.URL(t))
	g := open(t, address, t.TempDir(), alone())
	bearer := g.acme(t)
	for n := range 10 {
		k.add = wire.during(func() { g.send(t, http.MethodPost, usersOfAcme, bearer, somebody(n), nil) })
	}
	for range 2 {
		k.list = wire.during(func() { g.send(t, http.MethodGet, firstUsersOfAcme, bearer, nil, nil) })
	}
	return k
}

func againstDirectory(t testing.TB, house *gateway, other *bareDirectory) (ours, theirs string) {
	t.Helper()
	other.prepare(t)
	return strings.TrimPrefix(house.base, "http://"), serve(t, other.app())
}

// manager asks for a token of the demo client that manages organizations, and gives the credential.
func (g *gateway) manager(t testing.TB) (bearer string) {
	t.Helper()
	var issued struct {
		Token string `json:"access_token"`
	}
	g.send(t, http.MethodPost, "/oauth/token", "", form{"application/x-www-form-urlencoded", []byte(url.Values{
		"grant_type": {"client_credentials"}, "client_id": {"00000000-0000-4000-8000-000000000001"}, "client_secret": {"demo-management-secret"},
	}.Encode())}, &issued)
	return "Bearer " + issued.Token
}

// acme makes the organization that everything here is about, and gives the credential of the client that manages it.
func (g *gateway) acme(t testing.TB) (bearer string) {
	t.Helper()
	bearer = g.manager(t)
	g.send(t, http.MethodPost, "/api/v2/organizations", bearer, map[string]string{"name": "Acme"}, nil)
	return bearer
}

// settle gives the organization users, many in one transaction and without facts, of which lists know nothing.
func (g *gateway) settle(b *testing.B, users int) {
	b.Helper()
	const crowd, atOnce = 4, 1_000
	failures := make([]error, crowd)
	var all sync.WaitGroup
	for i := range crowd {
		all.Go(func() {
			for from := i * atOnce; from < users && failures[i] == nil; from += crowd * atOnce {
				failures[i] = g.store.Do(b.Context(), func(ctx context.Context, tx outbound.Tx) error {
					return add(ctx, tx, from, min(from+atOnce, users))
				})
			}
		})
	}
	all.Wait()
	for _, err := range failures {
		if err != nil {
			b.Fatal(err)
		}
	}
}

func add(ctx context.Context, tx outbound.Tx, from, to int) error {
	acme, err := tx.Organizations().FindByDomain(ctx, "acme")
	if err != nil {
		return err
	}
	for n := from; n < to; n++ {
		p := somebody(n)
		u, _, err := organization.Admit(organization.Arrival{
			ID: fmt.Sprintf("00000000-0000-7000-8000-%012d", n), Scope: acme.Scope(organization.Production), Colour: "#a1b2c3",
			Profile: organization.Profile{Email: p.Email, GivenName: p.GivenName, FamilyName: p.FamilyName},
		}, time.Now().Add(-time.Duration(n)*time.Second))
		if err != nil {
			return err
		}
		if _, err := tx.Users().Save(ctx, u); err != nil {
			return err
		}
	}
	return nil
}

// tidy does for both sides what the server does in an hour of rest, and what it would otherwise do in the midst of a
// comparison.
func tidy(b *testing.B, databases ...string) {
	b.Helper()
	for _, database := range databases {
		db := sqlx.MustConnect("postgres", database)
		_, err := db.Exec(`VACUUM (ANALYZE) users`)
		if err != nil {
			b.Fatal(err)
		}
		_ = db.Close()
	}
}
