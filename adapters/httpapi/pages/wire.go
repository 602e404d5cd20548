package pages

import (
	"time"

	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/fault"
	"github.com/eidgate/eidgate/domain/identity"
	"github.com/eidgate/eidgate/ports/inbound"
)

// failure is an error in JSON.
type failure struct {
	Error problem `json:"error"`
}

type problem struct {
	Code    string   `json:"code"`
	Message string   `json:"message"`
	Details []detail `json:"details,omitempty"`
}

type detail struct {
	Field string `json:"field"`
	Issue string `json:"issue"`
}

func details(f *fault.Fault) []detail {
	var all []detail
	for _, v := range f.Violations() {
		all = append(all, detail{Field: v.Field, Issue: v.Text})
	}
	return all
}

// person is a simulated person, in JSON and on pages. The number is an official test number.
type person struct {
	ID        string    `json:"id"`
	Country   string    `json:"country"`
	Name      string    `json:"name"`
	GivenName string    `json:"given_name"`
	Surname   string    `json:"surname"`
	SSN       string    `json:"ssn"`
	Kind      string    `json:"ssn_kind"`
	BirthDate string    `json:"birth_date"`
	Age       int       `json:"age"`
	Minor     bool      `json:"minor"`
	EIDs      []eid.EID `json:"eids"`
	Phone     string    `json:"phone"`
	Email     string    `json:"email"`
	Address   string    `json:"address"`
	Card      string    `json:"card,omitempty"` // what the QR code of the identity card holds at this moment
	SignsFor  []company `json:"signs_for,omitempty"`
	Withheld  bool      `json:"withheld,omitempty"` // the eID tells neither number nor birth date
}

// company is an invented company.
type company struct {
	Number string `json:"org_number"`
	Name   string `json:"name"`
}

// order is an order that waits for a person.
type order struct {
	ID             string   `json:"id"`
	Session        string   `json:"session"`
	Correlation    string   `json:"correlation"`
	AppToken       string   `json:"app_token,omitempty"`
	EID            eid.EID  `json:"eid"`
	Operation      string   `json:"operation"`
	Channel        string   `json:"channel"`
	Organization   string   `json:"organization"`
	Text           string   `json:"text"`
	Documents      []string `json:"documents,omitempty"` // their names
	Digest         bool     `json:"digest,omitempty"`    // something is signed along that is not shown
	BindingMessage string   `json:"binding_message,omitempty"`
	Person         string   `json:"person,omitempty"`   // whom the order names
	Stranger       bool     `json:"stranger,omitempty"` // it names somebody, who is none of the simulated people
	CreatedAt      string   `json:"created_at"`
	Since          string   `json:"-"` // the same for people
}

// Name is the eID's name as people know it.
func (o order) Name() string { return eidNames[o.EID] }

// Does says what the person is asked to do, in a word or two.
func (o order) Does() string { return operationNames[eid.Operation(o.Operation)] }

var operationNames = map[eid.Operation]string{
	eid.Authenticate: "Login", eid.Sign: "Signature", eid.PhoneAuthenticate: "Login on the phone", eid.PhoneSign: "Signature on the phone",
	eid.ProveAge: "Proof of age",
}

// Reaches says how the order comes to the person.
func (o order) Reaches() string { return channelNames[eid.Channel(o.Channel)] }

var channelNames = map[eid.Channel]string{
	eid.Redirect: "in the browser", eid.Page: "in the browser", eid.App: "in the app", eid.Backchannel: "notified in the app",
}

var eidNames = map[eid.EID]string{
	eid.SEBankID: "Swedish BankID", eid.SEFreja: "Freja", eid.NOBankID: "Norwegian BankID", eid.NOVipps: "Vipps MobilePay",
	eid.DKMitID: "MitID", eid.FIFTN: "Finnish Trust Network",
}

func (s *Surface) persons(all []inbound.SimulatedPerson) []person {
	now := s.clock.Now()
	shown := make([]person, 0, len(all))
	for _, p := range all {
		country := p.Number.Country()
		age, _ := p.BirthDate.Age(country.Today(now))
		shown = append(shown, person{
			ID: p.ID, Country: string(country), Name: p.GivenName + " " + p.Surname, GivenName: p.GivenName,
			Surname: p.Surname, SSN: p.Number.Reveal(), Kind: string(p.Number.Kind()), BirthDate: day(p.BirthDate),
			Age: age, Minor: p.Minor, EIDs: p.EIDs, Phone: p.Phone, Email: p.Email, Address: p.Address, Card: p.Card,
			SignsFor: companies(p.SignsFor), Withheld: p.Withheld,
		})
	}
	return shown
}

func companies(all []inbound.SimulatedCompany) []company {
	var listed []company
	for _, c := range all {
		listed = append(listed, company{Number: c.Number.Reveal(), Name: c.Name})
	}
	return listed
}

func day(d identity.Date) string {
	return time.Date(d.Year, time.Month(d.Month), d.Day, 0, 0, 0, 0, time.UTC).Format(time.DateOnly)
}

func shown(o inbound.SimulatedOrder) order {
	return order{
		ID: o.ID, Session: o.Session, Correlation: o.Correlation, AppToken: o.AppToken, EID: o.EID, Operation: string(o.Operation),
		Channel: string(o.Channel), Organization: o.Organization, Text: o.Text, Documents: o.Documents, Digest: o.Digest,
		BindingMessage: o.BindingMessage, Person: o.Person, Stranger: o.Stranger, CreatedAt: o.CreatedAt.UTC().Format(time.RFC3339Nano),
		Since: o.CreatedAt.UTC().Format("15:04:05 UTC"),
	}
}
