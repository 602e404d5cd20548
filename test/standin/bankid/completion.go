package bankid

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"fmt"

	"golang.org/x/crypto/ocsp"
)

// completion is what is told of an approved order.
func (s *Service) completion(o *order) map[string]any {
	return map[string]any{
		"user": map[string]any{
			"personalNumber": o.by.Number, "name": o.by.GivenName + " " + o.by.Surname, "givenName": o.by.GivenName, "surname": o.by.Surname,
		},
		"device":          map[string]any{"ipAddress": "192.0.2.7", "uhi": "OZvYM9VvyiAmG7NA5jU5zqGcVpo="},
		"stepUp":          map[string]any{"mrtd": false},
		"bankIdIssueDate": "2024-03-05Z",
		"signature":       o.signature(),
		"ocspResponse":    s.status(),
	}
}

// signature has the parts of BankID's signatures. Its value is a hash and no signature: no client here verifies it.
func (o *order) signature() string {
	use := "Identification"
	if o.signs {
		use = "Signing"
	}
	signed := fmt.Sprintf(`<bankIdSignedData xmlns="http://www.bankid.com/signature/v1.0.0/types" Id="bidSignedData">`+
		`<usrVisibleData charset="UTF-8" visible="wysiwys">%s</usrVisibleData><usrNonVisibleData>%s</usrNonVisibleData>`+
		`<srvInfo><name>Y249UmVseWluZyBwYXJ0eQ==</name></srvInfo><clientInfo><funcId>%s</funcId></clientInfo></bankIdSignedData>`,
		o.visible, o.hidden, use)
	sum := sha256.Sum256([]byte(signed))
	return base64.StdEncoding.EncodeToString([]byte(`<?xml version="1.0" encoding="UTF-8" standalone="no"?>` +
		`<Signature xmlns="http://www.w3.org/2000/09/xmldsig#"><SignatureValue>` + base64.StdEncoding.EncodeToString(sum[:]) +
		`</SignatureValue><Object>` + signed + `</Object></Signature>`))
}

// status is an OCSP response (RFC 6960) that says good.
func (s *Service) status() string {
	root := s.Authority
	response, err := ocsp.CreateResponse(root.Certificate, root.Certificate, ocsp.Response{
		Status: ocsp.Good, SerialNumber: root.Certificate.SerialNumber, ThisUpdate: s.now(), NextUpdate: s.now(),
	}, root.Key)
	if err != nil {
		panic(err) // only of a certificate that is none
	}
	return base64.StdEncoding.EncodeToString(response)
}

type card struct {
	person Person
	gone   bool
}

// Show makes the code of a person's card.
func (s *Service) Show(who Person) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	code := "BANKIDF." + rand.Text()
	s.cards[code] = &card{person: who}
	return code
}

// verify reads a card's code, once.
func verify(s *Service, _ string, body []byte) (map[string]any, *refusal) {
	var r struct {
		QRCode string `json:"qrCode"`
	}
	if !read(body, &r) || r.QRCode == "" {
		return nil, errInvalid
	}
	c := s.cards[r.QRCode]
	if c == nil || c.gone {
		return nil, errVerify
	}
	c.gone = true
	signed := (&order{visible: "", by: c.person}).signature()
	return map[string]any{
		"transactionType": "ID-kort-validering",
		"user": map[string]any{
			"personalNumber": c.person.Number, "name": c.person.GivenName + " " + c.person.Surname,
			"givenName": c.person.GivenName, "surname": c.person.Surname, "age": 36,
		},
		"verification":   map[string]any{"verificationId": uuid(), "verifiedAt": s.now().UTC().Format("2006-01-02T15:04:05.000Z"), "signature": signed},
		"authentication": map[string]any{"identifiedAt": s.now().UTC().Format("2006-01-02T15:04:05.000Z"), "orderRef": uuid(), "signature": signed, "ocspResponse": s.status()},
	}, nil
}
