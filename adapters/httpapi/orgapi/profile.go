package orgapi

import (
	"github.com/eidgate/eidgate/domain/organization"
)

// profileReading reads what is said of a person at the top of a request or, where it is not there, in its profile. What
// it is made of has the names of OpenID Connect in both places.
type profileReading struct{ top, inside *parameters }

// change is one member.
func (p profileReading) change(name string) *string {
	switch {
	case p.top.Has(name):
		return p.top.Change(name)
	case p.inside != nil:
		return p.inside.Change(name)
	}
	return nil
}

// page is the member that is called profile itself: a text at the top is it, and an object there is everything else.
func (p profileReading) page() *string {
	if p.inside != nil {
		return p.inside.Change("profile")
	}
	if address, is := p.top.values["profile"].(string); is {
		return &address
	}
	p.top.Text("profile") // notes what is neither; null says nothing of a page
	return nil
}

// address is the address at the top of a request, where at least one client puts it for want of a second pair of
// brackets, or that of the profile.
func (p profileReading) address() *organization.AddressChange {
	from := p.top
	if !from.Has("address") {
		if from = p.inside; from == nil || !from.Has("address") {
			return nil
		}
	}
	a := from.Inside("address")
	if a == nil { // null, or at fault
		return &organization.AddressChange{Remove: true}
	}
	locality := a.Change("locality")
	if locality == nil {
		locality = a.Change("city")
	}
	return &organization.AddressChange{
		Country: a.Change("country"), Formatted: a.Change("formatted"), Locality: locality, PostalCode: a.Change("postal_code"),
		Region: a.Change("region"), Street: a.Change("street_address"),
	}
}

// readProfile reads what a request says of a person.
func readProfile(p *parameters) organization.ProfileChange {
	r := profileReading{top: p}
	if p.Nested("profile") {
		r.inside = p.Inside("profile")
	}
	return organization.ProfileChange{
		Email: r.change("email"), GivenName: r.change("given_name"), FamilyName: r.change("family_name"), Nickname: r.change("nickname"),
		Gender: r.change("gender"), Birthdate: r.change("birthdate"), Phone: r.change("phone_number"), Picture: r.change("picture"),
		Page: r.page(), Website: r.change("website"), Zone: r.change("zoneinfo"), Locale: r.change("locale"), Address: r.address(),
	}
}

// newProfile is what a change makes of nothing.
func newProfile(c organization.ProfileChange) organization.Profile {
	p := organization.Profile{
		Email: value(c.Email), GivenName: value(c.GivenName), FamilyName: value(c.FamilyName), Nickname: value(c.Nickname),
		Gender: value(c.Gender), Birthdate: value(c.Birthdate), Phone: value(c.Phone), Picture: value(c.Picture), Page: value(c.Page),
		Website: value(c.Website), Zone: value(c.Zone), Locale: value(c.Locale),
	}
	if a := c.Address; a != nil {
		p.Address = organization.Address{
			Country: value(a.Country), Formatted: value(a.Formatted), Locality: value(a.Locality), PostalCode: value(a.PostalCode),
			Region: value(a.Region), Street: value(a.Street),
		}
	}
	return p
}

func wordProfile(m organization.Managing, p organization.Profile) profileBody {
	b := profileBody{
		envelope: limited(m, "Profile", m.Target.Domain), Birthdate: orNull(p.Birthdate), Email: p.Email, FamilyName: orNull(p.FamilyName),
		Gender: orNull(p.Gender), GivenName: orNull(p.GivenName), Locale: orNull(p.Locale), Name: orNull(p.Name()), Nickname: orNull(p.Nickname),
		PhoneNumber: orNull(p.Phone), Picture: orNull(p.Picture), Profile: orNull(p.Page), Website: orNull(p.Website), Zoneinfo: orNull(p.Zone),
	}
	if a := p.Address; !a.IsZero() {
		b.Address = &addressBody{
			envelope: limited(m, "Address", m.Target.Domain), Country: orNull(a.Country), Formatted: orNull(a.Whole()), Locality: orNull(a.Locality),
			PostalCode: orNull(a.PostalCode), Region: orNull(a.Region), StreetAddress: orNull(a.Street),
		}
	}
	return b
}

// The wire.

type profileBody struct {
	envelope
	Address     *addressBody `json:"address"`
	Birthdate   *string      `json:"birthdate"`
	Email       string       `json:"email"`
	FamilyName  *string      `json:"family_name"`
	Gender      *string      `json:"gender"`
	GivenName   *string      `json:"given_name"`
	Locale      *string      `json:"locale"`
	Name        *string      `json:"name"`
	Nickname    *string      `json:"nickname"`
	PhoneNumber *string      `json:"phone_number"`
	Picture     *string      `json:"picture"`
	Profile     *string      `json:"profile"`
	Website     *string      `json:"website"`
	Zoneinfo    *string      `json:"zoneinfo"`
}

type addressBody struct {
	envelope
	Country       *string `json:"country"`
	Formatted     *string `json:"formatted"`
	Locality      *string `json:"locality"`
	PostalCode    *string `json:"postal_code"`
	Region        *string `json:"region"`
	StreetAddress *string `json:"street_address"`
}
