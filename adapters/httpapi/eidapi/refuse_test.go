package eidapi_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"strings"
	"testing"

	"github.com/eidgate/eidgate/adapters/httpapi"
	"github.com/eidgate/eidgate/adapters/httpapi/eidapi"
	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/fault"
	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/outbound"
	"github.com/eidgate/eidgate/test/surface"
)

const (
	seAuth, seSign, noSign = "/v3/bankid-se/auth", "/v3/bankid-se/sign", "/v3/bankid-no/sign"
	unknownID              = "/1668b9da-bff1-4dfc-ad48-000000000000"
)

// part is one part of an upload.
type part struct{ disposition, content string }

func pdf(content string) part {
	return part{`form-data; name="file"; filename="avtal å.pdf"`, content}
}

// upload makes a multipart body, and the header that goes with it.
func upload(t testing.TB, parts ...part) (body, contentType string) {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	if err := w.SetBoundary("boundary"); err != nil {
		t.Fatal(err)
	}
	for _, p := range parts {
		o, err := w.CreatePart(textproto.MIMEHeader{"Content-Disposition": {p.disposition}, "Content-Type": {"application/pdf"}})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := o.Write([]byte(p.content)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String(), "Content-Type: " + w.FormDataContentType()
}

// exchange is one request, and what the house says to it.
type exchange struct {
	name, as, method, path, body string
	headers                      []string
	err                          error
	undocumented                 bool
}

func exchanges(t testing.TB) []exchange {
	one, multipart := upload(t, pdf("%PDF-1.7"))
	two, _ := upload(t, pdf("%PDF-1.7"), pdf("%PDF-1.7"))
	other, _ := upload(t, part{`form-data; name="document"; filename="a.pdf"`, "%PDF-1.7"})
	form := []string{multipart}
	start := func(name, path, body string, err error) exchange {
		return exchange{name: name, as: "full", method: "POST", path: path, body: body, err: err}
	}
	return []exchange{
		{name: "refused-no-credentials", method: "POST", path: seAuth, body: `{}`},
		{name: "refused-wrong-secret", as: "raw Basic ZnVsbDp3cm9uZw==", method: "POST", path: seAuth, body: `{}`},
		{name: "refused-wrong-secret-poll", as: "raw Basic ZnVsbDp3cm9uZw==", method: "GET", path: seAuth + unknownID},
		{name: "refused-wrong-secret-cancel", as: "raw Basic ZnVsbDp3cm9uZw==", method: "DELETE", path: seAuth + unknownID},
		{name: "refused-bearer", as: "raw Bearer abc", method: "GET", path: seAuth + unknownID},
		{name: "refused-storage-away", as: "raw Basic YXdheTp4", method: "POST", path: seAuth, body: `{}`},
		{name: "unknown-poll", as: "full", method: "GET", path: seAuth + unknownID},
		{name: "unknown-cancel", as: "full", method: "DELETE", path: seAuth + unknownID},
		{name: "unknown-document", as: "full", method: "GET", path: "/v3/document" + unknownID},
		{name: "unknown-document-remove", as: "full", method: "DELETE", path: "/document" + unknownID},
		{name: "unknown-path", as: "full", method: "GET", path: "/v3/vipps/sign/x", undocumented: true},
		{name: "unknown-method", as: "full", method: "GET", path: seAuth, undocumented: true},
		{name: "unknown-method-poll", as: "full", method: "PUT", path: seAuth + unknownID, body: `{}`, undocumented: true},
		{name: "feature-phone", as: "plain", method: "POST", path: "/v3/bankid-se/phone/auth", body: requests["startBankIdSePhoneAuth"]},
		{name: "feature-orgNumber", as: "plain", method: "POST", path: seAuth, body: `{"orgNumber":"559000-0948"}`},
		{name: "feature-documents", as: "plain", method: "POST", path: "/document", body: one, headers: form},
		start("address-not-registered", seAuth, `{"callbackUrl":"https://evil.example/"}`, nil),
		start("address-malformed", "/v3/bankid-no/auth", `{"redirectUrl":"http://rp.example/"}`, nil),
		start("invalid-json", seAuth, `{"ssn":`, nil),
		start("invalid-array", seAuth, `[]`, nil),
		start("invalid-twice", seAuth, `{"ssn":"a","ssn":"b"}`, nil),
		{name: "invalid-media", as: "full", method: "POST", path: seAuth, body: `<a/>`, headers: []string{"Content-Type: text/xml"}},
		start("invalid-several", "/v3/bankid-se/phone/sign", `{"ssn":"19990807-2392","callInitiator":"user","pinRequired":"true","digest":""}`, nil),
		start("invalid-nothing-to-sign", seSign, `{"text":""}`, nil),
		start("invalid-text", seAuth, `{"intent":"a\u202eb"}`, nil),
		start("invalid-text-too-long", seAuth, `{"intent":"`+strings.Repeat("x", 1500)+`"}`, nil),
		start("invalid-both", noSign, `{"text":"a","documents":["`+documentID+`"]}`, nil),
		start("invalid-ages", "/v3/mitid/age-verification", `{}`, nil),
		start("invalid-document", noSign, `{"documents":["unknown"]}`, nil),
		start("in-progress", seAuth, `{"ssn":"199908072391"}`, eid.ErrInProgress),
		start("person-unknown", "/v3/freja/backchannel/auth", `{"ssn":"199908072391","country":"SWEDEN"}`, eid.ErrUnknownPerson),
		start("order-refused", seAuth, `{}`, eid.ErrOrderRefused),
		start("not-offered", "/v3/ftn/auth", `{}`, eid.ErrNoRoute),
		start("names-another", seAuth, `{"intent":"Log in"}`, organization.ErrNamesAnother.On("text")),
		start("provider-away", seAuth, `{}`, eid.ErrProvider),
		start("provider-refuses-us", seAuth, `{}`, eid.ErrMisconfigured),
		start("broken", seAuth, `{}`, errors.New("secret details")),
		start("storage-away", seAuth, `{}`, outbound.ErrStorage.RetryIn(1)),
		start("verify", "/v3/bankid-se/verify", `{"qrCode":"BANKIDF.74226"}`, nil),
		start("verify-rejected", "/v3/bankid-se/verify", `{"qrCode":"BANKIDF.74226"}`, eid.ErrCardRejected),
		start("verify-nothing", "/v3/bankid-se/verify", `{"qrCode":""}`, nil),
		{name: "upload", as: "full", method: "POST", path: "/v3/document", body: one, headers: form},
		{name: "upload-unversioned", as: "full", method: "POST", path: "/document", body: one, headers: form},
		{name: "upload-two", as: "full", method: "POST", path: "/document", body: two, headers: form},
		{name: "upload-other-name", as: "full", method: "POST", path: "/document", body: other, headers: form},
		{name: "upload-json", as: "full", method: "POST", path: "/document", body: `{}`},
		{name: "upload-not-pdf", as: "full", method: "POST", path: "/document", body: one, headers: form, err: eid.ErrNotPDF},
		{name: "upload-too-large", as: "full", method: "POST", path: "/document", body: one, headers: form, err: eid.ErrTooLarge},
	}
}

func TestEveryRefusalIsWordedAsPromised(t *testing.T) {
	g, doc := open(t, eidapi.Config{}), newDocument(t)
	for _, e := range exchanges(t) {
		t.Run(e.name, func(t *testing.T) {
			g.forget()
			g.limits.Reset()
			g.err = e.err
			a := g.ask(t, e.as, e.method, e.path, e.body, e.headers...)
			surface.Golden(t, e.name+".txt", fmt.Sprintf("%s %s\nas: %s\n%s\n\n%s", e.method, e.path, e.as, clip(e.body), a))
			if !e.undocumented {
				doc.Check(t, a.Response, a.body)
			}
			if a.StatusCode >= 400 && (a.Header.Get("X-Error-Code") == "" || !strings.HasPrefix(a.body, `{"message":"`)) {
				t.Errorf("%v %s", a.Header, a.body)
			}
		})
	}
}

func clip(s string) string {
	s = strings.ReplaceAll(s, "\r\n", "\n")
	if len(s) > 300 {
		return s[:300] + "..."
	}
	return s
}

func TestEveryKindOfFailureHasAStatusThatCallersKnow(t *testing.T) {
	g := open(t, eidapi.Config{})
	known := map[int]bool{400: true, 401: true, 403: true, 404: true, 405: true, 408: true, 413: true, 429: true, 431: true, 500: true, 503: true}
	for _, entry := range fault.Catalogue() {
		for _, path := range []string{seAuth, "/v3/bankid-se/verify"} {
			g.forget()
			g.err = declared(entry.Code)
			if g.err == nil {
				continue
			}
			a := g.ask(t, "full", "POST", path, `{"qrCode":"x"}`)
			if !known[a.StatusCode] || a.Header.Get("X-Error-Code") != entry.Code || !json.Valid([]byte(a.body)) || !strings.HasPrefix(a.body, `{"message":"`) {
				t.Errorf("%s: %d %v %s", entry.Code, a.StatusCode, a.Header, a.body)
			}
			if entry.Kind == fault.Unavailable && a.Header.Get("Retry-After") == "" {
				t.Errorf("%s says nothing of when to come back", entry.Code)
			}
		}
	}
}

// declared gives a fault of each kind.
func declared(code string) error {
	for _, f := range []*fault.Fault{
		fault.ErrInternal, eid.ErrOrder, organization.ErrClientRefused, organization.ErrFeature, eid.ErrNoSession, eid.ErrNoDocument, eid.ErrStale, eid.ErrSettled,
		httpapi.ErrThrottled, eid.ErrMisconfigured, eid.ErrProvider, eid.ErrProviderUncertain, httpapi.ErrNoPath, httpapi.ErrMethod, httpapi.ErrTooLarge,
		httpapi.ErrHeaderLarge, httpapi.ErrSlow, httpapi.ErrRequest, httpapi.ErrNotLocal, httpapi.ErrDeadline, httpapi.ErrMediaType, httpapi.ErrJSON,
	} {
		if f.Code() == code {
			return f
		}
	}
	return nil
}

func TestAStrangersSessionReadsLikeNone(t *testing.T) {
	g := open(t, eidapi.Config{})
	for _, op := range eidapi.Operations() {
		if op.Operation == "" {
			continue
		}
		g.forget()
		if a := g.ask(t, "full", "POST", op.Path, requests[op.Name]); a.StatusCode != http.StatusCreated {
			t.Fatal(op.Name, a.StatusCode, a.body)
		}
		found := 0
		for _, other := range eidapi.Operations() {
			if other.Operation != "" || other.EID == "" || !strings.HasSuffix(other.Path, "/{id}") {
				continue
			}
			path := func(id string) string { return strings.Replace(other.Path, "{id}", id, 1) }
			for _, as := range []string{"full", "foreign", "sandbox"} {
				g.limits.Reset()
				theirs, none := g.ask(t, as, other.Method, path(firstID), ""), g.ask(t, as, other.Method, path(unknownID[1:]), "")
				if theirs.StatusCode < 300 && as == "full" && other.EID == op.EID {
					found++
					continue
				}
				if theirs.StatusCode != 404 || theirs.String() != none.String() {
					t.Errorf("%s started by full, %s %s as %s: %s\nnot %s", op.Name, other.Method, other.Path, as, theirs, none)
				}
			}
		}
		if found != 2 {
			t.Errorf("%s: found at %d places, want poll and cancel at one path", op.Name, found)
		}
		g.limits.Reset()
		if a := g.ask(t, "demo", "GET", pollPath(op, firstID), ""); a.StatusCode != 200 {
			t.Errorf("%s: another client of the scope gets %d", op.Name, a.StatusCode)
		}
	}
	if a := g.ask(t, "full", "POST", "/document", ""); a.StatusCode != 400 {
		t.Error(a.StatusCode)
	}
}

// pollPath is where sessions of an operation are polled.
func pollPath(op eidapi.Operation, id string) string {
	path := strings.NewReplacer("/phone/", "/", "/backchannel/", "/").Replace(op.Path)
	return path + "/" + id
}
