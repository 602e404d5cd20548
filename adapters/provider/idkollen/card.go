package idkollen

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/eidgate/eidgate/adapters/provider"
	"github.com/eidgate/eidgate/domain/eid"
)

// mostCode bounds the text of a QR code: the largest holds 4,296 characters (ISO/IEC 18004).
const mostCode = 4_296

var errCard = errors.New("idkollen: the card has no number that can be one")

// CheckCard asks for the card behind the whole text of a QR code. It fails with [eid.ErrCardRejected], or as a
// Provider does.
func (p *Provider) CheckCard(ctx context.Context, qr string) (eid.Card, error) {
	if qr == "" || len(qr) > mostCode {
		return eid.Card{}, eid.ErrCardRejected
	}
	got, _, err := p.post(ctx, "/v3/bankid-se/verify", map[string]string{"qrCode": qr})
	switch {
	case err != nil:
		return eid.Card{}, eid.ErrProvider.Because(err)
	case got.status == http.StatusBadRequest, got.status == http.StatusUnprocessableEntity:
		return eid.Card{}, eid.ErrCardRejected.Because(got.status)
	case got.status < 200 || got.status > 299:
		return eid.Card{}, p.unwilling(got)
	}
	return readCard(got.body, p.clock.Now())
}

// readCard reads the answer. A card whose number is none, or that nobody says was verified, is no evidence.
func readCard(raw []byte, now time.Time) (eid.Card, error) {
	var o provider.Object
	err := provider.ReadObject(raw, &o)
	if err != nil {
		return eid.Card{}, eid.ErrProvider.Because(errGarbage)
	}
	f := provider.Members{Of: o}
	c := eid.Card{
		Provider: Name, EID: eid.SEBankID, Name: provider.Readable(f.Text("name"), provider.LongestName),
		GivenName: provider.Readable(f.Text("givenName"), provider.LongestName), Surname: provider.Readable(f.Text("surname"), provider.LongestName),
		Age:    provider.Member[int](&f, "age"),
		Proofs: []eid.Proof{{Kind: "idkollen_card", MediaType: "application/json", Data: bytes.Clone(raw)}},
	}
	c.Name = cmp.Or(c.Name, strings.TrimSpace(c.GivenName+" "+c.Surname))
	number, day := f.Text("ssn"), f.Text("verifiedAt")
	at, err := time.Parse(time.DateOnly, day)
	if f.Wrong || err != nil || c.Age < 0 || c.Age > 150 {
		return eid.Card{}, eid.ErrEvidenceRejected.Because(errGarbage)
	}
	n, malformed := read(eid.SEBankID, number, "", now)
	if malformed {
		return eid.Card{}, eid.ErrEvidenceRejected.Because(errCard)
	}
	c.Number, c.VerifiedAt = n, at
	return c, nil
}
