// Package account is what can be done with end-user accounts: administer them, sign them in, and attach a proven
// national number.
package account

import (
	"context"
	"errors"

	"github.com/eidgate/eidgate/domain/account"
	"github.com/eidgate/eidgate/domain/identity"
	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/inbound"
	"github.com/eidgate/eidgate/ports/outbound"
)

// Accounts answers [inbound.Accounts]: one use case beside the other.
type Accounts struct {
	*Registrar
	*Keeper
	*PasswordChanger
}

var _ inbound.Accounts = Accounts{}

// Numbers is the deployment's policy on national numbers.
type Numbers struct {
	Required  bool // a new account must carry a number
	Synthetic bool // synthetic numbers count in production scopes too
	// Simulated says for which organizations simulated people count.
	Simulated func(o organization.Organization) bool
}

func (n Numbers) allow(scope organization.Scope) identity.Allow {
	if n.Synthetic || scope.Environment == organization.Sandbox {
		return identity.AllowSandbox
	}
	return 0
}

// newIDTries bounds how often an identifier is replaced by another: two in one millisecond share it once in 4,096
// times, so three in a row say that something else is wrong.
const newIDTries = 4

// Keeper finds, lists, changes and deletes accounts.
type Keeper struct {
	Work  outbound.UnitOfWork
	Clock outbound.Clock
}

// Find reads one account.
func (k *Keeper) Find(ctx context.Context, scope organization.Scope, id int64) (found account.Snapshot, err error) {
	err = k.Work.View(ctx, func(ctx context.Context, r outbound.Reader) error {
		a, err := r.Accounts().Find(ctx, scope, id)
		if err == nil {
			found = a.Snapshot()
		}
		return err
	})
	return found, err
}

// List reads one page of accounts.
func (k *Keeper) List(ctx context.Context, scope organization.Scope, page inbound.AccountPage) (list []account.Snapshot, total int, err error) {
	size, number := min(max(page.Size, 1), 100), min(max(page.Number, 1), 10_000_000)
	if page.Email != "" {
		return k.withEmail(ctx, scope, page.Email, number)
	}
	err = k.Work.View(ctx, func(ctx context.Context, r outbound.Reader) error {
		accounts, n, err := r.Accounts().List(ctx, scope, outbound.Page{Limit: size, Offset: (number - 1) * size})
		if err != nil {
			return err
		}
		list, total = make([]account.Snapshot, 0, len(accounts)), n
		for _, a := range accounts {
			list = append(list, a.Snapshot())
		}
		return nil
	})
	return list, total, err
}

// withEmail lists the one account that has the address, on the first page, or none.
func (k *Keeper) withEmail(ctx context.Context, scope organization.Scope, email string, number int) (list []account.Snapshot, total int, err error) {
	err = k.Work.View(ctx, func(ctx context.Context, r outbound.Reader) error {
		a, err := r.Accounts().FindByEmail(ctx, scope, email)
		if errors.Is(err, account.ErrNoAccount) {
			return nil
		} else if err != nil {
			return err
		}
		if total = 1; number == 1 {
			list = []account.Snapshot{a.Snapshot()}
		}
		return nil
	})
	return list, total, err
}

// Plans reads the scope's plans.
func (k *Keeper) Plans(ctx context.Context, scope organization.Scope) (plans []account.Plan, err error) {
	err = k.Work.View(ctx, func(ctx context.Context, r outbound.Reader) error {
		plans, err = r.Plans().List(ctx, scope)
		return err
	})
	return plans, err
}

// Update changes an account and ends its tokens where the change demands it.
func (k *Keeper) Update(ctx context.Context, u inbound.AccountUpdate) (updated account.Snapshot, err error) {
	now := k.Clock.Now()
	err = k.Work.Do(ctx, func(ctx context.Context, tx outbound.Tx) error {
		a, err := tx.Accounts().Find(ctx, u.Scope, u.ID)
		if err != nil {
			return err
		}
		change := u.Change
		if u.PlanID != nil && !u.ByOwner && *u.PlanID != a.Snapshot().Plan.ID {
			plan, err := planOf(ctx, tx.Plans(), u.Scope, *u.PlanID)
			if err != nil {
				return err
			}
			change.Plan = &plan
		}
		if u.ByOwner {
			change = change.ByOwner()
		}
		facts, revoke, err := a.Update(change, u.Actor, now)
		if err != nil {
			return err
		}
		if len(facts) == 0 {
			updated = a.Snapshot()
			return nil
		}
		if revoke {
			count, err := tx.Tokens().RevokeOf(ctx, u.Scope, u.ID, 0)
			if err != nil {
				return err
			}
			if count > 0 {
				facts = append(facts, a.TokensRevoked(count, u.Actor, now)...)
			}
		}
		if err := tx.Accounts().Save(ctx, a); err != nil {
			return err
		}
		updated = a.Snapshot()
		return tx.Facts().Append(ctx, facts...)
	})
	return updated, err
}

// Delete removes an account and everything that belongs to it.
func (k *Keeper) Delete(ctx context.Context, scope organization.Scope, id int64, actor string) error {
	now := k.Clock.Now()
	return k.Work.Do(ctx, func(ctx context.Context, tx outbound.Tx) error {
		a, err := tx.Accounts().Find(ctx, scope, id)
		if err != nil {
			return err
		}
		facts := a.Delete(actor, now)
		if err := tx.Accounts().Delete(ctx, a); err != nil {
			return err
		}
		return tx.Facts().Append(ctx, facts...)
	})
}

// planOf finds the plan with an identifier; zero means none. It blames the plan for not being there.
func planOf(ctx context.Context, plans outbound.PlanReader, scope organization.Scope, id int64) (account.Plan, error) {
	if id == 0 {
		return account.Plan{}, nil
	}
	plan, err := plans.Find(ctx, scope, id)
	if errors.Is(err, account.ErrNoPlan) {
		return account.Plan{}, account.ErrNoPlan.On("plan")
	}
	return plan, err
}
