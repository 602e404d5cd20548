package httpapi

import (
	"bufio"
	"bytes"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/eidgate/eidgate/domain/fault"
)

// script is a connection whose peer has said everything that it will ever say.
type script struct {
	*strings.Reader
	said bytes.Buffer
}

func (s *script) Write(b []byte) (int, error)      { return s.said.Write(b) }
func (s *script) Close() error                     { return nil }
func (s *script) LocalAddr() net.Addr              { return &net.TCPAddr{} }
func (s *script) RemoteAddr() net.Addr             { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)} }
func (s *script) SetDeadline(time.Time) error      { return nil }
func (s *script) SetReadDeadline(time.Time) error  { return nil }
func (s *script) SetWriteDeadline(time.Time) error { return nil }

type still struct{}

func (still) Now() time.Time { return time.Unix(1_800_000_000, 0).UTC() }
func (still) New() string    { return "id" }
func (still) Number() int64  { return 1 }

type echo struct{}

func (echo) Name() string   { return "echo" }
func (echo) Owns() []string { return []string{"/"} }
func (echo) Routes() []Route {
	read := func(c *fiber.Ctx) error {
		body, err := ReadBody(c)
		if err != nil {
			return err
		}
		body.Required("x")
		Param(c, "id")
		return body.Err()
	}
	return []Route{{Method: "GET", Pattern: "/a", Handler: read}, {Method: "POST", Pattern: "/a/:id", Handler: read, BodyLimit: 64}}
}
func (echo) Refuse(c *fiber.Ctx, err error) {
	f := fault.Of(err)
	Refused(c, f.Code())
	WriteJSON(c, Status(f), f.Code())
}

// FuzzRawRequests throws bytes at the server. Whatever they are, every answer is HTTP, none is a failure of our
// own, and every refusal has its code.
func FuzzRawRequests(f *testing.F) {
	for _, seed := range []string{
		"GET /a HTTP/1.1\r\nHost: a\r\n\r\n", "POST /a/%20 HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n{\"x\":\"y\"}GET /a HTTP/1.1\r\nHost: a\r\n\r\n",
		"POST /a/1 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n", "BREW //a?# HTTP/1.0\r\n\r\n", "GET http://b/a HTTP/1.1\r\nHost: b\r\nHost: b\r\n\r\n",
		"GET /a HTTP/1.1\r\nHost: [::1]:1\r\nForwarded: x\r\nX-Request-Id: \x00\r\n\r\n", "POST /a/1 HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n{}",
		"GET /a HTTP/1.1\r\nHost: a\r\nX: " + strings.Repeat("y", 9000) + "\r\n\r\n", "\x16\x03\x01", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
	} {
		f.Add(seed)
	}
	s, err := New(Config{}, []Surface{echo{}}, Deps{Clock: still{}, IDs: still{}})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, request string) {
		conn := &script{Reader: strings.NewReader(request)}
		_ = s.app.Server().ServeConn(&connection{Conn: conn, server: s})
		said := conn.said.String()
		for strings.HasPrefix(said, "HTTP/1.1 100 Continue\r\n\r\n") {
			said = said[len("HTTP/1.1 100 Continue\r\n\r\n"):]
		}
		if said == "" {
			return // the peer left before it had asked anything
		}
		answer, err := http.ReadResponse(bufio.NewReader(strings.NewReader(said)), nil)
		if err != nil {
			t.Fatalf("%q is answered with %q: %v", request, said, err)
		}
		defer answer.Body.Close()
		if answer.StatusCode >= 500 || answer.StatusCode >= 400 && answer.Header.Get("X-Error-Code") == "" || answer.Header.Get("Server") != "" {
			body, _ := io.ReadAll(answer.Body)
			t.Fatalf("%q is answered with %d %v %q", request, answer.StatusCode, answer.Header, body)
		}
	})
}
