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

	"github.com/go-jose/go-jose/v4"

	"github.com/eidgate/eidgate/adapters/httpapi/sessionapi"
	"github.com/eidgate/eidgate/test/surface"
)

var theDocument sync.Map // of one for all tests

func newDocument(t testing.TB) surface.Document {
	t.Helper()
	if d, read := theDocument.Load("read"); read {
		return d.(surface.Document)
	}
	d := surface.NewDocument(t, sessionapi.Document(), "application/jose", "text/html")
	theDocument.Store("read", d)
	return d
}

// judge says whether an answer is as the document says. Every answer that a test of this package gets is judged, but for those
// that say that there is no such thing.
func judge(t testing.TB, w *http.Response, body string) {
	t.Helper()
	d := newDocument(t)
	if w.StatusCode == http.StatusMethodNotAllowed || w.StatusCode == http.StatusNotFound && !d.Knows(w.Request) {
		return
	}
	d.Check(t, w, body)
}

func TestTheDocumentIsTheOneThatWasReviewed(t *testing.T) {
	newDocument(t)
	surface.Golden(t, "openapi.json", string(sessionapi.Document()))
}

func TestDocumentAndRoutesAreOneTable(t *testing.T) {
	newDocument(t).HasRoutes(t, sessionapi.New(sessionapi.Config{}, sessionapi.Deps{}).Routes())
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
func requestExamples(t testing.TB, doc surface.Document) map[string]string {
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
