package account

import (
	"context"
	"unicode/utf8"

	"github.com/eidgate/eidgate/domain/account"
	"github.com/eidgate/eidgate/ports/inbound"
	"github.com/eidgate/eidgate/ports/outbound"
)

// PasswordChanger sets passwords.
type PasswordChanger struct {
	Work      outbound.UnitOfWork
	Clock     outbound.Clock
	Passwords outbound.Passwords
}

// ChangePassword checks the old password, where there is one, and sets the new one. The slow hashes are made
// outside of the unit of work; a change that got in between is noticed by the hash it left.
func (p *PasswordChanger) ChangePassword(ctx context.Context, c inbound.PasswordChange) error {
	if n := utf8.RuneCountInString(c.New); n < 8 || n > 200 || len(c.New) > 800 {
		return account.ErrPasswordWeak.On("password")
	}
	var before string
	err := p.Work.View(ctx, func(ctx context.Context, r outbound.Reader) error {
		a, err := r.Accounts().Find(ctx, c.Scope, c.ID)
		if err == nil {
			before = a.Snapshot().PasswordHash
		}
		return err
	})
	if err != nil {
		return err
	}
	if before != "" {
		if len(c.Current) > 800 {
			return account.ErrPassword.On("current_password")
		}
		if ok, err := p.Passwords.Verify(ctx, before, c.Current); err != nil {
			return err
		} else if !ok {
			return account.ErrPassword.On("current_password")
		}
	}
	hash, err := p.Passwords.Hash(ctx, c.New)
	if err != nil {
		return err
	}
	now := p.Clock.Now()
	return p.Work.Do(ctx, func(ctx context.Context, tx outbound.Tx) error {
		a, err := tx.Accounts().Find(ctx, c.Scope, c.ID)
		if err != nil {
			return err
		}
		if a.Snapshot().PasswordHash != before {
			return account.ErrStale
		}
		facts := a.SetPassword(hash, c.Actor, now)
		count, err := tx.Tokens().RevokeOf(ctx, c.Scope, c.ID, c.Keep)
		if err != nil {
			return err
		}
		if count > 0 {
			facts = append(facts, a.TokensRevoked(count, c.Actor, now)...)
		}
		if err := tx.Accounts().Save(ctx, a); err != nil {
			return err
		}
		return tx.Facts().Append(ctx, facts...)
	})
}
