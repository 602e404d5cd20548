package portal_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/eidgate/eidgate/domain/fault"
	"github.com/eidgate/eidgate/test/browser"
)

var allLanguages = []string{"en", "sv", "nb", "da", "fi"}

func TestWhatIsWrongWithMetadataIsSaidAtOnceInEveryLanguage(t *testing.T) {
	s := open(t, "")
	v := s.chosen("okta")
	for _, f := range browser.UploadFaults {
		xml := "<EntityDescriptor>fault:" + f.Code() + " </EntityDescriptor>"
		texts := map[string]bool{}
		for _, l := range allLanguages {
			for _, a := range []answer{v.upload("/onboarding/metadata?lang="+l, &xml, ""), v.upload("/onboarding/metadata?lang="+l, nil, xml)} {
				a.want(t, http.StatusUnprocessableEntity, f.Code())
				a.has(t, `role="alert"`, `autofocus`, `aria-invalid="true"`, `<html lang="`+l+`">`)
				_, reason, _ := strings.Cut(a.body, `<h2 id="problem">`)
				reason, _, _ = strings.Cut(reason, "</div>")
				texts[reason] = true
				field := "xml"
				if strings.Contains(a.body, "></textarea>") || !strings.Contains(a.body, "&lt;EntityDescriptor&gt;fault") {
					field = "file"
				}
				if !strings.Contains(reason, `<a href="#`+field+`">`) || !strings.Contains(a.body, `id="`+field+`"`) {
					t.Errorf("%s in %s does not lead to %s", f.Code(), l, field)
				}
			}
		}
		if len(texts) != 2*len(allLanguages) {
			t.Errorf("%s has %d texts", f.Code(), len(texts))
		}
	}
	if _, _, c := s.invitations.Told(link); c.Metadata != nil {
		t.Error("bad metadata was kept")
	}
}

func TestAFormThatSaysNothingOrTwoThingsIsSentBack(t *testing.T) {
	s := open(t, "")
	v := s.chosen("okta")
	empty, xml := "", "<EntityDescriptor/>"
	for code, a := range map[string]answer{
		"metadata_missing": v.upload("/onboarding/metadata", nil, " \r\n"), "metadata_twice": v.upload("/onboarding/metadata", &xml, "<EntityDescriptor>mine</EntityDescriptor>"),
		"metadata_too_large": v.upload("/onboarding/metadata", &empty, ""), "provider_missing": v.post("/onboarding/provider", nil),
	} {
		a.want(t, http.StatusUnprocessableEntity, code)
		a.has(t, `role="alert"`, "<title>Error:")
	}
	if _, uploaded, _ := s.invitations.Told(link); len(uploaded) != 1 || uploaded[0] != "" {
		t.Error("something was uploaded")
	}
	for _, wrong := range []string{"unset", "", "OKTA", "okta\n", "<b>"} {
		v.post("/onboarding/provider", url.Values{"provider_type": {wrong}}).want(t, http.StatusUnprocessableEntity, "provider_missing")
	}
}

func TestAWholeMegabyteFitsAndMoreDoesNot(t *testing.T) {
	s := open(t, "")
	v := s.chosen("okta")
	most := "<a>" + strings.Repeat("x", 1<<20-7) + "</a>"
	v.upload("/onboarding/metadata", &most, "").want(t, http.StatusSeeOther, "")
	more := most + "x"
	v.upload("/onboarding/metadata", &more, "").want(t, http.StatusUnprocessableEntity, "metadata_too_large")
	far := strings.Repeat("x", 1<<20+256<<10)
	a := v.upload("/onboarding/metadata?lang=da", &far, "")
	a.want(t, http.StatusRequestEntityTooLarge, "body_too_large")
	a.has(t, "Metadata fylder højst 1 MB.", `href="?lang=da"`)
	v.post("/onboarding/provider", url.Values{"provider_type": {strings.Repeat("x", 5<<10)}}).want(t, http.StatusRequestEntityTooLarge, "body_too_large")
}

func TestATextMayComeURLEncoded(t *testing.T) {
	s := open(t, "")
	v := s.chosen("okta")
	v.post("/onboarding/metadata", url.Values{"xml": {"\n<EntityDescriptor>å</EntityDescriptor>\n"}}).want(t, http.StatusSeeOther, "")
	if _, uploaded, _ := s.invitations.Told(link); len(uploaded) != 1 || uploaded[0] != "<EntityDescriptor>å</EntityDescriptor>" {
		t.Error("the text did not arrive")
	}
}

func TestFormsThatAreNoneAreRefused(t *testing.T) {
	s := open(t, "")
	v := s.chosen("okta")
	const part = "--b\r\nContent-Disposition: form-data; name=\"xml\"\r\n\r\n<a/>\r\n"
	for name, c := range map[string]struct {
		kind, body, encoding string
		status               int
	}{
		"JSON":                {"application/json", `{"xml":"<a/>"}`, "", http.StatusUnsupportedMediaType},
		"no type":             {"", "xml=a", "", http.StatusUnsupportedMediaType},
		"a type that is none": {";;;", "xml=a", "", http.StatusUnsupportedMediaType},
		"compressed":          {"application/x-www-form-urlencoded", "xml=a", "gzip", http.StatusUnsupportedMediaType},
		"no boundary":         {"multipart/form-data", part + "--b--", "", http.StatusBadRequest},
		"no end":              {"multipart/form-data; boundary=b", part, "", http.StatusBadRequest},
		"twice":               {"multipart/form-data; boundary=b", part + part + "--b--", "", http.StatusBadRequest},
		"many parts":          {"multipart/form-data; boundary=b", manyParts() + "--b--", "", http.StatusBadRequest},
		"twice, URL-encoded":  {"application/x-www-form-urlencoded", "xml=a&xml=b", "", http.StatusBadRequest},
		"a broken escape":     {"application/x-www-form-urlencoded", "xml=%zz", "", http.StatusBadRequest},
	} {
		header := []string{"Content-Type", c.kind, "Sec-Fetch-Site", "same-origin"}
		if c.encoding != "" {
			header = append(header, "Content-Encoding", c.encoding)
		}
		a := v.ask(http.MethodPost, "/onboarding/metadata", c.body, header...)
		if a.StatusCode != c.status || !strings.Contains(a.body, "<h1>") {
			t.Errorf("%s: got %d", name, a.StatusCode)
		}
	}
	if _, uploaded, _ := s.invitations.Told(link); len(uploaded) != 0 {
		t.Error("one of them was uploaded")
	}
}

func manyParts() string {
	var b strings.Builder
	for i := range 11 {
		b.WriteString("--b\r\nContent-Disposition: form-data; name=\"f" + string(rune('a'+i)) + "\"\r\n\r\nx\r\n")
	}
	return b.String()
}

// TestEveryCodeOfMetadataIsKnown keeps the list of faults that the tests go through in step with the domain.
func TestEveryCodeOfMetadataIsKnown(t *testing.T) {
	known := map[string]bool{"metadata_value_invalid": true, "metadata_missing": true, "metadata_twice": true} // a user's, and forms
	for _, f := range browser.UploadFaults {
		known[f.Code()] = true
	}
	for _, e := range fault.Catalogue() {
		if strings.HasPrefix(e.Code, "metadata_") && !known[e.Code] {
			t.Errorf("nobody tries %s", e.Code)
		}
	}
}
