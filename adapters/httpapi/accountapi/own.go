package accountapi

import (
	"context"
	"net/http"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"github.com/eidgate/eidgate/adapters/httpapi"
	"github.com/eidgate/eidgate/domain/account"
	"github.com/eidgate/eidgate/ports/inbound"
)

// showOwn shows the end user's account, as it was found together with the token.
func (s *Surface) showOwn(c *fiber.Ctx) error {
	s.wordAccount(c, http.StatusOK, callerOf(c).bearer.Account.Snapshot())
	return nil
}

// updateOwn changes the end user's profile.
func (s *Surface) updateOwn(c *fiber.Ctx) error {
	body, err := httpapi.ReadBody(c)
	if err != nil {
		return err
	}
	b := callerOf(c).bearer
	change := readProfile(body)
	if err := body.Err(); err != nil {
		return err
	}
	updated, err := s.accounts.Update(c.UserContext(), inbound.AccountUpdate{
		Scope: b.Token.Scope, ID: b.Token.Account, Actor: b.Actor(), ByOwner: true, Change: change,
	})
	if err != nil {
		return err
	}
	s.wordAccount(c, http.StatusOK, updated)
	return nil
}

// updateEither changes the end user's own account, or any account of the scope for a back office.
func (s *Surface) updateEither(c *fiber.Ctx) error {
	b := callerOf(c).bearer
	if b.Token.Kind == account.CRMToken {
		return s.update(c)
	}
	if id, ok := accountID(c); !ok || id != b.Token.Account {
		return account.ErrNoAccount
	}
	return s.updateOwn(c)
}

// changePassword sets the end user's password, which ends all other tokens of the account.
func (s *Surface) changePassword(c *fiber.Ctx) error {
	body, err := httpapi.ReadBody(c)
	if err != nil {
		return err
	}
	current, password, repeated := body.Text("current_password"), body.Required("password"), body.Text("password_confirmation")
	if password != repeated && body.Err() == nil {
		body.Blame("password", "password_not_confirmed", "The password confirmation does not match.")
	}
	if err := body.Err(); err != nil {
		return err
	}
	b := callerOf(c).bearer
	return s.password.Try(c, "password", strconv.FormatInt(b.Token.Account, 10), func(ctx context.Context) error {
		err := s.accounts.ChangePassword(ctx, inbound.PasswordChange{
			Scope: b.Token.Scope, ID: b.Token.Account, Actor: b.Actor(), Keep: b.Token.ID, Current: current, New: password,
		})
		if err != nil {
			return err
		}
		httpapi.WriteNothing(c)
		return nil
	})
}

// readProfile reads what an end user may change. All else is not even looked at, so that it is ignored whatever
// it is.
func readProfile(body *httpapi.Body) account.Change {
	return account.Change{
		FirstName: body.Change("first_name"), LastName: body.Change("last_name"), Phone: body.Change("phone"),
		Street: body.Change("street"), Zip: body.Change("zip"), City: body.Change("city"), Language: body.Change("lang_code"),
	}
}

// accountID reads the identifier in the path; ok is false for what was never one.
func accountID(c *fiber.Ctx) (id int64, ok bool) {
	text := httpapi.Param(c, "account_id")
	id, err := strconv.ParseInt(text, 10, 64)
	return id, err == nil && id > 0 && strconv.FormatInt(id, 10) == text
}
