package binary_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"time"
)

// dial opens a connection to the API.
func (g *gateway) dial(t *testing.T) net.Conn {
	t.Helper()
	c, err := net.DialTimeout("tcp", strings.TrimPrefix(g.base, "http://"), 5*time.Second)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	if err := c.SetDeadline(time.Now().Add(patience)); err != nil {
		t.Fatal(err)
	}
	return c
}

func write(t *testing.T, c net.Conn, text string) {
	t.Helper()
	if _, err := io.WriteString(c, text); err != nil {
		t.Error(err)
	}
}

func TestASignalDrainsFinishesWhatIsInFlightAndEndsWell(t *testing.T) {
	t.Parallel()
	g := install(t, "")
	g.environ = append(g.environ, "EIDGATE_HTTP_DRAIN=4s")
	g.start(t)
	const body = `{"client_id":"demo-sso","client_secret":"demo-sso-secret","email":"anna.andersson@example.com"}`
	slow, idle := g.dial(t), g.dial(t)
	write(t, slow, fmt.Sprintf("POST /api/v1/sso/token HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", len(body), body[:40]))
	write(t, idle, "GET /api/v1/account HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
	if answered, err := http.ReadResponse(bufio.NewReader(idle), nil); err != nil || answered.StatusCode != http.StatusUnauthorized {
		t.Fatalf("the idle connection got %v: %v", answered, err)
	}

	signalled := time.Now()
	g.process.signal(t, syscall.SIGTERM)
	eventually(t, time.Second, "not ready at once", func() bool { return g.health("/readyz") == http.StatusServiceUnavailable })
	if status, page := g.look("/readyz"); status != 0 && !strings.Contains(page, "draining") {
		t.Errorf("readiness says %s", page)
	}
	if g.health("/livez") != http.StatusOK {
		t.Error("while draining it does not live")
	}
	fresh := g.dial(t) // a balancer that has not noticed yet
	write(t, fresh, "GET /api/v1/account HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
	answered, err := http.ReadResponse(bufio.NewReader(fresh), nil)
	if err != nil || answered.StatusCode != http.StatusUnauthorized || !answered.Close {
		t.Errorf("while draining a new connection got %v: %v", answered, err)
	}
	if since := time.Since(signalled); since > 3900*time.Millisecond {
		t.Fatalf("what takes moments took %v", since)
	}
	eventually(t, 10*time.Second, "the listener closes", func() bool {
		c, err := net.Dial("tcp", strings.TrimPrefix(g.base, "http://"))
		if err == nil {
			_ = c.Close()
		}
		return err != nil
	})
	if since := time.Since(signalled); since < 3900*time.Millisecond {
		t.Errorf("the listener closed after %v", since)
	}
	write(t, slow, body[40:])
	answered, err = http.ReadResponse(bufio.NewReader(slow), nil)
	if err != nil || answered.StatusCode != http.StatusOK {
		t.Fatalf("the request in flight got %v: %v", answered, err)
	}
	if text, err := io.ReadAll(answered.Body); err != nil || !strings.Contains(string(text), `"token"`) {
		t.Errorf("the request in flight got %s: %v", text, err)
	}
	if status := g.process.status(t, 10*time.Second); status != 0 {
		t.Errorf("it ended with %d: %s", status, g.process.out)
	}
}

func TestASecondSignalEndsAtOnce(t *testing.T) {
	t.Parallel()
	g := install(t, "")
	g.environ = append(g.environ, "EIDGATE_HTTP_DRAIN=60s")
	g.start(t)
	g.process.signal(t, syscall.SIGTERM)
	eventually(t, 5*time.Second, "draining", func() bool { return g.health("/readyz") == http.StatusServiceUnavailable })
	g.process.signal(t, syscall.SIGTERM)
	if status := g.process.status(t, 2*time.Second); status == 0 {
		t.Error("it says that it ended well")
	}
	g.start(t) // and nothing is broken
}

func TestAnInterruptFromTheTerminalEndsWellToo(t *testing.T) {
	t.Parallel()
	g := install(t, "")
	g.start(t)
	g.process.signal(t, syscall.SIGINT)
	if status := g.process.status(t, patience); status != 0 {
		t.Errorf("it ended with %d", status)
	}
}

func TestAnAddressThatIsTakenIsSaidInOneLine(t *testing.T) {
	t.Parallel()
	g := install(t, "")
	g.start(t)
	if said := refused(t, g.environ); !strings.Contains(said, "listen") || !strings.Contains(said, "in use") {
		t.Errorf("it says %s", said)
	}
}
