// Package bankid plays BankID inside a test: the Relying Party API v6 and the verification of digital identity cards,
// over mutual TLS, with the person's app in the hands of the test.
//
// It keeps BankID's time by the test's clock: an order that no app picks up fails after 30 seconds and any order after
// 180; an outcome is told once, and waits three minutes (a success) or five (a failure) to be asked for. It takes no
// request that the real one would not. It shares no code with the client it tests.
package bankid

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"io"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/eidgate/eidgate/test/standin"
)

// Base is the path of the Relying Party API, and Card that of the other one.
const (
	Base = "/rp/v6.0"
	Card = "/rp/v1/verify"
)

// Config says what differs from one test to the next. Its zero value will do.
type Config struct {
	Now   func() time.Time // nil for the machine's clock
	TLS   uint16           // the newest version that is spoken, 0 for any
	HTTP2 bool             // is spoken beside HTTP/1.1
}

// Service is a running stand-in.
type Service struct {
	*standin.Server
	Authority *standin.Authority

	now func() time.Time

	mu     sync.Mutex
	orders []*order
	cards  map[string]*card
	twists []Twist
	bodies []map[string]any
}

// Twist spoils an answer.
type Twist func(answer map[string]any)

// New starts a stand-in on a free port of 127.0.0.1 and stops it with the test.
func New(t testing.TB, c Config) *Service {
	t.Helper()
	s := &Service{Authority: standin.NewAuthority(t, "Stand-in root of BankID"), now: c.Now, cards: map[string]*card{}}
	if s.now == nil {
		s.now = time.Now
	}
	s.Server = standin.Secure(t, s.Authority, standin.Speaks{TLS: c.TLS, HTTP2: c.HTTP2}, s.routes())
	return s
}

// BaseURL is the address of the Relying Party API.
func (s *Service) BaseURL() string { return s.URL + Base }

// RelyingParty is the certificate of a customer, good for an hour.
func (s *Service) RelyingParty(t testing.TB) tls.Certificate {
	t.Helper()
	return s.Authority.Client(t, "Relying party", time.Now().Add(time.Hour))
}

// Roots is what a customer pins.
func (s *Service) Roots() *x509.CertPool { return s.Authority.Pool() }

// Twist spoils the next answers of status 200, one after the other.
func (s *Service) Twist(twists ...Twist) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.twists = append(s.twists, twists...)
}

// Last is the body of the last order that was taken or refused, as it came.
func (s *Service) Last() map[string]any {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.bodies) == 0 {
		return nil
	}
	return s.bodies[len(s.bodies)-1]
}

// handler answers one path: what is told, or a refusal.
type handler func(s *Service, client string, body []byte) (map[string]any, *refusal)

// refusal is an error answer.
type refusal struct {
	status int
	code   string
}

var (
	errInvalid    = &refusal{http.StatusBadRequest, "invalidParameters"}
	errInProgress = &refusal{http.StatusBadRequest, "alreadyInProgress"}
	errVerify     = &refusal{http.StatusBadRequest, "verificationFailed"}
)

func (s *Service) routes() http.Handler {
	mux := http.NewServeMux()
	for path, h := range map[string]handler{
		Base + "/auth":       place(kind{}),
		Base + "/sign":       place(kind{signs: true}),
		Base + "/phone/auth": place(kind{phone: true}),
		Base + "/phone/sign": place(kind{phone: true, signs: true}),
		Base + "/collect":    collect,
		Base + "/cancel":     cancel,
		Card:                 verify,
	} {
		mux.HandleFunc(path, func(w http.ResponseWriter, r *http.Request) { s.handle(w, r, h) })
	}
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) { refuse(w, &refusal{http.StatusNotFound, "notFound"}) })
	return mux
}

func (s *Service) handle(w http.ResponseWriter, r *http.Request, h handler) {
	switch {
	case r.Method != http.MethodPost:
		refuse(w, &refusal{http.StatusMethodNotAllowed, "methodNotAllowed"})
		return
	case r.Header.Get("Content-Type") != "application/json":
		refuse(w, &refusal{http.StatusUnsupportedMediaType, "unsupportedMediaType"})
		return
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, 1<<20))
	if err != nil {
		refuse(w, &refusal{http.StatusRequestTimeout, "requestTimeout"})
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	answer, refused := h(s, r.TLS.PeerCertificates[0].SerialNumber.String(), body)
	if refused != nil {
		refuse(w, refused)
		return
	}
	if len(s.twists) > 0 {
		s.twists[0](answer)
		s.twists = s.twists[1:]
	}
	w.Header().Set("Content-Type", "application/json;charset=utf-8")
	_ = json.NewEncoder(w).Encode(answer) // a client that left is no concern of ours
}

func refuse(w http.ResponseWriter, r *refusal) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(r.status)
	_ = json.NewEncoder(w).Encode(map[string]string{"errorCode": r.code, "details": "said the stand-in"})
}
