package binary_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// reply is one answer on a raw connection.
type reply struct {
	status int
	code   string
	body   []byte
	closed bool // it said that the connection ends here
}

// exchange sends bytes, and then nothing more, and reads all that comes back until the server hangs up. Nobody has to
// wait long for that.
func exchange(t *testing.T, g *gateway, request string) []reply {
	t.Helper()
	c := g.dial(t)
	if err := c.SetDeadline(time.Now().Add(10 * time.Second)); err != nil {
		t.Fatal(err)
	}
	go func() {
		_, _ = io.WriteString(c, request) // the server may hang up before it has read everything
		_ = c.(*net.TCPConn).CloseWrite()
	}()
	text, err := io.ReadAll(c)
	if e, ok := err.(net.Error); ok && e.Timeout() {
		t.Errorf("the server neither answers nor hangs up; it said %.200q", text)
	}
	return replies(t, text)
}

func replies(t *testing.T, text []byte) (list []reply) {
	t.Helper()
	r := bufio.NewReader(bytes.NewReader(text))
	for {
		if _, err := r.Peek(1); err != nil {
			return list
		}
		answered, err := http.ReadResponse(r, nil)
		if err != nil {
			t.Errorf("%.200q is no answer: %v", text, err)
			return list
		}
		body, err := io.ReadAll(answered.Body)
		if err != nil {
			t.Errorf("an answer is cut off: %v", err)
		}
		list = append(list, reply{answered.StatusCode, answered.Header.Get("X-Error-Code"), body, answered.Close})
	}
}

// shaped wants an answer of a status that is no failure of ours, and for an error JSON with a code.
func (r reply) shaped(t *testing.T) {
	t.Helper()
	if r.status >= 500 {
		t.Errorf("the server failed: %d %s", r.status, r.body)
	}
	if r.status >= 400 && (r.code == "" || !json.Valid(r.body)) {
		t.Errorf("a refusal is not in shape: %d %q %.200q", r.status, r.code, r.body)
	}
	for _, word := range []string{"goroutine", "panic", ".go:", "SELECT", "fasthttp", "sqlstore"} {
		if bytes.Contains(r.body, []byte(word)) {
			t.Errorf("an answer tells of our insides: %s", r.body)
		}
	}
}

const (
	host  = "Host: 127.0.0.1\r\n"
	typed = "Content-Type: application/json\r\n"
	login = "POST /api/v1/crm/auth/login HTTP/1.1\r\n"
	// A request of its own, if somebody takes it for one.
	hidden = "GET /api/v1/hidden HTTP/1.1\r\n" + host + "\r\n"
)

// attacks are requests that are wrong in one way each, with the statuses that may come back in their order; 0 stands
// for hanging up.
var attacks = []struct {
	name, request string
	statuses      []int
}{
	{"two lengths", login + host + typed + "Content-Length: 2\r\nContent-Length: 40\r\n\r\n{}" + hidden, []int{400}},
	{"two lengths in one", login + host + typed + "Content-Length: 2, 40\r\n\r\n{}" + hidden, []int{400}},
	{"two equal lengths", login + host + typed + "Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}" + hidden, []int{400}},
	{"length and chunks", login + host + typed + "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + hidden, []int{400}},
	{"chunks and length", login + host + typed + "Transfer-Encoding: chunked\r\nContent-Length: 60\r\n\r\n0\r\n\r\n" + hidden, []int{400}},
	{"an unknown coding", login + host + typed + "Transfer-Encoding: xchunked\r\nContent-Length: 2\r\n\r\n{}" + hidden, []int{400}},
	{"two codings", login + host + typed + "Transfer-Encoding: identity\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + hidden, []int{400}},
	{"a coding behind a tab", login + host + typed + "Transfer-Encoding:\tchunked \r\nContent-Length: 2\r\n\r\n0\r\n\r\n" + hidden, []int{400}},
	{"a space before the colon", login + host + typed + "Content-Length : 40\r\n\r\n" + hidden, []int{400}},
	{"a negative length", login + host + typed + "Content-Length: -2\r\n\r\n{}" + hidden, []int{400}},
	{"a signed length", login + host + typed + "Content-Length: +2\r\n\r\n{}" + hidden, []int{400}},
	{"a hexadecimal length", login + host + typed + "Content-Length: 0x2\r\n\r\n{}" + hidden, []int{400}},
	{"an endless length", login + host + typed + "Content-Length: 99999999999999999999999\r\n\r\n{}", []int{400, 413}},
	{"a chunk of no length", login + host + typed + "Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n" + hidden, []int{400}},
	{"a chunk of endless length", login + host + typed + "Transfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n{}\r\n" + hidden, []int{400, 413}},
	{"a folded header", login + host + typed + "X-Something: a\r\n b\r\nContent-Length: 2\r\n\r\n{}", []int{400}},
	{"a header without a name", login + host + ": nothing\r\nContent-Length: 2\r\n\r\n{}", []int{400}},
	{"a header without a colon", login + host + "nothing\r\nContent-Length: 2\r\n\r\n{}", []int{400}},
	{"a header with a NUL", login + host + "X-Something: a\x00b\r\nContent-Length: 2\r\n\r\n{}", []int{400}},
	{"a lone carriage return", login + host + "X-Something: a\rX-Other: b\r\nContent-Length: 2\r\n\r\n{}", []int{400}},
	{"two hosts", "GET /api/v1/account HTTP/1.1\r\n" + host + "Host: localhost\r\n\r\n", []int{400}},
	{"no host", "GET /api/v1/account HTTP/1.1\r\n\r\n", []int{400, 403}},
	{"an empty host", "GET /api/v1/account HTTP/1.1\r\nHost:\r\n\r\n", []int{400, 403}},
	{"a target of another host", "GET http://eidgate.example/api/v1/account HTTP/1.1\r\n" + host + "\r\n", []int{400, 403}},
	{"two credentials", "GET /api/v1/account HTTP/1.1\r\n" + host + "Authorization: Bearer 1|a\r\nAuthorization: Bearer 2|b\r\n\r\n", []int{400}},
	{"huge headers", "GET /api/v1/account HTTP/1.1\r\n" + host + "X-Big: " + strings.Repeat("a", 1<<20) + "\r\n\r\n", []int{400, 431}},
	{"many headers", "GET /api/v1/account HTTP/1.1\r\n" + host + strings.Repeat("X-Many: a\r\n", 100_000) + "\r\n", []int{400, 431}},
	{"a huge path", "GET /api/v1/" + strings.Repeat("a/", 1<<19) + " HTTP/1.1\r\n" + host + "\r\n", []int{400, 414, 431}},
	{"a body of 10 MB", login + host + typed + "Content-Length: 10485760\r\n\r\n" + strings.Repeat(" ", 10<<20), []int{413}},
	{"chunks of 10 MB", login + host + typed + "Transfer-Encoding: chunked\r\n\r\n" + strings.Repeat("10000\r\n"+strings.Repeat(" ", 1<<16)+"\r\n", 160) + "0\r\n\r\n", []int{413}},
	{"less body than announced", login + host + typed + "Content-Length: 40\r\n\r\n{}", []int{400, 0}},
	{"a NUL in the path", "GET /api/v1/account/1\x002 HTTP/1.1\r\n" + host + "\r\n", []int{400, 401, 404}},
	{"an escaped NUL in the path", "GET /api/v1/account/1%002 HTTP/1.1\r\n" + host + "\r\n", []int{401, 404}},
	{"an escaped slash", "GET /api/v1%2Faccount HTTP/1.1\r\n" + host + "\r\n", []int{404}},
	{"an escaped slash in a parameter", "DELETE /api/v1/account/1%2F2 HTTP/1.1\r\n" + host + "\r\n", []int{401, 404}},
	{"a broken escape", "GET /api/v1/account/%zz HTTP/1.1\r\n" + host + "\r\n", []int{400, 401, 404}},
	{"no UTF-8", "GET /api/v1/account/\xff\xfe HTTP/1.1\r\n" + host + "\r\n", []int{400, 401, 404}},
	{"dots that climb", "GET /docs/../../../etc/passwd HTTP/1.1\r\n" + host + "\r\n", []int{400, 404}},
	{"escaped dots that climb", "GET /docs/%2e%2e/%2e%2e/etc/passwd HTTP/1.1\r\n" + host + "\r\n", []int{400, 404}},
	{"backslashes that climb", "GET /docs/..\\..\\etc\\passwd HTTP/1.1\r\n" + host + "\r\n", []int{400, 404}},
	{"an unknown method", "BREW /api/v1/account HTTP/1.1\r\n" + host + "\r\n", []int{400, 405}},
	{"a long method", strings.Repeat("A", 5000) + " /api/v1/account HTTP/1.1\r\n" + host + "\r\n", []int{400, 405}},
	{"a proxy's method", "CONNECT eidgate.example:443 HTTP/1.1\r\n" + host + "\r\n", []int{400, 403, 404, 405}},
	{"an older version", "GET /api/v1/account HTTP/1.0\r\n" + host + "\r\n", []int{401}},
	{"an older version without a host", "GET /api/v1/account HTTP/1.0\r\n\r\n", []int{400, 401, 403}},
	{"a version that is not there", "GET /api/v1/account HTTP/9.9\r\n" + host + "\r\n", []int{400, 401, 505}},
	{"a beginning of HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", []int{400, 403, 404, 405}},
	{"a beginning of TLS", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", []int{400, 0}},
	{"garbage", "\x00\xff\x00\xff\r\n\r\n", []int{400, 0}},
	{"nothing but line breaks", strings.Repeat("\r\n", 5000), []int{400, 431, 0}},
	{"nothing", "", []int{0}},
	{"garbage behind a request", "GET /api/v1/account HTTP/1.1\r\n" + host + "\r\n\x00\x01garbage\r\n\r\n", []int{401}},
}

func TestEveryHostileRequestIsRefusedInShapeOrHungUpOn(t *testing.T) {
	t.Parallel()
	g := install(t, "")
	g.start(t)
	for _, a := range attacks {
		t.Run(a.name, func(t *testing.T) {
			got := exchange(t, g, a.request)
			for _, r := range got {
				r.shaped(t)
				if bytes.Contains(r.body, []byte("hidden")) {
					t.Errorf("the hidden request was answered: %s", r.body)
				}
			}
			switch {
			case len(got) == 0:
				if !slices.Contains(a.statuses, 0) {
					t.Error("the server hung up without a word")
				}
			case !slices.Contains(a.statuses, got[0].status):
				t.Errorf("the answer is %d %s", got[0].status, got[0].body)
			case len(got) > 1 && (a.name != "garbage behind a request" || len(got) > 2 || got[1].status != 400):
				t.Errorf("%d answers; the second is %d %s", len(got), got[1].status, got[1].body)
			}
			if g.health("/livez") != http.StatusOK {
				t.Fatal("the server is gone")
			}
		})
	}
	if _, a := g.signIn("anna.andersson@example.com"); !a.ok() {
		t.Errorf("afterwards an honest request is answered with %v", a)
	}
	g.stop(t)
}

func TestPipelinedRequestsAreAnsweredInTheirOrder(t *testing.T) {
	t.Parallel()
	g := install(t, "")
	g.start(t)
	var all strings.Builder
	for n := range 20 {
		all.WriteString("GET /api/v1/no-such-" + strconv.Itoa(n) + " HTTP/1.1\r\n" + host + "X-Request-Id: number-" + strconv.Itoa(n) + "\r\n\r\nGET /api/v1/account HTTP/1.1\r\n" + host + "\r\n")
	}
	got := exchange(t, g, all.String())
	if len(got) != 40 {
		t.Fatalf("%d answers", len(got))
	}
	for i, r := range got {
		r.shaped(t)
		if want := []int{404, 401}[i%2]; r.status != want {
			t.Errorf("answer %d is %d", i, r.status)
		}
	}
}

// Slow senders hold a connection, and nothing else, and not for long.
func TestAHalfRequestIsCutAndHoldsNobodyUp(t *testing.T) {
	t.Parallel()
	g := install(t, "")
	g.start(t)
	halves := []string{
		"", "GET /api/v1/acc", "GET /api/v1/account HTTP/1.1\r\nHost: 127.0", login + host + typed + "Content-Length: 40\r\n\r\n{",
		login + host + typed + "Transfer-Encoding: chunked\r\n\r\n5\r\n{",
	}
	var all sync.WaitGroup
	const each = 40
	for _, half := range halves {
		for range each {
			c := g.dial(t)
			write(t, c, half)
			all.Go(func() {
				text, err := io.ReadAll(c) // ends when the server hangs up
				if e, ok := err.(net.Error); ok && e.Timeout() {
					t.Errorf("after %.40q the server holds the line", half)
				}
				for _, r := range replies(t, text) {
					r.shaped(t)
				}
			})
		}
	}
	drip := g.dial(t)
	all.Go(func() { // a byte now and then, without end
		again := time.NewTicker(300 * time.Millisecond)
		defer again.Stop()
		began := time.Now()
		for _, err := io.WriteString(drip, "GET /api/v1/account HTTP/1.1\r\nX-Drip: "); err == nil; _, err = io.WriteString(drip, "a") {
			if <-again.C; time.Since(began) > patience {
				t.Error("who drips holds the line")
				return
			}
		}
	})
	var slowest time.Duration
	for range 20 {
		_, a := g.signIn("anna.andersson@example.com")
		if !a.ok() {
			t.Errorf("meanwhile an honest request is answered with %v", a)
		}
		slowest = max(slowest, a.took)
	}
	t.Logf("meanwhile an honest request took %v at most", slowest)
	all.Wait()
	g.stop(t)
}
