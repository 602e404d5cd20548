package organization

import "github.com/eidgate/eidgate/domain/fault"

// What can be wrong with the metadata of an identity provider.
var (
	ErrMetadataSize    = fault.New(fault.Invalid, "metadata_too_large", "The metadata is empty or larger than 1 MiB.")
	ErrMetadataXML     = fault.New(fault.Invalid, "metadata_not_xml", "The metadata is no well-formed XML, or has a document type.")
	ErrMetadataEntity  = fault.New(fault.Invalid, "metadata_no_provider", "The metadata must describe exactly one SAML 2.0 identity provider, with its entity ID.")
	ErrMetadataSignOn  = fault.New(fault.Invalid, "metadata_no_sign_on", "The metadata names no single sign-on address with the redirect or POST binding.")
	ErrMetadataAddress = fault.New(fault.Invalid, "metadata_address_invalid", "An address in the metadata is not https.")
	ErrMetadataKey     = fault.New(fault.Invalid, "metadata_no_certificate", "The metadata has no certificate that signs.")
	ErrMetadataWeakKey = fault.New(fault.Invalid, "metadata_weak_certificate", "A certificate in the metadata cannot be read, or has a key that is too weak: RSA needs 2,048 bits.")
)

// Codes of what is unusual about metadata and keeps nobody from using it.
const (
	CertificateExpired = "certificate_expired"
	CertificateExpires = "certificate_expires" // within 30 days
)
