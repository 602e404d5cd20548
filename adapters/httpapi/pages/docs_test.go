package pages_test

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/eidgate/eidgate/adapters/httpapi/accountapi"
	"github.com/eidgate/eidgate/adapters/httpapi/pages"
	"github.com/eidgate/eidgate/adapters/system"
	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/fault"
)

const sample = `{"openapi":"3.1.0","info":{"title":"Sample <API>","version":"7"},
"paths":{
 "/things/{id}":{"parameters":[{"$ref":"#/components/parameters/id"}],
  "get":{"summary":"One thing","responses":{"200":{"description":"Here it is","content":{"application/json":{"schema":{"$ref":"#/components/schemas/thing"}}}}}},
  "delete":{"summary":"No thing","responses":{"204":{"description":"Gone"}}}},
 "/things":{"post":{"summary":"A new thing","requestBody":{"content":{"application/json":{
   "schema":{"allOf":[{"$ref":"#/components/schemas/thing"}],"required":["name"],"properties":{"name":{"type":["string","null"]}}},
   "examples":{"one":{"value":{"name":"<b>bold</b>"}}}}}},"responses":{"201":{"$ref":"#/components/responses/made"}}}}},
"components":{"parameters":{"id":{"name":"id","in":"path","required":true,"schema":{"type":"integer","format":"int64"}}},
 "responses":{"made":{"description":"It is made"}},
 "schemas":{"thing":{"type":"object","properties":{"self":{"$ref":"#/components/schemas/thing"},
   "parts":{"type":"array","items":{"type":"object","properties":{"colour":{"type":"string","enum":["red","blue"],"description":"How \u0060it\u0060 looks."}}}}}},
  "a/b":{"type":"object"}}}}`

func TestEveryOperationOfEveryDocumentIsListed(t *testing.T) {
	s := open(t, func(c *pages.Config) {
		c.OpenAPI = map[string][]byte{"account": []byte(sample), "session": []byte(`{"info":{"title":"Other"}}`)}
		c.AsyncAPI = []byte(`{"asyncapi":"3.0.0"}`)
	})
	b := s.browser()
	docs := b.get("/docs", "Accept", page)
	for _, want := range []string{
		"Sample &lt;API&gt;", "Other", "/things/{id}", "One thing", "No thing", "A new thing", "integer (int64)", "It is made",
		"parts[].colour", "string: red, blue", "How <code>it</code> looks.", "string or null", "&lt;b&gt;bold&lt;/b&gt;",
		`href="/docs/openapi/account.json"`, `href="/docs/openapi/session.json"`, `href="/docs/asyncapi.json"`,
	} {
		if !strings.Contains(docs.body, want) {
			t.Errorf("%q is not in the documents", want)
		}
	}
	if a := b.get("/docs/openapi/account.json"); a.body != sample || a.Header.Get("Content-Type") != "application/json" {
		t.Errorf("the file is another: %s", a.Header.Get("Content-Type"))
	}
	if a := b.get("/docs/asyncapi.json"); a.body != `{"asyncapi":"3.0.0"}` {
		t.Errorf("got %s", a.body)
	}
	b.get("/docs/openapi/none.json").is(t, http.StatusNotFound, "path_unknown")
	if _, err := pages.New(pages.Config{PublicURL: s.base, OpenAPI: map[string][]byte{"account": []byte("{")}}, system.Clock{}, system.Random{}); err == nil {
		t.Error("a broken document was accepted")
	}
	if _, err := pages.New(pages.Config{PublicURL: "nowhere"}, system.Clock{}, system.Random{}); err == nil {
		t.Error("a public address that is none was accepted")
	}
}

func TestTheAccountSurfacesDocumentCanBeRead(t *testing.T) {
	document := accountapi.Document()
	s := open(t, func(c *pages.Config) { c.OpenAPI = map[string][]byte{"account": document} })
	var parsed struct {
		Paths map[string]map[string]json.RawMessage `json:"paths"`
	}
	if err := json.Unmarshal(document, &parsed); err != nil || len(parsed.Paths) == 0 {
		t.Fatalf("%d paths, %v", len(parsed.Paths), err)
	}
	docs := s.browser().get("/docs", "Accept", page).body
	for path := range parsed.Paths {
		if !strings.Contains(docs, "<code>"+path+"</code>") {
			t.Errorf("%s is not listed", path)
		}
	}
}

func TestEveryCodeIsListed(t *testing.T) {
	b := open(t, func(c *pages.Config) {
		c.Words = []pages.Word{{API: "account", Code: "NOT_FOUND", Text: "There is no such thing."}}
	}).browser()
	shown := b.get("/docs/errors").body
	listed := decode[[]struct{ API, Code, Kind, Message string }](t, b.get("/docs/errors", "Accept", "application/json"))
	common := len(fault.Catalogue())
	if len(listed) != common+1 || common < 30 {
		t.Fatalf("%d codes, %d are declared", len(listed), common)
	}
	if last := listed[common]; last.API != "account" || last.Code != "NOT_FOUND" || !strings.Contains(shown, `id="account-NOT_FOUND"`) {
		t.Errorf("an API's own word: %+v", last)
	}
	for _, c := range listed[:common] {
		if c.Kind == "" || c.Message == "" || !strings.Contains(shown, `id="`+c.Code+`"`) {
			t.Errorf("%+v", c)
		}
	}
}

func TestErrorsAreJSONUnlessHTMLIsAccepted(t *testing.T) {
	b := open(t, nil).browser()
	for accept, html := range map[string]bool{
		"": false, "*/*": false, "application/json": false, "text/html": true, page: true,
		"text/html;q=0.5, application/json": false, "application/json;q=0.5, text/html": true, "text/html;q=0": false, "text/*": false,
		"text/html;q=nonsense": false,
	} {
		a := b.get("/nowhere", "Accept", accept)
		a.is(t, http.StatusNotFound, "path_unknown")
		if got := strings.HasPrefix(a.Header.Get("Content-Type"), "text/html"); got != html {
			t.Errorf("Accept %q: html %v", accept, got)
		}
	}
	a := b.ask(http.MethodPost, "/docs", `{}`)
	a.is(t, http.StatusMethodNotAllowed, "method_not_allowed")
	if a.Header.Get("Allow") != "GET" {
		t.Errorf("allowed: %q", a.Header.Get("Allow"))
	}
}

var (
	element   = regexp.MustCompile(`(?s)<(script|style)([^>]*)>(.*?)</(script|style)>`)
	attribute = regexp.MustCompile(`(?i)\s(on[a-z]+|style)\s*=`)
	elsewhere = regexp.MustCompile(`(?i)(src|href|action)\s*=\s*["']?\s*(https?:)?//`)
)

func TestPagesRunNothingButTheirOwnScript(t *testing.T) {
	s := open(t, func(c *pages.Config) { c.OpenAPI = map[string][]byte{"account": []byte(sample)} })
	b := s.browser()
	for _, address := range []string{
		"/", "/docs", "/docs/errors", "/docs/operations", "/docs/organizations", "/docs/events", "/docs/providers", "/docs/running", "/docs/providers/criipto", "/docs/providers/idkollen",
		"/docs/providers/signicat", "/docs/providers/bankid", "/docs/providers/freja", "/docs/providers/simulator", "/simulator", "/simulator/plain?code=x", "/nowhere", s.login(eid.SEBankID, "Demo AB", "x"),
	} {
		a := b.get(address, "Accept", page)
		policy := a.Header.Get("Content-Security-Policy")
		for _, want := range []string{"default-src 'none'", "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'"} {
			if !strings.Contains(policy, want) {
				t.Errorf("%s: the policy lacks %s", address, want)
			}
		}
		if strings.Contains(policy, "unsafe") || strings.Contains(policy, "http") || strings.Contains(policy, "*") {
			t.Errorf("%s: the policy is loose: %s", address, policy)
		}
		found := element.FindAllStringSubmatch(a.body, -1)
		if len(found) != 2 {
			t.Errorf("%s has %d scripts and styles", address, len(found))
		}
		for _, e := range found {
			sum := sha256.Sum256([]byte(e[3]))
			if e[2] != "" || !strings.Contains(policy, e[1]+"-src 'sha256-"+base64.StdEncoding.EncodeToString(sum[:])+"'") {
				t.Errorf("%s: the policy does not know the %s", address, e[1])
			}
		}
		markup := element.ReplaceAllString(a.body, "")
		if m := attribute.FindString(markup); m != "" {
			t.Errorf("%s has an inline%s", address, m)
		}
		if m := elsewhere.FindString(markup); m != "" {
			t.Errorf("%s leads elsewhere: %s", address, m)
		}
	}
}

func TestEveryFieldOfAPageHasALabel(t *testing.T) {
	s := open(t, nil)
	b := s.browser()
	for _, address := range []string{s.login(eid.SEBankID, "Demo AB", "x"), "/simulator"} {
		body := b.get(address, "Accept", page).body
		for _, want := range []string{`<html lang="en">`, `name="viewport"`, `<main id="main"`, `href="#main"`, `role="status"`, "<h1>"} {
			if !strings.Contains(body, want) {
				t.Errorf("%s lacks %s", address, want)
			}
		}
		labels := regexp.MustCompile(`(?s)<label.*?</label>`).FindAllString(body, -1)
		inside := strings.Join(labels, "")
		for _, field := range []string{"<select", "<input"} {
			if strings.Count(body, field) != strings.Count(inside, field) || strings.Count(inside, field) == 0 {
				t.Errorf("%s: a %s stands outside of a label", address, field)
			}
		}
	}
}
