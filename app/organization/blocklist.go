package organization

import (
	"context"

	"github.com/eidgate/eidgate/domain/fault"
	"github.com/eidgate/eidgate/domain/identity"
	"github.com/eidgate/eidgate/ports/inbound"
	"github.com/eidgate/eidgate/ports/outbound"
)

// What can be wrong with a number for the blocklist. The faults quote no digit.
var (
	ErrBlockCountry = fault.New(fault.Invalid, "blocklist_country_unknown", "The country is none of SE, NO, DK and FI.")
	ErrBlockNumber  = fault.New(fault.Invalid, "blocklist_number_invalid", "The number is no national number of the country.")
)

// Blocklist keeps the numbers that no account of the deployment may have, as fingerprints only.
type Blocklist struct {
	Work  outbound.UnitOfWork
	Clock outbound.Clock
}

// Entry is a number as somebody typed it.
type Entry struct {
	Country string
	Digits  inbound.Digits
}

// Read turns entries into numbers. Synthetic ones count too: what is blocked need not be somebody. It fails with
// ErrBlockCountry or ErrBlockNumber, and at says which entry is at fault, counted from 0.
func (b *Blocklist) Read(entries []Entry) (numbers []identity.Number, at int, err error) {
	for i, e := range entries {
		country, known := identity.ParseCountry(e.Country)
		if !known {
			return nil, i, ErrBlockCountry
		}
		n, err := identity.ParsePerson(country, string(e.Digits), identity.Options{AsOf: country.Today(b.Clock.Now()), Allow: identity.AllowSandbox})
		if err != nil {
			return nil, i, ErrBlockNumber.Because(err)
		}
		numbers = append(numbers, n)
	}
	return numbers, 0, nil
}

// Add blocks the numbers, all of them or none. What is there already stays.
func (b *Blocklist) Add(ctx context.Context, numbers []identity.Number) error {
	return b.each(ctx, numbers, func(ctx context.Context, l outbound.Blocklist, n identity.Number) error { return l.Add(ctx, n) })
}

// Remove frees the numbers, all of them or none. What is not there is no mistake.
func (b *Blocklist) Remove(ctx context.Context, numbers []identity.Number) error {
	return b.each(ctx, numbers, func(ctx context.Context, l outbound.Blocklist, n identity.Number) error { return l.Remove(ctx, n) })
}

func (b *Blocklist) each(ctx context.Context, numbers []identity.Number, do func(context.Context, outbound.Blocklist, identity.Number) error) error {
	return b.Work.Do(ctx, func(ctx context.Context, tx outbound.Tx) error {
		for _, n := range numbers {
			if err := do(ctx, tx.Blocklist(), n); err != nil {
				return err
			}
		}
		return nil
	})
}

// Count says how many numbers are blocked.
func (b *Blocklist) Count(ctx context.Context) (count int, err error) {
	err = b.Work.View(ctx, func(ctx context.Context, reader outbound.Reader) error {
		count, err = reader.Blocklist().Count(ctx)
		return err
	})
	return count, err
}
