// Package saml reads the metadata of identity providers, and writes our own (SAML 2.0 Metadata, which is cited as
// saml-metadata-2.0-os).
//
// What is read was uploaded by somebody who may be anybody. The document is scanned strictly (XML 1.0, Namespaces in
// XML 1.0) within bounds, without document types, and nothing that it refers to is fetched. A signature on it is not
// looked at: whoever uploads it could have signed it, too, and is trusted, or not, for having been let in.
package saml
