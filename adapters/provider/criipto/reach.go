package criipto

import (
	"strings"

	"github.com/eidgate/eidgate/adapters/provider"
	"github.com/eidgate/eidgate/domain/eid"
)

// reach adds who the person is to the scheme, and how to reach them, as far as the scheme says so.
func reach(e *eid.Evidence, c object) {
	switch e.EID {
	case eid.NOBankID:
		e.PersonID = nameIn(c, "uniqueuserid")
	case eid.DKMitID:
		e.PersonID = nameIn(c, "uuid")
	case eid.NOVipps:
		if phone, ok := c.text("mobilephone"); ok {
			e.Phone = international(phone)
		}
		if email, ok := c.text("emailaddress"); ok {
			e.Email = provider.Mailbox(email)
		}
		e.Address = address(c)
	}
}

// international reads a telephone number in the form of E.164, "" for anything else. Some write the country code without
// the plus sign; Norwegian numbers with it have ten digits.
func international(phone string) string {
	phone = strings.NewReplacer(" ", "", "-", "").Replace(phone)
	if len(phone) == 10 && strings.HasPrefix(phone, "47") {
		phone = "+" + phone
	}
	return provider.International(phone)
}

// address reads the claim of that name on one line: a text, or an object (OpenID Connect Core 1.0 section 5.1.1).
func address(c object) string {
	if text, ok := c.text("address"); ok {
		return provider.OneLine(text)
	}
	a := c.within("address")
	if text, ok := a.text("formatted"); ok {
		return provider.OneLine(text)
	}
	var parts []string
	for _, names := range [][]string{{"street_address"}, {"postal_code", "locality"}, {"region"}} {
		var words []string
		for _, name := range names {
			if text, ok := a.text(name); ok && text != "" {
				words = append(words, text)
			}
		}
		if len(words) > 0 {
			parts = append(parts, strings.Join(words, " "))
		}
	}
	return provider.OneLine(strings.Join(parts, ", "))
}
