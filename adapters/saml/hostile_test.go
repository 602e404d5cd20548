package saml_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/eidgate/eidgate/adapters/saml"
	"github.com/eidgate/eidgate/domain/organization"
)

func TestWhatIsNoPlainXMLIsRefused(t *testing.T) {
	laughs := `<!DOCTYPE lolz [<!ENTITY lol "lol">`
	for i := range 9 {
		laughs += fmt.Sprintf(`<!ENTITY lol%d "%s">`, i+1, strings.Repeat(fmt.Sprintf("&lol%d;", i), 10))
	}
	whole := filled(plain)
	for name, document := range map[string]string{
		"billion laughs":                 laughs + `]>` + swapped(`"https://idp.example"`, `"&lol9;"`),
		"an external entity":             `<!DOCTYPE m [<!ENTITY x SYSTEM "file:///etc/passwd">]>` + swapped("{EC}", "&x;"),
		"a parameter entity":             `<!DOCTYPE m [<!ENTITY % x SYSTEM "https://evil.example/x.dtd"> %x;]>` + whole,
		"an empty document type":         `<!DOCTYPE md:EntityDescriptor>` + whole,
		"a document type inside":         swapped("<md:IDPSSO", `<!DOCTYPE x><md:IDPSSO`),
		"a document type behind":         whole + `<!DOCTYPE x>`,
		"an element declaration":         `<!ELEMENT x ANY>` + whole,
		"an undefined entity":            swapped("{EC}", "{EC}&nbsp;"),
		"a stylesheet":                   `<?xml-stylesheet href="https://evil.example/x.xsl"?>` + whole,
		"an instruction inside":          swapped("<md:IDPSSO", `<?php phpinfo() ?><md:IDPSSO`),
		"a second declaration":           `<?xml version="1.0"?><?xml version="1.0"?>` + whole,
		"a declaration behind a comment": `<!-- --><?xml version="1.0"?>` + whole,
		"a declaration inside":           swapped("<md:IDPSSO", `<?xml version="1.0"?><md:IDPSSO`),
		"XML 1.1":                        `<?xml version="1.1"?>` + whole,
		"another encoding":               `<?xml version="1.0" encoding="ISO-8859-1"?>` + whole,
		"UTF-16":                         "\xff\xfe<\x00m\x00",
		"no UTF-8":                       swapped("https://idp.example", "https://idp.example\xff"),
		"a NUL":                          swapped("{EC}", "{EC}\x00"),
		"a reference to NUL":             swapped("{EC}", "{EC}&#0;"),
		"JSON":                           `{"entityID":"https://idp.example"}`,
		"HTML":                           `<html><body><p>Sign in<br></body></html>`,
		"only text":                      "https://idp.example/metadata",
		"only a comment":                 "<!-- nothing -->",
		"a second root":                  whole + whole,
		"text behind":                    whole + "x",
		"text before":                    "x" + whole,
		"no end":                         strings.TrimSuffix(whole, "</md:EntityDescriptor>"),
		"half a tag":                     whole[:len(whole)-5],
		"one end too many":               whole + "</md:EntityDescriptor>",
		"crossed ends":                   filled(strings.Replace(plain, "</md:IDPSSODescriptor></md:EntityDescriptor>", "</md:EntityDescriptor></md:IDPSSODescriptor>", 1)),
		"an end with another prefix":     filled(strings.Replace(plain, "</md:EntityDescriptor>", "</EntityDescriptor>", 1)),
		"an unknown prefix":              swapped("<md:IDPSSO", "<x:y/><md:IDPSSO"),
		"an attribute's unknown prefix":  swapped(" entityID", ` x:y="" entityID`),
		"a prefix for nothing":           swapped(" entityID", ` xmlns:x="" entityID`),
		"another namespace for xml":      swapped(" entityID", ` xmlns:xml="urn:x" entityID`),
		"a namespace for xmlns":          swapped(" entityID", ` xmlns:xmlns="urn:x" entityID`),
		"the namespace of xmlns":         swapped(" entityID", ` xmlns:x="http://www.w3.org/2000/xmlns/" entityID`),
		"two colons":                     swapped("<md:IDPSSO", "<md:a:b/><md:IDPSSO"),
		"a colon and a name":             swapped("<md:IDPSSO", "<:a/><md:IDPSSO"),
		"a colon in front":               swapped(" entityID", ` :entityID="x" entityID`),
		"an attribute twice":             swapped(" entityID", ` entityID="https://evil.example" entityID`),
		"twice by two prefixes":          swapped(" entityID", ` xmlns:a="urn:x" xmlns:b="urn:x" a:c="1" b:c="2" entityID`),
		"a namespace twice":              swapped(" entityID", ` xmlns:a="urn:x" xmlns:a="urn:y" entityID`),
		"an attribute without a value":   swapped(" entityID", ` lonely entityID`),
		"an attribute without quotes":    swapped(" entityID", ` a=b entityID`),
		"deep nesting":                   swapped("</md:IDP", strings.Repeat("<md:a>", 40)+strings.Repeat("</md:a>", 40)+"</md:IDP"),
		"very deep nesting":              strings.Repeat("<a>", 300_000),
		"many elements":                  swapped("</md:IDP", strings.Repeat("<md:a/>", 10_001)+"</md:IDP"),
		"many attributes":                swapped(" entityID", numbered(` a%d=""`, 65)+" entityID"),
		"many namespaces":                swapped("</md:IDP", "<md:a"+numbered(` xmlns:a%d="urn:%[1]d"`, 40)+"><md:b"+numbered(` xmlns:b%d="urn:%[1]d"`, 40)+"/></md:a></md:IDP"),
		"a huge attribute":               swapped(" entityID", ` a="`+strings.Repeat("a", 1<<19)+`" entityID`),
		"a huge name":                    swapped(" entityID", ` `+strings.Repeat("a", 1<<19)+` entityID`),
	} {
		got, _, err := open().Read(t.Context(), document)
		if !errors.Is(err, organization.ErrMetadataXML) || got != (organization.ProviderMetadata{}) {
			t.Errorf("%s: %v because of %v", name, err, errors.Unwrap(err))
		}
		for ; err != nil; err = errors.Unwrap(err) {
			if strings.Contains(err.Error(), "example") || strings.Contains(err.Error(), "passwd") {
				t.Errorf("%s is quoted", name)
			}
		}
	}
}

// numbered writes a text with 1, 2, 3 and so on in it.
func numbered(text string, most int) string {
	var list strings.Builder
	for i := range most {
		fmt.Fprintf(&list, text, i+1)
	}
	return list.String()
}

func TestWhatIsUnusualAndWellFormedIsRead(t *testing.T) {
	for name, document := range map[string]string{
		"space around it":         "\ufeff\r\n " + `<?xml version="1.0" encoding="utf-8" standalone="yes"?>` + "\n<!-- a -->\n" + filled(plain) + "\n<!-- b -->\n",
		"another prefix":          filled(strings.NewReplacer("xmlns:md", "xmlns:ö.-1", "md:", "ö.-1:").Replace(plain)),
		"CDATA":                   swapped("{EC}", "<![CDATA[{EC}]]>"),
		"characters by reference": swapped("https://idp.example", "https:&#47;&#x2f;idp.example"),
		"the prefix xml":          swapped(" entityID", ` xml:lang="sv" xmlns:xml="http://www.w3.org/XML/1998/namespace" entityID`),
		"a default and none":      swapped("</md:IDP", `<a xmlns="urn:a"><b xmlns=""/></a></md:IDP`),
		"30 levels":               swapped("</md:IDP", strings.Repeat("<md:a>", 30)+strings.Repeat("</md:a>", 30)+"</md:IDP"),
		"nearly 1 MiB":            swapped("</md:IDP", strings.Repeat(" ", 1<<20-len(filled(plain)))+"</md:IDP"),
	} {
		if got, _, err := open().Read(t.Context(), document); err != nil || got.EntityID != "https://idp.example" || got.Certificates != 1 {
			t.Errorf("%s: %v because of %v", name, err, errors.Unwrap(err))
		}
	}
}

func FuzzRead(f *testing.F) {
	files, err := filepath.Glob("testdata/*.xml")
	if err != nil || len(files) == 0 {
		f.Fatal("no documents")
	}
	for _, name := range files {
		raw, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(filled(string(raw)))
	}
	f.Add(filled(plain))
	m := saml.New(saml.Config{LoopbackHTTP: true}, clock{})
	f.Fuzz(func(t *testing.T, document string) {
		got, _, err := m.Read(t.Context(), document)
		if err != nil {
			if got != (organization.ProviderMetadata{}) {
				t.Error("a failure gives something")
			}
			return
		}
		if got.EntityID == "" || got.Certificates < 1 || got.ExpiresAt.IsZero() || !strings.HasPrefix(strings.ToLower(got.SignOn), "http") {
			t.Errorf("read %+v", got)
		}
		again, _, err := m.Read(t.Context(), got.XML)
		if err != nil || again != got {
			t.Errorf("read again, it is another: %v", err)
		}
	})
}
