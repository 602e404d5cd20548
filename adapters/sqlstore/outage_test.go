package sqlstore_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/eidgate/eidgate/adapters/sqlstore"
	"github.com/eidgate/eidgate/domain/account"
	"github.com/eidgate/eidgate/domain/fault"
	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/outbound"
	"github.com/eidgate/eidgate/test/contract"
	"github.com/eidgate/eidgate/test/postgres"
)

// brisk makes the store give up and come back quickly.
func brisk(address string) sqlstore.Config {
	return sqlstore.Config{URL: address, Trip: 3, Probe: 50 * time.Millisecond, Wait: 500 * time.Millisecond}
}

func own(t *testing.T) *postgres.Cluster {
	t.Helper()
	if os.Getenv("EIDGATE_TEST_POSTGRES_URL") != "" {
		t.Skip("the given PostgreSQL server is not ours to stop")
	}
	return postgres.New(t)
}

// until asks again and again, until it gets an answer or loses patience.
func until(t *testing.T, ask func() error) {
	t.Helper()
	patience, again := time.NewTimer(20*time.Second), time.NewTicker(5*time.Millisecond)
	defer again.Stop()
	for {
		err := ask()
		if err == nil {
			return
		}
		select {
		case <-again.C:
		case <-patience.C:
			t.Fatalf("it does not come back: %v", err)
		}
	}
}

func list(ctx context.Context, s outbound.UnitOfWork) error {
	return s.View(ctx, func(ctx context.Context, r outbound.Reader) error {
		_, err := r.Organizations().List(ctx)
		return err
	})
}

func add(ctx context.Context, s outbound.UnitOfWork, id string) error {
	return s.Do(ctx, func(ctx context.Context, tx outbound.Tx) error {
		return tx.Organizations().Add(ctx, organization.Organization{ID: id, Domain: id, Name: id})
	})
}

func TestWithTheDatabaseAwayRequestsFailAtOnceAndServiceComesBackByItself(t *testing.T) {
	cluster := own(t)
	s := open(t, brisk(cluster.URL()), contract.NewRing("one"))
	if err := errors.Join(add(t.Context(), s, "before"), list(t.Context(), s)); err != nil {
		t.Fatal(err)
	}
	cluster.Stop()
	for range 3 {
		if err := add(t.Context(), s, "meanwhile"); !errors.Is(err, outbound.ErrStorage) || fault.Of(err).RetryAfter() <= 0 {
			t.Errorf("got %v", err)
		}
	}
	if state := s.Breaker(); state != "open" {
		t.Fatalf("the breaker is %s", state)
	}
	faults := s.Counts().Faults
	refused := 0
	for s.Breaker() == "open" && refused < 1000 {
		if err := errors.Join(list(t.Context(), s)); !errors.Is(err, outbound.ErrStorage) {
			t.Fatalf("got %v", err)
		}
		refused++
	}
	if touched := s.Counts().Faults - faults; refused < 100 || touched > 1 {
		t.Errorf("%d requests were refused, and %d of them went to the database", refused, touched)
	}
	if err := s.Ping(t.Context()); !errors.Is(err, outbound.ErrStorage) {
		t.Errorf("it claims to be ready: %v", err)
	}
	if err := cluster.Start(); err != nil {
		t.Fatal(err)
	}
	until(t, func() error { return s.Ping(t.Context()) })
	if err := errors.Join(add(t.Context(), s, "after"), list(t.Context(), s)); err != nil {
		t.Errorf("once it is back: %v", err)
	}
	if state := s.Breaker(); state != "closed" {
		t.Errorf("the breaker is %s", state)
	}
}

func TestAGatewayStartsWhileItsDatabaseIsAway(t *testing.T) {
	cluster := own(t)
	cluster.Stop()
	ring := contract.NewRing("one")
	s, err := sqlstore.Open(t.Context(), brisk(cluster.URL()), ring, ring)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	if _, err := s.MigrationStatus(t.Context()); !errors.Is(err, outbound.ErrStorage) {
		t.Errorf("the status: %v", err)
	}
	if err := cluster.Start(); err != nil {
		t.Fatal(err)
	}
	until(t, func() error { _, err := s.Migrate(t.Context()); return err })
	if err := add(t.Context(), s, "after"); err != nil {
		t.Error(err)
	}
}

func TestNoRequestFailsBecauseConnectionsWereLostWhileIdle(t *testing.T) {
	for how, lose := range map[string]func(t *testing.T, c *postgres.Cluster){
		"orderly restart": func(t *testing.T, c *postgres.Cluster) { c.ShutDown() },
		"crash":           func(t *testing.T, c *postgres.Cluster) { c.Stop() },
	} {
		t.Run(how, func(t *testing.T) {
			cluster := own(t)
			s := open(t, brisk(cluster.URL()), contract.NewRing("one"))
			for round := range 3 {
				var crowd sync.WaitGroup // opens many connections, and keeps statements prepared on them
				for i := range 12 {
					crowd.Go(func() {
						if err := errors.Join(list(t.Context(), s), add(t.Context(), s, fmt.Sprint("o", round, "-", i)), list(t.Context(), s)); err != nil {
							t.Errorf("round %d: %v", round, err)
						}
					})
				}
				crowd.Wait()
				lose(t, cluster)
				if err := cluster.Start(); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

func TestOnlyConnectionFaultsOpenTheBreaker(t *testing.T) {
	for name, url := range urls {
		t.Run(name, func(t *testing.T) {
			s := open(t, brisk(url(t)), contract.NewRing("one"))
			mine := errors.New("mine")
			for i := range 20 {
				if err := add(t.Context(), s, "same"); i > 0 && !errors.Is(err, organization.ErrDomainTaken) {
					t.Errorf("a violation: %v", err)
				}
				if err := s.Do(t.Context(), func(context.Context, outbound.Tx) error { return mine }); !errors.Is(err, mine) {
					t.Errorf("work's own: %v", err)
				}
				if err := s.View(t.Context(), func(context.Context, outbound.Reader) error { return mine }); !errors.Is(err, mine) {
					t.Errorf("a view's own: %v", err)
				}
				if err := s.Do(t.Context(), func(ctx context.Context, tx outbound.Tx) error {
					return tx.Accounts().Save(ctx, account.Restore(account.Snapshot{ID: 1, Scope: organization.Scope{Organization: "nobody"}}))
				}); !errors.Is(err, organization.ErrNoOrganization) {
					t.Errorf("an orphan: %v", err)
				}
				gone, cancel := context.WithCancel(t.Context())
				cancel()
				if err := list(gone, s); !errors.Is(err, context.Canceled) {
					t.Errorf("a caller who left: %v", err)
				}
				late, cancel := context.WithTimeout(t.Context(), time.Microsecond)
				if err := s.Do(late, func(ctx context.Context, tx outbound.Tx) error {
					<-ctx.Done()
					_, err := tx.Organizations().List(ctx)
					return err
				}); !errors.Is(err, context.DeadlineExceeded) {
					t.Errorf("a caller whose time was over: %v", err)
				}
				cancel()
				func() {
					defer func() { _ = recover() }()
					_ = s.Do(t.Context(), func(context.Context, outbound.Tx) error { panic("mine") })
				}()
			}
			if state := s.Breaker(); state != "closed" {
				t.Errorf("the breaker is %s", state)
			}
			if err := errors.Join(list(t.Context(), s), s.Ping(t.Context())); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestRequestsDoNotPileUpBeforeABusyPool(t *testing.T) {
	for name, url := range urls {
		t.Run(name, func(t *testing.T) {
			config := brisk(url(t))
			config.Connections, config.Wait = 2, 30*time.Millisecond
			if name == "postgres" { // connecting is not what this is about, and a busy machine takes its time
				config.URL += "&connect_timeout=20"
			}
			s := open(t, config, contract.NewRing("one"))
			release, held := make(chan struct{}), make(chan struct{}, 2)
			var holders sync.WaitGroup
			for range map[string]int{"sqlite": 1, "postgres": 2}[name] {
				holders.Go(func() {
					if err := s.Do(t.Context(), func(context.Context, outbound.Tx) error {
						held <- struct{}{}
						<-release
						return nil
					}); err != nil {
						t.Error(err)
						held <- struct{}{} // nobody has to wait for it
					}
				})
			}
			<-held
			if name == "postgres" {
				<-held
			}
			for range 3 {
				if err := add(t.Context(), s, "x"); !errors.Is(err, outbound.ErrStorage) {
					t.Errorf("got %v", err)
				}
			}
			if state := s.Breaker(); state != "open" {
				t.Errorf("the breaker is %s", state)
			}
			close(release)
			holders.Wait()
			until(t, func() error { return add(t.Context(), s, "x") })
		})
	}
}

// saboteur stands between a store and PostgreSQL, and cuts the connection when a commit passes.
type saboteur struct {
	cut     atomic.Bool // when the next commit passes
	forward bool        // after it has reached the server
	to      string
}

func (b *saboteur) listen(t *testing.T, address string) string {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	b.to, u.Host = u.Host, l.Addr().String()
	go func() {
		for {
			client, err := l.Accept()
			if err != nil {
				return
			}
			go b.serve(client)
		}
	}()
	return u.String()
}

func (b *saboteur) serve(client net.Conn) {
	defer func() { _ = client.Close() }()
	server, err := net.Dial("tcp", b.to)
	if err != nil {
		return
	}
	defer func() { _ = server.Close() }()
	go func() { _, _ = io.Copy(client, server); _ = client.Close() }()
	buffer := make([]byte, 64<<10)
	for {
		n, err := client.Read(buffer)
		if err != nil {
			return
		}
		cut := bytes.Contains(buffer[:n], []byte("COMMIT")) && b.cut.Swap(false)
		if cut {
			_ = client.Close() // the answer will not come through
		}
		if cut && !b.forward {
			return
		}
		if _, err := server.Write(buffer[:n]); err != nil {
			return
		}
		if cut {
			answer := make([]byte, 1)
			_, _ = server.Read(answer)
			return
		}
	}
}

func TestACommitWhoseAnswerIsLostIsUncertainAndNotTriedAgain(t *testing.T) {
	for _, forward := range []bool{false, true} {
		t.Run(fmt.Sprint("it reached the server: ", forward), func(t *testing.T) {
			b := &saboteur{forward: forward}
			s := open(t, brisk(b.listen(t, postgres.URL(t))), contract.NewRing("one"))
			if err := add(t.Context(), s, "before"); err != nil {
				t.Fatal(err)
			}
			runs := 0
			b.cut.Store(true)
			err := s.Do(t.Context(), func(ctx context.Context, tx outbound.Tx) error {
				runs++
				return tx.Organizations().Add(ctx, organization.Organization{ID: "x", Domain: "x", Name: "x"})
			})
			if !errors.Is(err, outbound.ErrUncertain) || fault.Of(err).Kind() != fault.Unavailable || runs != 1 {
				t.Errorf("ran %d times, %v", runs, err)
			}
			if strings.Contains(err.Error(), "127.0.0.1") {
				t.Errorf("the error shows where the database is: %v", err)
			}
			if !forward {
				return // what the server did with half a commit is its own affair
			}
			until(t, func() error {
				return s.View(t.Context(), func(ctx context.Context, r outbound.Reader) error {
					_, err := r.Organizations().Find(ctx, "x")
					return err
				})
			})
		})
	}
}
