package saml

import (
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/eidgate/eidgate/domain/organization"
)

// Names of SAML 2.0 and XML Signature.
const (
	metadataSpace  = "urn:oasis:names:tc:SAML:2.0:metadata"
	signatureSpace = "http://www.w3.org/2000/09/xmldsig#"
	protocol       = "urn:oasis:names:tc:SAML:2.0:protocol"
	redirect       = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect"
	post           = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"
)

const (
	mostEntityID = 1024 // saml-metadata-2.0-os, section 2.2.1
	mostAddress  = 2048
)

// findProvider finds the one role of an identity provider of SAML 2.0, and whose it is.
func findProvider(root *element) (entity string, provider *element, err error) {
	var entities []*element
	switch root.name.Local {
	case "EntityDescriptor":
		entities = []*element{root}
	case "EntitiesDescriptor":
		entities = members(root)
	}
	if root.name.Space != metadataSpace {
		return "", nil, organization.ErrMetadataEntity
	}
	for _, e := range entities {
		for _, role := range e.all(metadataSpace, "IDPSSODescriptor") {
			if !slices.Contains(strings.Fields(role.attribute("protocolSupportEnumeration")), protocol) {
				continue
			}
			if provider != nil {
				return "", nil, organization.ErrMetadataEntity
			}
			entity, provider = e.attribute("entityID"), role
		}
	}
	if provider == nil || entity == "" || len(entity) > mostEntityID || !printable(entity) {
		return "", nil, organization.ErrMetadataEntity
	}
	return entity, provider, nil
}

// members gives the entities of a group and of the groups in it.
func members(group *element) (list []*element) {
	list = group.all(metadataSpace, "EntityDescriptor")
	for _, g := range group.all(metadataSpace, "EntitiesDescriptor") {
		list = append(list, members(g)...)
	}
	return list
}

// signOn is where people are sent: by redirect where the provider has that, since nothing is signed into a form then. No
// address that a person could be sent to may be one without TLS, be it chosen or not.
func (m *Metadata) signOn(provider *element) (string, error) {
	chosen := map[string]string{}
	for _, kind := range []string{"SingleSignOnService", "SingleLogoutService"} {
		for _, service := range provider.all(metadataSpace, kind) {
			binding, location, response := service.attribute("Binding"), service.attribute("Location"), service.attribute("ResponseLocation")
			if binding != redirect && binding != post {
				continue
			}
			if !m.address(location) || response != "" && !m.address(response) {
				return "", organization.ErrMetadataAddress
			}
			if kind == "SingleSignOnService" && chosen[binding] == "" {
				chosen[binding] = location
			}
		}
	}
	for _, binding := range []string{redirect, post} {
		if chosen[binding] != "" {
			return chosen[binding], nil
		}
	}
	return "", organization.ErrMetadataSignOn
}

// address holds for an absolute https address, and for http on this machine where the configuration says so.
func (m *Metadata) address(text string) bool {
	if len(text) > mostAddress || !printable(text) {
		return false
	}
	u, err := url.Parse(text)
	if err != nil || u.Hostname() == "" || u.User != nil || strings.ContainsAny(text, `\"<>^`+"`{|}#") {
		return false
	}
	if port := u.Port(); port != "" || strings.HasSuffix(u.Host, ":") {
		if n, err := strconv.ParseUint(port, 10, 16); err != nil || n == 0 {
			return false
		}
	}
	return u.Scheme == "https" || u.Scheme == "http" && m.config.LoopbackHTTP && isLoopback(u.Hostname())
}

func isLoopback(host string) bool {
	ip, err := netip.ParseAddr(host)
	return strings.EqualFold(host, "localhost") || err == nil && ip.IsLoopback()
}

// printable holds for ASCII without spaces and controls, as identifiers and addresses are.
func printable(text string) bool {
	return !strings.ContainsFunc(text, func(r rune) bool { return r <= ' ' || r > '~' })
}
