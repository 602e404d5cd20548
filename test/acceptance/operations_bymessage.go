package acceptance

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/inbound"
	"github.com/eidgate/eidgate/test/messages"
)

// operationsByMessage sends commands. What a message cannot say is asked as whoever may see it would: over the eID
// operations API, which takes and hands out documents, too.
type operationsByMessage struct {
	g      *Gateway
	client messages.Client
	scope  organization.Scope
	over   OperationDoor
}

func newOperationsByMessage(g *Gateway) OperationDoor {
	d := operationsByMessage{g: g, over: newOperationsOverHTTP(g), client: messages.Client{Publisher: g.broker, Subscriber: g.broker, Prefix: "eidgate"}}
	if g.broker != nil {
		d.scope = g.scope()
	}
	return d
}

func (operationsByMessage) Name() string { return "by message" }

func (operationsByMessage) Cannot() map[Ability]string {
	return map[Ability]string{
		Persons: "messages never say who somebody is", Cards: "a card is checked while its holder waits",
		Polling: "messages are not counted; who may send them is for the broker to say",
	}
}

func (d operationsByMessage) ask(t *testing.T, name string, data map[string]any, result any) Outcome {
	t.Helper()
	data["organization"], data["environment"] = d.scope.Organization, string(d.scope.Environment)
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
	return Outcome{Refused: true, Kind: kindNamed(t, reply.Fault.Kind), RetryAfter: time.Duration(reply.Fault.RetryAfterMS) * time.Millisecond}
}

func (d operationsByMessage) Begin(t *testing.T, o Operation) (Begun, Outcome) {
	t.Helper()
	data := map[string]any{"eid": string(o.EID), "operation": string(o.Operation), "channel": string(o.Channel)}
	for name, value := range map[string]string{
		"ssn": o.SSN, "country": string(o.Country), "phone": o.Phone, "text": o.Text, "call_initiator": string(o.Initiator),
		"binding_message": o.Binding, "redirect_uri": o.ReturnTo, "reference": o.Reference, "company_number": o.Company,
	} {
		if value != "" {
			data[name] = value
		}
	}
	if o.LeastAge > 0 {
		data["least_age"] = o.LeastAge
	}
	if o.GreatestAge > 0 {
		data["greatest_age"] = o.GreatestAge
	}
	if len(o.Documents) > 0 {
		data["documents"] = o.Documents
	}
	var s struct {
		SessionID string `json:"session_id"`
		Challenge struct {
			URL, QR        string
			AppToken       string `json:"app_token"`
			BindingMessage string `json:"binding_message"`
		}
	}
	outcome := d.ask(t, "start_session", data, &s)
	return Begun{
		Session: s.SessionID, EID: o.EID, Operation: o.Operation, URL: s.Challenge.URL, AppToken: s.Challenge.AppToken, QR: s.Challenge.QR,
		BindingMessage: s.Challenge.BindingMessage, Unsaid: len(o.Documents) > 0 || o.Company != "",
	}, outcome
}

func (d operationsByMessage) Follow(t *testing.T, b Begun) (Progress, Outcome) {
	t.Helper()
	var s struct {
		State, Hint, Reason string
		AgeFits             *bool `json:"age_fits"`
	}
	outcome := d.ask(t, "follow_session", map[string]any{"session_id": b.Session}, &s)
	p := progressOf(inbound.Session{Snapshot: eid.Snapshot{State: eid.State(s.State), Hint: eid.Hint(s.Hint), Reason: s.Reason}})
	p.AgeFits = s.AgeFits
	if p.State == Done && b.Unsaid {
		told, outcome := d.over.Follow(t, b)
		outcome.OK(t)
		p.Documents, p.Seen.Signatory = told.Documents, told.Seen.Signatory
	}
	return p, outcome
}

func (d operationsByMessage) Cancel(t *testing.T, b Begun) Outcome {
	t.Helper()
	var s struct{ State string }
	return d.ask(t, "cancel_session", map[string]any{"session_id": b.Session}, &s)
}

func (operationsByMessage) Card(*testing.T, string) (Seen, Outcome) { return Seen{}, Outcome{} }

func (d operationsByMessage) Upload(t *testing.T, name string, content []byte) (string, Outcome) {
	t.Helper()
	return d.over.Upload(t, name, content)
}

func (d operationsByMessage) Download(t *testing.T, id string) ([]byte, Outcome) {
	t.Helper()
	return d.over.Download(t, id)
}

func (d operationsByMessage) Stranger(t *testing.T) OperationDoor {
	t.Helper()
	d.over = d.over.Stranger(t)
	d.scope = d.g.stranger.Scope(organization.Production)
	return d
}
