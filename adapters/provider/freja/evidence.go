package freja

import (
	"cmp"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"regexp"
	"strings"
	"time"
	"unicode"

	"github.com/eidgate/eidgate/adapters/provider"
	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/identity"
)

// attributes are what Freja tells of a person (Freja, requestedAttributes).
type attributes struct {
	Basic struct {
		Name    string `json:"name"` // the given name
		Surname string `json:"surname"`
	} `json:"basicUserInfo"`
	SSN struct {
		Country string `json:"country"`
		Number  string `json:"ssn"`
	} `json:"ssn"`
	Born      string `json:"dateOfBirth"`
	Email     string `json:"emailAddress"`
	Addresses []home `json:"addresses"`
	Phones    []struct {
		Number string `json:"phoneNumber"`
	} `json:"allPhoneNumbers"`
}

type home struct {
	Line1 string `json:"address1"`
	Line2 string `json:"address2"`
	Line3 string `json:"address3"`
	Code  string `json:"postCode"`
	City  string `json:"city"`
	Type  string `json:"type"`
}

// approved reads the signed details of an order that the person approved.
func (p *Provider) approved(t thread, raw string) (eid.Evidence, error) {
	payload, err := p.keys.verify(raw)
	if err != nil {
		return eid.Evidence{}, err
	}
	var d details
	if provider.ReadObject(payload, &d) != nil {
		return eid.Evidence{}, rejected("the details are malformed or repeat a member")
	}
	now := p.clock.Now()
	if err := d.fit(t, now); err != nil {
		return eid.Evidence{}, err
	}
	a := d.Attributes
	e := eid.Evidence{
		Provider: Name, EID: eid.SEFreja, Context: eid.SEFreja.DefaultContext(),
		GivenName: provider.Readable(a.Basic.Name, provider.LongestName), Surname: provider.Readable(a.Basic.Surname, provider.LongestName),
		Subject: p.subject(a.SSN.Country, a.SSN.Number, t.Reference), TokenID: t.Reference,
		IssuedAt: time.UnixMilli(d.Timestamp).UTC(), Email: email(a.Email), Address: residence(a.Addresses),
		Proofs: []eid.Proof{{Kind: "details", MediaType: "application/jose", Data: []byte(raw)}},
	}
	if e.Assurance = e.Context.Assurance(); levels[d.Level] >= levels["PLUS"] {
		e.Assurance = eid.High
	}
	e.Name = strings.TrimSpace(e.GivenName + " " + e.Surname)
	e.BirthDate, _ = identity.ParseDate(a.Born)
	e.Number, e.Malformed = p.number(a.SSN.Country, a.SSN.Number)
	for _, phone := range a.Phones {
		if e164.MatchString(phone.Number) {
			e.Phone = phone.Number
			break
		}
	}
	if t.Sign {
		e.Proofs = append(e.Proofs, d.Signature.proofs()...)
	}
	return e, nil
}

// proofs are the parts of a signature that are there.
func (s signature) proofs() []eid.Proof {
	proofs := []eid.Proof{{Kind: "signature", MediaType: "application/jose", Data: []byte(s.Person)}}
	for _, part := range []struct{ kind, media, text string }{
		{"ocsp_response", "application/ocsp-response", s.Status}, {"advanced_signature", "application/xml", s.Advanced},
	} {
		if data, err := base64.StdEncoding.DecodeString(part.text); err == nil && len(data) > 0 {
			proofs = append(proofs, eid.Proof{Kind: part.kind, MediaType: part.media, Data: data})
		}
	}
	return proofs
}

// number reads a number by the rules of the country that Freja names. People of other countries have none here.
func (p *Provider) number(country, text string) (n identity.Number, malformed bool) {
	c, known := identity.ParseCountry(country)
	if text == "" || !known && country != "" {
		return identity.Number{}, false
	}
	n, err := identity.ParsePerson(c, text, identity.Options{AsOf: c.Today(p.clock.Now()), Allow: p.config.Allow})
	return n, err != nil
}

// subject names a person without telling who it is. Whoever has no number is somebody else every time.
func (p *Provider) subject(country, number, reference string) string {
	mac := hmac.New(sha256.New, p.config.SubjectKey)
	mac.Write([]byte("freja/" + country + "/" + cmp.Or(number, "order "+reference)))
	return hex.EncodeToString(mac.Sum(nil))
}

var (
	e164    = regexp.MustCompile(`^\+[1-9][0-9]{6,14}$`)
	mailbox = regexp.MustCompile(`^[!-?A-~]{1,64}@[0-9A-Za-z.-]{1,189}$`)
)

func email(text string) string {
	if mailbox.MatchString(text) {
		return text
	}
	return ""
}

// residence puts the person's registered address on one line, or another one where there is none such.
func residence(all []home) string {
	if len(all) == 0 {
		return ""
	}
	chosen := all[0]
	for _, h := range all {
		if h.Type == "RESIDENTIAL" {
			chosen = h
			break
		}
	}
	var parts []string
	for _, part := range []string{chosen.Line1, chosen.Line2, chosen.Line3, chosen.Code + " " + chosen.City} {
		if part = provider.Readable(part, provider.LongestName); part != "" {
			parts = append(parts, part)
		}
	}
	return strings.Join(parts, ", ")
}

// oneLine keeps a name from looking like more than a name.
func oneLine(name string) string {
	clean := strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case unicode.Is(unicode.C, r), r == unicode.ReplacementChar:
			return -1
		}
		return r
	}, name)
	return strings.Join(strings.Fields(clean), " ")
}
