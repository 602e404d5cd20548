package orgapi_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/eidgate/eidgate/adapters/httpapi/orgapi"
	"github.com/eidgate/eidgate/domain/audit"
)

func TestEveryKindOfFactHasOneCodeAndNoTwoShareOne(t *testing.T) {
	kinds, codes := map[string]bool{}, map[string]bool{}
	wellFormed := regexp.MustCompile(`^[A-Z]+(_[A-Z]+)+$`)
	for _, e := range orgapi.Events() {
		if kinds[e.Kind] || codes[e.Code] || !wellFormed.MatchString(e.Code) || !strings.HasSuffix(e.Sentence, ".") {
			t.Errorf("%+v", e)
		}
		if strings.HasPrefix(e.Code, "SSO_") {
			t.Errorf("%s is among the codes by which sign-ins are found", e.Code)
		}
		kinds[e.Kind], codes[e.Code] = true, true
	}
	for i, kind := range audit.Kinds() {
		if !kinds[kind] {
			t.Error("no code for", kind)
		}
		if orgapi.Events()[i].Kind != kind {
			t.Errorf("%s is listed where %s is expected", orgapi.Events()[i].Kind, kind)
		}
		delete(kinds, kind)
	}
	for kind := range kinds {
		t.Error("a code for what does not happen:", kind)
	}
}

func TestTheListOfCodesIsTheCallersOwn(t *testing.T) {
	orgapi.Events()[0].Code = "changed"
	if orgapi.Events()[0].Code == "changed" {
		t.Error("a caller changed everybody's list")
	}
}

func TestEveryCodeFindsItsKindAndNothingElse(t *testing.T) {
	g := open(t, orgapi.Config{})
	for _, e := range orgapi.Events() {
		g.reset(nil)
		g.ask(t, "full", "GET", logEvents+"?code="+e.Code, "")
		if q, asked := g.last().(audit.Query); !asked || len(q.Kinds) != 1 || q.Kinds[0] != e.Kind {
			t.Errorf("%s asks for %v", e.Code, g.last())
		}
	}
}

func TestConditionsOnEventsThatCannotBeMeantAreRefused(t *testing.T) {
	g := open(t, orgapi.Config{})
	for _, query := range []string{"q[id_gt]=x", "q[id_gt]=1.5", "q[id_eq]=", "q[id_eq]=99999999999999999999", "q[id_in][]=1&q[id_in][]=+2", "q[id_eq][a]=1", "q[inserted_at_gt]=soon"} {
		g.reset(nil)
		a := g.ask(t, "full", "GET", logEvents+"?"+query, "")
		if a.StatusCode != 422 || g.last() != nil || !strings.Contains(a.body, `"errors":{"q.`) {
			t.Errorf("%s: %d %s", query, a.StatusCode, a.body)
		}
	}
}

func TestWhatNoEventCanBeIsAnsweredWithoutLooking(t *testing.T) {
	g := open(t, orgapi.Config{})
	for _, query := range []string{
		"code=SSO_TOKENS_GENERATED", "code=api_user_created", "code=user.added", "code=%27%20OR%201%3D1--", "code=API_USER_CREATED%20",
		"client_id=" + appID + "&saml_identity_provider_id=" + idpID,
	} {
		g.reset(nil)
		a := g.ask(t, "full", "GET", logEvents+"?"+query, "")
		if a.StatusCode != 200 || !strings.Contains(a.body, `"data":[]`) || !strings.Contains(a.body, `"total":0,"total_count":0`) || g.last() != nil {
			t.Errorf("%s: %d %s, asked %v", query, a.StatusCode, a.body, g.last())
		}
	}
}
