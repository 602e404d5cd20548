package saml

import (
	"crypto/x509"
	"encoding/base64"
	"encoding/xml"
	"errors"

	"github.com/eidgate/eidgate/domain/fault"
	"github.com/eidgate/eidgate/ports/outbound"
)

var errDescription = errors.New("a service provider needs its name, its address and its certificate")

// nameIDFormats are those that we take, by the order in which we like them.
var nameIDFormats = []string{
	"urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress",
	"urn:oasis:names:tc:SAML:2.0:nameid-format:persistent",
	"urn:oasis:names:tc:SAML:2.0:nameid-format:transient",
	"urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified",
}

// Describe writes our own metadata; see [outbound.ProviderMetadata]. The one certificate stands for signing and for
// encryption. We sign our requests, and want assertions signed.
func (m *Metadata) Describe(s outbound.ServiceDescription) (string, error) {
	if _, err := x509.ParseCertificate(s.Certificate); err != nil || s.EntityID == "" || len(s.EntityID) > mostEntityID || !printable(s.EntityID) || s.ReplyURL == "" || !printable(s.ReplyURL) {
		return "", fault.ErrInternal.Because(errDescription)
	}
	text := base64.StdEncoding.EncodeToString(s.Certificate)
	document, err := xml.MarshalIndent(entityDescriptor{
		Metadata: metadataSpace, Signature: signatureSpace, EntityID: s.EntityID,
		Role: spDescriptor{
			RequestsSigned: true, AssertionsSigned: true, Protocol: protocol,
			Keys:    []keyDescriptor{{Use: "signing", Certificate: text}, {Use: "encryption", Certificate: text}},
			Formats: nameIDFormats,
			Reply:   endpoint{Binding: post, Location: s.ReplyURL, IsDefault: true},
		},
	}, "", "  ")
	if err != nil {
		return "", fault.ErrInternal.Because(err)
	}
	return xml.Header + string(document) + "\n", nil
}

// The document. Its elements stand in the order of the schema; prefixes are written out, since some readers want none but
// these.
type (
	entityDescriptor struct {
		XMLName   xml.Name     `xml:"md:EntityDescriptor"`
		Metadata  string       `xml:"xmlns:md,attr"`
		Signature string       `xml:"xmlns:ds,attr"`
		EntityID  string       `xml:"entityID,attr"`
		Role      spDescriptor `xml:"md:SPSSODescriptor"`
	}
	spDescriptor struct {
		RequestsSigned   bool            `xml:"AuthnRequestsSigned,attr"`
		AssertionsSigned bool            `xml:"WantAssertionsSigned,attr"`
		Protocol         string          `xml:"protocolSupportEnumeration,attr"`
		Keys             []keyDescriptor `xml:"md:KeyDescriptor"`
		Formats          []string        `xml:"md:NameIDFormat"`
		Reply            endpoint        `xml:"md:AssertionConsumerService"`
	}
	keyDescriptor struct {
		Use         string `xml:"use,attr"`
		Certificate string `xml:"ds:KeyInfo>ds:X509Data>ds:X509Certificate"`
	}
	endpoint struct {
		Binding   string `xml:"Binding,attr"`
		Location  string `xml:"Location,attr"`
		Index     int    `xml:"index,attr"`
		IsDefault bool   `xml:"isDefault,attr"`
	}
)
