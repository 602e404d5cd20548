// Package inbound is what may be asked of eidgate: one interface for each conversation. Who asks is an argument;
// nothing about identity travels in a context. Every method acts for one scope and finds nothing outside of it:
// what belongs to somebody else is answered as what never existed.
package inbound

import (
	"context"

	"github.com/eidgate/eidgate/domain/account"
	"github.com/eidgate/eidgate/domain/identity"
	"github.com/eidgate/eidgate/domain/organization"
)

// Accounts is a partner's back office.
type Accounts interface {
	// Register makes an account. It fails with account.ErrInvalid, ErrEmailTaken, ErrNoPlan, ErrNumberNeeded,
	// ErrNumberInvalid or ErrNumberUnusable, each with violations by field.
	Register(ctx context.Context, r Registration) (account.Snapshot, error)
	// Find fails with account.ErrNoAccount.
	Find(ctx context.Context, scope organization.Scope, id int64) (account.Snapshot, error)
	// List gives one page, lowest identifier first, and how many there are in all. Number counts from 1; a size
	// out of 1..100 is brought back into it. With an e-mail address only the account that has it is listed.
	List(ctx context.Context, scope organization.Scope, page AccountPage) (accounts []account.Snapshot, total int, err error)
	// Update applies a change; see account.Account.Update. It fails with account.ErrNoAccount, ErrInvalid,
	// ErrEmailTaken or ErrNoPlan.
	Update(ctx context.Context, u AccountUpdate) (account.Snapshot, error)
	// Delete removes the account, its tokens and its claim on a number. It fails with account.ErrNoAccount.
	Delete(ctx context.Context, scope organization.Scope, id int64, actor string) error
	// ChangePassword sets the account's password and ends its tokens but the one with identifier keep. It fails
	// with account.ErrPassword when there is a password and current is not it, and with ErrPasswordWeak.
	ChangePassword(ctx context.Context, p PasswordChange) error
	// Plans lists the scope's plans.
	Plans(ctx context.Context, scope organization.Scope) ([]account.Plan, error)
}

// Registration describes a new account.
type Registration struct {
	Command  string // the command's identifier where there is one: repeated, it gives the first account
	Scope    organization.Scope
	Actor    string
	Country  identity.Country
	Type     account.Type
	PlanID   int64 // 0 for none
	Profile  account.Profile
	Inactive bool
	SSN      Digits // "" for none
}

// AccountPage asks for part of a list.
type AccountPage struct {
	Number, Size int
	Email        string // "" for all
}

// AccountUpdate asks for a change of an account.
type AccountUpdate struct {
	Scope   organization.Scope
	ID      int64
	Actor   string
	ByOwner bool // the owner asks: see account.Change.ByOwner
	Change  account.Change
	PlanID  *int64
}

// PasswordChange asks for a new password.
type PasswordChange struct {
	Scope   organization.Scope
	ID      int64
	Actor   string
	Keep    int64
	Current string
	New     string
}
