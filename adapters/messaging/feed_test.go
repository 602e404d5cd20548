package messaging_test

import (
	"context"
	"encoding/json"
	"maps"
	"reflect"
	"strings"
	"testing"

	"github.com/eidgate/eidgate/adapters/messaging"
	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/inbound"
)

// feeds are the gateway's conversation with registers elsewhere.
type feeds struct{ *gateway }

func (f feeds) FoundOrganization(ctx context.Context, o inbound.OrganizationFeed) (organization.Organization, error) {
	return organization.Organization{ID: "org-2", Domain: "acme-ab", Name: o.Name}, f.ask(ctx, o)
}

func (f feeds) AddUser(ctx context.Context, u inbound.UserFeed) (organization.User, error) {
	return organization.User{ID: "u1", Scope: organization.Scope{Organization: "org-2", Environment: u.Environment}, Profile: u.Profile.Of(organization.Profile{})}, f.ask(ctx, u)
}

func (f feeds) UpdateUser(ctx context.Context, u inbound.UserFeed) (organization.User, error) {
	return f.AddUser(ctx, u)
}

var (
	founding = map[string]any{
		"root": "root-ab", "environment": "sandbox", "name": "Acme AB", "details": map[string]any{"locality": "Umeå", "country": "SE", "terms_of_service_url": "https://acme.example/terms"},
		"domain": "mine", "id": "mine", "organization": "org-9",
	}
	adding = map[string]any{
		"domain": "acme-ab", "environment": "sandbox", "id": "mine", "metadata": []any{1},
		"profile": map[string]any{
			"email": "anna@acme.example", "given_name": "Anna", "family_name": "Andersson", "nickname": "A", "gender": "female", "birthdate": "1990-01-01",
			"phone_number": "+46701234567", "picture": "https://a.example/p", "profile": "https://a.example/a", "website": "https://a.example/",
			"zoneinfo": "Europe/Stockholm", "locale": "sv-SE", "address": map[string]any{"formatted": "Storgatan 1\n903 26 Umeå", "country": "SE"},
		},
	}
	updating = map[string]any{
		"domain": "acme-ab", "environment": "sandbox", "email": "anna@acme.example",
		"profile": map[string]any{"email": "anna@new.example", "nickname": "", "address": map[string]any{"locality": "Umeå", "region": ""}},
	}
)

func TestAFeedIsAskedWithItsIdentifierAndAnsweredWithoutAWordAboutThePerson(t *testing.T) {
	text := func(s string) *string { return &s }
	for name, c := range map[string]struct {
		data   any
		asked  any
		result string
	}{
		messaging.FoundOrganization: {founding, inbound.OrganizationFeed{
			Command: "id-1", Root: "root-ab", Environment: organization.Sandbox, Name: "Acme AB",
			Details: organization.Details{Locality: "Umeå", Country: "SE", TermsOfServiceURL: "https://acme.example/terms"},
		}, `{"organization":"org-2","domain":"acme-ab"}`},
		messaging.AddUser: {adding, inbound.UserFeed{
			Command: "id-1", Domain: "acme-ab", Environment: organization.Sandbox, Profile: organization.ProfileChange{
				Email: text("anna@acme.example"), GivenName: text("Anna"), FamilyName: text("Andersson"), Nickname: text("A"), Gender: text("female"),
				Birthdate: text("1990-01-01"), Phone: text("+46701234567"), Picture: text("https://a.example/p"), Page: text("https://a.example/a"),
				Website: text("https://a.example/"), Zone: text("Europe/Stockholm"), Locale: text("sv-SE"),
				Address: &organization.AddressChange{Formatted: text("Storgatan 1\n903 26 Umeå"), Country: text("SE")},
			},
		}, `{"user_id":"u1","organization":"org-2"}`},
		messaging.UpdateUser: {updating, inbound.UserFeed{
			Command: "id-1", Domain: "acme-ab", Environment: organization.Sandbox, Email: "anna@acme.example", Profile: organization.ProfileChange{
				Email: text("anna@new.example"), Nickname: text(""), Address: &organization.AddressChange{Locality: text("Umeå"), Region: text("")},
			},
		}, `{"user_id":"u1","organization":"org-2"}`},
	} {
		inBubble(t, func(t *testing.T, r rig) {
			reply, err := r.CallAs(t.Context(), "id-1", name, c.data)
			if err != nil || reply.CorrelationID != "id-1" || reply.Type != "eidgate.replies."+name || string(reply.Result) != c.result {
				t.Errorf("%s was answered with %s, %+v, %v", name, reply.Result, reply, err)
			}
			if asked := r.questions(); len(asked) != 1 || !reflect.DeepEqual(asked[0], c.asked) {
				t.Errorf("%s asked %d times, or something else", name, len(asked))
			}
		})
	}
}

func TestARefusedFeedNamesTheMembersAtFault(t *testing.T) {
	inBubble(t, func(t *testing.T, r rig) {
		r.failures = []error{organization.ErrUserEmail.On("email")}
		reply, err := r.Call(t.Context(), messaging.AddUser, adding)
		if err != nil || reply.Fault == nil || reply.Fault.Code != "user_email_taken" || reply.Fault.Kind != "invalid" || reply.Fault.Violations[0].Field != "email" {
			t.Errorf("answered: %+v, %v", reply.Fault, err)
		}
	})
	for name, c := range map[string]struct {
		command string
		base    map[string]any
		change  map[string]any
		field   string
	}{
		"no domain":                 {messaging.AddUser, adding, map[string]any{"domain": nil}, "data.domain"},
		"a list for a domain":       {messaging.AddUser, adding, map[string]any{"domain": []any{"acme-ab"}}, "data.domain"},
		"no environment":            {messaging.AddUser, adding, map[string]any{"environment": nil}, "data.environment"},
		"a third environment":       {messaging.UpdateUser, updating, map[string]any{"environment": "both"}, "data.environment"},
		"a text for a profile":      {messaging.AddUser, adding, map[string]any{"profile": "x"}, "data.profile"},
		"a number for a name":       {messaging.AddUser, adding, map[string]any{"profile": map[string]any{"given_name": 1}}, "data.profile.given_name"},
		"a list for an address":     {messaging.UpdateUser, updating, map[string]any{"profile": map[string]any{"address": []any{}}}, "data.profile.address"},
		"a control character":       {messaging.AddUser, adding, map[string]any{"profile": map[string]any{"family_name": "a\u0007"}}, "data.profile.family_name"},
		"nobody to be updated":      {messaging.UpdateUser, updating, map[string]any{"email": nil}, "data.user_id"},
		"two names for one user":    {messaging.UpdateUser, updating, map[string]any{"user_id": "u1"}, "data.user_id"},
		"no root":                   {messaging.FoundOrganization, founding, map[string]any{"root": ""}, "data.root"},
		"no name":                   {messaging.FoundOrganization, founding, map[string]any{"name": nil}, "data.name"},
		"a truth for a place":       {messaging.FoundOrganization, founding, map[string]any{"details": map[string]any{"locality": true}}, "data.details.locality"},
		"an organization of no use": {messaging.FoundOrganization, founding, map[string]any{"root": nil, "organization": "org-1"}, "data.root"},
	} {
		data := maps.Clone(c.base)
		maps.Copy(data, c.change)
		inBubble(t, func(t *testing.T, r rig) {
			reply, err := r.Call(t.Context(), c.command, data)
			if err != nil || reply.Fault == nil || reply.Fault.Code != "command_invalid" || len(reply.Fault.Violations) != 1 || reply.Fault.Violations[0].Field != c.field {
				t.Errorf("%s: %+v, %v", name, reply.Fault, err)
			}
			if len(r.questions()) != 0 {
				t.Errorf("%s was carried out", name)
			}
		})
	}
}

func TestWhatTheDocumentDemandsOfAFeedIsDemanded(t *testing.T) {
	all, err := schemas()
	if err != nil {
		t.Fatal(err)
	}
	for name, base := range map[string]map[string]any{messaging.FoundOrganization: founding, messaging.AddUser: adding, messaging.UpdateUser: updating} {
		for _, member := range all["command."+name].Value.Properties["data"].Value.Required {
			if member == "profile" { // one that is not there has nothing to say: the domain asks for an e-mail address
				continue
			}
			data := maps.Clone(base)
			delete(data, member)
			inBubble(t, func(t *testing.T, r rig) {
				reply, err := r.Call(t.Context(), name, data)
				if err != nil || reply.Fault == nil {
					t.Errorf("%s is carried out without %s: %v", name, member, err)
				}
			})
		}
		raw, err := json.Marshal(base)
		if err != nil || strings.Contains(string(raw), ssn) {
			t.Fatal("the example is none")
		}
	}
}
