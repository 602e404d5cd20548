package orgapi_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/eidgate/eidgate/adapters/httpapi/orgapi"
	"github.com/eidgate/eidgate/domain/organization"
)

// Clients of the later generation know no web origins, and never send any.
func TestAnApplicationsWebOriginsAreThoseOfCORSWhereNoneAreMentioned(t *testing.T) {
	const others = `"name":"A","application_type":"react","allowed_redirect_urls":["https://a.example/in"],"allowed_logout_urls":["https://a.example/out"]`
	g := open(t, orgapi.Config{})
	for _, c := range []struct {
		body   string
		status int
		want   []string
	}{
		{`"allowed_origins_cors":["https://a.example","https://b.example"]`, 201, []string{"https://a.example", "https://b.example"}},
		{`"allowed_origins_cors":"https://a.example","default_web_origin":"https://a.example"`, 201, []string{"https://a.example"}},
		{`"allowed_origins_cors":["https://a.example"],"allowed_web_origins":["https://c.example"]`, 201, []string{"https://c.example"}},
		{`"allowed_origins_cors":["https://a.example"],"allowed_web_origins":[]`, 422, nil},
		{`"allowed_origins_cors":["https://a.example"],"allowed_web_origins":null`, 422, nil},
		{`"allowed_origins_cors":["https://a.example"],"allowed_web_origins":""`, 422, nil},
		{`"description":"no origins at all"`, 422, nil},
	} {
		g.reset(nil)
		a := g.ask(t, "full", "POST", apps, "{"+others+","+c.body+"}")
		asked, _ := g.last().(organization.ApplicationSettings)
		if a.StatusCode != c.status || c.want != nil && !slices.Equal(asked.WebOrigins, c.want) || c.want == nil && !strings.Contains(a.body, `"allowed_web_origins":["At least one`) {
			t.Errorf("%s: %d %s, asked for %v", c.body, a.StatusCode, a.body, asked.WebOrigins)
		}
	}
	g.reset(nil)
	if a := g.ask(t, "full", "PUT", app, `{"allowed_origins_cors":["https://new.example"],"default_origin_cors":null}`); a.StatusCode != 200 || strings.Contains(a.body, `"allowed_web_origins":["https://new.example"]`) {
		t.Errorf("an update that does not mention them: %d %s", a.StatusCode, a.body)
	}
}
