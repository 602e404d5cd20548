package surface

import (
	"net/http"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/legacy"
)

// Document is an OpenAPI document as a judge of answers.
type Document struct {
	*openapi3.T
	router routers.Router
}

// NewDocument reads a document, which has to be a valid one. Bodies of the given types are taken as they are; of other types
// than JSON, text and forms nobody can judge.
func NewDocument(t testing.TB, content []byte, opaque ...string) Document {
	t.Helper()
	for _, kind := range opaque {
		openapi3filter.RegisterBodyDecoder(kind, openapi3filter.FileBodyDecoder)
	}
	doc, err := openapi3.NewLoader().LoadFromData(content)
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
	return Document{doc, router}
}

// Knows holds for requests that the document has.
func (d Document) Knows(request *http.Request) bool {
	_, _, err := d.router.FindRoute(request)
	return err == nil
}

// Check fails the test unless the document has the answer's request and gives the answer its status, headers and body. The
// answer has its request.
func (d Document) Check(t testing.TB, answer *http.Response, body string) {
	t.Helper()
	route, parameters, err := d.router.FindRoute(answer.Request)
	if err != nil {
		t.Errorf("%s %s is not in the document: %v", answer.Request.Method, answer.Request.URL.Path, err)
		return
	}
	input := &openapi3filter.ResponseValidationInput{
		RequestValidationInput: &openapi3filter.RequestValidationInput{Request: answer.Request, PathParams: parameters, Route: route},
		Status:                 answer.StatusCode, Header: answer.Header, Options: &openapi3filter.Options{IncludeResponseStatus: true, MultiError: true},
	}
	input.SetBodyBytes([]byte(body))
	if err := openapi3filter.ValidateResponse(t.Context(), input); err != nil {
		t.Errorf("%s %s answers %d against the document: %v", answer.Request.Method, answer.Request.URL.Path, answer.StatusCode, reason(err))
	}
}

// reason is what is wrong, without what the answer holds: that may be about somebody.
func reason(err error) string {
	text, _, _ := strings.Cut(err.Error(), "\nValue:")
	return text
}

// Operations are the methods and paths of the document, as "GET /v3/sessions/{id}". No two operations may have one name.
func (d Document) Operations(t testing.TB) map[string]bool {
	t.Helper()
	operations, names := map[string]bool{}, map[string]bool{}
	for path, item := range d.Paths.Map() {
		for method, operation := range item.Operations() {
			operations[method+" "+path] = true
			if operation.OperationID != "" && names[operation.OperationID] {
				t.Error("two operations are called", operation.OperationID)
			}
			names[operation.OperationID] = true
		}
	}
	return operations
}

// HasRoutes fails the test unless the document's operations are exactly the routes.
func (d Document) HasRoutes(t testing.TB, routes []Route) {
	t.Helper()
	documented := d.Operations(t)
	mounted := map[string]bool{}
	for _, r := range routes {
		path := strings.Split(r.Pattern, "/")
		for i, part := range path {
			if name, is := strings.CutPrefix(part, ":"); is {
				path[i] = "{" + name + "}"
			}
		}
		name := r.Method + " " + strings.Join(path, "/")
		mounted[name] = true
		if !documented[name] {
			t.Error("mounted and not documented:", name)
		}
	}
	for name := range documented {
		if !mounted[name] {
			t.Error("documented and not mounted:", name)
		}
	}
}
