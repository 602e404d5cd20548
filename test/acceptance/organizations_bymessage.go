package acceptance

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/eidgate/eidgate/app/organization"
	"github.com/eidgate/eidgate/test/messages"
)

// organizationsByMessage feeds organizations and users as a register elsewhere does. What cannot be said by message is
// asked over the organization API, as the same back office would.
type organizationsByMessage struct {
	OrganizationDoor
	root        string
	environment string
	client      messages.Client
}

func newOrganizationsByMessage(g *Gateway) OrganizationDoor {
	return organizationsByMessage{
		OrganizationDoor: newOrganizationsOverHTTP(g), root: organization.DemoDomain, environment: "production",
		client: messages.Client{Publisher: g.broker, Subscriber: g.broker, Prefix: "eidgate"},
	}
}

func (organizationsByMessage) Name() string { return "by message" }

func (organizationsByMessage) Cannot() map[Ability]string {
	return map[Ability]string{
		Letters: "connections are not made by message", Tenants: "who may send messages may speak for every organization; that is for the broker to say",
	}
}

func (d organizationsByMessage) ask(t *testing.T, name string, data map[string]any, result any) Outcome {
	t.Helper()
	data["environment"] = d.environment
	reply, err := d.client.Call(t.Context(), name, data)
	if err != nil {
		t.Error(err) // stories ask from several goroutines at once
		return Outcome{Refused: true}
	}
	if reply.Fault == nil {
		if err := json.Unmarshal(reply.Result, result); err != nil {
			t.Error(err)
		}
		return Outcome{}
	}
	o := Outcome{Refused: true, Kind: kindNamed(t, reply.Fault.Kind), RetryAfter: time.Duration(reply.Fault.RetryAfterMS) * time.Millisecond}
	for _, f := range reply.Fault.Violations {
		o.Fields = append(o.Fields, f.Field)
	}
	return o
}

func (d organizationsByMessage) Found(t *testing.T, name string) (string, Outcome) {
	t.Helper()
	var made struct{ Domain string }
	o := d.ask(t, "found_organization", map[string]any{"root": d.root, "name": name}, &made)
	return made.Domain, o
}

func (d organizationsByMessage) AddUser(t *testing.T, domain string, p Member) (string, Outcome) {
	t.Helper()
	var made struct {
		UserID string `json:"user_id"`
	}
	o := d.ask(t, "add_user", map[string]any{"domain": domain, "profile": map[string]any{"email": p.Email, "given_name": p.GivenName, "family_name": p.FamilyName}}, &made)
	return made.UserID, o
}

func (d organizationsByMessage) UpdateUser(t *testing.T, domain, id, givenName string) Outcome {
	t.Helper()
	var changed struct{}
	return d.ask(t, "update_user", map[string]any{"domain": domain, "user_id": id, "profile": map[string]any{"given_name": givenName}}, &changed)
}
