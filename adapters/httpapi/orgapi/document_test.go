package orgapi_test

import (
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/eidgate/eidgate/adapters/httpapi/orgapi"
	"github.com/eidgate/eidgate/test/surface"
)

func newDocument(t *testing.T) surface.Document {
	t.Helper()
	return surface.NewDocument(t, orgapi.Document())
}

func TestTheDocumentIsTheOneThatWasReviewed(t *testing.T) {
	newDocument(t)
	surface.Golden(t, "openapi.json", string(orgapi.Document()))
}

func TestDocumentAndRoutesAreOneTable(t *testing.T) {
	newDocument(t).HasRoutes(t, orgapi.New(orgapi.Config{}, orgapi.Deps{}).Routes())
}

func TestCodesOfLogEventsAreTheOnesThatWereReviewed(t *testing.T) {
	b, err := json.MarshalIndent(orgapi.Events(), "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	surface.Golden(t, "events.json", string(b)+"\n")
}

func TestAnswersOfDirectoriesAndApplicationsAreAsTheDocumentSays(t *testing.T) {
	g, doc := open(t, orgapi.Config{}), newDocument(t)
	for _, list := range [][]exchange{tokenExchanges(), organizationExchanges(), userExchanges(), applicationExchanges()} {
		for _, e := range list {
			if slices.Contains([]string{"token-method", "path-unknown", "method-unknown", "method-odd", "path-broken"}, e.name) {
				continue // they ask for what the document has not got
			}
			t.Run(e.name, func(t *testing.T) {
				a := g.play(t, e)
				doc.Check(t, a.Response, a.body)
			})
		}
	}
}

// filled are paths of the document with things of the house in them.
var filled = strings.NewReplacer("{org_domain}", "misapret", "{user_id}", userID, "{user_email}", "janis.joplin@example.com", "{client_id}", appID, "{idp_id}", idpID)

// suited is an example of the document as the house knows its people and things.
func suited(example any) map[string]any {
	all := maps.Clone(example.(map[string]any))
	for name, value := range map[string]string{
		"client_id": "full", "client_secret": "secret:full", "organization_id": misapretID, "application_id": appID, "user_id": userID, "key_name": "colour",
	} {
		if _, there := all[name]; there {
			all[name] = value
		}
	}
	return all
}

func TestTheExamplesOfAnswersAreWhatTheDocumentSays(t *testing.T) {
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
					if media.Example != nil {
						if err := media.Schema.Value.VisitJSON(media.Example); err != nil {
							t.Errorf("%s %s %s: %v", method, path, status, err)
						}
					}
				}
			}
		}
	}
	if seen == 0 {
		t.Error("there are none")
	}
}

func TestTheDocumentsOwnExamplesAreAcceptedAndWhatIsRequiredIs(t *testing.T) {
	doc, g := newDocument(t), open(t, orgapi.Config{})
	for path, item := range doc.Paths.Map() {
		for method, operation := range item.Operations() {
			if operation.RequestBody == nil {
				continue
			}
			media := operation.RequestBody.Value.Content["application/json"]
			if err := media.Schema.Value.VisitJSON(media.Example); err != nil {
				t.Errorf("%s %s: %v", method, path, err)
			}
			at := filled.Replace(path)
			if strings.HasPrefix(operation.OperationID, "createAdminOnboarding") {
				at = strings.Replace(at, idpID, bareIDP, 1)
			}
			send := func(body map[string]any) answer {
				b, err := json.Marshal(body)
				if err != nil {
					t.Fatal(err)
				}
				return g.play(t, exchange{as: "full", method: method, path: at, body: string(b)})
			}
			if strings.HasSuffix(path, "/oauth/token") {
				send = func(body map[string]any) answer {
					b, _ := json.Marshal(body)
					return g.play(t, exchange{method: method, path: at, body: string(b)})
				}
			}
			example := suited(media.Example)
			if a := send(example); a.StatusCode >= http.StatusBadRequest {
				t.Errorf("%s %s: %d %s", method, path, a.StatusCode, a.body)
			}
			for _, name := range media.Schema.Value.Required {
				without := maps.Clone(example)
				delete(without, name)
				if a := send(without); a.StatusCode != http.StatusUnprocessableEntity && !strings.HasSuffix(path, "/oauth/token") || a.StatusCode < http.StatusBadRequest {
					t.Errorf("%s %s without %s: %d %s", method, path, name, a.StatusCode, a.body)
				}
			}
		}
	}
}

func TestNoFaultOfAParameterIsToldTwice(t *testing.T) {
	doc, g, told := newDocument(t), open(t, orgapi.Config{}), 0
	for path, item := range doc.Paths.Map() {
		for method, operation := range item.Operations() {
			if operation.RequestBody == nil || strings.HasSuffix(path, "/oauth/token") {
				continue
			}
			for name := range operation.RequestBody.Value.Content["application/json"].Schema.Value.Properties {
				for _, value := range []string{`[["a"]]`, `""`, `{"a":[]}`, `-1.5`} {
					a := g.play(t, exchange{as: "full", method: method, path: filled.Replace(path), body: `{"` + name + `":` + value + `}`})
					var refused struct {
						Error struct{ Errors map[string][]string }
					}
					if err := json.Unmarshal([]byte(a.body), &refused); err != nil {
						t.Fatal(err)
					}
					for field, sentences := range refused.Error.Errors {
						told += len(sentences)
						if once := slices.Compact(slices.Sorted(slices.Values(sentences))); len(once) != len(sentences) {
							t.Errorf("%s %s %s=%s: %s: %q", method, path, name, value, field, sentences)
						}
					}
				}
			}
		}
	}
	if told == 0 {
		t.Error("nothing was at fault")
	}
}
