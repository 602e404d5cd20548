package pages_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/eidgate/eidgate/adapters/httpapi/eidapi"
	"github.com/eidgate/eidgate/adapters/httpapi/orgapi"
	"github.com/eidgate/eidgate/adapters/httpapi/pages"
	"github.com/eidgate/eidgate/adapters/httpapi/sessionapi"
)

var (
	link    = regexp.MustCompile(`<a [^>]*href="([^"]*)"`)
	marked  = regexp.MustCompile(`\sid="([^"]*)"`)
	heading = regexp.MustCompile(`<h([1-6])[ >]`)
	titled  = regexp.MustCompile(`<title>([^<]+) · eidgate</title>`)
)

// documented opens a site with the documents of the eID operations, session and organization APIs.
func documented(t *testing.T) browser {
	t.Helper()
	return open(t, func(c *pages.Config) {
		c.OpenAPI = map[string][]byte{"eid": eidapi.Document(), "organization": orgapi.Document(), "session": sessionapi.Document()}
		for _, e := range orgapi.Events() {
			c.Events = append(c.Events, pages.Event{Code: e.Code, Fact: e.Kind, Text: e.Sentence})
		}
		for _, a := range sessionapi.Attributes() {
			c.Attributes = append(c.Attributes, pages.Attribute(a))
		}
	}).browser()
}

// guides are the addresses that the documents link to as pages of their own.
func guides(t *testing.T, b browser) (addresses []string) {
	t.Helper()
	for _, m := range link.FindAllStringSubmatch(b.get("/docs", "Accept", page).body, -1) {
		if strings.HasPrefix(m[1], "/docs/") && !strings.HasSuffix(m[1], ".json") && m[1] != "/docs/errors" {
			addresses = append(addresses, m[1])
		}
	}
	return addresses
}

func TestEveryGuideIsLinkedFromTheDocuments(t *testing.T) {
	b := documented(t)
	want := []string{"/docs/operations", "/docs/sessions", "/docs/organizations", "/docs/events", "/docs/providers", "/docs/running"}
	for _, provider := range []string{"criipto", "idkollen", "signicat", "bankid", "freja", "simulator"} {
		want = append(want, "/docs/providers/"+provider)
	}
	if got := guides(t, b); !slices.Equal(got, want) {
		t.Errorf("linked are %q", got)
	}
}

func TestEveryLinkOfAGuideLeadsSomewhereOfOurs(t *testing.T) {
	b := documented(t)
	seen := map[string]answer{}
	for _, address := range append(guides(t, b), "/docs") {
		body := b.get(address, "Accept", page).body
		for _, m := range link.FindAllStringSubmatch(body, -1) {
			u, err := url.Parse(m[1])
			if err != nil || u.Host != "" || u.Scheme != "" {
				t.Errorf("%s leads to %s", address, m[1])
				continue
			}
			if u.Path == "" {
				u.Path = address
			}
			if _, known := seen[u.Path]; !known {
				seen[u.Path] = b.get(u.Path, "Accept", page)
			}
			a := seen[u.Path]
			if a.StatusCode != http.StatusOK {
				t.Errorf("%s leads to %s, which answers %d", address, m[1], a.StatusCode)
			}
			if u.Fragment != "" && !strings.Contains(a.body, ` id="`+u.Fragment+`"`) {
				t.Errorf("%s leads to %s, where nothing is called so", address, m[1])
			}
		}
	}
}

func TestAGuideCanBeReadByHeadings(t *testing.T) {
	b := documented(t)
	titles := map[string]bool{}
	for _, address := range guides(t, b) {
		body := b.get(address, "Accept", page).body
		title := titled.FindStringSubmatch(body)
		if title == nil || titles[title[1]] || !strings.Contains(body, "<h1>"+title[1]+"</h1>") {
			t.Errorf("%s has no title of its own", address)
			continue
		}
		titles[title[1]] = true
		deep := byte('0')
		for i, m := range heading.FindAllStringSubmatch(body, -1) {
			if level := m[1][0]; level > deep+1 || level == '1' && i > 0 {
				t.Errorf("%s: heading %d is of level %c below one of level %c", address, i+1, level, deep)
			}
			deep = m[1][0]
		}
		var ids []string
		for _, m := range marked.FindAllStringSubmatch(body, -1) {
			ids = append(ids, m[1])
		}
		slices.Sort(ids)
		if len(slices.Compact(slices.Clone(ids))) != len(ids) {
			t.Errorf("%s: an id stands twice in %q", address, ids)
		}
		for _, table := range regexp.MustCompile(`(?s)<table>.*?</table>`).FindAllString(body, -1) {
			if !strings.Contains(table, `<th scope="col">`) || !strings.Contains(table, `<th scope="row">`) {
				t.Errorf("%s has a table without headings", address)
			}
		}
		if tables, regions := strings.Count(body, "<table>"), strings.Count(body, `<div class="scroll" tabindex="0" role="region" aria-label="`); tables != regions {
			t.Errorf("%s: %d tables, %d of which can be scrolled by keyboard", address, tables, regions)
		}
	}
}

func TestTheGuideOfOperationsKnowsEveryWordOfThem(t *testing.T) {
	b := documented(t)
	guide := b.get("/docs/operations", "Accept", page).body
	for code := range eidapi.Codes() {
		if !strings.Contains(guide, `<th scope="row"><code>`+code+`</code></th>`) {
			t.Errorf("%s is not explained", code)
		}
	}
	for _, code := range []string{"outstandingTransaction", "noClient", "started", "userCallConfirm", "userMrtd", "userSign", "processing"} {
		if !strings.Contains(guide, `<th scope="row"><code>`+code+`</code></th>`) {
			t.Errorf("%s is not explained", code)
		}
	}
	running := b.get("/docs/running", "Accept", page).body
	for _, feature := range eidapi.Features() {
		if !strings.Contains(running, "<code>"+feature+"</code>") {
			t.Errorf("the feature %s is not explained", feature)
		}
	}
	table := b.get("/docs/providers", "Accept", page).body
	for _, o := range eidapi.Operations() {
		if o.Operation != "" && !strings.Contains(table, `<th scope="row"><code>`+o.Path+`</code></th>`) {
			t.Errorf("%s is not in the table", o.Path)
		}
	}
}

func TestASetUpPageSaysWhatToRegisterAtTheProvider(t *testing.T) {
	b := documented(t)
	for _, provider := range []string{"criipto", "idkollen", "signicat"} {
		if body := b.get("/docs/providers/"+provider, "Accept", page).body; !strings.Contains(body, "<code>"+b.base+"/callback/"+provider+"</code>") {
			t.Errorf("%s: the address where people come back is not there", provider)
		}
	}
}

func TestTheGuideOfLogEventsHasEveryCode(t *testing.T) {
	guide := documented(t).get("/docs/events", "Accept", page).body
	events := orgapi.Events()
	if len(events) == 0 || strings.Count(guide, `<th scope="row">`) != len(events) {
		t.Errorf("there are %d events", len(events))
	}
	for _, e := range events {
		if !strings.Contains(guide, `<tr id="`+e.Code+`"><th scope="row"><code>`+e.Code+`</code></th><td><code>`+e.Kind+`</code></td>`) {
			t.Errorf("%s is not explained", e.Code)
		}
	}
}

func TestTheOrganizationSurfacesDocumentCanBeRead(t *testing.T) {
	b := documented(t)
	var parsed struct {
		Paths map[string]map[string]json.RawMessage `json:"paths"`
	}
	if err := json.Unmarshal(orgapi.Document(), &parsed); err != nil || len(parsed.Paths) == 0 {
		t.Fatalf("%d paths, %v", len(parsed.Paths), err)
	}
	docs := b.get("/docs", "Accept", page).body
	for path := range parsed.Paths {
		if !strings.Contains(docs, "<code>"+path+"</code>") {
			t.Errorf("%s is not listed", path)
		}
	}
}
