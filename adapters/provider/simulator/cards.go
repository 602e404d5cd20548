package simulator

import (
	"context"
	"crypto/subtle"
	"encoding/hex"
	"strconv"
	"time"

	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/ports/outbound"
)

var _ outbound.CardChecker = (*Simulator)(nil)

const (
	cardPrefix = "BANKIDF."
	// cardWindow is how often a card shows another code. The former is still good for as long, because somebody may be
	// holding it up to a reader.
	cardWindow = time.Minute
)

// cardOf is what a person's digital identity card shows at a moment, "" for who has none. It is derived from the secret,
// so every process knows every card.
func (s *Simulator) cardOf(p person, now time.Time) string {
	if !p.has(eid.SEBankID) {
		return ""
	}
	window := strconv.FormatInt(now.Unix()/int64(cardWindow/time.Second), 10)
	return cardPrefix + window + "." + hex.EncodeToString(s.mac("card", p.id+" "+window)[:20])
}

// CheckCard finds the person whose card shows the text, or showed it up to a minute ago. It fails with
// eid.ErrCardRejected.
func (s *Simulator) CheckCard(ctx context.Context, qr string) (eid.Card, error) {
	if err := ctx.Err(); err != nil {
		return eid.Card{}, eid.ErrProvider.Because(err)
	}
	if err := s.stumble(ctx, eid.SEBankID); err != nil {
		return eid.Card{}, err
	}
	now := s.clock.Now()
	for _, p := range people {
		if !s.shows(p, qr, now) {
			continue
		}
		n, err := p.number(now)
		if err != nil {
			break
		}
		age, _ := p.birth.Age(p.country.Today(now))
		return eid.Card{
			Provider: Name, EID: eid.SEBankID, Number: n, Name: p.name(), GivenName: p.given, Surname: p.surname, Age: age,
			VerifiedAt: now, Simulated: true,
			Proofs: []eid.Proof{{Kind: "signature", MediaType: "application/xml", Data: append([]byte("<!-- Simulated. --><verification>"), encoded(s.mac("card proof", qr))+"</verification>"...)}},
		}, nil
	}
	return eid.Card{}, eid.ErrCardRejected
}

func (s *Simulator) shows(p person, qr string, now time.Time) bool {
	for _, at := range []time.Time{now, now.Add(-cardWindow)} {
		if text := s.cardOf(p, at); text != "" && subtle.ConstantTimeCompare([]byte(text), []byte(qr)) == 1 {
			return true
		}
	}
	return false
}
