// Package keys changes the keys under which things are stored, while the gateway serves.
//
// A key's life: added, every process can read with it; activated, it seals; rotated, nothing needs the former one;
// retired, the former one is gone. Each step may be interrupted and repeated. Adding and activating concern the
// keyring alone, see outbound.Keyring; the steps that concern stored things too are here.
package keys

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/eidgate/eidgate/ports/outbound"
)

// Rotation is the keyring and what is stored under its keys.
type Rotation struct {
	Keyring outbound.Keyring
	Rekeyer outbound.Rekeyer
}

// State is a key and how many stored things need it.
type State struct {
	outbound.Key
	Needed int
}

// Status lists the keys, oldest first.
func (r *Rotation) Status(ctx context.Context) ([]State, error) {
	var list []State
	for _, k := range r.Keyring.Keys() {
		needed, err := r.Rekeyer.Needing(ctx, k.ID)
		if err != nil {
			return nil, err
		}
		list = append(list, State{Key: k, Needed: needed})
	}
	return list, nil
}

// How much is moved between two looks at the clock, how long it goes on without a rest, and how long the rest is in
// which those who wait have the database to themselves. SQLite lets one process at a time write and hands the right to
// nobody in particular: who waits looks again every 100 ms at the latest, so that a longer rest lets everybody in.
const (
	batch  = 50
	stint  = 200 * time.Millisecond
	breath = 120 * time.Millisecond
)

// Rotate moves everything to the newest key and says how much that was. It begins when every process has noticed
// which key that is, or they would go on sealing with the former one behind it. Interrupted, it goes on where it
// stopped when it is called again. progress is called after each batch with the sum so far.
func (r *Rotation) Rotate(ctx context.Context, progress func(moved int)) (int, error) {
	if err := r.Keyring.Settle(ctx); err != nil {
		return 0, err
	}
	tired := time.NewTimer(stint)
	defer tired.Stop()
	sum := 0
	for {
		moved, done, err := r.Rekeyer.Rekey(ctx, batch)
		if err != nil {
			return sum, err
		}
		sum += moved
		if done {
			return sum, nil
		}
		progress(sum)
		select {
		case <-tired.C:
		default:
			continue
		}
		select {
		case <-time.After(breath):
			tired.Reset(stint)
		case <-ctx.Done():
			return sum, ctx.Err()
		}
	}
}

// Retire forgets a key for good. It fails with outbound.ErrNoKey, and with outbound.ErrKeyNeeded for the key that
// seals and for one that a stored thing needs.
func (r *Rotation) Retire(ctx context.Context, id string) error {
	all := r.Keyring.Keys()
	i := slices.IndexFunc(all, func(k outbound.Key) bool { return k.ID == id })
	switch {
	case i < 0:
		return outbound.ErrNoKey
	case all[i].Active:
		return outbound.ErrKeyNeeded
	}
	// A process that has not noticed yet that another key seals would lose what it seals from here on.
	if err := r.Keyring.Settle(ctx); err != nil {
		return err
	}
	needed, err := r.Rekeyer.Needing(ctx, id)
	if err != nil {
		return err
	}
	if needed > 0 {
		return outbound.ErrKeyNeeded.Because(fmt.Errorf("%d stored things need it; rotate moves what it can, and a number on the blocklist needs its key until it is added again", needed))
	}
	// Claims go first: a retirement that stops here can be repeated, and what remains is found by the other keys.
	if err := r.Rekeyer.Forget(ctx, id); err != nil {
		return err
	}
	if err := r.Keyring.Remove(id); err != nil {
		return err
	}
	// Until it was gone, other processes could still make claims with it.
	return r.Rekeyer.Forget(ctx, id)
}
