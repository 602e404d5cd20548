package acceptance

import (
	"context"
	"testing"

	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/inbound"
	"github.com/eidgate/eidgate/ports/outbound"
)

// operationsInProcess calls the inbound ports, as a surface does.
type operationsInProcess struct {
	g          *Gateway
	identifier string
	secret     string
}

func newOperationsInProcess(g *Gateway) OperationDoor {
	return operationsInProcess{g, "demo", "demo-eid-secret"}
}

func (operationsInProcess) Name() string { return "in process" }

func (operationsInProcess) Cannot() map[Ability]string {
	return map[Ability]string{Polling: "in process nobody counts requests; surfaces do"}
}

func (d operationsInProcess) acting(t *testing.T) organization.Acting {
	t.Helper()
	acting, err := d.g.clients.Authenticate(t.Context(), inbound.Credentials{Kind: organization.KindEID, Identifier: d.identifier, Secret: d.secret})
	if err != nil {
		t.Fatal(err)
	}
	return acting
}

func (d operationsInProcess) Begin(t *testing.T, o Operation) (Begun, Outcome) {
	t.Helper()
	order := eid.Order{
		Surface: "eid", EID: o.EID, Operation: o.Operation, Channel: o.Channel, Text: o.Text, Phone: o.Phone,
		Wants: o.Wants | eid.WantNumber, CallInitiator: o.Initiator, BindingMessage: o.Binding, ReturnTo: o.ReturnTo, NotifyAt: o.NotifyAt,
		Correlation: o.Reference, Require: eid.Requirement{LeastAge: o.LeastAge, GreatestAge: o.GreatestAge},
	}
	for _, id := range o.Documents {
		order.Documents = append(order.Documents, eid.Document{ID: id})
	}
	s, err := d.g.sessions.Start(t.Context(), inbound.SessionStart{
		Acting: d.acting(t), Order: order, Person: inbound.Digits(o.SSN), Country: o.Country, Company: inbound.Digits(o.Company),
	})
	if err != nil {
		return Begun{}, Why(err)
	}
	b := Begun{Session: s.ID, EID: o.EID, Operation: o.Operation, URL: s.Challenge.URL, AppToken: s.Challenge.AppToken, QR: s.Challenge.QR, BindingMessage: s.Challenge.BindingMessage}
	if a := s.Challenge.Animated; b.QR == "" && !a.IsZero() {
		b.QR = a.At(d.g.Clock.Now())
	}
	return b, Outcome{}
}

func (d operationsInProcess) query(t *testing.T, b Begun) inbound.SessionQuery {
	t.Helper()
	return inbound.SessionQuery{Scope: d.acting(t).Client.Scope, ID: b.Session, Surface: "eid", EID: b.EID}
}

func (d operationsInProcess) Follow(t *testing.T, b Begun) (Progress, Outcome) {
	t.Helper()
	s, err := d.g.sessions.Follow(t.Context(), d.query(t, b))
	if err != nil {
		return Progress{}, Why(err)
	}
	return progressOf(s), Outcome{}
}

// why gives outcomes the words of the eID operations API, for stories to compare.
var why = map[string]string{
	eid.ReasonDeclined: "CANCELLED", eid.ReasonCancelled: "CANCELLED", eid.ReasonCallDeclined: "CANCELLED", eid.ReasonTimedOut: "SESSION_TIMEOUT",
	eid.ReasonNotStarted: "SESSION_TIMEOUT", eid.ReasonInvalidEID: "INVALID_ID", eid.ReasonUnsupported: "UNSUPPORTED_CLIENT",
	eid.ReasonSuperseded: "CANCELLED", eid.ReasonOtherPerson: "AUTH_FAILED", eid.ReasonAgeUnknown: "AUTH_FAILED", eid.ReasonRejected: "AUTH_FAILED",
}

func progressOf(s inbound.Session) Progress {
	p := Progress{State: Waiting, Hint: string(s.Hint)}
	switch {
	case s.State == eid.Completed:
		p.State = Done
	case s.State == eid.Expired:
		p.State, p.Why = Over, "SESSION_TIMEOUT"
	case s.State.Settled():
		p.State, p.Why = Over, why[s.Reason]
	}
	if s.State == eid.Completed && s.Order.Operation == eid.ProveAge {
		p.AgeFits = new(s.AgeFits)
	}
	e := s.Evidence
	p.Seen = Seen{SSN: e.Number.Reveal(), Name: e.Name, Address: e.Address, Signatory: e.Signatory}
	if e.EID == eid.SEFreja {
		p.Seen.Country = e.Number.Country()
	}
	if e.BirthDate.Complete() {
		p.Seen.BirthDate = e.BirthDate.ISO()
	}
	for _, signed := range e.Documents {
		p.Documents = append(p.Documents, signed.ID)
	}
	p.Signed = e.Signature != eid.Signature{}
	return p
}

func (d operationsInProcess) Cancel(t *testing.T, b Begun) Outcome {
	t.Helper()
	_, err := d.g.sessions.Cancel(t.Context(), d.query(t, b))
	return Why(err)
}

func (d operationsInProcess) Card(t *testing.T, qr string) (Seen, Outcome) {
	t.Helper()
	card, err := d.g.cards.Check(t.Context(), d.acting(t), qr)
	return Seen{SSN: card.Number.Reveal(), Name: card.Name}, Why(err)
}

func (d operationsInProcess) Upload(t *testing.T, name string, content []byte) (string, Outcome) {
	t.Helper()
	c := d.acting(t).Client
	kept, err := d.g.documents.Upload(t.Context(), c.Scope, c.ID, name, content)
	return kept.ID, Why(err)
}

func (d operationsInProcess) Download(t *testing.T, id string) ([]byte, Outcome) {
	t.Helper()
	kept, err := d.g.documents.Download(t.Context(), d.acting(t).Client.Scope, id)
	return kept.Content, Why(err)
}

func (d operationsInProcess) Stranger(t *testing.T) OperationDoor {
	t.Helper()
	d.g.strangerClients(t)
	return operationsInProcess{d.g, "stranger-eid", ownSecret}
}

// ownSecret is that of clients that stories make.
const ownSecret = "a client's own secret"

// strangerClients makes another organization, unless an earlier story did, with a client for eID operations and one for
// sessions: "stranger-eid" and "stranger-session", with the secret of stories' own.
func (g *Gateway) strangerClients(t *testing.T) {
	t.Helper()
	if g.stranger.ID != "" {
		return
	}
	o, err := g.registry.Found(t.Context(), "Strangers", nil)
	if err != nil {
		t.Fatal(err)
	}
	g.stranger = o
	scope := o.Scope(organization.Production)
	g.enrol(t, organization.Client{Scope: scope, Kind: organization.KindEID, Identifier: "stranger-eid", Features: []string{"all"}})
	g.enrol(t, organization.Client{Scope: scope, Kind: organization.KindSession, Identifier: "stranger-session"})
}

// enrol makes a client with the secret of a story's own. Its identifier is what it identifies itself with.
func (g *Gateway) enrol(t *testing.T, c organization.Client) {
	t.Helper()
	c.ID, c.Secret, c.Addresses.AnyLoopback = c.Identifier, organization.HashSecret(ownSecret), true
	g.do(t, func(ctx context.Context, tx outbound.Tx) error {
		c, facts, err := organization.Enrol(c, g.Clock.Now())
		if err != nil {
			return err
		}
		if err := tx.Clients().Add(ctx, c); err != nil {
			return err
		}
		return tx.Facts().Append(ctx, facts...)
	})
}
