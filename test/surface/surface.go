// Package surface is what the tests of every surface have in common: a server with the surface on it, golden files of what
// it answers, the surface's OpenAPI document as a judge of the answers, and limits that are reached and never forgotten.
package surface

import (
	"bytes"
	"context"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/eidgate/eidgate/adapters/httpapi"
)

// Route is where a surface answers.
type Route = httpapi.Route

// Serve lets the server answer at an address of this machine, which it gives, until the test is over.
func Serve(t testing.TB, server *httpapi.Server) (address string) {
	t.Helper()
	l := Listen(t)
	ServeOn(t, l, server)
	return l.Addr().String()
}

// Listen opens a port of this machine for a server that has to know its address before it is made.
func Listen(t testing.TB) net.Listener {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// ServeOn lets the server answer at a port until the test is over.
func ServeOn(t testing.TB, l net.Listener, server *httpapi.Server) {
	t.Helper()
	done := make(chan error, 1)
	go func() { done <- server.Serve(l) }()
	t.Cleanup(func() {
		http.DefaultClient.CloseIdleConnections()
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		if err := server.Shutdown(ctx, 0); err != nil {
			t.Error(err)
		}
		<-done
	})
}

// Ask sends a request to an address as if it were called id.example, and reads the answer, whose Request is the one that was
// sent and whose Body can be read again. Redirects are not followed. A body is JSON unless a header says otherwise. Headers
// are written as "Name: value"; one that is given twice is sent twice, and one without a value takes away what stood there.
func Ask(t testing.TB, address, method, path, body string, headers ...string) (answer *http.Response, text string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, "http://"+address+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Host = "id.example"
	given := http.Header{}
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		r.Header.Del(name)
		if value != "" {
			given.Add(name, value)
		}
	}
	for name, values := range given {
		r.Header[name] = values
	}
	answer, err = http.DefaultTransport.RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	content, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	answer.Request, answer.Body = r, io.NopCloser(bytes.NewReader(content))
	return answer, string(content)
}
