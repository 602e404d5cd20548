package bankid

import (
	"context"
	"strings"
	"time"

	"github.com/eidgate/eidgate/adapters/provider"
	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/fault"
)

const (
	cardPrefix  = "BANKIDF." // of every card's code (BankID, digital ID card)
	longestCard = 4_096      // what a QR code has room for
	oldest      = 150        // years that nobody has lived yet
)

// verified is what BankID answers about a card.
type verified struct {
	User struct {
		user
		Age int `json:"age"`
	} `json:"user"`
	Verification struct {
		At        string `json:"verifiedAt"`
		Signature string `json:"signature"` // XAdES
	} `json:"verification"`
	Authentication struct {
		Signature string `json:"signature"` // XML, of the person
		OCSP      string `json:"ocspResponse"`
	} `json:"authentication"`
}

// CheckCard has a digital identity card verified. A code that cannot be a card's is refused without asking. As with
// orders, what is signed is kept and not verified here.
func (p *Provider) CheckCard(ctx context.Context, qr string) (eid.Card, error) {
	if !strings.HasPrefix(qr, cardPrefix) || len(qr) > longestCard || !printable(qr) {
		return eid.Card{}, eid.ErrCardRejected
	}
	var v verified
	err := p.post(ctx, p.config.CardURL, struct {
		Code string `json:"qrCode"`
	}{qr}, &v)
	if err != nil {
		return eid.Card{}, because(err, func(r refusal) *fault.Fault {
			if r == cardUnverified || r == invalid {
				return eid.ErrCardRejected
			}
			return eid.ErrMisconfigured
		})
	}
	return p.card(v)
}

func (p *Provider) card(v verified) (eid.Card, error) {
	number, malformed := p.number(v.User.Number)
	if malformed {
		return eid.Card{}, rejected("the card is nobody's")
	}
	at, err := time.Parse(time.RFC3339, v.Verification.At)
	if err != nil {
		return eid.Card{}, rejected("the verification has no time")
	}
	card := eid.Card{
		Provider: Name, EID: eid.SEBankID, Number: number,
		Name: provider.Readable(v.User.Name, provider.LongestName), GivenName: provider.Readable(v.User.GivenName, provider.LongestName), Surname: provider.Readable(v.User.Surname, provider.LongestName),
		VerifiedAt: at.UTC().Truncate(time.Microsecond),
	}
	if v.User.Age > 0 && v.User.Age <= oldest {
		card.Age = v.User.Age
	}
	signature, ok := decoded(v.Verification.Signature)
	if !ok {
		return eid.Card{}, rejected("the verification is not signed")
	}
	card.Proofs = []eid.Proof{{Kind: "signature", MediaType: "application/xml", Data: signature}}
	for _, proof := range []struct{ kind, media, text string }{
		{"person_signature", "application/xml", v.Authentication.Signature},
		{"ocsp_response", "application/ocsp-response", v.Authentication.OCSP},
	} {
		if data, ok := decoded(proof.text); ok {
			card.Proofs = append(card.Proofs, eid.Proof{Kind: proof.kind, MediaType: proof.media, Data: data})
		}
	}
	return card, nil
}

// printable holds for visible ASCII.
func printable(text string) bool {
	return !strings.ContainsFunc(text, func(r rune) bool { return r <= ' ' || r > '~' })
}
