package standin

import (
	"crypto/tls"
	"io"
	"net/http"
	"strings"
	"testing"
)

// Speaks is what a server speaks.
type Speaks struct {
	TLS   uint16 // the newest version, 0 for any
	HTTP2 bool   // beside HTTP/1.1
}

// Secure starts a server that wants a certificate of whoever calls, one of the authority's.
func Secure(t testing.TB, a *Authority, speaks Speaks, handler http.Handler) *Server {
	t.Helper()
	return Serve(t, Serving{Handler: handler, HTTP2: speaks.HTTP2, TLS: &tls.Config{
		MinVersion: tls.VersionTLS12, MaxVersion: speaks.TLS, Certificates: []tls.Certificate{a.Server(t)},
		ClientAuth: tls.RequireAndVerifyClientCert, ClientCAs: a.Pool(),
	}})
}

// Endless is JSON of 100 MiB, as long as somebody reads it.
func Endless(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	_, _ = io.WriteString(w, `{"padding":"`)
	piece := strings.Repeat("x", 1<<20)
	for range 100 {
		if _, err := io.WriteString(w, piece); err != nil {
			return
		}
	}
	_, _ = io.WriteString(w, `"}`)
}
