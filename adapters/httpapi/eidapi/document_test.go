package eidapi_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/eidgate/eidgate/adapters/httpapi/eidapi"
	"github.com/eidgate/eidgate/test/surface"
)

func newDocument(t *testing.T) surface.Document {
	t.Helper()
	return surface.NewDocument(t, eidapi.Document(), "application/pdf")
}

func TestTheDocumentIsTheOneThatWasReviewed(t *testing.T) {
	newDocument(t)
	surface.Golden(t, "openapi.json", string(eidapi.Document()))
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
