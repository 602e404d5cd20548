package accountapi

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"github.com/eidgate/eidgate/adapters/httpapi"
	"github.com/eidgate/eidgate/domain/account"
	"github.com/eidgate/eidgate/domain/identity"
	"github.com/eidgate/eidgate/ports/inbound"
)

// create makes an account. Only here a back office may give a national number.
func (s *Surface) create(c *fiber.Ctx) error {
	body, err := httpapi.ReadBody(c)
	if err != nil {
		return err
	}
	b := callerOf(c).bearer
	r := inbound.Registration{
		Scope: b.Token.Scope, Actor: b.Actor(), Country: country(body.Text("country_code")), Type: account.Type(body.Text("type")),
		SSN: inbound.Digits(body.Text("ssn")),
		Profile: account.Profile{
			FirstName: body.Text("first_name"), LastName: body.Text("last_name"), Email: body.Text("email"), Phone: body.Text("phone"),
			Street: body.Text("street"), Zip: body.Text("zip"), City: body.Text("city"), Language: body.Text("lang_code"),
		},
	}
	if plan := body.Whole("plan_id"); plan != nil {
		r.PlanID = *plan
	}
	if active := body.Flag("is_active"); active != nil {
		r.Inactive = !*active
	}
	if err := body.Err(); err != nil {
		return err
	}
	made, err := s.accounts.Register(c.UserContext(), r)
	if err != nil {
		return err
	}
	s.wordAccount(c, http.StatusCreated, made)
	return nil
}

// show shows one account.
func (s *Surface) show(c *fiber.Ctx) error {
	id, ok := accountID(c)
	if !ok {
		return account.ErrNoAccount
	}
	found, err := s.accounts.Find(c.UserContext(), callerOf(c).bearer.Token.Scope, id)
	if err != nil {
		return err
	}
	s.wordAccount(c, http.StatusOK, found)
	return nil
}

// update changes what a back office may change: everything but the national number.
func (s *Surface) update(c *fiber.Ctx) error {
	id, ok := accountID(c)
	if !ok {
		return account.ErrNoAccount
	}
	body, err := httpapi.ReadBody(c)
	if err != nil {
		return err
	}
	change := readProfile(body)
	change.Email, change.Active = body.Change("email"), body.Flag("is_active")
	if t := body.Text("type"); t != "" {
		kind := account.Type(t)
		change.Type = &kind
	}
	if t := body.Text("country_code"); t != "" {
		code := country(t)
		change.Country = &code
	}
	plan := body.Whole("plan_id")
	if body.Null("plan_id") {
		plan = new(int64) // no plan
	}
	if err := body.Err(); err != nil {
		return err
	}
	b := callerOf(c).bearer
	updated, err := s.accounts.Update(c.UserContext(), inbound.AccountUpdate{Scope: b.Token.Scope, ID: id, Actor: b.Actor(), Change: change, PlanID: plan})
	if err != nil {
		return err
	}
	s.wordAccount(c, http.StatusOK, updated)
	return nil
}

// remove deletes an account with everything that belongs to it.
func (s *Surface) remove(c *fiber.Ctx) error {
	id, ok := accountID(c)
	if !ok {
		return account.ErrNoAccount
	}
	b := callerOf(c).bearer
	if err := s.accounts.Delete(c.UserContext(), b.Token.Scope, id, b.Actor()); err != nil {
		return err
	}
	httpapi.WriteNothing(c)
	return nil
}

// list shows a page of accounts, with masked numbers.
func (s *Surface) list(c *fiber.Ctx) error {
	page, err := readPage(c)
	if err != nil {
		return err
	}
	accounts, total, err := s.accounts.List(c.UserContext(), callerOf(c).bearer.Token.Scope, page)
	if err != nil {
		return err
	}
	s.wordAccounts(c, accounts, page, total)
	return nil
}

// plans lists what accounts can be subscribed to.
func (s *Surface) plans(c *fiber.Ctx) error {
	plans, err := s.accounts.Plans(c.UserContext(), callerOf(c).bearer.Token.Scope)
	if err != nil {
		return err
	}
	s.wordPlans(c, plans)
	return nil
}

const (
	usualPageSize = 15
	mostPageSize  = 100
	mostPages     = 10_000_000
)

// readPage reads which part of a list is wanted. Numbers out of range are brought back into it; what is no number
// is a mistake.
func readPage(c *fiber.Ctx) (inbound.AccountPage, error) {
	body := &httpapi.Body{}
	read := func(name string, usual, most int) int {
		text := c.Query(name)
		if text == "" {
			return usual
		}
		if len(text) > 20 || strings.Trim(strings.TrimPrefix(text, "-"), "0123456789") != "" || text == "-" {
			body.Blame(name, "not_an_integer", "The "+strings.ReplaceAll(name, "_", " ")+" must be an integer.")
			return usual
		}
		n, err := strconv.Atoi(text)
		if err != nil { // digits beyond what an integer holds
			n = most
		}
		return min(max(n, 1), most)
	}
	page := inbound.AccountPage{Number: read("page", 1, mostPages), Size: read("per_page", usualPageSize, mostPageSize)}
	if page.Email = strings.TrimSpace(c.Query("email")); page.Email != "" && !isEmail(page.Email) {
		body.Blame("email", "email_invalid", "The email must be a valid email address.")
	}
	return page, body.Err()
}

// country reads a code in either case; the domain judges it.
func country(code string) identity.Country {
	return identity.Country(strings.ToUpper(strings.TrimSpace(code)))
}
