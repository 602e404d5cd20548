package session

import (
	"context"
	"errors"

	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/inbound"
	"github.com/eidgate/eidgate/ports/outbound"
)

// Cards answers [inbound.Cards].
type Cards struct {
	Work     outbound.UnitOfWork
	Clock    outbound.Clock
	IDs      outbound.IDs
	Routes   *Routes
	Checkers map[string]outbound.CardChecker // by provider
}

var _ inbound.Cards = (*Cards)(nil)

// Check asks the providers on the route of Swedish BankID that check cards, in order of preference. Asking twice does no
// harm, so a provider that does not answer hands the card on as well as one that cannot be reached.
func (c *Cards) Check(ctx context.Context, acting organization.Acting, qr string) (eid.Card, error) {
	checkers := c.on(acting.Organization)
	if len(checkers) == 0 {
		return eid.Card{}, eid.ErrNoRoute
	}
	var card eid.Card
	var err error
	provider := ""
	for _, checker := range checkers {
		provider = checker.Name()
		card, err = checker.CheckCard(ctx, qr)
		if !errors.Is(err, eid.ErrProvider) && !errors.Is(err, eid.ErrProviderUncertain) {
			break
		}
	}
	if err != nil && !errors.Is(err, eid.ErrCardRejected) {
		return eid.Card{}, err
	}
	fact := eid.CardChecked(acting.Client.Scope, acting.Client.ID, c.IDs.New(), provider, err == nil, c.Clock.Now())
	kept := c.Work.Do(ctx, func(ctx context.Context, tx outbound.Tx) error { return tx.Facts().Append(ctx, fact) })
	if kept != nil {
		return eid.Card{}, kept // nobody sees a person whose showing nobody can account for
	}
	return card, err
}

func (c *Cards) on(o organization.Organization) (list []outbound.CardChecker) {
	for _, name := range c.Routes.Of(eid.SEBankID) {
		if checker := c.Checkers[name]; checker != nil && c.Routes.open(name, o) {
			list = append(list, checker)
		}
	}
	return list
}
