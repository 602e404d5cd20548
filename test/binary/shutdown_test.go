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

// What is seen while a process drains has to be seen in time: a machine that is too busy for that gets more of it.
func TestASignalDrainsFinishesWhatIsInFlightAndEndsWell(t *testing.T) {
	t.Parallel()
	for _, drain := range []time.Duration{4 * time.Second, 16 * time.Second, patience} {
		if drains(t, drain) {
			return
		}
	}
	t.Fatal("what takes moments takes a minute")
}

// drains is false when the machine took so long that what was seen says nothing.
func drains(t *testing.T, drain time.Duration) bool {
	t.Helper()
	g := install(t, "")
	g.environ = append(g.environ, "EIDGATE_HTTP_DRAIN="+drain.String())
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
	eventually(t, patience, "not ready, or over", func() bool { return g.health("/readyz") != http.StatusOK })
	_, page := g.look("/readyz")
	lives := g.health("/livez")
	status, last, err := g.knock()        // a balancer that has not noticed yet
	const margin = 100 * time.Millisecond // by which the process may be quicker than its clock and ours agree
	if time.Since(signalled) > drain-margin {
		return false
	}
	if !strings.Contains(page, "draining") {
		t.Errorf("readiness says %s", page)
	}
	if lives != http.StatusOK {
		t.Error("while draining it does not live")
	}
	if err != nil || status != http.StatusUnauthorized || !last {
		t.Errorf("while draining a new connection got %d: %v", status, err)
	}
	eventually(t, drain+patience, "the listener closes", func() bool {
		c, err := net.Dial("tcp", strings.TrimPrefix(g.base, "http://"))
		if err == nil {
			_ = c.Close()
		}
		return err != nil
	})
	if since := time.Since(signalled); since < drain-margin {
		t.Errorf("the listener closed after %v", since)
	}
	write(t, slow, body[40:])
	answered, err := http.ReadResponse(bufio.NewReader(slow), nil)
	if err != nil || answered.StatusCode != http.StatusOK {
		t.Fatalf("the request in flight got %v: %v", answered, err)
	}
	if text, err := io.ReadAll(answered.Body); err != nil || !strings.Contains(string(text), `"token"`) {
		t.Errorf("the request in flight got %s: %v", text, err)
	}
	if status := g.process.status(t, patience); status != 0 {
		t.Errorf("it ended with %d: %s", status, g.process.out)
	}
	return true
}

// knock asks something on a connection of its own, and says whether that is its last answer.
func (g *gateway) knock() (status int, last bool, err error) {
	c, err := net.DialTimeout("tcp", strings.TrimPrefix(g.base, "http://"), patience)
	if err != nil {
		return 0, false, err
	}
	defer func() { _ = c.Close() }()
	if err := c.SetDeadline(time.Now().Add(patience)); err != nil {
		return 0, false, err
	}
	if _, err := io.WriteString(c, "GET /api/v1/account HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"); err != nil {
		return 0, false, err
	}
	answered, err := http.ReadResponse(bufio.NewReader(c), nil)
	if err != nil {
		return 0, false, err
	}
	return answered.StatusCode, answered.Close, answered.Body.Close()
}

func TestASecondSignalEndsAtOnce(t *testing.T) {
	t.Parallel()
	g := install(t, "")
	g.environ = append(g.environ, "EIDGATE_HTTP_DRAIN=10m")
	g.start(t)
	g.process.signal(t, syscall.SIGTERM)
	eventually(t, patience, "draining", func() bool { return g.health("/readyz") == http.StatusServiceUnavailable })
	g.process.signal(t, syscall.SIGTERM)
	if status := g.process.status(t, patience); status == 0 {
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
