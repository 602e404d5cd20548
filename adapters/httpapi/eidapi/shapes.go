package eidapi

import (
	"cmp"
	"encoding/json"
	"strings"

	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/identity"
)

// shape is what is told of a session in one state, beside its id, refId and status.
type shape struct {
	schema   string // its name in the OpenAPI document
	required []string
	optional []string
	word     func(b *sessionBody, s eid.Snapshot)
}

// What is told at the start, and until the person has decided.
var (
	bare         = shape{schema: "Pending", word: func(*sessionBody, eid.Snapshot) {}}
	swedishStart = shape{schema: "BankIdSeStarted", required: []string{"hintCode"}, optional: []string{"autoStartToken", "qrStartToken", "qrStartSecret"},
		word: func(b *sessionBody, s eid.Snapshot) {
			b.AutoStartToken, b.QRStartToken, b.QRStartSecret = s.Challenge.AppToken, s.Challenge.Animated.Token, s.Challenge.Animated.Secret
			b.HintCode = hintOrNull(s.Hint)
		}}
	swedishCall = shape{schema: "BankIdSeCallStarted", required: []string{"hintCode"},
		word: func(b *sessionBody, s eid.Snapshot) { b.HintCode = hintOrNull(s.Hint) }}
	swedishPending = shape{schema: "BankIdSePending", optional: []string{"hintCode"}, word: func(b *sessionBody, s eid.Snapshot) {
		if s.Hint != "" {
			b.HintCode = hintOrNull(s.Hint)
		}
	}}
	frejaStart = shape{schema: "FrejaStarted", optional: []string{"autoStartToken", "qrData"},
		word: func(b *sessionBody, s eid.Snapshot) {
			b.AutoStartToken, b.QRData = s.Challenge.AppToken, s.Challenge.QR
		}}
	pageStart   = shape{schema: "PageStarted", required: []string{"url"}, word: func(b *sessionBody, s eid.Snapshot) { b.URL = s.Challenge.URL }}
	pagePending = shape{schema: "PagePending", optional: []string{"url"}, word: pageStart.word}
	// The message may be the scheme's own, or the one that the caller chose.
	bindingStart = shape{schema: "BackchannelStarted", optional: []string{"bindingMessage"}, word: func(b *sessionBody, s eid.Snapshot) {
		b.BindingMessage = cmp.Or(s.Challenge.BindingMessage, s.Order.BindingMessage)
	}}
	bindingPending = shape{schema: "BackchannelPending", optional: bindingStart.optional, word: bindingStart.word}
	ageStart       = shape{schema: "AgeVerificationStarted", required: []string{"url"}, optional: []string{"minAge", "maxAge"},
		word: func(b *sessionBody, s eid.Snapshot) {
			b.URL, b.MinAge, b.MaxAge = s.Challenge.URL, s.Order.Require.LeastAge, s.Order.Require.GreatestAge
		}}
	agePending = shape{schema: "AgeVerificationPending", optional: []string{"url", "minAge", "maxAge"}, word: ageStart.word}
)

// What is told of settled sessions.
var (
	failed       = shape{schema: "Failed", required: []string{"error"}, word: func(b *sessionBody, s eid.Snapshot) { b.Error = failure(s) }}
	ageCompleted = shape{schema: "AgeVerificationCompleted", required: []string{"ageVerified"}, word: func(b *sessionBody, s eid.Snapshot) { b.AgeVerified = &s.AgeFits }}

	swedishCompleted = shape{schema: "BankIdSeCompleted", required: named("ssn"), optional: []string{"certStartDate", "address", "companySignatoryText"},
		word: func(b *sessionBody, s eid.Snapshot) {
			b.person(s.Evidence)
			b.CertStartDate = date(s.Evidence.ValidFrom)
			b.Address, b.CompanySignatoryText = s.Evidence.Address, s.Evidence.Signatory
		}}
	frejaCompleted = shape{schema: "FrejaCompleted", required: named("ssn", "country"), optional: []string{"address", "companySignatoryText"},
		word: func(b *sessionBody, s eid.Snapshot) {
			b.person(s.Evidence)
			b.Country = countryWord(s.Evidence.Number.Country())
			b.Address, b.CompanySignatoryText = s.Evidence.Address, s.Evidence.Signatory
		}}
	personCompleted = shape{schema: "PersonCompleted", required: named(), optional: told(), word: wordPerson}
	norwegianSigned = shape{schema: "BankIdNoSigned", required: named(), optional: told("signResult", "signedDocuments"),
		word: func(b *sessionBody, s eid.Snapshot) {
			wordPerson(b, s)
			if g := s.Evidence.Signature; len(s.Order.Documents) == 0 && (g.Person != "" || g.Merchant != "" || g.Hash != "") {
				b.SignResult = &signatureBody{EndUser: &g.Person, Merchant: &g.Merchant, Hash: &g.Hash}
			}
			for _, d := range s.Evidence.Documents {
				b.SignedDocuments = append(b.SignedDocuments, documentBody{ID: d.ID, Hash: d.Hash})
			}
		}}
	danishSigned = shape{schema: "MitIdSigned", required: named(), optional: told("signResult"),
		word: func(b *sessionBody, s eid.Snapshot) {
			wordPerson(b, s)
			if g := s.Evidence.Signature; g.Checksum != "" {
				b.SignResult = &signatureBody{Checksum: &g.Checksum}
			}
		}}
)

func named(more ...string) []string { return append(more, "name", "givenName", "surname") }
func told(more ...string) []string {
	return append([]string{"ssn", "phone", "email", "address", "birthDate", "pid", "bankId"}, more...)
}

func wordPerson(b *sessionBody, s eid.Snapshot) {
	e := s.Evidence
	b.person(e)
	b.Phone, b.Email, b.Address, b.BirthDate, b.PID, b.BankID = e.Phone, e.Email, e.Address, date(e.BirthDate), e.PersonID, e.IssuerID
}

// person is the only place where a number of a session leaves.
func (b *sessionBody) person(e eid.Evidence) {
	b.SSN = e.Number.Reveal()
	name := cmp.Or(e.Name, strings.TrimSpace(e.GivenName+" "+e.Surname))
	b.Name, b.GivenName, b.Surname = &name, &e.GivenName, &e.Surname
}

// date is a date in the form of ISO 8601, "" unless all of it is known.
func date(d identity.Date) string {
	if !d.Complete() {
		return ""
	}
	return d.ISO()
}

func countryWord(c identity.Country) string {
	for word, known := range countries {
		if known == c {
			return word
		}
	}
	return "UNKNOWN"
}

// hintCode is null where there is nothing to say and the answer has it all the same.
type hintCode string

// MarshalJSON writes null for no hint.
func (h hintCode) MarshalJSON() ([]byte, error) {
	if h == "" {
		return []byte("null"), nil
	}
	return json.Marshal(string(h))
}

// The wire.

type sessionBody struct {
	ID                   string         `json:"id"`
	RefID                string         `json:"refId,omitempty"`
	Status               string         `json:"status"`
	AutoStartToken       string         `json:"autoStartToken,omitempty"`
	QRStartToken         string         `json:"qrStartToken,omitempty"`
	QRStartSecret        string         `json:"qrStartSecret,omitempty"`
	QRData               string         `json:"qrData,omitempty"`
	HintCode             *hintCode      `json:"hintCode,omitempty"`
	URL                  string         `json:"url,omitempty"`
	BindingMessage       string         `json:"bindingMessage,omitempty"`
	MinAge               int            `json:"minAge,omitempty"`
	MaxAge               int            `json:"maxAge,omitempty"`
	SSN                  string         `json:"ssn,omitempty"`
	Country              string         `json:"country,omitempty"`
	Name                 *string        `json:"name,omitempty"`
	GivenName            *string        `json:"givenName,omitempty"`
	Surname              *string        `json:"surname,omitempty"`
	CertStartDate        string         `json:"certStartDate,omitempty"`
	Phone                string         `json:"phone,omitempty"`
	Email                string         `json:"email,omitempty"`
	Address              string         `json:"address,omitempty"`
	BirthDate            string         `json:"birthDate,omitempty"`
	PID                  string         `json:"pid,omitempty"`
	BankID               string         `json:"bankId,omitempty"`
	CompanySignatoryText string         `json:"companySignatoryText,omitempty"`
	SignResult           *signatureBody `json:"signResult,omitempty"`
	SignedDocuments      []documentBody `json:"signedDocuments,omitempty"`
	AgeVerified          *bool          `json:"ageVerified,omitempty"`
	Error                string         `json:"error,omitempty"`
}

type signatureBody struct {
	EndUser  *string `json:"endUser,omitempty"`
	Merchant *string `json:"merchant,omitempty"`
	Hash     *string `json:"hash,omitempty"`
	Checksum *string `json:"checksum,omitempty"`
}

type documentBody struct {
	ID   string `json:"id"`
	Hash string `json:"hash"`
}
