// Package account keeps end-user accounts: who they are, the tokens that act for them, and the proof that an
// account owns a national number.
package account

import (
	"strconv"
	"time"

	"github.com/eidgate/eidgate/domain/audit"
	"github.com/eidgate/eidgate/domain/fault"
	"github.com/eidgate/eidgate/domain/identity"
	"github.com/eidgate/eidgate/domain/organization"
)

// What can be wrong with an account.
var (
	ErrNoAccount  = fault.New(fault.NotFound, "account_unknown", "There is no such account.")
	ErrInactive   = fault.New(fault.Forbidden, "account_inactive", "The account is deactivated.")
	ErrStale      = fault.New(fault.Conflict, "account_stale", "The account was changed by somebody else; try again.")
	ErrEmailTaken = fault.New(fault.Invalid, "email_taken", "The email has already been taken.")
	ErrInvalid    = fault.New(fault.Invalid, "account_invalid", "The account's data is invalid.")
	ErrNoPlan     = fault.New(fault.Invalid, "plan_unknown", "The selected plan does not exist.")
)

// Type is what kind of customer an account is.
type Type string

// The types.
const (
	Single   Type = "SINGLE"
	Family   Type = "FAMILY"
	Business Type = "BUSINESS"
)

// Profile is what an account says of its owner. All of it is personal data and is kept sealed.
type Profile struct {
	FirstName string
	LastName  string
	Email     string // as given; found by its folded form, see [identity.FoldEmail]
	Phone     string // E.164, such as +46701234567, or ""
	Street    string
	Zip       string
	City      string
	Language  string // two upper-case letters, ISO 639-1
}

// Account is an end user kept by an organization. It changes only through its methods, each of which returns the
// facts to append.
type Account struct{ s Snapshot }

// Snapshot is everything an account holds, for storage and for reading. Changing a snapshot changes no account.
type Snapshot struct {
	ID           int64
	Scope        organization.Scope
	Country      identity.Country
	Type         Type
	Plan         Plan // zero for none; read together with the account
	Active       bool
	Activation   time.Time // the day it became active
	Profile      Profile
	Number       identity.Number // the verified or given national number, zero while there is none
	PasswordHash string          // encoded with its parameters, "" while no password is set
	CreatedAt    time.Time
	UpdatedAt    time.Time
	Version      int64 // how often it was saved; storage refuses a stale one
	Sequence     int64 // the last fact's number
}

// Plan is what an account is subscribed to.
type Plan struct {
	ID        int64
	Scope     organization.Scope
	Name      string
	Monitors  bool // accounts with a number are monitored
	CreatedAt time.Time
	UpdatedAt time.Time
}

// Restore brings an account back from storage.
func Restore(s Snapshot) *Account { return &Account{s: s} }

// Snapshot shows the account as it stands.
func (a *Account) Snapshot() Snapshot { return a.s }

// Saved tells the account that storage holds it at the given version.
func (a *Account) Saved(version int64) { a.s.Version = version }

// Subject names an account in facts.
func Subject(id int64) string { return "account/" + strconv.FormatInt(id, 10) }

// Registration is what makes an account.
type Registration struct {
	ID       int64
	Scope    organization.Scope
	Country  identity.Country
	Type     Type
	Plan     Plan // zero for none
	Profile  Profile
	Inactive bool
	Number   identity.Number // optional; parsed by the caller for Country
	Actor    string
}

// Register makes an account. It fails with [ErrInvalid], which carries one violation for each field at fault.
func Register(r Registration, now time.Time) (*Account, []audit.Fact, error) {
	if r.Type == "" {
		r.Type = Single
	}
	p := r.Profile.trimmed()
	var v fault.Violations
	v.Check(r.Country != "", "country", "required", "The country field is required.")
	v.Check(r.Country == "" || isCountry(r.Country), "country", "country_unknown", "The selected country is not supported.")
	v.Check(r.Type == Single || r.Type == Family || r.Type == Business, "type", "type_unknown", "The selected type is invalid.")
	v.Check(r.Number.IsZero() || r.Number.Country() == r.Country, "number", "number_country", "The ssn is of another country than the account.")
	p.check(&v)
	if err := v.Of(ErrInvalid); err != nil {
		return nil, nil, err
	}
	a := &Account{s: Snapshot{
		ID: r.ID, Scope: r.Scope, Country: r.Country, Type: r.Type, Plan: r.Plan, Active: !r.Inactive, Profile: p,
		Number: r.Number, CreatedAt: now, UpdatedAt: now,
	}}
	if a.s.Active {
		a.s.Activation = now
	}
	facts := a.tell("account.registered", r.Actor, now, map[string]string{"country": string(r.Country), "plan": strconv.FormatInt(r.Plan.ID, 10)})
	if !r.Number.IsZero() {
		facts = append(facts, a.tell("account.number_given", r.Actor, now, nil)...)
	}
	return a, append(facts, a.follow(false, r.Actor, now)...), nil
}

// Monitored says whether the account's number is being watched: the plan monitors and there is a number.
func (s Snapshot) Monitored() bool { return s.Plan.Monitors && !s.Number.IsZero() }

// follow tells when monitoring has started or stopped with a change.
func (a *Account) follow(monitored bool, actor string, now time.Time) []audit.Fact {
	switch {
	case a.s.Monitored() == monitored:
		return nil
	case monitored:
		return a.tell("account.monitoring_stopped", actor, now, nil)
	}
	return a.tell("account.monitoring_started", actor, now, nil)
}

func (a *Account) tell(kind, actor string, now time.Time, details map[string]string) []audit.Fact {
	a.s.Sequence++
	return []audit.Fact{{
		Organization: a.s.Scope.Organization, Environment: string(a.s.Scope.Environment), Kind: kind,
		Subject: Subject(a.s.ID), Sequence: a.s.Sequence, At: now, Actor: actor, Details: details,
	}}
}

func isCountry(c identity.Country) bool {
	_, known := identity.ParseCountry(string(c))
	return known
}
