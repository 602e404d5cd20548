package account

import (
	"context"
	"errors"
	"strconv"

	"github.com/eidgate/eidgate/domain/account"
	"github.com/eidgate/eidgate/domain/identity"
	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/inbound"
	"github.com/eidgate/eidgate/ports/outbound"
)

// Registrar makes accounts.
type Registrar struct {
	Work    outbound.UnitOfWork
	Clock   outbound.Clock
	IDs     outbound.IDs
	Numbers Numbers
}

// registerCommand names the command in receipts.
const registerCommand = "account.register"

// Register makes an account, once per command.
func (r *Registrar) Register(ctx context.Context, reg inbound.Registration) (account.Snapshot, error) {
	// Every field that is wrong by itself comes before what takes a look at the number or at storage.
	if _, _, err := account.Register(described(reg), r.Clock.Now()); err != nil {
		return account.Snapshot{}, err
	}
	number, err := r.number(reg)
	if err != nil {
		return account.Snapshot{}, err
	}
	for try := 1; ; try++ {
		made, err := r.register(ctx, reg, number)
		if errors.Is(err, outbound.ErrIdentifierUsed) && try < newIDTries {
			continue
		}
		if errors.Is(err, outbound.ErrReplayed) && try < newIDTries {
			continue // a twin with the same command was quicker; the next try finds its account
		}
		return made, err
	}
}

// described is the account that a registration describes, as far as it goes without storage.
func described(reg inbound.Registration) account.Registration {
	return account.Registration{
		Scope: reg.Scope, Country: reg.Country, Type: reg.Type, Profile: reg.Profile, Inactive: reg.Inactive, Actor: reg.Actor,
	}
}

func (r *Registrar) number(reg inbound.Registration) (identity.Number, error) {
	if reg.SSN == "" {
		if r.Numbers.Required {
			return identity.Number{}, account.ErrNumberNeeded.On("number")
		}
		return identity.Number{}, nil
	}
	return account.ParseNumber(reg.Country, string(reg.SSN), account.NumberRules{AsOf: r.Clock.Now(), Allow: r.Numbers.allow(reg.Scope)})
}

func (r *Registrar) register(ctx context.Context, reg inbound.Registration, number identity.Number) (made account.Snapshot, err error) {
	now, id := r.Clock.Now(), r.IDs.Number()
	err = r.Work.Do(ctx, func(ctx context.Context, tx outbound.Tx) error {
		if reg.Command != "" {
			first, known, err := tx.Receipts().Find(ctx, reg.Scope, registerCommand, reg.Command)
			if err != nil {
				return err
			}
			if known {
				made, err = registered(ctx, tx, reg.Scope, first)
				return err
			}
		}
		// A message says by itself in whose name it comes.
		if _, err := tx.Organizations().Find(ctx, reg.Scope.Organization); err != nil {
			return err
		}
		plan, err := planOf(ctx, tx.Plans(), reg.Scope, reg.PlanID)
		if err != nil {
			return err
		}
		if !number.IsZero() {
			if err := refuseBlocked(ctx, tx.Blocklist(), number); err != nil {
				return err
			}
		}
		whole := described(reg)
		whole.ID, whole.Plan, whole.Number = id, plan, number
		a, facts, err := account.Register(whole, now)
		if err != nil {
			return err
		}
		// The receipt goes first: a simultaneous twin must meet it, and not the twin's own number or address.
		if reg.Command != "" {
			if err := tx.Receipts().Add(ctx, reg.Scope, registerCommand, reg.Command, strconv.FormatInt(id, 10), now); err != nil {
				return err
			}
		}
		if err := tx.Accounts().Save(ctx, a); err != nil {
			return err
		}
		made = a.Snapshot()
		return tx.Facts().Append(ctx, facts...)
	})
	return made, err
}

func registered(ctx context.Context, tx outbound.Tx, scope organization.Scope, receipt string) (account.Snapshot, error) {
	id, err := strconv.ParseInt(receipt, 10, 64)
	if err != nil {
		return account.Snapshot{}, err
	}
	a, err := tx.Accounts().Find(ctx, scope, id)
	if err != nil {
		return account.Snapshot{}, err
	}
	return a.Snapshot(), nil
}

// errBlocked is for the operator: callers cannot tell a blocked number from one that is taken.
var errBlocked = errors.New("the number is on the blocklist")

func refuseBlocked(ctx context.Context, list outbound.BlocklistReader, n identity.Number) error {
	blocked, err := list.Has(ctx, n)
	if err != nil {
		return err
	}
	if blocked {
		return account.ErrNumberUnusable.On("number").Because(errBlocked)
	}
	return nil
}
