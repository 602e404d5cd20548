package saml_test

import (
	"encoding/base64"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/eidgate/eidgate/adapters/saml"
	"github.com/eidgate/eidgate/domain/fault"
	"github.com/eidgate/eidgate/ports/outbound"
)

func described(t *testing.T) (document, certificate string) {
	t.Helper()
	certificate = good()["RSA"]
	der, err := base64.StdEncoding.DecodeString(certificate)
	if err != nil {
		t.Fatal(err)
	}
	document, err = open().Describe(outbound.ServiceDescription{
		EntityID: "https://gate.example/sso/sp/metadata/acme_1?a=1&b=2", ReplyURL: `https://gate.example/sso/sp/consume/acme_1?a="<b>"`, Certificate: der,
	})
	if err != nil {
		t.Fatal(err)
	}
	return document, certificate
}

// outline is a document as the schema sees it: each element with its namespace and attributes, its text, and its end.
func outline(t *testing.T, document string) (list []string) {
	t.Helper()
	d := xml.NewDecoder(strings.NewReader(document))
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return list
		}
		if err != nil {
			t.Fatal(err)
		}
		switch token := token.(type) {
		case xml.StartElement:
			text := "{" + token.Name.Space + "}" + token.Name.Local
			for _, a := range token.Attr {
				if a.Name.Space != "xmlns" {
					text += fmt.Sprintf(" %s=%s", a.Name.Local, a.Value)
				}
			}
			list = append(list, text)
		case xml.EndElement:
			list = append(list, "end")
		case xml.CharData:
			if text := strings.TrimSpace(string(token)); text != "" {
				list = append(list, text)
			}
		}
	}
}

// TestOurMetadataIsWhatTheSchemaWants writes down what saml-schema-metadata-2.0 asks for, in its order: keys, then formats
// of names, then where assertions are consumed, with an index.
func TestOurMetadataIsWhatTheSchemaWants(t *testing.T) {
	document, certificate := described(t)
	const md, ds = "{urn:oasis:names:tc:SAML:2.0:metadata}", "{http://www.w3.org/2000/09/xmldsig#}"
	key := func(use string) []string {
		return []string{md + "KeyDescriptor use=" + use, ds + "KeyInfo", ds + "X509Data", ds + "X509Certificate", certificate, "end", "end", "end", "end"}
	}
	format := func(name string) []string { return []string{md + "NameIDFormat", name, "end"} }
	want := slices.Concat(
		[]string{
			md + "EntityDescriptor entityID=https://gate.example/sso/sp/metadata/acme_1?a=1&b=2",
			md + "SPSSODescriptor AuthnRequestsSigned=true WantAssertionsSigned=true protocolSupportEnumeration=urn:oasis:names:tc:SAML:2.0:protocol",
		},
		key("signing"), key("encryption"),
		format("urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress"), format("urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"),
		format("urn:oasis:names:tc:SAML:2.0:nameid-format:transient"), format("urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified"),
		[]string{
			md + `AssertionConsumerService Binding=urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST Location=https://gate.example/sso/sp/consume/acme_1?a="<b>" index=0 isDefault=true`,
			"end", "end", "end",
		},
	)
	if got := outline(t, document); !slices.Equal(got, want) {
		t.Errorf("we say\n%s", strings.Join(got, "\n"))
	}
	if !strings.HasPrefix(document, `<?xml version="1.0" encoding="UTF-8"?>`+"\n<md:EntityDescriptor ") {
		t.Error("it does not begin as readers of metadata like it")
	}
}

func TestOurOwnScannerTakesOurMetadata(t *testing.T) {
	document, _ := described(t)
	if err := saml.Scan(document); err != nil {
		t.Error(err)
	}
}

func TestWhatCannotBeDescribedIsOurMistake(t *testing.T) {
	der, err := base64.StdEncoding.DecodeString(good()["RSA"])
	if err != nil {
		t.Fatal(err)
	}
	whole := outbound.ServiceDescription{EntityID: "https://gate.example/m", ReplyURL: "https://gate.example/r", Certificate: der}
	for name, change := range map[string]func(s *outbound.ServiceDescription){
		"no name":                  func(s *outbound.ServiceDescription) { s.EntityID = "" },
		"a name with a line end":   func(s *outbound.ServiceDescription) { s.EntityID += "\n" },
		"no address":               func(s *outbound.ServiceDescription) { s.ReplyURL = "" },
		"an address with a space":  func(s *outbound.ServiceDescription) { s.ReplyURL += " x" },
		"no certificate":           func(s *outbound.ServiceDescription) { s.Certificate = nil },
		"a certificate that broke": func(s *outbound.ServiceDescription) { s.Certificate = s.Certificate[:99] },
	} {
		s := whole
		change(&s)
		if text, err := open().Describe(s); !errors.Is(err, fault.ErrInternal) || text != "" {
			t.Errorf("%s: %v", name, err)
		}
	}
}
