package portal_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/test/browser"
)

func TestTheJourney(t *testing.T) {
	s := open(t, "")
	v := s.begun()
	v.get("/onboarding").has(t, "Which identity provider do you use?", "Okta", "PingFederate", `aria-current="step"`)
	a := v.post("/onboarding/provider?lang=en", url.Values{"provider_type": {"okta"}})
	a.want(t, http.StatusSeeOther, "")
	if to := a.Header.Get("Location"); to != "/onboarding/service?lang=en" {
		t.Errorf("the first step leads to %s", to)
	}
	for _, path := range []string{"/onboarding", "/onboarding/service"} {
		v.get(path).has(t, "https://id.example/saml/nordiska_tjanster_2aBcDeFgHiJkLmNoPqRsTu", "/saml/acme_7bKpVwq2XrTz9LmNcYfHgd/acs", "BEGIN CERTIFICATE",
			"Audience URI (SP Entity ID)", "Single sign-on URL", `href="/onboarding/metadata"`, `href="/onboarding/metadata.xml"`, `href="/onboarding/certificate.pem"`)
	}
	v.get("/onboarding/metadata").has(t, `enctype="multipart/form-data"`, `<label for="file">`, `<label for="xml">`, "Sign On")
	xml := "<EntityDescriptor>å\x00\xff</EntityDescriptor>\n"
	a = v.upload("/onboarding/metadata", &xml, "")
	a.want(t, http.StatusSeeOther, "")
	if to := a.Header.Get("Location"); to != "/onboarding/done" {
		t.Errorf("the last step leads to %s", to)
	}
	if _, uploaded, _ := s.invitations.Told(link); len(uploaded) != 1 || uploaded[0] != xml {
		t.Error("the file did not arrive as it was sent")
	}
	for _, path := range []string{"/onboarding", "/onboarding/done"} {
		v.get(path).has(t, "<h1>Done</h1>", "https://idp.acme.example/saml/metadata", "2027-05-31", "<dd>2</dd>", "<dd>Okta</dd>",
			`href="/onboarding/provider"`, `href="/onboarding/service"`, `href="/onboarding/metadata"`)
	}
	if _, _, c := s.invitations.Told(link); c.Provider != organization.ProviderOkta || c.Onboarding.State != organization.MetadataUploaded {
		t.Error("the connection is not set up")
	}
}

func TestEarlierStepsCanBeTakenAgain(t *testing.T) {
	s := open(t, "")
	v := s.chosen("google")
	v.get("/onboarding/provider").has(t, `value="google" checked`)
	v.post("/onboarding/provider", url.Values{"provider_type": {"adfs"}}).want(t, http.StatusSeeOther, "")
	v.get("/onboarding/service").has(t, "Relying Party Trusts")
	xml := "<EntityDescriptor/>"
	v.upload("/onboarding/metadata", &xml, "")
	v.get("/onboarding/metadata").has(t, "We have metadata of yours already.", "/FederationMetadata/2007-06/FederationMetadata.xml")
	v.upload("/onboarding/metadata", nil, " <!-- warning:certificate_expires -->"+xml+"\n").want(t, http.StatusSeeOther, "")
	v.get("/onboarding/done").has(t, "expires within 30 days")
	v.post("/onboarding/provider", url.Values{"provider_type": {"custom_saml"}}).want(t, http.StatusSeeOther, "")
	v.get("/onboarding/service").has(t, "relying party, with SAML 2.0")
	v.get("/onboarding").has(t, "<h1>Done</h1>")
	if _, uploaded, c := s.invitations.Told(link); len(uploaded) != 2 || strings.HasPrefix(uploaded[1], " ") || c.Provider != organization.ProviderCustom {
		t.Error("what came last does not count, or a text came with spaces around it")
	}
}

func TestAStepThatIsNotReachedLeadsBack(t *testing.T) {
	s := open(t, "")
	v := s.begun()
	xml := "<EntityDescriptor/>"
	for _, a := range []answer{
		v.get("/onboarding/service?lang=fi"), v.get("/onboarding/metadata?lang=fi"), v.get("/onboarding/done?lang=fi"), v.upload("/onboarding/metadata?lang=fi", &xml, ""),
	} {
		if a.StatusCode != http.StatusSeeOther || a.Header.Get("Location") != "/onboarding?lang=fi" {
			t.Errorf("%s: got %d", a.Request.URL.Path, a.StatusCode)
		}
	}
	if _, uploaded, _ := s.invitations.Told(link); len(uploaded) != 0 {
		t.Error("metadata came before the product")
	}
	v.get("/onboarding/provider").has(t, `<span>Our details</span>`, `<span>Your metadata</span>`)
}

func TestAProductThatWasChosenBeforehandIsOffered(t *testing.T) {
	s := open(t, "")
	n := browser.Invited("Acme Bank")
	n.Connection.Provider, n.Connection.Onboarding.Provider = organization.ProviderADFS, organization.ProviderADFS
	s.invitations.Send(link, n)
	v := s.visitor()
	v.get("/onboarding/" + link)
	v.post("/onboarding/"+link, nil)
	v.get("/onboarding").has(t, `value="adfs" checked`)
}

func TestDownloads(t *testing.T) {
	s := open(t, "")
	v := s.begun()
	a := v.get("/onboarding/metadata.xml")
	a.want(t, http.StatusOK, "")
	if a.Header.Get("Content-Type") != "application/samlmetadata+xml" || a.Header.Get("Content-Disposition") != `attachment; filename="metadata.xml"` || !strings.HasPrefix(a.body, "<EntityDescriptor") {
		t.Error("the metadata is no file")
	}
	a = v.get("/onboarding/certificate.pem")
	a.want(t, http.StatusOK, "")
	if a.Header.Get("Content-Type") != "application/x-pem-file" || a.Header.Get("Content-Disposition") != `attachment; filename="certificate.pem"` || !strings.HasPrefix(a.body, "-----BEGIN CERTIFICATE-----\n") {
		t.Error("the certificate is no file")
	}
	for _, path := range []string{"/onboarding/metadata.xml", "/onboarding/certificate.pem"} {
		s.visitor().get(path).want(t, http.StatusForbidden, "onboarding_no_cookie")
	}
}

func TestAVisitEndsWithItsInvitation(t *testing.T) {
	s := open(t, "")
	v := s.chosen("okta")
	s.invitations.Withdraw(link)
	xml := "<EntityDescriptor/>"
	for _, a := range []answer{
		v.get("/onboarding?lang=sv"), v.get("/onboarding/service?lang=sv"), v.get("/onboarding/metadata.xml?lang=sv"), v.get("/onboarding/done?lang=sv"),
		v.post("/onboarding/provider?lang=sv", url.Values{"provider_type": {"okta"}}), v.upload("/onboarding/metadata?lang=sv", &xml, ""),
	} {
		a.want(t, http.StatusNotFound, "invitation_unknown")
		a.has(t, "Ingen inställning är öppen här", `<html lang="sv">`)
	}
}
