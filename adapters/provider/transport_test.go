package provider_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/eidgate/eidgate/adapters/provider"
)

func TestTheEnvironmentNamesNoProxy(t *testing.T) {
	carrier := provider.NewTransport(tls.Certificate{}, nil)
	if carrier.Proxy != nil || carrier.TLSClientConfig.MinVersion != tls.VersionTLS12 || carrier.TLSClientConfig.InsecureSkipVerify {
		t.Error("requests may go another way than to the host that was meant")
	}
	if len(carrier.TLSClientConfig.Certificates) != 0 {
		t.Error("a certificate is shown that nobody gave")
	}
	roots := x509.NewCertPool()
	own := tls.Certificate{Certificate: [][]byte{{1}}}
	if c := provider.NewTransport(own, roots).TLSClientConfig; c.RootCAs != roots || len(c.Certificates) != 1 {
		t.Error("the certificate or the roots are lost")
	}
}

func TestAFailureIsReducedToWordsOfOurOwn(t *testing.T) {
	remote := func(alert string) error {
		return &net.OpError{Op: "remote error", Err: errors.New("tls: " + alert)}
	}
	for name, c := range map[string]struct{ err, want error }{
		"a caller who left":     {context.Canceled, context.Canceled},
		"our patience":          {context.DeadlineExceeded, context.DeadlineExceeded},
		"the network's":         {&net.OpError{Op: "dial", Err: os.ErrDeadlineExceeded}, context.DeadlineExceeded},
		"a closed port":         {&net.OpError{Op: "dial", Err: os.NewSyscallError("connect", syscall.ECONNREFUSED)}, syscall.ECONNREFUSED},
		"no such host":          {&net.DNSError{Name: "secret.example", IsNotFound: true}, provider.ErrName},
		"a wrong certificate":   {&tls.CertificateVerificationError{Err: errors.New("secret")}, provider.ErrTLS},
		"an unknown authority":  {x509.UnknownAuthorityError{}, provider.ErrTLS},
		"no certificate":        {remote("certificate required"), provider.ErrRefusesUs},
		"a failed handshake":    {remote("handshake failure"), provider.ErrRefusesUs},
		"another alert":         {remote("internal error"), provider.ErrTransport},
		"our own alert":         {&net.OpError{Op: "local error", Err: errors.New("tls: bad certificate")}, provider.ErrTransport},
		"an end":                {io.EOF, io.ErrUnexpectedEOF},
		"an end in the middle":  {io.ErrUnexpectedEOF, io.ErrUnexpectedEOF},
		"an answer without end": {provider.ErrTooLarge, provider.ErrTooLarge},
		"anything else":         {errors.New("secret"), provider.ErrTransport},
	} {
		got := provider.Plain("somebody", fmt.Errorf("secret: %w", &url.Error{Op: "Post", URL: "https://secret.example", Err: c.err}))
		if !errors.Is(got, c.want) || got.Error() != "somebody: "+c.want.Error() || strings.Contains(fmt.Sprintf("%+v %#v", got, got), "secret") {
			t.Errorf("%s: got %v", name, got)
		}
	}
}

func TestAnAnswerMakesUsWaitForTenMinutesAtMost(t *testing.T) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	at := func(d time.Duration) string { return now.Add(d).Format(http.TimeFormat) }
	for _, c := range []struct {
		retry, reset string
		want, alone  time.Duration // with the other header read, and without
	}{
		{"", "", 0, 0},
		{"7", "", 7 * time.Second, 7 * time.Second},
		{"7", "9", 7 * time.Second, 7 * time.Second},
		{"", "9", 9 * time.Second, 0},
		{"99999999", "", 10 * time.Minute, 10 * time.Minute},
		{"-5", "", 0, 0},
		{"soon", "9", 0, 0},
		{at(time.Minute), "", time.Minute, time.Minute},
		{at(time.Hour), "", 10 * time.Minute, 10 * time.Minute},
		{at(-time.Hour), "", 0, 0},
	} {
		h := http.Header{}
		h.Set("Retry-After", c.retry)
		h.Set("RateLimit-Reset", c.reset)
		if got := provider.RetryAfter(h, now, "RateLimit-Reset"); got != c.want {
			t.Errorf("%q and %q: got %v", c.retry, c.reset, got)
		}
		if got := provider.RetryAfter(h, now); got != c.alone {
			t.Errorf("%q alone: got %v", c.retry, got)
		}
	}
}
