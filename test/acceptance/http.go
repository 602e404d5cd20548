package acceptance

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strconv"
	"testing"
	"time"

	"github.com/eidgate/eidgate/domain/fault"
	"github.com/eidgate/eidgate/domain/organization"
)

// overHTTP talks to the account surface over a real connection, in its standardized version.
type overHTTP struct {
	g      *Gateway
	office *Client
}

func (*overHTTP) Name() string { return "account API" }

func (*overHTTP) Cannot() map[Ability]string { return nil }

// ask sends a request and reads the answer into result when it is a success.
func (d *overHTTP) ask(t *testing.T, method, path string, c Client, body, result any) Outcome {
	t.Helper()
	payload, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	request, err := http.NewRequestWithContext(t.Context(), method, d.g.base+path, bytes.NewReader(payload))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("X-API-Version", "2026-06-12")
	if c.Token != "" {
		request.Header.Set("Authorization", "Bearer "+c.Token)
	}
	response, err := browser.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode < 300 {
		if result != nil {
			if err := json.NewDecoder(response.Body).Decode(result); err != nil {
				t.Fatal(err)
			}
		}
		return Outcome{}
	}
	return refusal(t, response)
}

// kindOf is what the statuses of this surface mean.
var kindOf = map[int]fault.Kind{
	400: fault.Invalid, 422: fault.Invalid, 401: fault.Unauthenticated, 403: fault.Forbidden, 404: fault.NotFound,
	409: fault.Conflict, 429: fault.Throttled, 502: fault.Upstream, 503: fault.Unavailable, 500: fault.Internal,
}

func refusal(t *testing.T, r *http.Response) Outcome {
	t.Helper()
	var body struct {
		Error struct {
			Code    string
			Details []struct{ Field string }
		}
	}
	if err := json.NewDecoder(r.Body).Decode(&body); err != nil || body.Error.Code == "" || r.Header.Get("X-Error-Code") != body.Error.Code {
		t.Fatalf("status %d is not worded as an error: %v", r.StatusCode, err)
	}
	o := Outcome{Refused: true, Kind: kindOf[r.StatusCode]}
	for _, detail := range body.Error.Details {
		o.Fields = append(o.Fields, meaning(detail.Field))
	}
	if seconds, err := strconv.Atoi(r.Header.Get("Retry-After")); err == nil {
		o.RetryAfter = time.Duration(seconds) * time.Second
	}
	return o
}

// meaning gives the domain's word for a field.
func meaning(field string) string {
	if field == "ssn" {
		return "number"
	}
	return field
}

func (d *overHTTP) Register(t *testing.T, p Person) (Client, Outcome) {
	t.Helper()
	if d.office == nil {
		office, outcome := d.Office(t)
		if outcome.Refused {
			return Client{}, outcome
		}
		d.office = &office
	}
	body := map[string]any{"first_name": "Some", "last_name": "One", "email": p.Email, "country_code": p.Country, "plan_id": 1}
	if p.SSN != "" {
		body["ssn"] = p.SSN
	}
	var made struct{ Data struct{ ID int64 } }
	if outcome := d.ask(t, http.MethodPost, "/api/v1/account", *d.office, body, &made); outcome.Refused {
		return Client{}, outcome
	}
	c, outcome := d.SignIn(t, p.Email)
	c.Account = made.Data.ID
	return c, outcome
}

func (d *overHTTP) SignIn(t *testing.T, email string) (Client, Outcome) {
	t.Helper()
	var answer struct{ Token string }
	outcome := d.ask(t, http.MethodPost, "/api/v1/sso/token", Client{},
		map[string]string{"client_id": "demo-sso", "client_secret": "demo-sso-secret", "email": email}, &answer)
	return Client{Token: answer.Token}, outcome
}

func (d *overHTTP) Office(t *testing.T) (Client, Outcome) {
	t.Helper()
	var answer struct{ Token string }
	outcome := d.ask(t, http.MethodPost, "/api/v1/crm/auth/login", Client{},
		map[string]any{"username": "crm@demo.example", "password": "demo-crm-password", "keep_logged": true}, &answer)
	return Client{Token: answer.Token}, outcome
}

func (d *overHTTP) Foreign(t *testing.T, o organization.Organization) Client {
	t.Helper()
	return foreign(t, d.g, o)
}

func (d *overHTTP) Start(t *testing.T, c Client, s Start) (Started, Outcome) {
	t.Helper()
	body := map[string]string{"redirect_uri": s.RedirectURI}
	if s.Context != "" {
		body["method"] = string(s.Context)
	}
	if s.State != "" {
		body["state"] = s.State
	}
	var answer struct {
		URL    string
		CorrID string `json:"corr_id"`
	}
	outcome := d.ask(t, http.MethodPost, "/api/v1/criipto/ftn/auth", c, body, &answer)
	return Started{URL: answer.URL, Correlation: answer.CorrID}, outcome
}

func (d *overHTTP) Complete(t *testing.T, c Client, r Return) (Completed, Outcome) {
	t.Helper()
	body := map[string]string{"code": r.Code, "redirect_uri": r.RedirectURI}
	if r.Context != "" {
		body["method"] = string(r.Context)
	}
	if r.State != "" {
		body["state"] = r.State
	}
	var answer struct {
		SSN    string
		CorrID string `json:"corr_id"`
	}
	outcome := d.ask(t, http.MethodPost, "/api/v1/criipto/ftn/verify/ssn", c, body, &answer)
	return Completed{SSN: answer.SSN, Correlation: answer.CorrID}, outcome
}

func (d *overHTTP) Account(t *testing.T, c Client) (Account, Outcome) {
	t.Helper()
	var answer struct {
		Data struct {
			ID        int64
			SSN       *string
			HasSSN    bool `json:"has_ssn"`
			Monitored bool `json:"is_ssn_monitored"`
		}
	}
	outcome := d.ask(t, http.MethodGet, "/api/v1/account", c, nil, &answer)
	a := Account{ID: answer.Data.ID, HasNumber: answer.Data.HasSSN, Monitored: answer.Data.Monitored}
	if answer.Data.SSN != nil {
		a.SSN = *answer.Data.SSN
	}
	return a, outcome
}

func (d *overHTTP) ChangePassword(t *testing.T, c Client, password string) Outcome {
	t.Helper()
	return d.ask(t, http.MethodPost, "/api/v2/account/password", c,
		map[string]string{"password": password, "password_confirmation": password}, nil)
}
