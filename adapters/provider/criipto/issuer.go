package criipto

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"time"

	"github.com/eidgate/eidgate/adapters/provider"
	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/ports/outbound"
)

// Discovery documents and keys are renewed when they are this old.
const renewal = time.Hour

// pause is how long a renewal in the background waits after one that failed.
const pause = 10 * time.Second

// issuer is the Criipto domain: where its endpoints are, and which keys it signs with.
type issuer struct {
	url       string
	timeout   time.Duration
	transport http.RoundTripper
	clock     outbound.Clock
	document  memo[metadata]
	keys      keySet
}

func newIssuer(address string, timeout time.Duration, transport http.RoundTripper, clock outbound.Clock) *issuer {
	if timeout <= 0 {
		timeout = DefaultTimeout
	}
	if transport == nil {
		transport = newTransport()
	}
	i := &issuer{url: address, timeout: timeout, transport: transport, clock: clock}
	i.document = memo[metadata]{fetch: i.discover, timeout: timeout}
	i.keys = keySet{memo: memo[[]publicKey]{fetch: i.fetchKeys, timeout: timeout}}
	return i
}

func (i *issuer) within(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(ctx, i.timeout)
}

func (i *issuer) call() *call { return &call{next: i.transport} }

// ready makes sure that there is a discovery document, and keys that are not old. What is missing is fetched; keys
// that cannot be renewed are not used, because the reason may be that one of them was stolen.
func (i *issuer) ready(ctx context.Context) error {
	if _, err := i.metadata(ctx); err != nil {
		return err
	}
	now := i.clock.Now()
	if _, at := i.keys.memo.last(); !at.IsZero() && now.Sub(at) < renewal {
		return nil
	}
	_, err := i.keys.memo.renew(ctx, now)
	return err
}

// metadata is what we read of a discovery document (OpenID Connect Discovery 1.0 section 3).
type metadata struct {
	Issuer                string `json:"issuer"`
	AuthorizationEndpoint string `json:"authorization_endpoint"`
	TokenEndpoint         string `json:"token_endpoint"`
	JWKSURI               string `json:"jwks_uri"`
}

// metadata gives the discovery document, which is fetched when there is none. An old one is renewed behind the
// caller's back, so that nobody waits.
func (i *issuer) metadata(ctx context.Context) (metadata, error) {
	now := i.clock.Now()
	m, at := i.document.last()
	if at.IsZero() {
		return i.document.renew(ctx, now)
	}
	if now.Sub(at) >= renewal && now.Sub(i.document.lastTry()) >= pause {
		i.document.start(ctx, now)
	}
	return m, nil
}

func (i *issuer) discover(ctx context.Context) (metadata, error) {
	var m metadata
	if err := i.get(ctx, i.url+"/.well-known/openid-configuration", &m); err != nil {
		return metadata{}, err
	}
	if m.Issuer != i.url {
		return metadata{}, eid.ErrMisconfigured.Because(errors.New("criipto: the discovery document is another issuer's"))
	}
	for _, endpoint := range []string{m.AuthorizationEndpoint, m.TokenEndpoint, m.JWKSURI} {
		if !i.trusts(endpoint) {
			return metadata{}, eid.ErrMisconfigured.Because(errors.New("criipto: the discovery document lacks a usable endpoint"))
		}
	}
	return m, nil
}

// trusts holds for endpoints that are reached as safely as the issuer itself, and to whose address a query can be
// appended.
func (i *issuer) trusts(endpoint string) bool {
	home, err := url.Parse(i.url)
	if err != nil {
		return false
	}
	u, err := url.Parse(endpoint)
	if err != nil || u.Host == "" || u.User != nil || u.RawQuery != "" || u.ForceQuery || u.Fragment != "" {
		return false
	}
	return u.Scheme == "https" || u.Scheme == "http" && home.Scheme == "http" && provider.Loopback(u.Hostname())
}

// get reads a public JSON document. Nothing is done at the provider by reading, so every failure of the way is
// [eid.ErrProvider].
func (i *issuer) get(ctx context.Context, address string, into any) error {
	ask, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return eid.ErrMisconfigured.Because(errTransport)
	}
	ask.Header.Set("Accept", "application/json")
	answer, err := i.call().client().Do(ask)
	if err != nil {
		return eid.ErrProvider.Because(provider.Plain(Name, err))
	}
	defer func() { _ = answer.Body.Close() }()
	status := httpStatus(answer.StatusCode)
	switch {
	case status == http.StatusOK:
	case status == http.StatusTooManyRequests, status >= 500:
		return eid.ErrProvider.Because(status).RetryIn(provider.RetryAfter(answer.Header, i.clock.Now()))
	default:
		return eid.ErrMisconfigured.Because(status)
	}
	raw, err := io.ReadAll(answer.Body)
	if err != nil {
		return eid.ErrProvider.Because(provider.Plain(Name, err))
	}
	if json.Unmarshal(raw, into) != nil {
		return eid.ErrProvider.Because(errGarbage)
	}
	return nil
}
