package wiring

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/eidgate/eidgate/adapters/metrics"
	"github.com/eidgate/eidgate/adapters/provider"
	"github.com/eidgate/eidgate/adapters/provider/bankid"
	"github.com/eidgate/eidgate/adapters/provider/breaker"
	"github.com/eidgate/eidgate/adapters/provider/freja"
	"github.com/eidgate/eidgate/adapters/vault"
	"github.com/eidgate/eidgate/domain/identity"
	"github.com/eidgate/eidgate/ports/outbound"
)

// schemes joins the eIDs' own APIs, where a certificate says who we are.
type schemes struct {
	roads   *roads
	guard   func(outbound.Provider, Patience) *breaker.Guarded
	vault   *vault.Vault
	clock   outbound.Clock
	metrics *metrics.Metrics
	allow   identity.Allow
}

func (s schemes) add(p Providers) error {
	return errors.Join(s.bankID(p.BankID), s.freja(p.Freja))
}

func (s schemes) bankID(c BankID) error {
	if c.BaseURL == "" {
		return nil
	}
	certificate, ca, err := credentials("bankid", c.MutualTLS)
	if err != nil {
		return err
	}
	p, err := bankid.New(bankid.Config{
		BaseURL: c.BaseURL, CardURL: c.CardURL, Certificate: certificate, Roots: ca, SubjectKey: s.vault.Derive("bankid subject"),
		Policies: c.Policies, Allow: s.allow, Timeout: c.Timeout,
	}, s.clock)
	if err != nil {
		return fmt.Errorf("providers.bankid: %w", err)
	}
	g := s.guard(p, c.Patience)
	s.roads.cards[p.Name()] = breaker.GuardCards(p, g)
	s.expires(p.Name(), p.CertificateExpiry())
	return nil
}

func (s schemes) freja(c Freja) error {
	if c.BaseURL == "" {
		return nil
	}
	certificate, ca, err := credentials("freja", c.MutualTLS)
	signers, signersErr := freja.LoadJWS(c.JWSCertificates...)
	if err := errors.Join(err, signersErr); err != nil {
		return fmt.Errorf("providers.freja: %w", err)
	}
	p, err := freja.New(freja.Config{
		BaseURL: c.BaseURL, Certificate: certificate, Roots: ca, JWSCertificates: signers, SubjectKey: s.vault.Derive("freja subject"),
		Allow: s.allow, Timeout: c.Timeout,
	}, s.clock)
	if err != nil {
		return fmt.Errorf("providers.freja: %w", err)
	}
	s.guard(p, c.Patience)
	s.expires(p.Name(), p.CertificateExpiry())
	return nil
}

// credentials are read where the address needs them: plain http, which is for stand-ins on loopback, has none.
func credentials(name string, c MutualTLS) (tls.Certificate, *x509.CertPool, error) {
	if strings.HasPrefix(c.BaseURL, "http:") {
		return tls.Certificate{}, nil, nil
	}
	certificate, ca, err := provider.LoadCredentials(provider.Files{Certificate: c.Certificate, Key: c.Key, CA: c.CA})
	if err != nil {
		return tls.Certificate{}, nil, fmt.Errorf("providers.%s: %w", name, err)
	}
	return certificate, ca, nil
}

// expires shows when our certificate ends.
func (s schemes) expires(provider string, end time.Time) {
	if !end.IsZero() {
		s.metrics.CertificateExpiry(provider, func() time.Duration { return end.Sub(s.clock.Now()) })
	}
}
