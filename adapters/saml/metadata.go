package saml

import (
	"context"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/outbound"
)

var _ outbound.ProviderMetadata = (*Metadata)(nil)

// MostMetadata is how many bytes the metadata of an identity provider has at most.
const MostMetadata = 1 << 20

// soon is how long before its end a certificate is worth a warning.
const soon = 30 * 24 * time.Hour

// Config says what is let pass in development.
type Config struct {
	// LoopbackHTTP lets identity providers on this machine do without TLS.
	LoopbackHTTP bool
}

// Metadata reads and writes SAML 2.0 metadata. Any number of goroutines may use it.
type Metadata struct {
	config Config
	clock  outbound.Clock
}

// New makes a reader and writer.
func New(c Config, clock outbound.Clock) *Metadata { return &Metadata{config: c, clock: clock} }

// Read judges the metadata of an identity provider; see [outbound.ProviderMetadata]. What it gives holds the document as
// it came, but for a byte order mark and space around it. Warnings are among [organization.CertificateExpired] and
// [organization.CertificateExpires], each once. It fails with [organization.ErrMetadataSize], ErrMetadataXML,
// ErrMetadataEntity, ErrMetadataSignOn, ErrMetadataAddress, ErrMetadataKey or ErrMetadataWeakKey, whose causes quote
// nothing of the document.
func (m *Metadata) Read(_ context.Context, xml string) (read organization.ProviderMetadata, warnings []string, err error) {
	if len(xml) > MostMetadata {
		return read, nil, organization.ErrMetadataSize
	}
	xml = strings.Trim(strings.TrimPrefix(xml, "\ufeff"), " \t\r\n")
	if xml == "" {
		return read, nil, organization.ErrMetadataSize
	}
	if !utf8.ValidString(xml) {
		return read, nil, organization.ErrMetadataXML.Because(errSyntax)
	}
	root, err := scan(xml)
	if err != nil {
		return read, nil, organization.ErrMetadataXML.Because(err)
	}
	entity, provider, err := findProvider(root)
	if err != nil {
		return read, nil, err
	}
	signOn, err := m.signOn(provider)
	if err != nil {
		return read, nil, err
	}
	certificates, err := signing(provider)
	if err != nil {
		return read, nil, err
	}
	read = organization.ProviderMetadata{XML: xml, EntityID: entity, SignOn: signOn, Certificates: len(certificates), ExpiresAt: certificates[0].NotAfter}
	now := m.clock.Now()
	expired, expires := false, false
	for _, c := range certificates {
		if c.NotAfter.Before(read.ExpiresAt) {
			read.ExpiresAt = c.NotAfter
		}
		expired = expired || c.NotAfter.Before(now)
		expires = expires || !c.NotAfter.Before(now) && c.NotAfter.Before(now.Add(soon))
	}
	if expired {
		warnings = append(warnings, organization.CertificateExpired)
	}
	if expires {
		warnings = append(warnings, organization.CertificateExpires)
	}
	return read, warnings, nil
}
