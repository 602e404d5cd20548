package sessionapi_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/json"
	"maps"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/legacy"
	"github.com/go-jose/go-jose/v4"

	"github.com/eidgate/eidgate/adapters/httpapi/sessionapi"
)

// document is the OpenAPI document as a judge of answers.
type document struct {
	*openapi3.T
	router routers.Router
}

var theDocument sync.Map // of one for all tests

func newDocument(t testing.TB) document {
	t.Helper()
	if d, read := theDocument.Load("read"); read {
		return d.(document)
	}
	for _, contentType := range []string{"application/jose", "text/html"} {
		openapi3filter.RegisterBodyDecoder(contentType, openapi3filter.PlainBodyDecoder)
	}
	doc, err := openapi3.NewLoader().LoadFromData(sessionapi.Document())
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
	theDocument.Store("read", document{doc, router})
	return document{doc, router}
}

// judge says whether an answer is as the document says. Every answer that a test of this package gets is judged.
func (d document) judge(t testing.TB, w *http.Response, body string) {
	t.Helper()
	if w.StatusCode == http.StatusMethodNotAllowed {
		return // there is no such thing in the document
	}
	route, parameters, err := d.router.FindRoute(w.Request)
	if err != nil && w.StatusCode == http.StatusNotFound {
		return // nor is this
	}
	if err != nil {
		t.Errorf("%s %s is not in the document: %v", w.Request.Method, w.Request.URL.Path, err)
		return
	}
	input := &openapi3filter.ResponseValidationInput{
		RequestValidationInput: &openapi3filter.RequestValidationInput{Request: w.Request, PathParams: parameters, Route: route},
		Status:                 w.StatusCode, Header: w.Header, Options: &openapi3filter.Options{IncludeResponseStatus: true, MultiError: true},
	}
	input.SetBodyBytes([]byte(body))
	if err := openapi3filter.ValidateResponse(t.Context(), input); err != nil {
		t.Errorf("%s %s answers %d against the document: %v", w.Request.Method, w.Request.URL.Path, w.StatusCode, err)
	}
}

func TestTheDocumentIsTheOneThatWasReviewed(t *testing.T) {
	newDocument(t)
	promised(t, "openapi.json", string(sessionapi.Document()))
}

func TestDocumentAndRoutesAreOneTable(t *testing.T) {
	documented, names := map[string]bool{}, map[string]bool{}
	for path, item := range newDocument(t).Paths.Map() {
		for method, operation := range item.Operations() {
			documented[method+" "+path] = true
			if names[operation.OperationID] {
				t.Error("two operations are called", operation.OperationID)
			}
			names[operation.OperationID] = true
		}
	}
	for _, r := range sessionapi.New(sessionapi.Config{}, sessionapi.Deps{}).Routes() {
		var path []string
		for part := range strings.SplitSeq(r.Pattern, "/") {
			if name, is := strings.CutPrefix(part, ":"); is {
				part = "{" + name + "}"
			}
			path = append(path, part)
		}
		name := r.Method + " " + strings.Join(path, "/")
		if !documented[name] {
			t.Error("mounted and not documented:", name)
		}
		delete(documented, name)
	}
	for name := range documented {
		t.Error("documented and not mounted:", name)
	}
}

func TestTheDocumentsExamplesOfAnswersAreAsItSays(t *testing.T) {
	seen := 0
	for path, item := range newDocument(t).Paths.Map() {
		for method, operation := range item.Operations() {
			for status, response := range operation.Responses.Map() {
				for _, media := range response.Value.Content {
					for name, example := range media.Examples {
						seen++
						if err := media.Schema.Value.VisitJSON(example.Value.Value); err != nil {
							t.Errorf("%s %s %s %s: %v", method, path, status, name, err)
						}
					}
					if media.Example == nil {
						continue
					}
					if err := media.Schema.Value.VisitJSON(media.Example); err != nil {
						t.Errorf("%s %s %s: %v", method, path, status, err)
					}
				}
			}
		}
	}
	if seen == 0 {
		t.Error("there are none")
	}
}

// requestExamples are the document's own requests for a session, by name.
func requestExamples(t testing.TB, doc document) map[string]string {
	t.Helper()
	media := doc.Paths.Value("/auth/rest/sessions").Post.RequestBody.Value.Content["application/json"]
	examples := map[string]string{}
	for name, example := range media.Examples {
		if err := media.Schema.Value.VisitJSON(example.Value.Value); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		text, err := json.Marshal(example.Value.Value)
		if err != nil {
			t.Fatal(err)
		}
		examples[name] = string(text)
	}
	return examples
}

func TestTheDocumentsOwnRequestsAreAcceptedAndWhatIsRequiredIs(t *testing.T) {
	g := open(t, sessionapi.Config{})
	for name, body := range requestExamples(t, newDocument(t)) {
		g.create(t, body)
		var members map[string]any
		if err := json.Unmarshal([]byte(body), &members); err != nil {
			t.Fatal(err)
		}
		for _, required := range []string{"flow", "requestedAttributes"} {
			without := maps.Clone(members)
			delete(without, required)
			text, err := json.Marshal(without)
			if err != nil {
				t.Fatal(err)
			}
			if a := g.ask(t, "full", "POST", sessions, string(text)); a.StatusCode != http.StatusBadRequest || !strings.Contains(a.blames(t), required) {
				t.Errorf("%s without %s: %d", name, required, a.StatusCode)
			}
		}
	}
}

func TestEncryptedAnswersAreInTheDocument(t *testing.T) {
	g := open(t, sessionapi.Config{})
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	public, err := json.Marshal(jose.JSONWebKey{Key: key.Public(), Use: "enc", Algorithm: "ECDH-ES"})
	if err != nil {
		t.Fatal(err)
	}
	a := g.create(t, redirecting(t, `{"encryptionPublicKey":`+string(public)+`}`)) // create, get and cancel judge what they are answered
	for _, b := range []answer{a, g.get(t, ""), g.ask(t, "full", "POST", sessions+"/"+g.id()+"/cancel", "null")} {
		if b.StatusCode != http.StatusOK || b.Header.Get("Content-Type") != "application/jose" {
			t.Error(b.StatusCode, b.Header.Get("Content-Type"))
		}
	}
}
