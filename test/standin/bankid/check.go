package bankid

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"io"
	"net"
	"net/url"
	"regexp"
	"unicode/utf8"
)

// request is every field that an order may have. Pointers tell what was left out from what was empty.
type request struct {
	EndUserIP             *string      `json:"endUserIp"`
	PersonalNumber        *string      `json:"personalNumber"`
	CallInitiator         *string      `json:"callInitiator"`
	UserVisibleData       *string      `json:"userVisibleData"`
	UserVisibleDataFormat *string      `json:"userVisibleDataFormat"`
	UserNonVisibleData    *string      `json:"userNonVisibleData"`
	ReturnURL             *string      `json:"returnUrl"`
	ReturnRisk            *bool        `json:"returnRisk"`
	Requirement           *requirement `json:"requirement"`
}

type requirement struct {
	PinCode             *bool    `json:"pinCode"`
	MRTD                *bool    `json:"mrtd"`
	PersonalNumber      *string  `json:"personalNumber"`
	CertificatePolicies []string `json:"certificatePolicies"`
	CardReader          *string  `json:"cardReader"`
	Risk                *string  `json:"risk"`
}

// kind is which of the four paths an order came by.
type kind struct{ phone, signs bool }

var policies = regexp.MustCompile(`^1\.2\.(752\.(78\.1\.[125]|71\.1\.3|60\.1\.6)|3\.4\.(5|10|25))$`)

// check holds for requests that BankID takes.
func (k kind) check(r request) bool {
	visible, hidden := 1500, 1500
	if k.signs {
		visible, hidden = 40_000, 200_000
	}
	switch {
	case k.phone && (r.EndUserIP != nil || r.ReturnURL != nil || r.ReturnRisk != nil):
		return false
	case k.phone && (r.PersonalNumber == nil || !person(*r.PersonalNumber)):
		return false
	case k.phone && (r.CallInitiator == nil || *r.CallInitiator != "user" && *r.CallInitiator != "RP"):
		return false
	case !k.phone && (r.PersonalNumber != nil || r.CallInitiator != nil):
		return false
	case !k.phone && (r.EndUserIP == nil || net.ParseIP(*r.EndUserIP) == nil):
		return false
	case k.signs && r.UserVisibleData == nil, !data(r.UserVisibleData, visible, true), !data(r.UserNonVisibleData, hidden, false):
		return false
	case r.UserVisibleDataFormat != nil && *r.UserVisibleDataFormat != "plaintext" && *r.UserVisibleDataFormat != "simpleMarkdownV1":
		return false
	case r.ReturnURL != nil && !returnURL(*r.ReturnURL):
		return false
	}
	return r.Requirement == nil || r.Requirement.check(k)
}

func (r requirement) check(k kind) bool {
	if r.PersonalNumber != nil && (k.phone || !person(*r.PersonalNumber)) {
		return false
	}
	if r.CertificatePolicies != nil && len(r.CertificatePolicies) == 0 {
		return false
	}
	for _, p := range r.CertificatePolicies {
		if !policies.MatchString(p) {
			return false
		}
	}
	return (r.CardReader == nil || *r.CardReader == "class1" || *r.CardReader == "class2") &&
		(r.Risk == nil || *r.Risk == "LOW" || *r.Risk == "MODERATE")
}

// data holds for base64 of bounded length, of text if it is for people.
func data(d *string, most int, text bool) bool {
	if d == nil {
		return true
	}
	plain, err := base64.StdEncoding.Strict().DecodeString(*d)
	return err == nil && len(plain) > 0 && len(*d) <= most && (!text || utf8.Valid(plain))
}

func returnURL(text string) bool {
	u, err := url.Parse(text)
	return err == nil && u.IsAbs() && len(text) <= 512
}

// person holds for twelve digits, the last of which is right for the nine before it.
func person(number string) bool {
	if len(number) != 12 {
		return false
	}
	sum := 0
	for i, c := range []byte(number) {
		if c < '0' || c > '9' {
			return false
		}
		if digit := int(c - '0'); i >= 2 {
			if i%2 == 0 {
				digit *= 2
			}
			sum += digit/10 + digit%10
		}
	}
	return sum%10 == 0
}

// read takes one JSON object of known members.
func read(body []byte, into any) bool {
	d := json.NewDecoder(bytes.NewReader(body))
	d.DisallowUnknownFields()
	if d.Decode(into) != nil {
		return false
	}
	_, err := d.Token()
	return err == io.EOF
}
