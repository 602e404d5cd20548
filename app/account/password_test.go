package account_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/eidgate/eidgate/adapters/vault"
	app "github.com/eidgate/eidgate/app/account"
	"github.com/eidgate/eidgate/domain/account"
	"github.com/eidgate/eidgate/domain/audit"
	"github.com/eidgate/eidgate/domain/fault"
	"github.com/eidgate/eidgate/domain/identity"
	"github.com/eidgate/eidgate/ports/inbound"
)

var passwords = vault.NewPasswords(2)

func (r *rig) changer() *app.PasswordChanger {
	return &app.PasswordChanger{Work: r.work, Clock: r.clock, Passwords: passwords}
}

func TestANewPasswordEndsAllOtherTokens(t *testing.T) {
	r := newRig(t)
	a := r.register(t, r.acme.scope(), "someone@example.com", identity.SE)
	s := r.signIns()
	own, other := token(t, s, r.acme.asks("someone@example.com")), token(t, s, r.acme.asks("someone@example.com"))
	code, err := s.LoginCode(t.Context(), r.acme.asks("someone@example.com"))
	if err != nil {
		t.Fatal(err)
	}
	b, err := s.Authenticate(t.Context(), own)
	if err != nil {
		t.Fatal(err)
	}
	change := func(current, next string) error {
		return r.changer().ChangePassword(t.Context(), inbound.PasswordChange{Scope: a.Scope, ID: a.ID, Actor: b.Actor(), Keep: b.Token.ID, Current: current, New: next})
	}
	if err := change("whatever", "correct horse"); err != nil {
		t.Fatal(err)
	}
	good(t, s, own, true)
	good(t, s, other, false)
	_, err = s.RedeemLoginCode(t.Context(), code)
	blames(t, err, account.ErrCode, "")
	other = token(t, s, r.acme.asks("someone@example.com"))
	for _, wrong := range []string{"", "correct hors", "correct horse ", "Correct horse", strings.Repeat("x", 10_000)} {
		blames(t, change(wrong, "battery staple"), account.ErrPassword, "current_password")
	}
	good(t, s, other, true) // a wrong guess ends nothing
	if err := change("correct horse", "battery staple"); err != nil {
		t.Fatal(err)
	}
	good(t, s, other, false)
	blames(t, change("correct horse", "battery staple"), account.ErrPassword, "current_password")
	if n := len(r.trail(t, a.Scope, audit.AccountPasswordChanged)); n != 2 {
		t.Errorf("told %d times", n)
	}
	for _, f := range r.trail(t, a.Scope, "") {
		for _, d := range f.Details {
			if strings.Contains(d, "argon2") || strings.Contains(d, "horse") {
				t.Errorf("%s tells of the password", f.Kind)
			}
		}
	}
}

func TestAPasswordHas8To200Characters(t *testing.T) {
	r := newRig(t)
	for i, c := range []struct {
		password string
		good     bool
	}{
		{"", false}, {"1234567", false}, {"åäöåäöå", false}, {"12345678", true}, {"åäöåäöåä", true}, {strings.Repeat("å", 200), true}, {strings.Repeat("x", 201), false},
		{strings.Repeat("x", 1_000_000), false},
	} {
		a := r.register(t, r.acme.scope(), string(rune('a'+i))+"@example.com", identity.SE)
		err := r.changer().ChangePassword(t.Context(), inbound.PasswordChange{Scope: a.Scope, ID: a.ID, New: c.password})
		if c.good && err != nil {
			t.Errorf("%d bytes: %v", len(c.password), err)
		} else if !c.good {
			blames(t, err, account.ErrPasswordWeak, "password")
		}
	}
}

func TestOfPasswordChangesAtOnceOneWins(t *testing.T) {
	onEither(t, func(t *testing.T, r *rig) {
		a := r.register(t, r.acme.scope(), "someone@example.com", identity.SE)
		next := []string{"password 0", "password 1", "password 2", "password 3"}
		won := -1
		for i, err := range crowd(len(next), func(i int) error {
			return r.changer().ChangePassword(t.Context(), inbound.PasswordChange{Scope: a.Scope, ID: a.ID, New: next[i]})
		}) {
			switch {
			case err == nil && won < 0:
				won = i
			case err == nil:
				t.Error("two won")
			case !errors.Is(err, account.ErrStale) && !errors.Is(err, account.ErrPassword): // the last one may have seen the winner's
				t.Errorf("a loser was told %v", err)
			}
		}
		if won < 0 {
			t.Fatal("nobody won")
		}
		if ok, err := passwords.Verify(t.Context(), r.read(t, a).PasswordHash, next[won]); err != nil || !ok {
			t.Errorf("the password is not the winner's: %v", err)
		}
	})
}

func TestAPasswordThatChangedMeanwhileIsNotOverwritten(t *testing.T) {
	r := newRig(t)
	a := r.register(t, r.acme.scope(), "someone@example.com", identity.SE)
	c := r.changer()
	c.Passwords = slow{passwords, func() {
		if err := r.changer().ChangePassword(t.Context(), inbound.PasswordChange{Scope: a.Scope, ID: a.ID, New: "the owner's own"}); err != nil {
			t.Error(err)
		}
	}}
	err := c.ChangePassword(t.Context(), inbound.PasswordChange{Scope: a.Scope, ID: a.ID, New: "somebody else's"})
	if blames(t, err, account.ErrStale, ""); fault.Of(err).Kind() != fault.Conflict {
		t.Errorf("got %v", err)
	}
	if ok, err := passwords.Verify(t.Context(), r.read(t, a).PasswordHash, "the owner's own"); err != nil || !ok {
		t.Errorf("the owner's password was overwritten: %v", err)
	}
}

// slow lets something happen while a hash is made.
type slow struct {
	*vault.Passwords
	meanwhile func()
}

func (s slow) Hash(ctx context.Context, clear string) (string, error) {
	hash, err := s.Passwords.Hash(ctx, clear)
	s.meanwhile()
	return hash, err
}
