// Package freja reaches Freja directly, by its REST API for relying parties over mutual TLS.
//
// A result counts when Freja has signed it: a compact JWS (RFC 7515) with RS256 whose x5t names one of the certificates
// in the configuration, about our order, approved, at the level that was asked for or above, and made after the order.
// Nothing is taken from the answer around it. The person's own signature inside a signed result, and the OCSP response
// beside it, are handed on as proofs and verified by nobody here.
//
// No error holds a number, a reference, a name, or words of Freja's answer beside its numeric codes.
package freja

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/eidgate/eidgate/adapters/provider"
	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/identity"
	"github.com/eidgate/eidgate/ports/outbound"
)

// Name is the key of this provider in configuration and in evidence.
const Name = "freja"

// DefaultTimeout bounds a call when the configuration says nothing.
const DefaultTimeout = 3 * time.Second

// leastKey is how many bytes the key of the subjects has at least.
const leastKey = 32

// Config is what a relying party's certificate needs beside itself.
type Config struct {
	// BaseURL is the address of Freja's services without a path, such as https://services.prod.frejaeid.com. Plain http
	// is taken on loopback only, and then neither Certificate nor Roots is needed.
	BaseURL string
	// Certificate says who we are; see [provider.LoadCredentials].
	Certificate tls.Certificate
	// Roots are what Freja's certificate must chain to, and nothing else is trusted: Freja has a root of its own.
	Roots *x509.CertPool
	// JWSCertificates are those with which Freja signs results; see [LoadJWS]. Freja hands them out beforehand, so that
	// being here is what makes one good: neither its chain nor its end is looked at. At least one, with RSA keys of at
	// least 2,048 bits.
	JWSCertificates []*x509.Certificate
	// SubjectKey makes [eid.Evidence.Subject], a keyed hash of country and number. At least 32 secret bytes that outlive
	// the certificate.
	SubjectKey []byte
	// Allow is which numbers count as well formed beside those of everyday.
	Allow identity.Allow
	// Timeout bounds each call, network and all; zero is [DefaultTimeout].
	Timeout time.Duration
}

// Format prints the address and nothing else, whatever the verb: the rest is keys.
func (c Config) Format(f fmt.State, _ rune) { _, _ = fmt.Fprintf(f, "freja at %s", c.BaseURL) }

// LogValue is what Format prints.
func (c Config) LogValue() slog.Value { return slog.StringValue(fmt.Sprint(c)) }

func (c Config) check() error {
	problems := []error{checkAddress("base_url", c.BaseURL)}
	if strings.HasPrefix(c.BaseURL, "https:") {
		if _, err := provider.Leaf(c.Certificate); err != nil {
			problems = append(problems, errors.New("freja: certificate is missing or no certificate"))
		}
		if c.Roots == nil {
			problems = append(problems, errors.New("freja: ca is missing"))
		}
	}
	if len(c.SubjectKey) < leastKey {
		problems = append(problems, errors.New("freja: the key of the subjects is too short"))
	}
	return errors.Join(problems...)
}

// checkAddress wants https, or http on loopback, so that a stand-in can take Freja's place.
func checkAddress(setting, address string) error {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" || strings.HasSuffix(address, "/") {
		return errors.New("freja: " + setting + " is no plain address without a trailing slash")
	}
	if u.Scheme == "https" || u.Scheme == "http" && provider.Loopback(u.Hostname()) {
		return nil
	}
	return errors.New("freja: " + setting + " must be https")
}

// Provider is a relying party at Freja. It implements [outbound.Provider] and is safe for concurrent use.
type Provider struct {
	config  Config
	keys    signers
	line    provider.Line
	expires time.Time
	clock   outbound.Clock
}

var (
	_ outbound.Provider = (*Provider)(nil)
	_ outbound.Prober   = (*Provider)(nil)
)

// New makes a provider. It makes no network call; it fails only on a configuration that can never work. A certificate
// that has expired is none: see [Provider.CertificateExpiry].
func New(c Config, clock outbound.Clock) (*Provider, error) {
	keys, err := newSigners(c.JWSCertificates)
	if err := errors.Join(c.check(), err); err != nil {
		return nil, err
	}
	if c.Timeout <= 0 {
		c.Timeout = DefaultTimeout
	}
	line := provider.Line{Name: Name, Transport: provider.NewTransport(c.Certificate, c.Roots), Timeout: c.Timeout}
	p := &Provider{config: c, keys: keys, line: line, clock: clock}
	if own, err := provider.Leaf(c.Certificate); err == nil {
		p.expires = own.NotAfter
	}
	return p, nil
}

// CertificateExpiry is when our certificate ends, after which Freja takes no order; zero when there is none.
func (p *Provider) CertificateExpiry() time.Time { return p.expires }

// Name is [Name].
func (p *Provider) Name() string { return Name }

// Offers lists what Freja does: the caller, or a page of ours, shows a code and a link; or the person is named and
// notified.
func (p *Provider) Offers() []outbound.Offer {
	offer := func(o eid.Operation, c eid.Channel) outbound.Offer {
		return outbound.Offer{
			EID: eid.SEFreja, Operation: o, Channel: c, Tells: eid.WantNumber | eid.WantPhone | eid.WantEmail | eid.WantAddress,
			Digest: o.Signs(),
		}
	}
	return []outbound.Offer{
		offer(eid.Authenticate, eid.App), offer(eid.Sign, eid.App), offer(eid.ProveAge, eid.App),
		offer(eid.Authenticate, eid.Backchannel), offer(eid.Sign, eid.Backchannel),
	}
}

// offered holds for orders that one of the offers carries, in a way that can be proven.
func (p *Provider) offered(o eid.Order) bool {
	if o.Context != "" && !eid.SEFreja.DefaultContext().Satisfies(o.Context) || len(o.Documents) > 0 {
		return false
	}
	return slices.ContainsFunc(p.Offers(), func(offer outbound.Offer) bool {
		return offer.EID == o.EID && offer.Operation == o.Operation && o.Channel.Carries(offer.Channel)
	})
}
