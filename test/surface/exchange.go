package surface

import (
	"bufio"
	"io"
	"net/http"
	"testing"

	"github.com/valyala/fasthttp"
	"github.com/valyala/fasthttp/fasthttputil"
)

// Exchange sends one request after the other on one connection in memory, for as long as the benchmark wants. Each is
// answered with the status.
func Exchange(b *testing.B, handler fasthttp.RequestHandler, request string, status int) {
	b.Helper()
	l := fasthttputil.NewInmemoryListener()
	defer func() { _ = l.Close() }()
	go func() { _ = (&fasthttp.Server{Handler: handler}).Serve(l) }()
	conn, err := l.Dial()
	if err != nil {
		b.Fatal(err)
	}
	reader := bufio.NewReader(conn)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := io.WriteString(conn, request); err != nil {
			b.Fatal(err)
		}
		response, err := http.ReadResponse(reader, nil)
		if err != nil || response.StatusCode != status {
			b.Fatal(err, response)
		}
		if _, err := io.Copy(io.Discard, response.Body); err != nil {
			b.Fatal(err)
		}
	}
}
