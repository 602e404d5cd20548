package messaging

import (
	"context"

	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/inbound"
)

// The answers to feeds say nothing that the caller has told us of a person.

type foundedOrganization struct {
	Organization string `json:"organization"`
	Domain       string `json:"domain"`
}

type fedUser struct {
	UserID       string `json:"user_id"`
	Organization string `json:"organization"`
}

// foundOrganization makes an organization under a root.
func foundOrganization(feeds inbound.Feeds) use {
	return func(ctx context.Context, c command) (any, error) {
		d := c.data.object("details")
		f := inbound.OrganizationFeed{
			Command: c.id, Environment: c.scope.Environment,
			Root: c.data.required("root", maxID), Name: c.data.required("name", maxText),
			Details: organization.Details{
				Locality: d.text("locality", maxText), State: d.text("state", maxText), Country: d.text("country", maxText),
				PrivacyPolicyURL: d.text("privacy_policy_url", maxText), TermsOfServiceURL: d.text("terms_of_service_url", maxText),
			},
		}
		if err := c.fault(); err != nil {
			return nil, err
		}
		made, err := feeds.FoundOrganization(ctx, f)
		if err != nil {
			return nil, err
		}
		return foundedOrganization{Organization: made.ID, Domain: made.Domain}, nil
	}
}

// addUser makes a user.
func addUser(feeds inbound.Feeds) use {
	return func(ctx context.Context, c command) (any, error) {
		return answerUser(ctx, c, c.user(), feeds.AddUser)
	}
}

// updateUser changes what the command mentions of a user.
func updateUser(feeds inbound.Feeds) use {
	return func(ctx context.Context, c command) (any, error) {
		f := c.user()
		f.User, f.Email = c.data.text("user_id", maxID), c.data.text("email", maxText)
		if (f.User == "") == (f.Email == "") {
			c.data.blame("user_id", "required", "Exactly one of user_id and email names the user.")
		}
		return answerUser(ctx, c, f, feeds.UpdateUser)
	}
}

func answerUser(ctx context.Context, c command, f inbound.UserFeed, ask func(context.Context, inbound.UserFeed) (organization.User, error)) (any, error) {
	if err := c.fault(); err != nil {
		return nil, err
	}
	u, err := ask(ctx, f)
	if err != nil {
		return nil, err
	}
	return fedUser{UserID: u.ID, Organization: u.Scope.Organization}, nil
}

// user is what the command says of a person, and where they belong.
func (c command) user() inbound.UserFeed {
	p := c.data.object("profile")
	f := inbound.UserFeed{
		Command: c.id, Domain: c.data.required("domain", maxID), Environment: c.scope.Environment,
		Profile: organization.ProfileChange{
			Email: p.change("email"), GivenName: p.change("given_name"), FamilyName: p.change("family_name"),
			Nickname: p.change("nickname"), Gender: p.change("gender"), Birthdate: p.change("birthdate"),
			Phone: p.change("phone_number"), Picture: p.change("picture"), Page: p.change("profile"),
			Website: p.change("website"), Zone: p.change("zoneinfo"), Locale: p.change("locale"),
		},
	}
	if p.values["address"] != nil {
		a := p.object("address")
		f.Profile.Address = &organization.AddressChange{
			Country: a.change("country"), Formatted: a.given("formatted", a.prose("formatted", maxText)),
			Locality: a.change("locality"), PostalCode: a.change("postal_code"), Region: a.change("region"),
			Street: a.change("street_address"),
		}
	}
	return f
}
