package account

import (
	"errors"
	"time"

	"github.com/eidgate/eidgate/domain/audit"
	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/fault"
	"github.com/eidgate/eidgate/domain/identity"
)

// Why a proven number does not reach an account. A number that somebody else has and one on the blocklist are
// told apart in the trail only: the caller could not use either, and must not learn which.
var (
	ErrNumberMissing  = fault.New(fault.Invalid, "ssn_missing", "The eID login carries no ssn.")
	ErrNumberInvalid  = fault.New(fault.Invalid, "ssn_invalid", "The ssn is not valid for the account's country.")
	ErrNumberUnusable = fault.New(fault.Invalid, "ssn_unusable", "The ssn cannot be used.")
	ErrNumberFixed    = fault.New(fault.Invalid, "ssn_fixed", "The account already has another ssn.")
	ErrPlainOff       = fault.New(fault.NotFound, "plain_verification_off", "This deployment does not redeem codes of logins that it did not begin.")
	ErrNumberNeeded   = fault.New(fault.Invalid, "ssn_required", "The ssn field is required.")
)

// ErrSimulated is why evidence is of no use where simulated people do not count. It is for the operator: callers
// get [ErrNumberUnusable] because of it.
var ErrSimulated = errors.New("the evidence is of a simulated person")

// NumberRules say which numbers count in this deployment and scope.
type NumberRules struct {
	AsOf      time.Time
	Allow     identity.Allow
	Simulated bool // evidence of simulated people counts
}

// ParseNumber reads a person's number for an account of the given country. It fails with [ErrNumberInvalid],
// whose violation carries the reason.
func ParseNumber(country identity.Country, digits string, rules NumberRules) (identity.Number, error) {
	n, err := identity.ParsePerson(country, digits, identity.Options{AsOf: country.Today(rules.AsOf), Allow: rules.Allow})
	if err != nil {
		return identity.Number{}, ErrNumberInvalid.On("number").Because(err)
	}
	return n, nil
}

// AttachNumber puts the number that an eID proved on the account. Attaching the number it already has changes
// nothing and returns no fact. It fails with [ErrNumberMissing], [ErrNumberInvalid] or [ErrNumberFixed];
// whether the number is free is for storage to say.
func (a *Account) AttachNumber(e eid.Evidence, session string, rules NumberRules) ([]audit.Fact, error) {
	switch {
	case e.Simulated && !rules.Simulated:
		return nil, ErrNumberUnusable.On("number").Because(ErrSimulated)
	case e.Malformed:
		return nil, ErrNumberInvalid.On("number")
	case e.Number.IsZero():
		return nil, ErrNumberMissing.On("number")
	case e.Number.Country() != a.s.Country:
		return nil, ErrNumberInvalid.On("number")
	}
	if _, err := ParseNumber(a.s.Country, e.Number.Reveal(), rules); err != nil {
		return nil, err
	}
	if !a.s.Number.IsZero() {
		if a.s.Number != e.Number {
			return nil, ErrNumberFixed.On("number")
		}
		return nil, nil
	}
	a.s.Number, a.s.UpdatedAt = e.Number, rules.AsOf
	details := map[string]string{"eid": string(e.EID), "provider": e.Provider, "session": session}
	if e.Simulated {
		details["simulated"] = "true"
	}
	facts := a.tell("account.number_attached", Subject(a.s.ID), rules.AsOf, details)
	return append(facts, a.follow(false, audit.System, rules.AsOf)...), nil
}

// RefuseNumber notes that an attempt to attach a number came to nothing, and why: a fault's code or a word for the
// trail only. Session is "" when the attempt led to none.
func (a *Account) RefuseNumber(reason, session string, now time.Time) []audit.Fact {
	details := map[string]string{"reason": reason}
	if session != "" {
		details["session"] = session
	}
	return a.tell("account.number_refused", Subject(a.s.ID), now, details)
}
