// Package bankid reaches Swedish BankID directly: the Relying Party API v6 and the API that verifies digital identity
// cards, both over mutual TLS.
//
// What makes an answer count is the channel it came through: the certificate of BankID's own root, pinned by the
// configuration, and our certificate on the other side. The signature (XML) and the OCSP response of a completed order
// are read as far as to see that they are there and are base64; neither is verified here. They are handed on as proofs,
// for whoever has to prove the act one day.
//
// No error holds a number, a token, a name, or words of BankID's answer beside its documented error codes.
package bankid

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/eidgate/eidgate/adapters/provider"
	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/identity"
	"github.com/eidgate/eidgate/ports/outbound"
)

// Name is the key of this provider in configuration and in evidence.
const Name = "bankid"

// DefaultTimeout bounds a call when the configuration says nothing.
const DefaultTimeout = 3 * time.Second

// DefaultAddress stands for the address of a person's device that nobody knows: BankID wants one with every order.
const DefaultAddress = "127.0.0.1"

// leastKey is how many bytes the key of the subjects has at least.
const leastKey = 32

// Config is what a relying party's certificate needs beside itself.
type Config struct {
	// BaseURL is the address of the Relying Party API up to the version, without a trailing slash, such as
	// https://appapi2.bankid.com/rp/v6.0. Plain http is taken on loopback only, and then no certificates are needed.
	BaseURL string
	// CardURL is the whole address at which digital identity cards are verified. "" is the documented one for the
	// documented addresses of BaseURL, and for others v1/verify beside the version.
	CardURL string
	// Certificate says who we are; see [provider.LoadCredentials].
	Certificate tls.Certificate
	// Roots are what BankID's certificate must chain to, and nothing else is trusted: BankID has a root of its own.
	Roots *x509.CertPool
	// SubjectKey makes [eid.Evidence.Subject]: a keyed hash of the number, for BankID has no other lasting name of a
	// person. At least 32 secret bytes that outlive the certificate.
	SubjectKey []byte
	// Policies are the certificate policies that an order accepts, as dotted OIDs; none leaves it to BankID.
	Policies []string
	// Address replaces [DefaultAddress].
	Address string
	// Allow is which numbers count as well formed beside those of everyday.
	Allow identity.Allow
	// Timeout bounds each call, network and all; zero is [DefaultTimeout].
	Timeout time.Duration
}

// Format prints the address and nothing else, whatever the verb: the rest is keys.
func (c Config) Format(f fmt.State, _ rune) { _, _ = fmt.Fprintf(f, "bankid at %s", c.BaseURL) }

// LogValue is what Format prints.
func (c Config) LogValue() slog.Value { return slog.StringValue(fmt.Sprint(c)) }

var oid = regexp.MustCompile(`^[0-2](\.(0|[1-9][0-9]{0,9})){1,20}$`)

func (c Config) check() error {
	problems := []error{checkAddress("base_url", c.BaseURL)}
	if c.CardURL != "" {
		problems = append(problems, checkAddress("card_url", c.CardURL))
	}
	if strings.HasPrefix(c.BaseURL, "https:") || strings.HasPrefix(c.CardURL, "https:") {
		if _, err := provider.Leaf(c.Certificate); err != nil {
			problems = append(problems, errors.New("bankid: certificate is missing or no certificate"))
		}
		if c.Roots == nil {
			problems = append(problems, errors.New("bankid: ca is missing"))
		}
	}
	if len(c.SubjectKey) < leastKey {
		problems = append(problems, errors.New("bankid: the key of the subjects is too short"))
	}
	for _, p := range c.Policies {
		if !oid.MatchString(p) {
			problems = append(problems, errors.New("bankid: policies has something that is no OID"))
		}
	}
	if _, err := netip.ParseAddr(c.Address); c.Address != "" && err != nil {
		problems = append(problems, errors.New("bankid: address is no IP address"))
	}
	return errors.Join(problems...)
}

// checkAddress wants https, or http on loopback, so that a stand-in can take BankID's place.
func checkAddress(setting, address string) error {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" || strings.HasSuffix(address, "/") {
		return errors.New("bankid: " + setting + " is no plain address without a trailing slash")
	}
	if u.Scheme == "https" || u.Scheme == "http" && provider.Loopback(u.Hostname()) {
		return nil
	}
	return errors.New("bankid: " + setting + " must be https")
}

// cardURL is where cards are verified (BankID, environments).
func (c Config) cardURL() string {
	switch {
	case c.CardURL != "":
		return c.CardURL
	case strings.HasPrefix(c.BaseURL, "https://appapi2.bankid.com/"):
		return "https://idcardapi.bankid.com/rp/v1/verify"
	case strings.HasPrefix(c.BaseURL, "https://appapi2.test.bankid.com/"):
		return "https://idcardapi.test.bankid.com/rp/v1/verify"
	}
	beside, err := url.JoinPath(c.BaseURL, "../v1/verify")
	if err != nil {
		return "" // not of an address that was checked
	}
	return beside
}

// Provider is a relying party at BankID. It implements [outbound.Provider] and [outbound.CardChecker] and is safe for
// concurrent use.
type Provider struct {
	config  Config
	line    provider.Line
	expires time.Time
	clock   outbound.Clock
}

var (
	_ outbound.Provider    = (*Provider)(nil)
	_ outbound.CardChecker = (*Provider)(nil)
	_ outbound.Prober      = (*Provider)(nil)
)

// New makes a provider. It makes no network call; it fails only on a configuration that can never work. A certificate
// that has expired is none: what BankID says of it is [eid.ErrMisconfigured], and see [Provider.CertificateExpiry].
func New(c Config, clock outbound.Clock) (*Provider, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	if c.Timeout <= 0 {
		c.Timeout = DefaultTimeout
	}
	if c.Address == "" {
		c.Address = DefaultAddress
	}
	c.Policies, c.CardURL = slices.Clone(c.Policies), c.cardURL()
	line := provider.Line{Name: Name, Transport: provider.NewTransport(c.Certificate, c.Roots), Timeout: c.Timeout}
	p := &Provider{config: c, line: line, clock: clock}
	if own, err := provider.Leaf(c.Certificate); err == nil {
		p.expires = own.NotAfter
	}
	return p, nil
}

// CertificateExpiry is when our certificate ends, after which BankID takes no order; zero when there is none.
func (p *Provider) CertificateExpiry() time.Time { return p.expires }

// Name is [Name].
func (p *Provider) Name() string { return Name }

// Offers lists what BankID does: the caller, or a page of ours, shows the code and the link; or the person is named and
// on the telephone.
func (p *Provider) Offers() []outbound.Offer {
	offer := func(o eid.Operation, c eid.Channel) outbound.Offer {
		return outbound.Offer{EID: eid.SEBankID, Operation: o, Channel: c, Tells: eid.WantNumber, Digest: o.Signs()}
	}
	return []outbound.Offer{
		offer(eid.Authenticate, eid.App), offer(eid.Sign, eid.App), offer(eid.ProveAge, eid.App),
		offer(eid.PhoneAuthenticate, eid.Backchannel), offer(eid.PhoneSign, eid.Backchannel),
	}
}

// offered holds for orders that one of the offers carries, in a way that can be proven: which device a person used,
// BankID does not tell.
func (p *Provider) offered(o eid.Order) bool {
	if o.Context != "" && !eid.SEBankID.DefaultContext().Satisfies(o.Context) || len(o.Documents) > 0 {
		return false
	}
	return slices.ContainsFunc(p.Offers(), func(offer outbound.Offer) bool {
		return offer.EID == o.EID && offer.Operation == o.Operation && o.Channel.Carries(offer.Channel)
	})
}
