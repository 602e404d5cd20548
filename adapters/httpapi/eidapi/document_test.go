package eidapi_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/legacy"

	"github.com/eidgate/eidgate/adapters/httpapi/eidapi"
)

// document is the OpenAPI document as a judge of answers.
type document struct {
	*openapi3.T
	router routers.Router
}

func newDocument(t *testing.T) document {
	t.Helper()
	openapi3filter.RegisterBodyDecoder("application/pdf", openapi3filter.FileBodyDecoder)
	doc, err := openapi3.NewLoader().LoadFromData(eidapi.Document())
	if err != nil {
		t.Fatal(err)
	}
	if err := doc.Validate(t.Context()); err != nil {
		t.Fatal(err)
	}
	doc.Servers = nil // its routes are relative to wherever we are served
	router, err := legacy.NewRouter(doc)
	if err != nil {
		t.Fatal(err)
	}
	return document{doc, router}
}

func (d document) check(t *testing.T, a answer) {
	t.Helper()
	route, parameters, err := d.router.FindRoute(a.Request)
	if err != nil {
		t.Errorf("%s %s is not in the document: %v", a.Request.Method, a.Request.URL.Path, err)
		return
	}
	input := &openapi3filter.ResponseValidationInput{
		RequestValidationInput: &openapi3filter.RequestValidationInput{Request: a.Request, PathParams: parameters, Route: route},
		Status:                 a.StatusCode, Header: a.Header, Options: &openapi3filter.Options{IncludeResponseStatus: true, MultiError: true},
	}
	input.SetBodyBytes([]byte(a.body))
	if err := openapi3filter.ValidateResponse(t.Context(), input); err != nil {
		t.Errorf("%s %s answers %d %s against the document: %v", a.Request.Method, a.Request.URL.Path, a.StatusCode, a.body, err)
	}
}

func TestTheDocumentIsTheOneThatWasReviewed(t *testing.T) {
	newDocument(t)
	golden(t, "openapi.json", string(eidapi.Document()))
}

func TestDocumentListAndRoutesAreOneTable(t *testing.T) {
	doc := newDocument(t)
	documented, listed, mounted := map[string]bool{}, map[string]bool{}, map[string]bool{}
	names := map[string]bool{}
	for path, item := range doc.Paths.Map() {
		for method, operation := range item.Operations() {
			documented[method+" "+path+" "+operation.OperationID] = true
			if names[operation.OperationID] {
				t.Error("two operations are called", operation.OperationID)
			}
			names[operation.OperationID] = true
		}
	}
	for _, o := range eidapi.Operations() {
		listed[o.Method+" "+o.Path+" "+o.Name] = true
		mounted[o.Method+" "+o.Path] = true
	}
	for name := range documented {
		if !listed[name] {
			t.Error("documented and not listed:", name)
		}
	}
	if len(documented) != len(listed) {
		t.Errorf("%d documented, %d listed", len(documented), len(listed))
	}
	for _, r := range eidapi.New(eidapi.Config{}, eidapi.Deps{}).Routes() {
		name := r.Method + " " + strings.ReplaceAll(r.Pattern, ":id", "{id}")
		if !mounted[name] {
			t.Error("mounted and not listed:", name)
		}
		delete(mounted, name)
	}
	for name := range mounted {
		t.Error("listed and not mounted:", name)
	}
}

func TestTheDocumentsOwnExamplesAreAcceptedAndTrue(t *testing.T) {
	doc, g := newDocument(t), open(t, eidapi.Config{Synthetic: true})
	for path, item := range doc.Paths.Map() {
		for method, operation := range item.Operations() {
			for status, response := range operation.Responses.Map() {
				for _, media := range response.Value.Content {
					for name, example := range media.Examples {
						if err := media.Schema.Value.VisitJSON(plain(t, example.Value.Value)); err != nil {
							t.Errorf("%s %s %s %s: %v", method, path, status, name, err)
						}
					}
				}
			}
			if operation.RequestBody == nil {
				continue
			}
			media := operation.RequestBody.Value.Content["application/json"]
			if media == nil {
				continue
			}
			if err := media.Schema.Value.VisitJSON(plain(t, media.Example)); err != nil {
				t.Errorf("%s %s: %v", method, path, err)
			}
			body, err := json.Marshal(media.Example)
			if err != nil {
				t.Fatal(err)
			}
			if a := g.ask(t, "full", method, path, string(body)); a.StatusCode >= http.StatusBadRequest {
				t.Errorf("%s %s: %d %s", method, path, a.StatusCode, a.body)
			}
		}
	}
}

// plain is a value as JSON knows it.
func plain(t *testing.T, v any) (p any) {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(b, &p); err != nil {
		t.Fatal(err)
	}
	return p
}
