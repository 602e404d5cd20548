package organization

import (
	"regexp"
	"strings"
	"time"

	"github.com/eidgate/eidgate/domain/fault"
	"github.com/eidgate/eidgate/domain/identity"
)

// Profile is what a directory says of a person, by the names of OpenID Connect Core 1.0, section 5.1. "" stands for
// what it does not say.
type Profile struct {
	Email      string // as given; found by its folded form, see [identity.FoldEmail]
	GivenName  string
	FamilyName string
	Nickname   string
	Gender     string // "male", "female" or ""
	Birthdate  string // YYYY-MM-DD
	Phone      string // as given; E.164 once spaces, hyphens, dots and brackets are left out
	Picture    string // http or https URL
	Page       string // the "profile" of OpenID Connect: http or https URL
	Website    string // http or https URL
	Zone       string // IANA time zone, such as Europe/Stockholm
	Locale     string // BCP 47, such as sv-SE
	Address    Address
}

// Name is given and family name, as far as they are known.
func (p Profile) Name() string { return strings.TrimSpace(p.GivenName + " " + p.FamilyName) }

// Address is a postal address, zero for none.
type Address struct {
	Country    string // ISO 3166-1 alpha-2
	Formatted  string // the whole, lines separated by line feeds; made of the rest when it is not given
	Locality   string
	PostalCode string
	Region     string
	Street     string
}

// IsZero holds for no address.
func (a Address) IsZero() bool { return a == Address{} }

// Whole is the address as it is written on a letter: as given, or put together.
func (a Address) Whole() string {
	if a.Formatted != "" {
		return a.Formatted
	}
	town := strings.TrimSpace(a.PostalCode + " " + a.Locality)
	var last []string
	for _, part := range []string{town, a.Country} {
		if part != "" {
			last = append(last, part)
		}
	}
	var lines []string
	for _, line := range []string{a.Street, strings.Join(last, ", ")} {
		if line != "" {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "\n")
}

// ProfileChange is what an update asks for; nil leaves a field as it is, and "" empties it. A zero Address removes the
// address; otherwise its members are changed one by one.
type ProfileChange struct {
	Email, GivenName, FamilyName, Nickname, Gender, Birthdate, Phone *string
	Picture, Page, Website, Zone, Locale                             *string
	Address                                                          *AddressChange
}

// AddressChange is what an update asks for within an address; nil leaves a member as it is.
type AddressChange struct {
	Remove                                                   bool // the whole address
	Country, Formatted, Locality, PostalCode, Region, Street *string
}

type setting struct{ to, from *string }

func apply(settings []setting) {
	for _, s := range settings {
		if s.from != nil {
			*s.to = *s.from
		}
	}
}

// Of is the profile that the change makes of another.
func (c ProfileChange) Of(p Profile) Profile {
	apply([]setting{
		{&p.Email, c.Email}, {&p.GivenName, c.GivenName}, {&p.FamilyName, c.FamilyName}, {&p.Nickname, c.Nickname},
		{&p.Gender, c.Gender}, {&p.Birthdate, c.Birthdate}, {&p.Phone, c.Phone}, {&p.Picture, c.Picture},
		{&p.Page, c.Page}, {&p.Website, c.Website}, {&p.Zone, c.Zone}, {&p.Locale, c.Locale},
	})
	if c.Address == nil {
		return p
	}
	formatted := c.Address.Formatted
	if formatted != nil && p.Address.Formatted == "" && *formatted == p.Address.Whole() {
		formatted = nil // it was put together by us, and comes back with what may change
	}
	if c.Address.Remove {
		p.Address = Address{}
	}
	apply([]setting{
		{&p.Address.Country, c.Address.Country}, {&p.Address.Formatted, formatted},
		{&p.Address.Locality, c.Address.Locality}, {&p.Address.PostalCode, c.Address.PostalCode},
		{&p.Address.Region, c.Address.Region}, {&p.Address.Street, c.Address.Street},
	})
	return p
}

func (p Profile) trimmed() Profile {
	a := &p.Address
	for _, s := range []*string{
		&p.Email, &p.GivenName, &p.FamilyName, &p.Nickname, &p.Gender, &p.Birthdate, &p.Phone, &p.Picture, &p.Page, &p.Website,
		&p.Zone, &p.Locale, &a.Country, &a.Formatted, &a.Locality, &a.PostalCode, &a.Region, &a.Street,
	} {
		*s = strings.TrimSpace(*s)
	}
	p.Gender, a.Country = strings.ToLower(p.Gender), strings.ToUpper(a.Country)
	return p
}

var (
	phonePattern  = regexp.MustCompile(`^\+[1-9][0-9]{6,14}$`)                       // ITU-T E.164
	localePattern = regexp.MustCompile(`^[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8}){0,4}$`) // BCP 47, and its older spelling
	phoneSigns    = strings.NewReplacer(" ", "", "-", "", ".", "", "(", "", ")", "")
)

func (p Profile) check(now time.Time) error {
	var v fault.Violations
	v.Check(p.Email != "", "email", "required", "An e-mail address is required.")
	v.Check(p.Email == "" || identity.IsEmail(p.Email), "email", "email_invalid", "The e-mail address is invalid.")
	v.Check(p.Gender == "" || p.Gender == "male" || p.Gender == "female", "gender", "gender_unknown", "The gender must be male or female.")
	v.Check(p.Birthdate == "" || isPast(p.Birthdate, now), "birthdate", "birthdate_invalid", "The date of birth must be a day that has been, as YYYY-MM-DD.")
	v.Check(p.Phone == "" || isPhone(p.Phone), "phone_number", "phone_number_invalid", "The phone number must have a country code, as in E.164.")
	v.Check(p.Zone == "" || isZone(p.Zone), "zoneinfo", "zoneinfo_unknown", "The time zone must be a name of the IANA database.")
	v.Check(p.Locale == "" || localePattern.MatchString(p.Locale), "locale", "locale_invalid", "The locale must be a language tag of BCP 47.")
	for _, one := range []struct{ field, address string }{{"picture", p.Picture}, {"profile", p.Page}, {"website", p.Website}} {
		v.Check(one.address == "" || isWebAddress(one.address), one.field, "url_invalid", urlText)
	}
	a := p.Address
	v.Check(a.Country == "" || isCountry(a.Country), "address.country", "country_invalid", "The country must be two letters of ISO 3166-1.")
	for _, one := range []struct{ field, text string }{
		{"given_name", p.GivenName}, {"family_name", p.FamilyName}, {"nickname", p.Nickname}, {"address.locality", a.Locality},
		{"address.postal_code", a.PostalCode}, {"address.region", a.Region}, {"address.street_address", a.Street},
		{"address.formatted", strings.NewReplacer("\r\n", " ", "\n", " ").Replace(a.Formatted)},
	} {
		v.Check(identity.IsText(one.text, 300), one.field, "text_invalid", "The text must be printable and at most 300 characters.")
	}
	return v.Of(ErrUser)
}

func isPast(day string, now time.Time) bool {
	at, err := time.Parse(time.DateOnly, day)
	return err == nil && at.Year() >= 1850 && at.Before(now.Add(24*time.Hour))
}

// isPhone judges a number as people write it: it is kept as it was given.
func isPhone(s string) bool { return len(s) <= 40 && phonePattern.MatchString(phoneSigns.Replace(s)) }

func isZone(name string) bool {
	if name == "Local" || len(name) > 64 {
		return false
	}
	_, err := time.LoadLocation(name) // it looks at no path that leads out of the database
	return err == nil
}
