package benchmark

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"go.uber.org/fx"

	"github.com/eidgate/eidgate/app/session"
	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/ports/outbound"
	"github.com/eidgate/eidgate/test/clock"
)

// TestTwoThousandStreamsCostOneQueryARound opens them on real connections to a real server, each for a page of its own with a
// code that changes, and goes the rounds that are otherwise gone once a second. Everybody is told in every round, and storage
// is asked once for all of them.
func TestTwoThousandStreamsCostOneQueryARound(t *testing.T) {
	for name, storage := range storages {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			many, rounds := 2_000, 3
			if raced {
				many = 500
			}
			var watchers *session.Watchers
			later := &clock.Running{}
			g := open(t, storage(t), t.TempDir(), alone(), by(later), fx.Populate(&watchers),
				fx.Decorate(func(w *session.Watchers) *session.Watchers { w.Every = time.Hour; return w }))
			tickets, secret := g.crowd(t, many)
			opening := g.store.Counts()
			all := make([]*stream, many)
			for i, ticket := range tickets {
				all[i] = g.stream(t, ticket, secret)
			}
			if got, want := difference(opening, g.store.Counts()), (cost{selects: uint64(many)}); got != want {
				t.Errorf("%d streams cost %+v to open", many, got)
			}
			if n := watchers.Watching(); n != many {
				t.Fatalf("%d are watching", n)
			}
			within := spender(t, g)
			for range rounds {
				later.Advance(time.Second)
				within("a round", cost{selects: 1}, func() { watchers.Round(t.Context()) })
				for _, s := range all {
					s.told(t)
				}
			}
			// Of what this process itself has kept nobody has to be asked.
			b := g.browser(t)
			within("a person's no", cost{selects: 1, writes: 3, commits: 1}, func() {
				b.doAs(t, secret, http.MethodPost, "/s/"+tickets[0]+"/cancel", nil)
			})
			if last := all[0].told(t); !strings.Contains(last, `"ended":true`) {
				t.Error("who said no is not told that it is over")
			}
		})
	}
}

// crowd keeps copies of one session that waits for its person, all of them one browser's: many in one transaction, for how
// they came to be is no part of what is counted.
func (g *gateway) crowd(t testing.TB, many int) (tickets []string, secret string) {
	t.Helper()
	var s hostedSession
	order := map[string]any{
		"flow": "redirect", "requestedAttributes": []string{"name"}, "allowedProviders": []string{"sbid"}, "callbackUrls": hosted["callbackUrls"],
	}
	g.send(t, http.MethodPost, hostedSessions, g.hosted(t), order, &s)
	secret = strings.Repeat("secret", 7)[:40]
	ticket := s.AuthenticationURL[strings.LastIndexByte(s.AuthenticationURL, '/')+1:]
	g.browser(t).doAs(t, secret, http.MethodPost, "/s/"+ticket+"/begin", nil)

	tickets = make([]string, many)
	err := g.store.Do(t.Context(), func(ctx context.Context, tx outbound.Tx) error {
		first, err := tx.Sessions().FindByTicket(ctx, ticket)
		if err != nil {
			return err
		}
		for i := range tickets {
			tickets[i] = fmt.Sprintf("%043d", i)
			copied := first.Snapshot()
			copied.ID, copied.Ticket, copied.Nonce, copied.Version = fmt.Sprintf("00000000-0000-7000-8000-%012d", i), tickets[i], fmt.Sprintf("nonce-%d", i), 0
			if err := tx.Sessions().Save(ctx, eid.Restore(copied)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return tickets, secret
}

// stream is one that is open.
type stream struct{ lines *bufio.Reader }

// stream opens one and reads what it says at once.
func (g *gateway) stream(t testing.TB, ticket, secret string) *stream {
	t.Helper()
	address := strings.TrimPrefix(g.base, "http://")
	conn, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	if err := conn.SetDeadline(time.Now().Add(5 * time.Minute)); err != nil {
		t.Fatal(err)
	}
	if _, err := fmt.Fprintf(conn, "GET /s/%s/events HTTP/1.1\r\nHost: %s\r\nCookie: eidgate=%s\r\n\r\n", ticket, address, secret); err != nil {
		t.Fatal(err)
	}
	s := &stream{bufio.NewReaderSize(conn, 512)}
	if status, err := s.lines.ReadString('\n'); err != nil || !strings.Contains(status, " 200 ") {
		t.Fatalf("a stream is answered %q: %v", status, err)
	}
	s.told(t)
	return s
}

// told is the next news.
func (s *stream) told(t testing.TB) string {
	t.Helper()
	for {
		line, err := s.lines.ReadString('\n')
		if err != nil {
			t.Fatalf("a stream breaks off: %v", err)
		}
		if strings.HasPrefix(line, "data: {") {
			return line
		}
	}
}

// doAs is do for somebody whose browser's secret is known.
func (b browser) doAs(t testing.TB, secret, method, path string, filled url.Values) {
	t.Helper()
	u, err := url.Parse(b.base)
	if err != nil {
		t.Fatal(err)
	}
	b.Jar.SetCookies(u, []*http.Cookie{{Name: "eidgate", Value: secret}})
	b.do(t, method, path, filled)
}
