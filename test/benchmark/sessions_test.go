package benchmark

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"go.uber.org/fx"

	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/ports/inbound"
	"github.com/eidgate/eidgate/ports/outbound"
	"github.com/eidgate/eidgate/test/postgres"
)

// BenchmarkSessionCreatedOnPostgres compares new sessions of the session API, for a page of ours. A relay carries the facts
// of either side.
func BenchmarkSessionCreatedOnPostgres(b *testing.B) {
	database := postgres.Durable(b)
	know := listenToHosted(b)
	house := open(b, database, b.TempDir(), unwatched(), unpaced())
	bearer := house.hosted(b)
	other := sibling(b, database, operationTables...)
	ours, theirs := againstHosted(b, house, &bareHosted{db: pooled(b, other), know: know, committed: carry(b, other)})
	body, err := json.Marshal(hosted)
	if err != nil {
		b.Fatal(err)
	}
	alternate(b, ours, theirs, func(address string) [][]byte {
		return [][]byte{request(address, http.MethodPost, hostedSessions, bearer, body)}
	})
}

// BenchmarkSessionReadOnPostgres compares what callers ask of sessions that wait for their person and that the collector of
// another process watches. There are as many as it takes to keep to the pace at which one session may be asked about.
func BenchmarkSessionReadOnPostgres(b *testing.B) {
	database := postgres.Durable(b)
	know := listenToHosted(b)
	var sessions inbound.Sessions
	var tokens inbound.SessionTokens
	house := open(b, database, b.TempDir(), alone(), unpaced(), fx.Populate(&sessions, &tokens))
	bearer := house.hosted(b)
	house.send(b, http.MethodPost, hostedSessions, bearer, headless, nil)
	ids := waitHosted(b, house, sessions, tokens, bearer)
	other := sibling(b, database, append(operationTables, "sessions")...)
	ours, theirs := againstHosted(b, house, &bareHosted{db: pooled(b, other), know: know, committed: func() {}})
	alternate(b, ours, theirs, func(address string) (all [][]byte) {
		for _, id := range ids {
			all = append(all, request(address, http.MethodGet, hostedSessions+"/"+id, bearer, nil))
		}
		return all
	})
}

const hostedSessions = "/auth/rest/sessions"

// hosted asks for a session on a page of ours, and headless for one on the caller's own.
var (
	hosted = map[string]any{
		"flow": "redirect", "allowedProviders": []string{"mitid"}, "externalReference": "order-2026-000123",
		"requestedAttributes": []string{"name", "firstName", "lastName", "dateOfBirth"},
		"callbackUrls": map[string]string{
			"success": "http://127.0.0.1:9000/success", "abort": "http://127.0.0.1:9000/abort", "error": "http://127.0.0.1:9000/error",
		},
	}
	headless = map[string]any{
		"flow": "headless", "allowedProviders": []string{"sbid"}, "externalReference": "order-2026-000123",
		"requestedAttributes":  []string{"name", "nin"},
		"additionalParameters": map[string]string{"sbid_end_user_ip": "203.0.113.7"},
	}
)

// hosted asks for a token of the demo client for sessions, and gives the credential.
func (g *gateway) hosted(t testing.TB) (bearer string) {
	t.Helper()
	var issued struct {
		Token string `json:"access_token"`
	}
	g.send(t, http.MethodPost, "/auth/open/connect/token", "", form{"application/x-www-form-urlencoded", []byte(url.Values{
		"grant_type": {"client_credentials"}, "scope": {"signicat-api"}, "client_id": {"demo-session"}, "client_secret": {"demo-session-secret"},
	}.Encode())}, &issued)
	return "Bearer " + issued.Token
}

// listenToHosted is [listen] for the session API. The first round finds out what there is to know for later ones.
func listenToHosted(t testing.TB) (k hostedKnowledge) {
	t.Helper()
	address, wire := tap(t, postgres.URL(t))
	g := open(t, address, t.TempDir(), alone())
	bearer := g.hosted(t)
	var polled hostedSession
	for range 2 {
		k.create = wire.during(func() { g.send(t, http.MethodPost, hostedSessions, bearer, hosted, &k.created) })
		g.send(t, http.MethodPost, hostedSessions, bearer, headless, &polled)
		k.get = wire.during(func() { g.send(t, http.MethodGet, hostedSessions+"/"+polled.ID, bearer, nil, &k.got) })
	}
	return k
}

func againstHosted(t testing.TB, house *gateway, other *bareHosted) (ours, theirs string) {
	t.Helper()
	other.prepare(t)
	return strings.TrimPrefix(house.base, "http://"), serve(t, other.app())
}

// waitHosted opens sessions that go on waiting, claimed by a collector that is nowhere. They are copies of one that was asked
// for over HTTP.
func waitHosted(b *testing.B, house *gateway, sessions inbound.Sessions, tokens inbound.SessionTokens, bearer string) (ids []string) {
	b.Helper()
	acting, err := tokens.Admit(b.Context(), strings.TrimPrefix(bearer, "Bearer "))
	if err != nil {
		b.Fatal(err)
	}
	var first hostedSession
	house.send(b, http.MethodPost, hostedSessions, bearer, headless, &first)
	found, err := sessions.Follow(b.Context(), inbound.SessionQuery{Scope: acting.Client.Scope, ID: first.ID, Surface: "session"})
	if err != nil {
		b.Fatal(err)
	}
	order := found.Order
	order.Life = time.Hour
	ids = begun(b, sessions, inbound.SessionStart{Acting: acting, Order: order})
	due := time.Now().Add(time.Minute) // when every one of them is, and the two before
	claimed, err := house.store.ClaimSessions(b.Context(), eid.Watcher("nowhere"), polled+2, due, 10*time.Minute)
	if err != nil || len(claimed) != polled+2 {
		b.Fatalf("%d sessions are claimed: %v", len(claimed), err)
	}
	return ids
}

// unpaced lets one account do more in a second than the session API allows it. The pacer's work stays the same.
func unpaced() fx.Option {
	return fx.Decorate(func(p outbound.Pacer) outbound.Pacer { return hurried{p} })
}

type hurried struct{ outbound.Pacer }

func (h hurried) Pass(ctx context.Context, bucket string, pace outbound.Pace) outbound.Allowance {
	return h.Pacer.Pass(ctx, bucket, outbound.Pace{PerSecond: max(pace.PerSecond, 1_000_000), Burst: max(pace.Burst, 2_000_000)})
}
