// Package freja plays Freja's REST API for relying parties inside a test, over mutual TLS, with the person's app in the
// hands of the test.
//
// It keeps Freja's time by the test's clock: a login ends after two minutes, a signature when the order says, and a
// result can be asked for ten minutes longer. It takes no request that the real one would not. It shares no code with
// the client it tests.
package freja

import (
	"bytes"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"io"
	"math/big"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/eidgate/eidgate/test/standin"
)

// Config says what differs from one test to the next. Its zero value will do.
type Config struct {
	Now func() time.Time // nil for the machine's clock
	TLS uint16           // the newest version that is spoken, 0 for any
}

// Service is a running stand-in.
type Service struct {
	*standin.Server
	Authority *standin.Authority
	Signer    *x509.Certificate // with which results are signed

	now func() time.Time

	mu     sync.Mutex
	orders []*order
	twists []Twist
	spoils []func(answer map[string]any)
	last   map[string]any
}

// Making RSA keys takes longer than most tests, so a process makes them once.
var (
	signerKey  = sync.OnceValue(func() *rsa.PrivateKey { return newKey(2048) })
	foreignKey = sync.OnceValue(func() *rsa.PrivateKey { return newKey(2048) })
)

func newKey(bits int) *rsa.PrivateKey {
	key, err := rsa.GenerateKey(rand.Reader, bits)
	if err != nil {
		panic(err) // only if bits is no size
	}
	return key
}

// New starts a stand-in on a free port of 127.0.0.1 and stops it with the test.
func New(t testing.TB, c Config) *Service {
	t.Helper()
	s := &Service{Authority: standin.NewAuthority(t, "Stand-in root of Freja"), Signer: Certificate(t, signerKey()), now: c.Now}
	if s.now == nil {
		s.now = time.Now
	}
	s.Server = standin.Secure(t, s.Authority, standin.Speaks{TLS: c.TLS}, s.routes())
	return s
}

// Certificate vouches for a key by itself. It has ended: who hands such ones out beforehand need not renew them.
func Certificate(t testing.TB, key *rsa.PrivateKey) *x509.Certificate {
	t.Helper()
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(-time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	certificate, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return certificate
}

// RelyingParty is the certificate of a customer, good for an hour.
func (s *Service) RelyingParty(t testing.TB) tls.Certificate {
	t.Helper()
	return s.Authority.Client(t, "Relying party", time.Now().Add(time.Hour))
}

// Roots is what a customer pins.
func (s *Service) Roots() *x509.CertPool { return s.Authority.Pool() }

// Spoil changes the next answers of status 200, one after the other.
func (s *Service) Spoil(how ...func(answer map[string]any)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.spoils = append(s.spoils, how...)
}

// Last is the JSON of the last order that came, taken or not.
func (s *Service) Last() map[string]any {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.last
}

// handler answers one call with JSON or one of Freja's codes.
type handler func(s *Service, client string, question []byte) (map[string]any, int)

// fine is no code of Freja's.
const fine = -1

func (s *Service) routes() http.Handler {
	mux := http.NewServeMux()
	for path, call := range map[string]struct {
		parameter string
		handler   handler
	}{
		"/authentication/1.0/initAuthentication": {"initAuthRequest", place(false)},
		"/authentication/1.0/getOneResult":       {"getOneAuthResultRequest", result(false)},
		"/authentication/1.0/cancel":             {"cancelAuthRequest", cancel(false)},
		"/sign/1.0/initSignature":                {"initSignRequest", place(true)},
		"/sign/1.0/getOneResult":                 {"getOneSignResultRequest", result(true)},
		"/sign/1.0/cancel":                       {"cancelSignRequest", cancel(true)},
	} {
		mux.HandleFunc("POST "+path, func(w http.ResponseWriter, r *http.Request) { s.handle(w, r, call.parameter, call.handler) })
	}
	return mux
}

func (s *Service) handle(w http.ResponseWriter, r *http.Request, parameter string, h handler) {
	body, err := io.ReadAll(io.LimitReader(r.Body, 1<<20))
	if err != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	value, found := bytes.CutPrefix(body, []byte(parameter+"="))
	question, err := base64.StdEncoding.Strict().DecodeString(string(value)) // as it came: a form decoder would spoil a "+"
	if !found || err != nil {
		refuse(w, 1010)
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	answer, code := h(s, r.TLS.PeerCertificates[0].SerialNumber.String(), question)
	if code != fine {
		refuse(w, code)
		return
	}
	if len(s.spoils) > 0 {
		s.spoils[0](answer)
		s.spoils = s.spoils[1:]
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(answer) // a client that left is no concern of ours
}

func refuse(w http.ResponseWriter, code int) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusUnprocessableEntity)
	_ = json.NewEncoder(w).Encode(map[string]any{"code": code, "message": "said the stand-in"})
}
