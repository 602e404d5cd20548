package database

import (
	"context"
	"sync/atomic"

	"github.com/eidgate/eidgate/adapters/sqlstore"
	"github.com/eidgate/eidgate/ports/outbound"
)

// Breaking is a store until it breaks: units of work from the given one on, counted from 1, are refused.
type Breaking struct {
	*sqlstore.Store
	From int

	done atomic.Int64
}

// Do runs work in a unit of work, where one is left.
func (b *Breaking) Do(ctx context.Context, work func(ctx context.Context, tx outbound.Tx) error) error {
	if b.done.Add(1) >= int64(b.From) {
		return outbound.ErrStorage
	}
	return b.Store.Do(ctx, work)
}
