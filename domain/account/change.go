package account

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/eidgate/eidgate/domain/audit"
	"github.com/eidgate/eidgate/domain/fault"
	"github.com/eidgate/eidgate/domain/identity"
)

// Change is what an update asks for; nil leaves a field as it is. It can never touch the national number.
type Change struct {
	FirstName, LastName, Email, Phone, Street, Zip, City, Language *string
	Plan                                                           *Plan
	Active                                                         *bool
	Type                                                           *Type
	Country                                                        *identity.Country
}

// ByOwner is the part of a change that the account's owner may ask for: the profile without the e-mail address,
// whose new value nobody has proven, and nothing that an administrator decides.
func (c Change) ByOwner() Change {
	return Change{FirstName: c.FirstName, LastName: c.LastName, Phone: c.Phone, Street: c.Street, Zip: c.Zip, City: c.City, Language: c.Language}
}

// Update applies a change. A new e-mail address, or deactivation, ends the account's tokens: revoke says so.
// A change that changes nothing returns no fact. It fails with [ErrInvalid].
func (a *Account) Update(c Change, actor string, now time.Time) (facts []audit.Fact, revoke bool, err error) {
	next := a.s
	changed := map[string]bool{}
	set := func(field string, to *string, value *string) {
		if value != nil && *to != *value {
			*to, changed[field] = *value, true
		}
	}
	set("first_name", &next.Profile.FirstName, c.FirstName)
	set("last_name", &next.Profile.LastName, c.LastName)
	set("email", &next.Profile.Email, c.Email)
	set("phone", &next.Profile.Phone, c.Phone)
	set("street", &next.Profile.Street, c.Street)
	set("zip", &next.Profile.Zip, c.Zip)
	set("city", &next.Profile.City, c.City)
	set("language", &next.Profile.Language, c.Language)
	if c.Plan != nil && c.Plan.ID != next.Plan.ID {
		next.Plan, changed["plan"] = *c.Plan, true
	}
	if c.Active != nil && *c.Active != next.Active {
		next.Active, changed["active"] = *c.Active, true
		if next.Active && next.Activation.IsZero() {
			next.Activation = now
		}
	}
	if c.Type != nil && *c.Type != next.Type {
		next.Type, changed["type"] = *c.Type, true
	}
	if c.Country != nil && *c.Country != next.Country {
		next.Country, changed["country"] = *c.Country, true
	}
	if len(changed) == 0 {
		return nil, false, nil
	}
	next.Profile = next.Profile.trimmed()
	var v fault.Violations
	v.Check(isCountry(next.Country), "country", "country_unknown", "The selected country is not supported.")
	v.Check(next.Number.IsZero() || next.Number.Country() == next.Country, "country", "country_fixed", "The country cannot change while the account has an ssn.")
	v.Check(next.Type == Single || next.Type == Family || next.Type == Business, "type", "type_unknown", "The selected type is invalid.")
	next.Profile.check(&v)
	if err := v.Of(ErrInvalid); err != nil {
		return nil, false, err
	}
	revoke = identity.FoldEmail(a.s.Profile.Email) != identity.FoldEmail(next.Profile.Email) || a.s.Active && !next.Active
	next.UpdatedAt = now
	monitored := a.s.Monitored()
	a.s = next
	facts = a.tell("account.updated", actor, now, map[string]string{"fields": strings.Join(slices.Sorted(maps.Keys(changed)), " ")})
	return append(facts, a.follow(monitored, actor, now)...), revoke, nil
}

// SetPassword notes the hash of a new password. All other tokens of the account end with it.
func (a *Account) SetPassword(hash, actor string, now time.Time) []audit.Fact {
	a.s.PasswordHash, a.s.UpdatedAt = hash, now
	return a.tell("account.password_changed", actor, now, nil)
}

// Delete tells that the account is gone; storage removes it and everything that belongs to it.
func (a *Account) Delete(actor string, now time.Time) []audit.Fact {
	return a.tell("account.deleted", actor, now, nil)
}

// TokensRevoked tells that the account's tokens were ended, and how many.
func (a *Account) TokensRevoked(count int, actor string, now time.Time) []audit.Fact {
	return a.tell("account.tokens_revoked", actor, now, map[string]string{"count": strconv.Itoa(count)})
}
