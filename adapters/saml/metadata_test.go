package saml_test

import (
	"crypto/elliptic"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/eidgate/eidgate/adapters/saml"
	"github.com/eidgate/eidgate/domain/organization"
)

func TestTheMetadataOfEveryProductIsRead(t *testing.T) {
	for product, want := range map[organization.ProviderType]organization.ProviderMetadata{
		organization.ProviderAzureAD:      {EntityID: "https://sts.windows.net/11111111-2222-3333-4444-555555555555/", SignOn: "https://login.microsoftonline.com/11111111-2222-3333-4444-555555555555/saml2", Certificates: 1},
		organization.ProviderADFS:         {EntityID: "http://adfs.acme.example/adfs/services/trust", SignOn: "https://adfs.acme.example/adfs/ls/", Certificates: 1},
		organization.ProviderOkta:         {EntityID: "http://www.okta.com/exk1fxabcDEFghi0h7", SignOn: "https://acme.okta.example/app/acme_gate_1/exk1fxabcDEFghi0h7/sso/saml", Certificates: 1},
		organization.ProviderPingFederate: {EntityID: "ping:acme:idp", SignOn: "https://sso.acme.example:9031/idp/SSO.saml2", Certificates: 2},
		organization.ProviderPingOne:      {EntityID: "https://auth.pingone.example/0f0f0f0f-1111-2222-3333-444444444444", SignOn: "https://auth.pingone.example/0f0f0f0f-1111-2222-3333-444444444444/saml20/idp/sso", Certificates: 1},
		organization.ProviderAuth0:        {EntityID: "urn:acme.eu.auth0.example", SignOn: "https://acme.eu.auth0.example/samlp/abcDEF123", Certificates: 1},
		organization.ProviderOneLogin:     {EntityID: "https://app.onelogin.example/saml/metadata/0a0a0a0a-bbbb-cccc-dddd-eeeeeeeeeeee", SignOn: "https://acme.onelogin.example/trust/saml2/http-post/sso/0a0a0a0a-bbbb-cccc-dddd-eeeeeeeeeeee", Certificates: 1},
		organization.ProviderGoogle:       {EntityID: "https://accounts.google.example/o/saml2?idpid=C01abcdef", SignOn: "https://accounts.google.example/o/saml2/idp?idpid=C01abcdef", Certificates: 1},
		organization.ProviderCustom:       {EntityID: "https://idp.acme.example/realms/acme", SignOn: "https://idp.acme.example/realms/acme/protocol/saml", Certificates: 1, ExpiresAt: years.AddDate(1, 0, 0)},
	} {
		raw, err := os.ReadFile(filepath.Join("testdata", string(product)+".xml"))
		if err != nil {
			t.Fatal(err)
		}
		document := filled(string(raw))
		if want.ExpiresAt.IsZero() {
			want.ExpiresAt = years
		}
		want.XML = strings.TrimSpace(strings.TrimPrefix(document, "\ufeff"))
		got, warnings, err := open().Read(t.Context(), document)
		if err != nil || len(warnings) != 0 || got != want {
			t.Errorf("%s: for %s at %s until %v, warnings %v: %v because of %v", product, got.EntityID, got.SignOn, got.ExpiresAt, warnings, err, errors.Unwrap(err))
		}
	}
}

func TestEveryFaultOfAProviderIsItsOwn(t *testing.T) {
	role := plain[strings.Index(plain, "<md:IDPSSO"):strings.Index(plain, "</md:EntityDescriptor>")]
	sso := `Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="https://idp.example/sso"`
	key := plain[strings.Index(plain, "<md:KeyDescriptor"):strings.Index(plain, "<md:SingleSign")]
	location := func(text string) string { return swapped(`"https://idp.example/sso"`, `"`+text+`"`) }
	for name, c := range map[string]struct {
		document string
		want     error
	}{
		"nothing":                          {"", organization.ErrMetadataSize},
		"space":                            {" \r\n\t", organization.ErrMetadataSize},
		"more than 1 MiB":                  {swapped("</md:IDP", strings.Repeat(" ", 1<<20)+"</md:IDP"), organization.ErrMetadataSize},
		"of a service provider":            {filled(strings.ReplaceAll(plain, "IDPSSODescriptor", "SPSSODescriptor")), organization.ErrMetadataEntity},
		"of another namespace":             {swapped("SAML:2.0:metadata", "SAML:2.0:metadata "), organization.ErrMetadataEntity},
		"a role of another namespace":      {filled(strings.ReplaceAll(plain, "md:IDPSSODescriptor", "ds:IDPSSODescriptor")), organization.ErrMetadataEntity},
		"another root":                     {filled(strings.ReplaceAll(plain, "EntityDescriptor", "AffiliationDescriptor")), organization.ErrMetadataEntity},
		"SAML 1.1":                         {swapped("SAML:2.0:protocol", "SAML:1.1:protocol"), organization.ErrMetadataEntity},
		"no protocol":                      {swapped(` protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol"`, ""), organization.ErrMetadataEntity},
		"two providers in one":             {swapped(role, role+role), organization.ErrMetadataEntity},
		"two providers in a group":         {filled(`<md:EntitiesDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata">` + plain + plain + `</md:EntitiesDescriptor>`), organization.ErrMetadataEntity},
		"a provider inside of another":     {filled(`<md:EntityDescriptor entityID="a" xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata"><md:Extensions>` + plain + `</md:Extensions></md:EntityDescriptor>`), organization.ErrMetadataEntity},
		"no entity ID":                     {swapped(` entityID="https://idp.example"`, ""), organization.ErrMetadataEntity},
		"an entity ID with a prefix":       {swapped(` entityID=`, ` md:entityID=`), organization.ErrMetadataEntity},
		"an empty entity ID":               {swapped(`"https://idp.example"`, `""`), organization.ErrMetadataEntity},
		"an entity ID with a space":        {swapped(`"https://idp.example"`, `"https://idp.example "`), organization.ErrMetadataEntity},
		"an entity ID with a line end":     {swapped(`"https://idp.example"`, `"https://idp.example&#10;"`), organization.ErrMetadataEntity},
		"an entity ID of look-alikes":      {swapped(`"https://idp.example"`, `"https://idр.example"`), organization.ErrMetadataEntity},
		"a long entity ID":                 {swapped(`"https://idp.example"`, `"`+strings.Repeat("a", 1025)+`"`), organization.ErrMetadataEntity},
		"no sign-on":                       {swapped(`<md:SingleSignOnService `+sso+`/>`, ""), organization.ErrMetadataSignOn},
		"sign-on by SOAP":                  {swapped("HTTP-Redirect", "SOAP"), organization.ErrMetadataSignOn},
		"sign-on of another namespace":     {swapped("<md:SingleSignOnService", "<ds:SingleSignOnService"), organization.ErrMetadataSignOn},
		"http":                             {location("http://idp.example/sso"), organization.ErrMetadataAddress},
		"http on this machine":             {location("http://localhost/sso"), organization.ErrMetadataAddress},
		"a script":                         {location("javascript:alert(1)//https://idp.example"), organization.ErrMetadataAddress},
		"no host":                          {location("https:///sso"), organization.ErrMetadataAddress},
		"no scheme":                        {location("//idp.example/sso"), organization.ErrMetadataAddress},
		"no address":                       {location(""), organization.ErrMetadataAddress},
		"a user":                           {location("https://login.microsoftonline.com@evil.example/sso"), organization.ErrMetadataAddress},
		"a fragment":                       {location("https://idp.example/sso#"), organization.ErrMetadataAddress},
		"a port that is none":              {location("https://idp.example:0/sso"), organization.ErrMetadataAddress},
		"a space":                          {location(" https://idp.example/sso"), organization.ErrMetadataAddress},
		"a quote":                          {location("https://idp.example/&quot;&gt;&lt;script&gt;"), organization.ErrMetadataAddress},
		"a backslash":                      {location(`https://idp.example\@evil.example/`), organization.ErrMetadataAddress},
		"a long address":                   {location("https://idp.example/" + strings.Repeat("a", 2048)), organization.ErrMetadataAddress},
		"a second address without TLS":     {swapped("</md:IDP", `<md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="http://idp.example/sso"/></md:IDP`), organization.ErrMetadataAddress},
		"a logout without TLS":             {swapped("</md:IDP", `<md:SingleLogoutService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="http://idp.example/slo"/></md:IDP`), organization.ErrMetadataAddress},
		"an answer to it without TLS":      {swapped("</md:IDP", `<md:SingleLogoutService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="https://idp.example/slo" ResponseLocation="http://idp.example"/></md:IDP`), organization.ErrMetadataAddress},
		"no key":                           {swapped(key, ""), organization.ErrMetadataKey},
		"a key for encryption":             {swapped(`use="signing"`, `use="encryption"`), organization.ErrMetadataKey},
		"a key for something else":         {swapped(`use="signing"`, `use="Signing"`), organization.ErrMetadataKey},
		"a key without a certificate":      {filled(strings.ReplaceAll(plain, "X509Certificate>", "X509SubjectName>")), organization.ErrMetadataKey},
		"a certificate of no namespace":    {filled(strings.ReplaceAll(plain, "ds:X509Certificate>", "md:X509Certificate>")), organization.ErrMetadataKey},
		"no base64":                        {swapped("{EC}", "{EC}!"), organization.ErrMetadataWeakKey},
		"armour around it":                 {swapped("{EC}", "-----BEGIN CERTIFICATE-----{EC}-----END CERTIFICATE-----"), organization.ErrMetadataWeakKey},
		"no certificate":                   {swapped("{EC}", "aGVqIQ=="), organization.ErrMetadataWeakKey},
		"an empty certificate":             {swapped("{EC}", ""), organization.ErrMetadataWeakKey},
		"half a certificate":               {swapped("{EC}", good()["EC"][:100]), organization.ErrMetadataWeakKey},
		"a certificate with something in":  {swapped("{EC}", "{EC}<ds:X/>"), organization.ErrMetadataWeakKey},
		"RSA with 1,024 bits":              {swapped("{EC}", certificate(rsaKey(1024), years)), organization.ErrMetadataWeakKey},
		"P-224":                            {swapped("{EC}", certificate(ecKey(elliptic.P224()), years)), organization.ErrMetadataWeakKey},
		"Ed25519":                          {swapped("{EC}", certificate(edKey(), years)), organization.ErrMetadataWeakKey},
		"a weak certificate behind a good": {swapped("{EC}</ds:X509Certificate>", "{EC}</ds:X509Certificate><ds:X509Certificate>"+certificate(rsaKey(1024), years)+"</ds:X509Certificate>"), organization.ErrMetadataWeakKey},
	} {
		got, warnings, err := open().Read(t.Context(), c.document)
		if !errors.Is(err, c.want) || warnings != nil || got != (organization.ProviderMetadata{}) {
			t.Errorf("%s: %v because of %v", name, err, errors.Unwrap(err))
		}
	}
	if _, _, err := open().Read(t.Context(), filled(plain)); err != nil {
		t.Errorf("what the faults were put into is no good itself: %v", err)
	}
}

func TestTheRedirectBindingIsPreferredWhereverItStands(t *testing.T) {
	document := swapped("<md:SingleSign", `<md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="https://idp.example/post"/><md:SingleSign`)
	if got, _, err := open().Read(t.Context(), document); err != nil || got.SignOn != "https://idp.example/sso" {
		t.Errorf("got %s, %v", got.SignOn, err)
	}
}

func TestOnlyThisMachineMayDoWithoutTLSInDevelopment(t *testing.T) {
	m := saml.New(saml.Config{LoopbackHTTP: true}, clock{})
	for location, want := range map[string]bool{
		"http://localhost:8080/sso": true, "http://127.0.0.1/sso": true, "http://[::1]:1/sso": true, "https://idp.example/sso": true,
		"http://localhost.evil.example/sso": false, "http://10.0.0.1/sso": false, "http://idp.example/sso": false, "http://localhost@evil.example/": false,
	} {
		if _, _, err := m.Read(t.Context(), swapped(`"https://idp.example/sso"`, `"`+location+`"`)); (err == nil) != want || err != nil && !errors.Is(err, organization.ErrMetadataAddress) {
			t.Errorf("%s: %v", location, err)
		}
	}
}

func TestWhatEndsSoonIsWarnedOf(t *testing.T) {
	key := ecKey(elliptic.P384())
	day := 24 * time.Hour
	for name, c := range map[string]struct {
		ends []time.Duration
		want []string
	}{
		"in a year":       {[]time.Duration{365 * day}, nil},
		"in 30 days":      {[]time.Duration{30 * day}, nil},
		"in 29 days":      {[]time.Duration{29 * day}, []string{organization.CertificateExpires}},
		"now":             {[]time.Duration{0}, []string{organization.CertificateExpires}},
		"a second ago":    {[]time.Duration{-time.Second}, []string{organization.CertificateExpired}},
		"one of them ago": {[]time.Duration{365 * day, -day}, []string{organization.CertificateExpired}},
		"one after one":   {[]time.Duration{365 * day, day, -day, -2 * day}, []string{organization.CertificateExpired, organization.CertificateExpires}},
	} {
		var list []string
		for _, end := range c.ends {
			list = append(list, certificate(key, now.Add(end)))
		}
		slices.Reverse(list)
		list = append(list, list[0]) // the same one again counts once
		got, warnings, err := open().Read(t.Context(), swapped("{EC}", strings.Join(list, "</ds:X509Certificate><ds:X509Certificate>")))
		if err != nil || !slices.Equal(warnings, c.want) || got.Certificates != len(c.ends) || !got.ExpiresAt.Equal(now.Add(slices.Min(c.ends))) {
			t.Errorf("%s: %d until %v, warnings %v: %v", name, got.Certificates, got.ExpiresAt, warnings, err)
		}
	}
	var many []string
	for i := range 21 {
		many = append(many, certificate(key, years.Add(time.Duration(i)*day)))
	}
	if _, _, err := open().Read(t.Context(), swapped("{EC}", strings.Join(many, "</ds:X509Certificate><ds:X509Certificate>"))); !errors.Is(err, organization.ErrMetadataWeakKey) {
		t.Errorf("21 certificates: %v", err)
	}
}
