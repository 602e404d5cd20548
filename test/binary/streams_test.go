package binary_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/fx"

	"github.com/eidgate/eidgate/adapters/sqlstore"
	"github.com/eidgate/eidgate/cmd/wiring"
	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/inbound"
	"github.com/eidgate/eidgate/ports/outbound"
)

// TestTwoThousandStreamsFitIntoMemory opens them, each for a page of its own whose code changes every second, and looks at
// what the process holds once all of them have been told a few times.
func TestTwoThousandStreamsFitIntoMemory(t *testing.T) {
	many, mebibytes := 2_000, 150.0
	if raced || runtime.GOOS != "linux" { // what is watched over takes several times the memory; only Linux tells what a process holds
		many, mebibytes = 200, 0
	}
	g := install(t, "")
	tickets := g.invite(t, many)
	g.start(t)
	const hands, times = 16, 3
	told := make(chan error, many)
	var crowd sync.WaitGroup
	for i := range hands {
		crowd.Go(func() {
			for n := i; n < many; n += hands {
				s, err := g.openStream(t, tickets[n])
				if err != nil {
					told <- err
					continue
				}
				go func() { // until the test closes the connection
					told <- s.hear(times)
					_, _ = io.Copy(io.Discard, s.lines) // whoever does not read is dismissed
				}()
			}
		})
	}
	for range many {
		if err := <-told; err != nil {
			t.Fatal(err)
		}
	}
	crowd.Wait()
	if mebibytes == 0 {
		return
	}
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", g.process.command.Process.Pid))
	if err != nil {
		t.Fatal(err)
	}
	held := func(what string) float64 {
		_, rest, _ := strings.Cut(string(status), what)
		kilobytes, err := strconv.ParseFloat(strings.Fields(rest)[0], 64)
		if err != nil {
			t.Fatal(err)
		}
		return kilobytes / 1024
	}
	if resident := held("VmRSS:"); resident > mebibytes {
		t.Errorf("%d streams take %.0f MiB", many, resident)
	}
	t.Logf("%d streams: %.0f MiB, at most %.0f", many, held("VmRSS:"), held("VmHWM:"))
}

// openedStream is a stream of news.
type openedStream struct{ lines *bufio.Reader }

// invite keeps copies of one session that waits for its person on a page, in one transaction: the API lets nobody open so many
// at once. It gives their tickets.
func (g *gateway) invite(t *testing.T, many int) (tickets []string) {
	t.Helper()
	config, err := wiring.Load("", []string{"EIDGATE_DATA_DIR=" + g.data, "EIDGATE_LISTEN=127.0.0.1:0", "EIDGATE_OPS_LISTEN=127.0.0.1:0", "EIDGATE_HTTP_DRAIN=1ms"})
	if err != nil {
		t.Fatal(err)
	}
	var store *sqlstore.Store
	var sessions inbound.Sessions
	var clients inbound.Clients
	running, err := wiring.Start(t.Context(), config, slog.New(slog.DiscardHandler), fx.Populate(&store, &sessions, &clients))
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := running.Stop(context.WithoutCancel(t.Context())); err != nil {
			t.Error(err)
		}
	}()
	acting, err := clients.Authenticate(t.Context(), inbound.Credentials{Kind: organization.KindEID, Identifier: "demo", Secret: "demo-eid-secret"})
	if err != nil {
		t.Fatal(err)
	}
	first, err := sessions.Start(t.Context(), inbound.SessionStart{Acting: acting, Order: eid.Order{
		Surface: "session", EID: eid.SEBankID, Operation: eid.Authenticate, Channel: eid.Page, Wants: eid.WantNumber, Renewable: true,
		Annex: []byte("redirect\x00\x00\x00\x00\x00\x00\x00\x001200\x00\x001\x00name"),
	}})
	if err != nil {
		t.Fatal(err)
	}
	err = store.Do(t.Context(), func(ctx context.Context, tx outbound.Tx) error {
		for i := range many {
			s := first.Snapshot
			s.ID, s.Ticket, s.Nonce, s.Version = fmt.Sprintf("00000000-0000-7000-8000-%012d", i), fmt.Sprintf("%043d", i), fmt.Sprintf("nonce-%d", i), 0
			tickets = append(tickets, s.Ticket)
			if err := tx.Sessions().Save(ctx, eid.Restore(s)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return tickets
}

// openStream begins a session and asks for its news.
func (g *gateway) openStream(t *testing.T, ticket string) (*openedStream, error) {
	const secret = "0123456789012345678901234567890123456789"
	begin, err := http.NewRequestWithContext(t.Context(), http.MethodPost, g.base+"/s/"+ticket+"/begin", http.NoBody)
	if err != nil {
		return nil, err
	}
	begin.AddCookie(&http.Cookie{Name: "eidgate", Value: secret})
	if a := send(caller, begin); !a.ok() {
		return nil, fmt.Errorf("a beginning: %v", a)
	}
	address := strings.TrimPrefix(g.base, "http://")
	conn, err := net.Dial("tcp", address)
	if err != nil {
		return nil, err
	}
	t.Cleanup(func() { _ = conn.Close() })
	if err := conn.SetDeadline(time.Now().Add(5 * time.Minute)); err != nil {
		return nil, err
	}
	_, err = fmt.Fprintf(conn, "GET /s/%s/events HTTP/1.1\r\nHost: %s\r\nCookie: eidgate=%s\r\n\r\n", ticket, address, secret)
	return &openedStream{bufio.NewReaderSize(conn, 512)}, err
}

// hear reads the news as often as it is told.
func (s *openedStream) hear(times int) error {
	for times > 0 {
		line, err := s.lines.ReadString('\n')
		if err != nil {
			return err
		}
		if strings.HasPrefix(line, "data: {") {
			times--
		}
	}
	return nil
}
