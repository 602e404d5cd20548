// Package idkollen reaches the Nordic eIDs through IDkollen's REST API (version 3).
//
// An order is a POST that answers with an identifier and with what the person must be shown; how far it has come is
// asked with GET, at most once a second, or told by a call-back. The account at IDkollen is the gateway's own, so every
// text that people read begins with the name of the organization that asks. Nothing here reads the environment, and no
// error holds words of IDkollen's answers, which may repeat what was sent.
package idkollen

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/eidgate/eidgate/adapters/provider"
	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/fault"
	"github.com/eidgate/eidgate/ports/outbound"
)

// Name is the key of this provider in configuration and in evidence.
const Name = "idkollen"

// DefaultTimeout bounds a call when the configuration says nothing.
const DefaultTimeout = 3 * time.Second

// Config is what an account at IDkollen needs.
type Config struct {
	// BaseURL is the address of the API without a trailing slash, such as https://api.idkollen.se; https or, on
	// loopback, http.
	BaseURL string
	// AccountID and SecretKey are the user and the password of HTTP Basic authentication.
	AccountID string
	SecretKey string
	// CallbackKey is the key with which IDkollen signs its call-backs (X-Signature-SHA256), "" where the account has
	// none: then a call-back is no news but a reason to ask.
	CallbackKey string
	// PublicURL is the gateway's own address without a trailing slash. Below it, [outbound.ReturnPath] is where browsers
	// come back and where call-backs go; it must be on the account's list of allowed addresses. Call-backs are asked for
	// only where it is https: IDkollen takes no other address.
	PublicURL string
	// Timeout bounds each call, network and all; zero is [DefaultTimeout].
	Timeout time.Duration
	// Transport carries the requests, for proxies, own certificates and traces; nil is a plain one.
	Transport http.RoundTripper
}

// Format prints the account and the address and nothing else, whatever the verb: the rest is secret.
func (c Config) Format(f fmt.State, _ rune) {
	_, _ = fmt.Fprintf(f, "idkollen %s at %s", c.AccountID, c.BaseURL)
}

// LogValue is what Format prints.
func (c Config) LogValue() slog.Value { return slog.StringValue(fmt.Sprint(c)) }

func (c Config) check() error {
	var problems []error
	base, ok := provider.BaseAddress(c.BaseURL)
	switch {
	case !ok:
		problems = append(problems, errors.New("idkollen: base_url is no plain address without a trailing slash"))
	case base.Scheme != "https" && (base.Scheme != "http" || !provider.Loopback(base.Hostname())):
		problems = append(problems, errors.New("idkollen: base_url must be https"))
	}
	if c.AccountID == "" || c.SecretKey == "" || strings.Contains(c.AccountID, ":") {
		problems = append(problems, errors.New("idkollen: account_id, without a colon, and secret_key are needed"))
	}
	if _, ok := provider.BaseAddress(c.PublicURL); !ok {
		problems = append(problems, errors.New("idkollen: the public address is no plain address without a trailing slash"))
	}
	return errors.Join(problems...)
}

// Provider is the road through an account at IDkollen. It implements [outbound.Provider] and [outbound.CardChecker],
// and is safe for concurrent use.
type Provider struct {
	base     string
	account  string
	secret   func() string // functions, because fmt follows everything else
	signs    func() []byte // the key of call-backs, empty for none
	returnTo string        // where browsers come back, and below which call-backs go
	calls    bool          // call-backs can reach us
	line     provider.Line
	clock    outbound.Clock
}

var (
	_ outbound.Provider    = (*Provider)(nil)
	_ outbound.CardChecker = (*Provider)(nil)
	_ outbound.Prober      = (*Provider)(nil)
)

// New makes a provider without a network call. It fails on a configuration that can never work.
func New(c Config, clock outbound.Clock) (*Provider, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	if c.Timeout <= 0 {
		c.Timeout = DefaultTimeout
	}
	if c.Transport == nil {
		c.Transport = provider.NewTransport(tls.Certificate{}, nil)
	}
	key := []byte(c.CallbackKey)
	return &Provider{
		base: c.BaseURL, account: c.AccountID, secret: func() string { return c.SecretKey },
		signs:    func() []byte { return key },
		returnTo: c.PublicURL + outbound.ReturnPath(Name), calls: strings.HasPrefix(c.PublicURL, "https:"),
		line: provider.Line{Name: Name, Transport: c.Transport, Timeout: c.Timeout}, clock: clock,
	}, nil
}

// Format prints the account and the address, whatever the verb. What carries requests is not looked into: its buffers hold
// what was sent last, and others write to them meanwhile.
func (p *Provider) Format(f fmt.State, _ rune) {
	_, _ = fmt.Fprintf(f, "idkollen %s at %s", p.account, p.base)
}

// Name is [Name].
func (p *Provider) Name() string { return Name }

// thread is what must be known of an order that stands at IDkollen.
type thread struct {
	Path      string        `json:"path"` // below which the order is asked for
	ID        string        `json:"id"`   // IDkollen's own
	Session   string        `json:"session"`
	EID       eid.EID       `json:"eid"`
	Channel   eid.Channel   `json:"channel"`
	Named     string        `json:"named,omitempty"` // the number that the order named its person by
	Documents []paperThread `json:"documents,omitempty"`
}

// paperThread is a document that was handed over.
type paperThread struct {
	ID       string `json:"id"`
	Name     string `json:"name,omitempty"`
	Uploaded string `json:"uploaded"` // IDkollen's name for it
}

func readThread(kept []byte) (thread, error) {
	var t thread
	if err := json.Unmarshal(kept, &t); err != nil || t.Path == "" || !sane(t.ID) {
		return thread{}, fault.ErrInternal.Because(errors.New("idkollen: not a thread of ours"))
	}
	return t, nil
}

// sane holds for identifiers that can stand in a path.
func sane(id string) bool {
	return id != "" && len(id) <= 100 &&
		strings.Trim(id, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_") == ""
}

// Cancel takes the order back and deletes its documents. An order that is over, or that IDkollen does not know any more,
// is no error.
func (p *Provider) Cancel(ctx context.Context, kept []byte) error {
	t, err := readThread(kept)
	if err != nil {
		return err
	}
	got, _, err := p.ask(ctx, http.MethodDelete, t.Path+"/"+t.ID, nil)
	switch {
	case err != nil:
		return eid.ErrProvider.Because(err)
	case got.status == http.StatusUnauthorized, got.status == http.StatusForbidden, got.status >= 500,
		got.status == http.StatusTooManyRequests, got.status >= 300 && got.status < 400:
		return p.unwilling(got)
	}
	p.forget(ctx, t.Documents)
	return nil
}
