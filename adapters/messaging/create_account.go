package messaging

import (
	"context"

	"github.com/eidgate/eidgate/domain/account"
	"github.com/eidgate/eidgate/domain/audit"
	"github.com/eidgate/eidgate/domain/identity"
	"github.com/eidgate/eidgate/ports/inbound"
)

type createdAccount struct {
	AccountID   int64  `json:"account_id"`
	Country     string `json:"country"`
	Active      bool   `json:"active"`
	SSNAttached bool   `json:"ssn_attached"`
}

// createAccount registers an account. Its answer says nothing that the caller has told us of a person.
func createAccount(accounts inbound.Accounts) use {
	return func(ctx context.Context, c command) (any, error) {
		p := c.data.object("profile")
		r := inbound.Registration{
			Command: c.id, Scope: c.scope, Actor: audit.Message,
			Country: identity.Country(c.data.required("country", maxText)),
			Type:    account.Type(c.data.text("type", maxText)),
			PlanID:  c.data.id("plan_id"),
			Profile: account.Profile{
				FirstName: p.text("first_name", maxText), LastName: p.text("last_name", maxText),
				Email: p.text("email", maxText), Phone: p.text("phone", maxText),
				Street: p.text("street", maxText), Zip: p.text("zip", maxText), City: p.text("city", maxText),
				Language: p.text("language", maxText),
			},
			Inactive: !c.data.boolean("active", true),
			SSN:      inbound.Digits(c.data.text("ssn", maxText)),
		}
		if err := c.fault(); err != nil {
			return nil, err
		}
		made, err := accounts.Register(ctx, r)
		if err != nil {
			return nil, err
		}
		return createdAccount{AccountID: made.ID, Country: string(made.Country), Active: made.Active, SSNAttached: !made.Number.IsZero()}, nil
	}
}
