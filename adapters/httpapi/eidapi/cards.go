package eidapi

import (
	"cmp"
	"net/http"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/eidgate/eidgate/adapters/httpapi"
	"github.com/eidgate/eidgate/domain/eid"
)

// mostQRCode is what a QR code holds at most (ISO/IEC 18004, version 40-L, alphanumeric).
const mostQRCode = 4_296

// verify checks the digital identity card that somebody shows. It answers at once: there is no session.
func (s *Surface) verify(c *fiber.Ctx) error {
	acting, err := s.authenticate(c)
	if err != nil {
		return err
	}
	if err := permit(acting.Client, words[eid.SEBankID]); err != nil {
		return err
	}
	body, err := httpapi.ReadBody(c)
	if err != nil {
		return err
	}
	var qr string
	r := &reading{Body: body, client: acting.Client}
	r.read(qrCode(&qr))
	if err := r.Err(); err != nil {
		return err
	}
	card, err := s.Cards.Check(c.UserContext(), acting, qr)
	if err != nil {
		return err
	}
	simulated(c, card.Simulated)
	send(c, http.StatusOK, wordCard(card))
	return nil
}

func qrCode(into *string) field {
	return text("qrCode", 1, mostQRCode, "BANKIDF.74226", "The whole text of the QR code that the person's app shows.", func(_ *reading, text string) string {
		*into = text
		return ""
	}).mandatory()
}

func wordCard(card eid.Card) cardBody {
	return cardBody{
		SSN: card.Number.Reveal(), Name: cmp.Or(card.Name, strings.TrimSpace(card.GivenName+" "+card.Surname)),
		GivenName: card.GivenName, Surname: card.Surname, Age: card.Age, VerifiedAt: card.VerifiedAt.UTC().Format(time.DateOnly),
	}
}

type cardBody struct {
	SSN        string `json:"ssn"`
	Name       string `json:"name"`
	GivenName  string `json:"givenName"`
	Surname    string `json:"surname"`
	Age        int    `json:"age,omitempty"`
	VerifiedAt string `json:"verifiedAt"`
}
