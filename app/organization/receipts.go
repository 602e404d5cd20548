package organization

import (
	"context"
	"errors"
	"time"

	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/outbound"
)

// staleTries bounds how often a change is made anew because somebody else changed the same thing.
const staleTries = 5

// again does a unit of work anew, a bounded number of times, when somebody else got in between: with the same thing, or with
// the same command.
func again(do func() error) error {
	for try := 1; ; try++ {
		err := do()
		if try == staleTries || !errors.Is(err, organization.ErrStale) && !errors.Is(err, outbound.ErrReplayed) {
			return err
		}
	}
}

// once is a command that leads to one result however often it is told. The zero once is no command: it is new each time.
type once struct {
	command string // what is asked for
	id      string
	scope   organization.Scope
}

// first is the identifier of what the command led to before; known is false for a new one.
func (o once) first(ctx context.Context, tx outbound.Tx) (id string, known bool, err error) {
	if o.id == "" {
		return "", false, nil
	}
	return tx.Receipts().Find(ctx, o.scope, o.command, o.id)
}

// keep writes down what the command leads to. It comes before everything else that is written, so that a simultaneous twin
// meets the receipt and not its own domain or address.
func (o once) keep(ctx context.Context, tx outbound.Tx, id string, now time.Time) error {
	if o.id == "" {
		return nil
	}
	return tx.Receipts().Add(ctx, o.scope, o.command, o.id, id, now)
}
