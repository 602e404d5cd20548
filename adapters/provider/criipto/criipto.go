// Package criipto reaches the Nordic eIDs through Criipto Verify (today Idura Verify), an OpenID Connect provider.
//
// [Provider] speaks the dialect that the Finnish Trust Network demands of its clients: signed authorization
// requests (RFC 9101), authentication with private_key_jwt (RFC 7523) and encrypted id_tokens. [Plain] redeems codes
// of a second application at Criipto that has a client secret. Nothing here reads the environment, and no error
// holds an address with a code, a token, or words of the provider's answer.
package criipto

import (
	"context"
	"crypto/rsa"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/eidgate/eidgate/adapters/provider"
	"github.com/eidgate/eidgate/ports/outbound"
)

// Name is the key of this provider in configuration and in evidence.
const Name = "criipto"

// DefaultTimeout bounds a call when the configuration says nothing.
const DefaultTimeout = 3 * time.Second

// leastBits is the size below which an RSA key protects nothing (NIST SP 800-131A).
const leastBits = 2048

// Config is what an application at Criipto needs. Its static public keys are registered there under the same
// identifiers (kid).
type Config struct {
	// Issuer is the address of the Criipto domain without a trailing slash, https or, on loopback, http.
	Issuer   string
	ClientID string
	// SigningKey and EncryptionKey are private RSA keys of at least 2,048 bits with a kid each, and not the same.
	SigningKey    jose.JSONWebKey
	EncryptionKey jose.JSONWebKey
	// RequestType is the typ header of request objects, left out when empty. RFC 9101 names
	// oauth-authz-req+jwt; Criipto's own samples carry none.
	RequestType string
	// PublicURL is the gateway's own address without a trailing slash, below which people come back on the channel Page;
	// that address and [outbound.ReturnPath] together are registered at Criipto as a callback. When it is empty nothing
	// is offered on Page.
	PublicURL string
	// Timeout bounds each call of the provider, network and all; zero is [DefaultTimeout].
	Timeout time.Duration
	// Transport carries the requests, for proxies, own certificates and traces; nil is a plain one.
	Transport http.RoundTripper
}

// Format prints the issuer and the client and nothing else, whatever the verb: the rest is keys.
func (c Config) Format(f fmt.State, _ rune) {
	_, _ = fmt.Fprintf(f, "criipto %s at %s", c.ClientID, c.Issuer)
}

// LogValue is what Format prints.
func (c Config) LogValue() slog.Value { return slog.StringValue(fmt.Sprint(c)) }

func (c Config) check() error {
	problems := []error{checkIssuer(c.Issuer)}
	if c.ClientID == "" {
		problems = append(problems, errors.New("criipto: client_id is missing"))
	}
	if _, ok := provider.BaseAddress(c.PublicURL); c.PublicURL != "" && !ok {
		problems = append(problems, errors.New("criipto: the public address is no plain address without a trailing slash"))
	}
	signing, err := privateKey("signing_key", c.SigningKey)
	problems = append(problems, err)
	encryption, err := privateKey("encryption_key", c.EncryptionKey)
	problems = append(problems, err)
	if signing != nil && encryption != nil && (signing.Equal(encryption) || c.SigningKey.KeyID == c.EncryptionKey.KeyID) {
		problems = append(problems,
			errors.New("criipto: signing_key and encryption_key must be different keys with different kids"))
	}
	return errors.Join(problems...)
}

// privateKey looks at a configured key; its errors name the setting and show nothing of the key.
func privateKey(setting string, k jose.JSONWebKey) (*rsa.PrivateKey, error) {
	key, ok := k.Key.(*rsa.PrivateKey)
	switch {
	case !ok:
		return nil, errors.New("criipto: " + setting + " is no private RSA key")
	case key.Validate() != nil || key.N.BitLen() < leastBits:
		return nil, errors.New("criipto: " + setting + " is no sound RSA key of at least 2048 bits")
	case k.KeyID == "":
		return nil, errors.New("criipto: " + setting + " has no kid")
	}
	return key, nil
}

// checkIssuer wants https, or http on loopback, so that a stand-in can take Criipto's place.
func checkIssuer(issuer string) error {
	if _, ok := provider.BaseAddress(issuer); !ok {
		return errors.New("criipto: issuer is no plain address without a trailing slash")
	}
	if u, err := url.Parse(issuer); err == nil && (u.Scheme == "https" || u.Scheme == "http" && provider.Loopback(u.Hostname())) {
		return nil
	}
	return errors.New("criipto: issuer must be https")
}

// Provider is the road through Criipto's application for the Finnish Trust Network, which serves the other
// countries as well. It implements [outbound.Provider] and is safe for concurrent use.
//
// The provider's discovery document and keys belong to no session. They are fetched by [Provider.Warm], or by the
// first call that needs them, within that call's deadline; one fetch serves everybody who waits. After that Begin
// makes no network call, even if the provider is away: an old discovery document is renewed in the background.
type Provider struct {
	issuer        *issuer
	client        string
	signRequest   signer
	signAssertion signer
	decrypt       func(raw string) (string, error)
	returnTo      string // where people come back on the channel Page, "" when they cannot
	ids           outbound.IDs
	random        outbound.Random
	clock         outbound.Clock
}

var _ outbound.Provider = (*Provider)(nil)

// New makes a provider. It makes no network call, so the gateway starts while Criipto is away; it fails only on a
// configuration that can never work.
func New(c Config, clock outbound.Clock, ids outbound.IDs, random outbound.Random) (*Provider, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	requests, err := newSigner(c.SigningKey, c.RequestType)
	if err != nil {
		return nil, errors.New("criipto: signing_key cannot sign")
	}
	assertions, err := newSigner(c.SigningKey, "")
	if err != nil {
		return nil, errors.New("criipto: signing_key cannot sign")
	}
	returnTo := ""
	if c.PublicURL != "" {
		returnTo = c.PublicURL + outbound.ReturnPath(Name)
	}
	return &Provider{
		issuer: newIssuer(c.Issuer, c.Timeout, c.Transport, clock), client: c.ClientID, returnTo: returnTo,
		signRequest: requests, signAssertion: assertions, ids: ids, random: random, clock: clock,
		decrypt: func(raw string) (string, error) { return decrypt(raw, c.EncryptionKey) },
	}, nil
}

// Name is [Name].
func (p *Provider) Name() string { return Name }

// Warm fetches the discovery document and the keys, so that the first session need not wait for them.
func (p *Provider) Warm(ctx context.Context) error {
	ctx, cancel := p.issuer.within(ctx)
	defer cancel()
	return p.issuer.ready(ctx)
}

// Cancel does nothing: until the person logs in there is no order at Criipto, and a code that nobody redeems ends
// by itself.
func (p *Provider) Cancel(context.Context, []byte) error { return nil }
