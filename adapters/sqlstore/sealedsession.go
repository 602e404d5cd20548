package sqlstore

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/outbound"
)

// sealedSession is what a session keeps sealed, and packed: all but scope, identifier, state, times, claim and version.
type sealedSession struct {
	Nonce     string          `json:"nonce,omitempty"`
	Order     sealedOrder     `json:"order"`
	Ticket    string          `json:"ticket,omitempty"`
	Browser   string          `json:"browser,omitempty"` // its name: the rest is in Arrival
	Provider  string          `json:"provider,omitempty"`
	Challenge sealedChallenge `json:"challenge,omitzero"`
	Thread    []byte          `json:"thread,omitempty"`
	Evidence  *sealedEvidence `json:"evidence,omitempty"`
	Hint      []byte          `json:"hint,omitempty"`
	AgeFits   bool            `json:"age_fits,omitempty"`
	Reason    string          `json:"reason,omitempty"`
	Arrival   *sealedArrival  `json:"arrival,omitempty"`
	Trouble   string          `json:"trouble,omitempty"`
	Proofs    []sealedProof   `json:"proofs,omitempty"` // of the evidence, where the order wants them; large, so not in JSON
}

// sealedArrival is what is known of a browser beside its name.
type sealedArrival struct {
	Cookieless bool   `json:"cookieless,omitempty"`
	Address    []byte `json:"address,omitempty"`
	Agent      []byte `json:"agent,omitempty"`
}

type sealedChallenge struct {
	URL            string            `json:"url,omitempty"`
	Action         string            `json:"action,omitempty"`
	Params         map[string]string `json:"params,omitempty"`
	AppToken       []byte            `json:"app_token,omitempty"`
	QR             []byte            `json:"qr,omitempty"`
	Animated       *sealedQR         `json:"animated,omitempty"`
	BindingMessage []byte            `json:"binding_message,omitempty"`
}

type sealedQR struct {
	Token  []byte `json:"token"`
	Secret []byte `json:"secret"`
	Start  int64  `json:"start"`
}

func (c *sealedSession) fields(p *packing) {
	order, challenge := &c.Order, &c.Challenge // filled where they are
	packText(p, 1, &c.Nonce)
	packPart(p, 2, &order, (*sealedOrder).fields)
	packText(p, 3, &c.Ticket)
	packText(p, 4, &c.Browser)
	packText(p, 5, &c.Provider)
	packPart(p, 6, &challenge, (*sealedChallenge).fields)
	packText(p, 7, &c.Thread)
	packJSON(p, 8, &c.Evidence, c.Evidence == nil)
	packText(p, 9, &c.Hint)
	packFlag(p, 10, &c.AgeFits)
	packText(p, 11, &c.Reason)
	packPart(p, 12, &c.Arrival, (*sealedArrival).fields)
	packText(p, 13, &c.Trouble)
	packEach(p, 14, &c.Proofs, (*sealedProof).fields)
}

func (a *sealedArrival) fields(p *packing) {
	packFlag(p, 1, &a.Cookieless)
	packText(p, 2, &a.Address)
	packText(p, 3, &a.Agent)
}

func (c *sealedChallenge) fields(p *packing) {
	packText(p, 1, &c.URL)
	packText(p, 2, &c.Action)
	packJSON(p, 3, &c.Params, len(c.Params) == 0)
	packText(p, 4, &c.AppToken)
	packText(p, 5, &c.QR)
	packPart(p, 6, &c.Animated, (*sealedQR).fields)
	packText(p, 7, &c.BindingMessage)
}

func (q *sealedQR) fields(p *packing) {
	packText(p, 1, &q.Token)
	packText(p, 2, &q.Secret)
	packWhole(p, 3, &q.Start)
}

// seal gives the sealed value of a session and the identifier of the key.
func (c *sealedSession) seal(ctx context.Context, s *Store, place outbound.Place) (sealed []byte, key string, err error) {
	clear, err := pack(c.fields)
	if err != nil {
		return nil, "", fmt.Errorf("sqlstore: cannot seal: %w", err)
	}
	return s.sealer.Seal(ctx, place, clear)
}

// unseal fails with [outbound.ErrSealBroken].
func (c *sealedSession) unseal(ctx context.Context, s *Store, place outbound.Place, sealed []byte) error {
	clear, err := s.sealer.Open(ctx, place, sealed)
	if err != nil {
		return err
	}
	if len(clear) > 0 && clear[0] == '{' {
		err = json.Unmarshal(clear, c)
	} else {
		err = unpack(clear, c.fields)
	}
	if err != nil { // which would quote the content
		return outbound.ErrSealBroken
	}
	return nil
}

func sealedSessionOf(s eid.Snapshot) sealedSession {
	return sealedSession{
		Nonce: s.Nonce, Order: sealedOrderOf(s.Order), Ticket: s.Ticket, Browser: s.Browser.Name, Provider: s.Provider,
		Challenge: sealedChallengeOf(s.Challenge), Thread: s.Thread, Evidence: sealedEvidenceOf(s.Evidence),
		Hint: []byte(s.Hint), AgeFits: s.AgeFits, Reason: s.Reason, Arrival: sealedArrivalOf(s.Browser), Trouble: s.Trouble,
		Proofs: sealedProofsOf(s.Evidence.Proofs),
	}
}

// sealedArrivalOf is nil where nothing is known but the name.
func sealedArrivalOf(b eid.Browser) *sealedArrival {
	if b == (eid.Browser{Name: b.Name}) {
		return nil
	}
	return &sealedArrival{Cookieless: b.Cookieless, Address: []byte(b.Address), Agent: []byte(b.Agent)}
}

func (c sealedSession) browser() eid.Browser {
	b := eid.Browser{Name: c.Browser}
	if a := c.Arrival; a != nil {
		b.Cookieless, b.Address, b.Agent = a.Cookieless, string(a.Address), string(a.Agent)
	}
	return b
}

// into puts the unsealed part into a snapshot. It fails with outbound.ErrSealBroken.
func (c sealedSession) into(s *eid.Snapshot, scope organization.Scope) (err error) {
	s.Nonce, s.Ticket, s.Browser, s.Provider = c.Nonce, c.Ticket, c.browser(), c.Provider
	s.Challenge, s.Thread, s.Hint, s.AgeFits, s.Reason = c.Challenge.challenge(), c.Thread, eid.Hint(c.Hint), c.AgeFits, c.Reason
	s.Trouble = c.Trouble
	if s.Order, err = c.Order.order(scope); err != nil {
		return err
	}
	s.Evidence, err = c.Evidence.evidence()
	s.Evidence.Proofs = proofsOf(c.Proofs)
	return err
}

func sealedChallengeOf(c eid.Challenge) sealedChallenge {
	sealed := sealedChallenge{
		URL: c.URL, Action: c.Action, Params: c.Params, AppToken: []byte(c.AppToken), QR: []byte(c.QR),
		BindingMessage: []byte(c.BindingMessage),
	}
	if q := c.Animated; q != (eid.AnimatedQR{}) {
		sealed.Animated = &sealedQR{Token: []byte(q.Token), Secret: []byte(q.Secret), Start: micros(q.Start)}
	}
	return sealed
}

func (c sealedChallenge) challenge() eid.Challenge {
	challenge := eid.Challenge{
		URL: c.URL, Action: c.Action, Params: c.Params, AppToken: string(c.AppToken), QR: string(c.QR),
		BindingMessage: string(c.BindingMessage),
	}
	if q := c.Animated; q != nil {
		challenge.Animated = eid.AnimatedQR{Token: string(q.Token), Secret: string(q.Secret), Start: instant(q.Start)}
	}
	return challenge
}
