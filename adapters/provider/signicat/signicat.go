// Package signicat reaches the Nordic eIDs through Signicat's Authentication REST API (version 1).
//
// An order is a session there, made by a POST; the person is sent to its page, or is shown a code of ours, and how far it has
// come is asked with GET. What a session ends in is believed because of the channel that it comes through, and only when it is
// the session that was made, with our reference, about the eID that was asked for and a number of its country. The Finnish
// network wants answers that nobody on the way can read: they are encrypted for a key that each order has for itself.
//
// The account at Signicat is the gateway's own, so a text that people read begins with the name of the organization that asks.
// No error holds words of Signicat's answers, which may repeat what was sent, beside its own short codes.
package signicat

import (
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"time"

	"github.com/eidgate/eidgate/adapters/provider"
	"github.com/eidgate/eidgate/ports/outbound"
)

// Name is the key of this provider in configuration and in evidence.
const Name = "signicat"

// DefaultTimeout bounds a call when the configuration says nothing.
const DefaultTimeout = 3 * time.Second

// Config is what an account at Signicat needs.
type Config struct {
	// BaseURL is the address of the API without a trailing slash, such as https://api.signicat.com/auth/rest, and TokenURL
	// where access tokens come from, such as https://api.signicat.com/auth/open/connect/token; https or, on loopback, http.
	BaseURL  string
	TokenURL string
	// ClientID and ClientSecret are an API client with the permission "Authentication REST API".
	ClientID     string
	ClientSecret string
	// AccountID is the account whose eIDs are used; it decides, too, whether people are real ones.
	AccountID string
	// PublicURL is the gateway's own address without a trailing slash; browsers come back to [outbound.ReturnPath] below it.
	PublicURL string
	// Timeout bounds each call, network and all; zero is [DefaultTimeout].
	Timeout time.Duration
	// Transport carries the requests, for proxies, own certificates and traces; nil is a plain one.
	Transport http.RoundTripper
}

// Format prints the account and the address and nothing else, whatever the verb: the rest is secret.
func (c Config) Format(f fmt.State, _ rune) {
	_, _ = fmt.Fprintf(f, "signicat %s at %s", c.AccountID, c.BaseURL)
}

// LogValue is what Format prints.
func (c Config) LogValue() slog.Value { return slog.StringValue(fmt.Sprint(c)) }

func (c Config) check() error {
	var problems []error
	for _, address := range []struct{ setting, value string }{{"base_url", c.BaseURL}, {"token_url", c.TokenURL}} {
		switch u, ok := provider.BaseAddress(address.value); {
		case !ok:
			problems = append(problems, errors.New("signicat: "+address.setting+" is no plain address without a trailing slash"))
		case u.Scheme != "https" && (u.Scheme != "http" || !provider.Loopback(u.Hostname())):
			problems = append(problems, errors.New("signicat: "+address.setting+" must be https"))
		}
	}
	if c.ClientID == "" || c.ClientSecret == "" || c.AccountID == "" {
		problems = append(problems, errors.New("signicat: client_id, client_secret and account_id are needed"))
	}
	if _, ok := provider.BaseAddress(c.PublicURL); !ok {
		problems = append(problems, errors.New("signicat: the public address is no plain address without a trailing slash"))
	}
	return errors.Join(problems...)
}

// Provider is the road through an account at Signicat. It implements [outbound.Provider] and is safe for concurrent use.
type Provider struct {
	base     string
	account  string
	returnTo string // where browsers come back
	line     provider.Line
	tokens   *tokens
	random   io.Reader
	clock    outbound.Clock
}

var (
	_ outbound.Provider = (*Provider)(nil)
	_ outbound.Prober   = (*Provider)(nil)
)

// New makes a provider without a network call. It fails on a configuration that can never work. The keys that answers are
// encrypted for come from random.
func New(c Config, clock outbound.Clock, random io.Reader) (*Provider, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	if c.Timeout <= 0 {
		c.Timeout = DefaultTimeout
	}
	if c.Transport == nil {
		c.Transport = provider.NewTransport(tls.Certificate{}, nil)
	}
	line := provider.Line{Name: Name, Transport: c.Transport, Timeout: c.Timeout}
	return &Provider{
		base: c.BaseURL, account: c.AccountID, returnTo: c.PublicURL + outbound.ReturnPath(Name), line: line,
		tokens: newTokens(c, line, clock), random: random, clock: clock,
	}, nil
}

// Format prints the account and the address, whatever the verb: tokens and buffers lie behind the rest.
func (p *Provider) Format(f fmt.State, _ rune) {
	_, _ = fmt.Fprintf(f, "signicat %s at %s", p.account, p.base)
}

// Name is [Name].
func (p *Provider) Name() string { return Name }
