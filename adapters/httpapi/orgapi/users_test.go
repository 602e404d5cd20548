package orgapi_test

import (
	"encoding/json"
	"reflect"
	"testing"

	"github.com/eidgate/eidgate/adapters/httpapi/orgapi"
)

// flatUser is a user as clients of the later generation decode one: what they cannot do without is a value, and must be there.
type flatUser struct {
	Email         *string           `json:"email"`
	EmailVerified *bool             `json:"email_verified"`
	Phone         json.RawMessage   `json:"phone_number"`
	PhoneVerified *bool             `json:"phone_number_verified"`
	Address       json.RawMessage   `json:"address"`
	MetaData      []json.RawMessage `json:"meta_data"`
	Metadata      []json.RawMessage `json:"metadata"`
	Profile       struct {
		Email   string          `json:"email"`
		Phone   json.RawMessage `json:"phone_number"`
		Address json.RawMessage `json:"address"`
	} `json:"profile"`
}

func TestUsersAreShownInTheWordsOfBothGenerations(t *testing.T) {
	g := open(t, orgapi.Config{})
	var list struct {
		Data []flatUser `json:"data"`
	}
	decode(t, g.ask(t, "full", "GET", users, ""), &list)
	var gone struct {
		Resource flatUser `json:"resource"`
	}
	decode(t, g.ask(t, "full", "DELETE", janis, ""), &gone)
	all := append(list.Data, gone.Resource)
	for _, c := range []struct{ method, path, body string }{
		{"GET", janis, ""}, {"GET", byEmail + "janis.joplin@example.com", ""}, {"POST", users, `{"email":"a@example.com"}`}, {"PUT", janis, `{"nickname":"N"}`},
	} {
		var one flatUser
		decode(t, g.ask(t, "full", c.method, c.path, c.body), &one)
		all = append(all, one)
	}
	for i, u := range all {
		switch {
		case u.Email == nil || *u.Email == "" || *u.Email != u.Profile.Email:
			t.Errorf("%d has no address of its own", i)
		case u.EmailVerified == nil || *u.EmailVerified || u.PhoneVerified == nil || *u.PhoneVerified:
			t.Errorf("%d claims that somebody verified something", i)
		case u.Phone == nil || string(u.Phone) != string(u.Profile.Phone) || u.Address == nil || string(u.Address) != string(u.Profile.Address):
			t.Errorf("%d has another telephone or home than its profile", i)
		case u.MetaData == nil || !reflect.DeepEqual(u.MetaData, u.Metadata):
			t.Errorf("%d has other metadata by the later name", i)
		}
	}
}

func decode(t *testing.T, a answer, into any) {
	t.Helper()
	if err := json.Unmarshal([]byte(a.body), into); err != nil || a.StatusCode >= 300 {
		t.Fatalf("%d %v", a.StatusCode, err)
	}
}
