package pages_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/eidgate/eidgate/adapters/httpapi/sessionapi"
)

// schema is what the session API's document says of one of its shapes.
func schema(t *testing.T, name string) (s struct {
	Properties map[string]struct{ Enum []string }
}) {
	t.Helper()
	var d struct {
		Components struct{ Schemas map[string]json.RawMessage }
	}
	if err := json.Unmarshal(sessionapi.Document(), &d); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(d.Components.Schemas[name], &s); err != nil || len(s.Properties) == 0 {
		t.Fatalf("%s has %d members, %v", name, len(s.Properties), err)
	}
	return s
}

func TestTheGuideOfSessionsKnowsEveryWordOfThem(t *testing.T) {
	guide := documented(t).get("/docs/sessions", "Accept", page).body
	row := func(word string) bool { return strings.Contains(guide, `<th scope="row"><code>`+word+`</code></th>`) }
	words := append(schema(t, "Session").Properties["status"].Enum, schema(t, "SessionError").Properties["code"].Enum...)
	for _, word := range append(words, schema(t, "Session").Properties["provider"].Enum...) {
		if !row(word) {
			t.Errorf("%s is not explained", word)
		}
	}
	for code := range sessionapi.Codes() {
		if !strings.Contains(guide, "<code>"+code+"</code>") {
			t.Errorf("the code %s is not mentioned", code)
		}
	}
	if len(words) < 10 || !strings.Contains(guide, "sessionNonce") {
		t.Errorf("the document has only the words %q", words)
	}
}

func TestTheGuideOfSessionsListsEveryAttributeOfThem(t *testing.T) {
	guide := documented(t).get("/docs/sessions", "Accept", page).body
	told := map[string]bool{"id": true}
	for _, a := range sessionapi.Attributes() {
		told[a.Name] = true
		if !strings.Contains(guide, `<th scope="row"><code>`+a.Name+`</code></th>`) {
			t.Errorf("%s is not listed", a.Name)
		}
	}
	for name := range schema(t, "Subject").Properties {
		if !told[name] {
			t.Errorf("%s is told and not listed", name)
		}
	}
}

func TestWhoComesBackFromAHostedSessionReadsHowToAskForIt(t *testing.T) {
	b := documented(t)
	shown := func(address string) string { return b.get(address, "Accept", page).body }
	if body := shown("/simulator/plain?sessionId=0a-1b"); !strings.Contains(body, b.base+"/auth/rest/sessions/0a-1b") {
		t.Error("the session is not named")
	}
	if body := shown("/simulator/plain?sessionId=a%24%28id%29"); strings.Contains(body, "/auth/rest/sessions/") || strings.Contains(body, "$(id)") {
		t.Error("what is no identifier got into a line for the shell")
	}
}
