package acceptance

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/eidgate/eidgate/domain/fault"
	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/test/messages"
)

// byMessage sends commands to the broker and waits for their answers.
type byMessage struct {
	g      *Gateway
	client messages.Client
}

func newByMessage(g *Gateway) Door {
	return byMessage{g: g, client: messages.Client{Publisher: g.broker, Subscriber: g.broker, Prefix: "eidgate"}}
}

func (byMessage) Name() string { return "by message" }

func (byMessage) Cannot() map[Ability]string {
	return map[Ability]string{
		Tokens:       "messages carry no token; who may send them is for the broker to say",
		TokenKinds:   "messages carry no token",
		Throttling:   "messages are not counted; who may send them is for the broker to say",
		FirstFailure: "a command is tried again by itself while that may help",
	}
}

func (d byMessage) scope(c Client) organization.Scope {
	if !c.Scope.IsZero() {
		return c.Scope
	}
	return d.g.scope()
}

func (d byMessage) ask(t *testing.T, c Client, name string, data map[string]any, result any) Outcome {
	t.Helper()
	scope := d.scope(c)
	data["organization"], data["environment"] = scope.Organization, string(scope.Environment)
	reply, err := d.client.Call(t.Context(), name, data)
	if err != nil {
		t.Fatal(err)
	}
	if reply.Fault == nil {
		if err := json.Unmarshal(reply.Result, result); err != nil {
			t.Fatal(err)
		}
		return Outcome{}
	}
	o := Outcome{Refused: true, Kind: kindNamed(t, reply.Fault.Kind), RetryAfter: time.Duration(reply.Fault.RetryAfterMS) * time.Millisecond}
	for _, v := range reply.Fault.Violations {
		o.Fields = append(o.Fields, meaning(v.Field))
	}
	return o
}

func kindNamed(t *testing.T, name string) fault.Kind {
	t.Helper()
	for k := fault.Internal; k <= fault.Unavailable; k++ {
		if k.String() == name {
			return k
		}
	}
	t.Fatalf("there is no kind of fault called %s", name)
	return fault.Internal
}

func (d byMessage) Register(t *testing.T, p Person) (Client, Outcome) {
	t.Helper()
	data := map[string]any{
		"country": string(p.Country), "plan_id": 1,
		"profile": map[string]string{"first_name": "Some", "last_name": "One", "email": p.Email},
	}
	if p.SSN != "" {
		data["ssn"] = p.SSN
	}
	var made struct {
		AccountID int64 `json:"account_id"`
	}
	outcome := d.ask(t, Client{}, "create_account", data, &made)
	return Client{Account: made.AccountID}, outcome
}

func (d byMessage) SignIn(*testing.T, string) (Client, Outcome) { return Client{}, Outcome{} }

func (d byMessage) Office(*testing.T) (Client, Outcome) { return Client{}, Outcome{} }

func (d byMessage) Foreign(t *testing.T, o organization.Organization) Client {
	t.Helper()
	return foreign(t, d.g, o)
}

func (d byMessage) Start(t *testing.T, c Client, s Start) (Started, Outcome) {
	t.Helper()
	data := map[string]any{"account_id": c.Account, "redirect_uri": s.RedirectURI}
	if s.Context != "" {
		data["method"] = string(s.Context)
	}
	if s.State != "" {
		data["state"] = s.State
	}
	var answer struct{ URL, State string }
	outcome := d.ask(t, c, "start_verification", data, &answer)
	return Started{URL: answer.URL, Correlation: answer.State}, outcome
}

func (d byMessage) Complete(t *testing.T, c Client, r Return) (Completed, Outcome) {
	t.Helper()
	data := map[string]any{"account_id": c.Account, "code": r.Code, "redirect_uri": r.RedirectURI}
	if r.Context != "" {
		data["method"] = string(r.Context)
	}
	if r.State != "" {
		data["state"] = r.State
	}
	var answer struct{ State string }
	outcome := d.ask(t, c, "complete_verification", data, &answer)
	return Completed{Correlation: answer.State}, outcome
}

// Account looks at the account from inside: there is no command for reading.
func (d byMessage) Account(t *testing.T, c Client) (Account, Outcome) {
	t.Helper()
	s, err := d.g.accounts.Find(t.Context(), d.scope(c), c.Account)
	return Account{ID: s.ID, SSN: s.Number.Reveal(), HasNumber: !s.Number.IsZero(), Monitored: s.Monitored()}, Why(err)
}

func (byMessage) ChangePassword(*testing.T, Client, string) Outcome { return Outcome{} }
