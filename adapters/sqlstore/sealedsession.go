package sqlstore

import (
	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/identity"
	"github.com/eidgate/eidgate/domain/organization"
)

// sealedSession is what a session keeps sealed: all but scope, identifier, state, times, claim and version.
type sealedSession struct {
	Nonce     string          `json:"nonce,omitempty"`
	Order     sealedOrder     `json:"order"`
	Provider  string          `json:"provider,omitempty"`
	Challenge sealedChallenge `json:"challenge,omitzero"`
	Thread    []byte          `json:"thread,omitempty"`
	Evidence  *sealedEvidence `json:"evidence,omitempty"`
	Reason    string          `json:"reason,omitempty"`
}

// Bytes stand for what others wrote and need not be valid UTF-8: JSON would change it.
type sealedOrder struct {
	Client      string        `json:"client,omitempty"`
	OnBehalfOf  string        `json:"on_behalf_of,omitempty"`
	Surface     string        `json:"surface,omitempty"`
	EID         eid.EID       `json:"eid,omitempty"`
	Operation   eid.Operation `json:"operation,omitempty"`
	Context     eid.Context   `json:"context,omitempty"`
	Person      *sealedNumber `json:"person,omitempty"`
	Assurance   eid.Assurance `json:"assurance,omitempty"`
	Account     int64         `json:"account,omitempty"`
	ReturnTo    string        `json:"return_to,omitempty"`
	Correlation []byte        `json:"correlation,omitempty"`
	Language    string        `json:"language,omitempty"`
	Annex       []byte        `json:"annex,omitempty"`
}

type sealedChallenge struct {
	URL    string            `json:"url,omitempty"`
	Action string            `json:"action,omitempty"`
	Params map[string]string `json:"params,omitempty"`
}

type sealedEvidence struct {
	Provider  string        `json:"provider,omitempty"`
	EID       eid.EID       `json:"eid,omitempty"`
	Context   eid.Context   `json:"context,omitempty"`
	Assurance eid.Assurance `json:"assurance,omitempty"`
	Number    *sealedNumber `json:"number,omitempty"`
	Malformed bool          `json:"malformed,omitempty"`
	Name      string        `json:"name,omitempty"`
	GivenName string        `json:"given,omitempty"`
	Surname   string        `json:"surname,omitempty"`
	BirthDate identity.Date `json:"birth,omitzero"`
	Subject   string        `json:"subject,omitempty"`
	Nonce     string        `json:"nonce,omitempty"`
	TokenID   string        `json:"token,omitempty"`
	IssuedAt  int64         `json:"issued"`
	Simulated bool          `json:"simulated,omitempty"`
}

func sealedSessionOf(s eid.Snapshot) sealedSession {
	o, e := s.Order, s.Evidence
	c := sealedSession{
		Nonce: s.Nonce, Provider: s.Provider, Challenge: sealedChallenge(s.Challenge), Thread: s.Thread, Reason: s.Reason,
		Order: sealedOrder{
			Client: o.Client, OnBehalfOf: o.OnBehalfOf, Surface: o.Surface, EID: o.EID, Operation: o.Operation,
			Context: o.Context, Person: numberIn(o.Require.Person), Assurance: o.Require.Assurance, Account: o.Account,
			ReturnTo: o.ReturnTo, Correlation: []byte(o.Correlation), Language: o.Language, Annex: o.Annex,
		},
	}
	if e != (eid.Evidence{}) {
		c.Evidence = &sealedEvidence{
			Provider: e.Provider, EID: e.EID, Context: e.Context, Assurance: e.Assurance, Number: numberIn(e.Number),
			Malformed: e.Malformed, Name: e.Name, GivenName: e.GivenName, Surname: e.Surname, BirthDate: e.BirthDate,
			Subject: e.Subject, Nonce: e.Nonce, TokenID: e.TokenID, IssuedAt: micros(e.IssuedAt), Simulated: e.Simulated,
		}
	}
	return c
}

// into puts the unsealed part into a snapshot. It fails with outbound.ErrSealBroken.
func (c sealedSession) into(s *eid.Snapshot, scope organization.Scope) error {
	person, err := c.Order.Person.number()
	if err != nil {
		return err
	}
	o := c.Order
	s.Nonce, s.Provider, s.Challenge, s.Thread, s.Reason = c.Nonce, c.Provider, eid.Challenge(c.Challenge), c.Thread, c.Reason
	s.Order = eid.Order{
		Scope: scope, Client: o.Client, OnBehalfOf: o.OnBehalfOf, Surface: o.Surface, EID: o.EID, Operation: o.Operation,
		Context: o.Context, Require: eid.Requirement{Person: person, Assurance: o.Assurance}, Account: o.Account,
		ReturnTo: o.ReturnTo, Correlation: string(o.Correlation), Language: o.Language, Annex: o.Annex,
	}
	if c.Evidence == nil {
		return nil
	}
	e := c.Evidence
	number, err := e.Number.number()
	if err != nil {
		return err
	}
	s.Evidence = eid.Evidence{
		Provider: e.Provider, EID: e.EID, Context: e.Context, Assurance: e.Assurance, Number: number, Malformed: e.Malformed,
		Name: e.Name, GivenName: e.GivenName, Surname: e.Surname, BirthDate: e.BirthDate, Subject: e.Subject, Nonce: e.Nonce,
		TokenID: e.TokenID, IssuedAt: instant(e.IssuedAt), Simulated: e.Simulated,
	}
	return nil
}
