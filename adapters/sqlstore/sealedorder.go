package sqlstore

import (
	"time"

	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/organization"
)

// Bytes stand for what others wrote and need not be valid UTF-8: JSON, in which sessions were kept before, would change it.
type sealedOrder struct {
	Client       string            `json:"client,omitempty"`
	OnBehalfOf   string            `json:"on_behalf_of,omitempty"`
	Surface      string            `json:"surface,omitempty"`
	EID          eid.EID           `json:"eid,omitempty"`
	Operation    eid.Operation     `json:"operation,omitempty"`
	Channel      eid.Channel       `json:"channel,omitempty"`
	Context      eid.Context       `json:"context,omitempty"`
	Person       *sealedNumber     `json:"person,omitempty"`
	Assurance    eid.Assurance     `json:"assurance,omitempty"`
	PIN          bool              `json:"pin,omitempty"`
	Registration eid.Registration  `json:"registration,omitempty"`
	LeastAge     int               `json:"least_age,omitempty"`
	GreatestAge  int               `json:"greatest_age,omitempty"`
	Wants        eid.Attributes    `json:"wants,omitempty"`
	Account      int64             `json:"account,omitempty"`
	ReturnTo     string            `json:"return_to,omitempty"`
	NotifyAt     string            `json:"notify_at,omitempty"`
	Correlation  []byte            `json:"correlation,omitempty"`
	Language     string            `json:"language,omitempty"`
	Annex        []byte            `json:"annex,omitempty"`
	Text         []byte            `json:"text,omitempty"`
	Digest       []byte            `json:"digest,omitempty"`
	Documents    []sealedDocument  `json:"documents,omitempty"`
	Company      *sealedNumber     `json:"company,omitempty"`
	Phone        []byte            `json:"phone,omitempty"`
	Binding      []byte            `json:"binding_message,omitempty"`
	Caller       eid.CallInitiator `json:"call_initiator,omitempty"`
	Address      []byte            `json:"person_address,omitempty"`
	Choices      []eid.EID         `json:"choices,omitempty"`
	Life         time.Duration     `json:"life,omitempty"`
	Renewable    bool              `json:"renewable,omitempty"`
	Tags         []string          `json:"tags,omitempty"`
	Usage        string            `json:"usage,omitempty"`
	Theme        string            `json:"theme,omitempty"`
	Frames       []string          `json:"frames,omitempty"`
	Device       eid.Device        `json:"device,omitempty"`

	Particulars []sealedParticular `json:"particulars,omitempty"`
}

// sealedParticular is what is said to one eID alone.
type sealedParticular struct {
	EID     eid.EID     `json:"eid"`
	Text    []byte      `json:"text,omitempty"`
	Context eid.Context `json:"context,omitempty"`
}

// sealedDocument names a document; its content is kept elsewhere.
type sealedDocument struct {
	ID   string `json:"id"`
	Name []byte `json:"name,omitempty"`
	Hash string `json:"hash,omitempty"`
}

func (o *sealedOrder) fields(p *packing) {
	packText(p, 1, &o.Client)
	packText(p, 2, &o.OnBehalfOf)
	packText(p, 3, &o.Surface)
	packText(p, 4, &o.EID)
	packText(p, 5, &o.Operation)
	packText(p, 6, &o.Channel)
	packText(p, 7, &o.Context)
	packPart(p, 8, &o.Person, (*sealedNumber).fields)
	packWhole(p, 9, &o.Assurance)
	packFlag(p, 10, &o.PIN)
	packText(p, 11, &o.Registration)
	packWhole(p, 12, &o.LeastAge)
	packWhole(p, 13, &o.GreatestAge)
	packWhole(p, 14, &o.Wants)
	packWhole(p, 15, &o.Account)
	packText(p, 16, &o.ReturnTo)
	packText(p, 17, &o.NotifyAt)
	packText(p, 18, &o.Correlation)
	packText(p, 19, &o.Language)
	packText(p, 20, &o.Annex)
	packText(p, 21, &o.Text)
	packText(p, 22, &o.Digest)
	packEach(p, 23, &o.Documents, (*sealedDocument).fields)
	packPart(p, 24, &o.Company, (*sealedNumber).fields)
	packText(p, 25, &o.Phone)
	packText(p, 26, &o.Binding)
	packText(p, 27, &o.Caller)
	packText(p, 28, &o.Address)
	packTexts(p, 29, &o.Choices)
	packWhole(p, 30, &o.Life)
	packFlag(p, 31, &o.Renewable)
	packTexts(p, 32, &o.Tags)
	packText(p, 33, &o.Usage)
	packText(p, 34, &o.Theme)
	packTexts(p, 35, &o.Frames)
	packText(p, 36, &o.Device)
	packEach(p, 37, &o.Particulars, (*sealedParticular).fields)
}

func (a *sealedParticular) fields(p *packing) {
	packText(p, 1, &a.EID)
	packText(p, 2, &a.Text)
	packText(p, 3, &a.Context)
}

func (d *sealedDocument) fields(p *packing) {
	packText(p, 1, &d.ID)
	packText(p, 2, &d.Name)
	packText(p, 3, &d.Hash)
}

func sealedOrderOf(o eid.Order) sealedOrder {
	return sealedOrder{
		Client: o.Client, OnBehalfOf: o.OnBehalfOf, Surface: o.Surface, EID: o.EID, Operation: o.Operation, Channel: o.Channel,
		Context: o.Context, Person: numberIn(o.Require.Person), Assurance: o.Require.Assurance, PIN: o.Require.PIN,
		Registration: o.Require.Registration, LeastAge: o.Require.LeastAge, GreatestAge: o.Require.GreatestAge, Wants: o.Wants,
		Account: o.Account, ReturnTo: o.ReturnTo, NotifyAt: o.NotifyAt, Correlation: []byte(o.Correlation), Language: o.Language,
		Annex: o.Annex, Text: []byte(o.Text), Digest: []byte(o.Digest), Documents: sealedDocumentsOf(o.Documents),
		Company: numberIn(o.Company), Phone: []byte(o.Phone), Binding: []byte(o.BindingMessage), Caller: o.CallInitiator,
		Address: []byte(o.PersonAddress), Choices: o.Choices, Life: o.Life, Renewable: o.Renewable, Tags: o.Tags, Usage: o.Usage,
		Theme: o.Theme, Frames: o.Frames, Device: o.Device, Particulars: sealedParticularsOf(o.Particulars),
	}
}

// order fails with outbound.ErrSealBroken. An order from before there were channels sends a browser to its provider, and
// wants the number.
func (o sealedOrder) order(scope organization.Scope) (eid.Order, error) {
	person, err := o.Person.number()
	if err != nil {
		return eid.Order{}, err
	}
	company, err := o.Company.number()
	if err != nil {
		return eid.Order{}, err
	}
	if o.Channel == "" {
		o.Channel, o.Wants = eid.Redirect, eid.WantNumber
	}
	return eid.Order{
		Scope: scope, Client: o.Client, OnBehalfOf: o.OnBehalfOf, Surface: o.Surface, EID: o.EID, Operation: o.Operation,
		Channel: o.Channel, Context: o.Context,
		Require: eid.Requirement{
			Person: person, Assurance: o.Assurance, PIN: o.PIN, Registration: o.Registration, LeastAge: o.LeastAge, GreatestAge: o.GreatestAge,
		},
		Wants: o.Wants, Account: o.Account, ReturnTo: o.ReturnTo, NotifyAt: o.NotifyAt, Correlation: string(o.Correlation),
		Language: o.Language, Annex: o.Annex, Text: string(o.Text), Digest: string(o.Digest), Documents: documentsOf(o.Documents),
		Company: company, Phone: string(o.Phone), BindingMessage: string(o.Binding), CallInitiator: o.Caller,
		PersonAddress: string(o.Address), Choices: o.Choices, Life: o.Life, Renewable: o.Renewable, Tags: o.Tags, Usage: o.Usage,
		Theme: o.Theme, Frames: o.Frames, Device: o.Device, Particulars: particularsOf(o.Particulars),
	}, nil
}

func sealedParticularsOf(list []eid.Particular) []sealedParticular {
	var sealed []sealedParticular
	for _, a := range list {
		sealed = append(sealed, sealedParticular{EID: a.EID, Text: []byte(a.Text), Context: a.Context})
	}
	return sealed
}

func particularsOf(sealed []sealedParticular) []eid.Particular {
	var list []eid.Particular
	for _, a := range sealed {
		list = append(list, eid.Particular{EID: a.EID, Text: string(a.Text), Context: a.Context})
	}
	return list
}

func sealedDocumentsOf(list []eid.Document) []sealedDocument {
	sealed := make([]sealedDocument, len(list))
	for i, d := range list {
		sealed[i] = sealedDocument{ID: d.ID, Name: []byte(d.Name), Hash: d.Hash}
	}
	return sealed
}

func documentsOf(sealed []sealedDocument) []eid.Document {
	if len(sealed) == 0 {
		return nil
	}
	list := make([]eid.Document, len(sealed))
	for i, d := range sealed {
		list[i] = eid.Document{ID: d.ID, Name: string(d.Name), Hash: d.Hash}
	}
	return list
}
