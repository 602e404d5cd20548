package acceptance

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/eidgate/eidgate/domain/organization"
)

// organizationsOverHTTP talks to the organization API over a real connection.
type organizationsOverHTTP struct {
	g                  *Gateway
	identifier, secret string
}

func newOrganizationsOverHTTP(g *Gateway) OrganizationDoor {
	return organizationsOverHTTP{g, managementID, managementSecret}
}

func (organizationsOverHTTP) Name() string { return "organization API" }

func (organizationsOverHTTP) Cannot() map[Ability]string { return nil }

// token is asked for anew each time, as a client does whose clock stories move.
func (d organizationsOverHTTP) token(t *testing.T) string {
	t.Helper()
	form := url.Values{"grant_type": {"client_credentials"}, "client_id": {d.identifier}, "client_secret": {d.secret}}
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, d.g.base+"/api/v2/oauth/token", strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	response, err := browser.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	var issued struct {
		Token string `json:"access_token"`
	}
	if err := json.NewDecoder(response.Body).Decode(&issued); err != nil || issued.Token == "" {
		t.Fatalf("no token, but status %d: %v", response.StatusCode, err)
	}
	return issued.Token
}

func (d organizationsOverHTTP) ask(t *testing.T, method, path string, body, result any) Outcome {
	t.Helper()
	var payload string
	if body != nil {
		encoded, err := json.Marshal(body)
		if err != nil {
			t.Fatal(err)
		}
		payload = string(encoded)
	}
	request, err := http.NewRequestWithContext(t.Context(), method, d.g.base+"/api/v2"+path, strings.NewReader(payload))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+d.token(t))
	if body != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	response, err := browser.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode < 300 {
		if result == nil {
			return Outcome{}
		}
		if err := json.NewDecoder(response.Body).Decode(result); err != nil {
			t.Fatal(err)
		}
		return Outcome{}
	}
	var refused struct {
		Error struct {
			Type, Message string
			Errors        map[string][]string
		}
	}
	if err := json.NewDecoder(response.Body).Decode(&refused); err != nil || refused.Error.Message == "" || response.Header.Get("X-Error-Code") == "" {
		t.Fatalf("status %d is not worded as an error: %v", response.StatusCode, err)
	}
	o := Outcome{Refused: true, Kind: kindOf[response.StatusCode]}
	for field := range refused.Error.Errors {
		o.Fields = append(o.Fields, field)
	}
	return o
}

type identified struct{ ID, Domain string }

func (d organizationsOverHTTP) Found(t *testing.T, name string) (string, Outcome) {
	t.Helper()
	var made identified
	o := d.ask(t, http.MethodPost, "/organizations", map[string]any{"name": name}, &made)
	return made.Domain, o
}

func (d organizationsOverHTTP) Dissolve(t *testing.T, domain string) Outcome {
	t.Helper()
	return d.ask(t, http.MethodDelete, "/organizations/"+domain, nil, nil)
}

func (d organizationsOverHTTP) AddUser(t *testing.T, domain string, p Member) (string, Outcome) {
	t.Helper()
	var made identified
	o := d.ask(t, http.MethodPost, "/org/"+domain+"/users", map[string]any{"email": p.Email, "given_name": p.GivenName, "family_name": p.FamilyName}, &made)
	return made.ID, o
}

func (d organizationsOverHTTP) UpdateUser(t *testing.T, domain, id, givenName string) Outcome {
	t.Helper()
	return d.ask(t, http.MethodPut, "/org/"+domain+"/users/"+id, map[string]any{"profile": map[string]any{"given_name": givenName}}, nil)
}

func (d organizationsOverHTTP) RemoveUser(t *testing.T, domain, id string) Outcome {
	t.Helper()
	return d.ask(t, http.MethodDelete, "/org/"+domain+"/users/"+id, nil, nil)
}

func (d organizationsOverHTTP) User(t *testing.T, domain, id string) (Member, Outcome) {
	t.Helper()
	var u struct {
		Profile struct {
			Email      string
			GivenName  string `json:"given_name"`
			FamilyName string `json:"family_name"`
		}
		Metadata []struct {
			Key   struct{ Name string }
			Value string
		}
	}
	o := d.ask(t, http.MethodGet, "/org/"+domain+"/users/"+id, nil, &u)
	p := Member{Email: u.Profile.Email, GivenName: u.Profile.GivenName, FamilyName: u.Profile.FamilyName, Metadata: map[string]string{}}
	for _, one := range u.Metadata {
		p.Metadata[one.Key.Name] = one.Value
	}
	return p, o
}

func (d organizationsOverHTTP) count(t *testing.T, path string) (int, Outcome) {
	t.Helper()
	var list struct{ Total int }
	o := d.ask(t, http.MethodGet, path, nil, &list)
	return list.Total, o
}

func (d organizationsOverHTTP) Users(t *testing.T, domain string) (int, Outcome) {
	t.Helper()
	return d.count(t, "/org/"+domain+"/users")
}

func (d organizationsOverHTTP) Register(t *testing.T, domain, name, redirectURL string) (string, Outcome) {
	t.Helper()
	var made identified
	o := d.ask(t, http.MethodPost, "/org/"+domain+"/applications", map[string]any{
		"name": name, "application_type": "react", "allowed_redirect_urls": []string{redirectURL}, "allowed_logout_urls": []string{"https://app.example/out"},
		"allowed_origins_cors": []string{"https://app.example"}, "allowed_web_origins": []string{"https://app.example"},
	}, &made)
	return made.ID, o
}

func (d organizationsOverHTTP) Connect(t *testing.T, domain, application, administrator string) (string, Outcome) {
	t.Helper()
	var made identified
	o := d.ask(t, http.MethodPost, "/org/"+domain+"/sso-connections", map[string]any{"application_id": application, "sso_admin_email": administrator}, &made)
	return made.ID, o
}

func (d organizationsOverHTTP) Invite(t *testing.T, connection string) Outcome {
	t.Helper()
	return d.ask(t, http.MethodPost, "/sso-connections/"+connection+"/invite-admin", nil, nil)
}

func (d organizationsOverHTTP) Connection(t *testing.T, connection string) (Joined, Outcome) {
	t.Helper()
	var c struct {
		Active     bool
		Provider   string `json:"provider_type"`
		Onboarding struct{ State string }
	}
	o := d.ask(t, http.MethodGet, "/sso-connections/"+connection+"?preload_associations[]=onboarding", nil, &c)
	return Joined{Active: c.Active, Provider: c.Provider, State: c.Onboarding.State}, o
}

func (d organizationsOverHTTP) Know(t *testing.T, domain, key string) Outcome {
	t.Helper()
	return d.ask(t, http.MethodPost, "/org/"+domain+"/token-customization/user-metakey", map[string]any{"name": key, "type": "STRING", "required": "false"}, nil)
}

func (d organizationsOverHTTP) Tell(t *testing.T, domain, user, key, value string) Outcome {
	t.Helper()
	return d.ask(t, http.MethodPatch, "/org/"+domain+"/token-customization/set-user-metadata", map[string]any{"user_id": user, "key_name": key, "key_value": value}, nil)
}

func (d organizationsOverHTTP) Events(t *testing.T, domain string) (int, Outcome) {
	t.Helper()
	return d.count(t, "/org/"+domain+"/log-events?per_page=1")
}

func (d organizationsOverHTTP) Stranger(t *testing.T) OrganizationDoor {
	t.Helper()
	identifier, secret := d.g.manager(t, "Stranger AB", organization.Production)
	return organizationsOverHTTP{d.g, identifier, secret}
}

func (d organizationsOverHTTP) Sandbox(t *testing.T) OrganizationDoor {
	t.Helper()
	identifier, secret := d.g.manager(t, "", organization.Sandbox)
	return organizationsOverHTTP{d.g, identifier, secret}
}
