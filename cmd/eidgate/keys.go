package main

import (
	"fmt"

	"github.com/eidgate/eidgate/cmd/wiring"
)

type keysCommand struct {
	Add      keysAdd      `cmd:"" help:"Add a key that every process can read with, and print its id. Makes the keyring where there is none."`
	Activate keysActivate `cmd:"" help:"Seal with a key from now on. Wait until /readyz of every process names it."`
	Rotate   keysRotate   `cmd:"" help:"Move everything stored to the active key. May be interrupted and repeated."`
	Retire   keysRetire   `cmd:"" help:"Forget a key for good; refused while anything needs it. Blocked numbers, of which nothing else is kept, need theirs until they are added again."`
	Status   keysStatus   `cmd:"" help:"List the keys and how many stored things need each."`
}

type keysAdd struct{}

// Run adds a key, or makes the keyring with its first one, which is active at once. It leaves the database alone.
func (keysAdd) Run(c *command) error {
	config, err := c.config()
	if err != nil {
		return err
	}
	made, err := wiring.CreateKeyring(config)
	if err != nil {
		return err
	}
	ring, err := wiring.OpenKeyring(config)
	if err != nil {
		return err
	}
	id := ring.Newest()
	if !made {
		if id, err = ring.Add(); err != nil {
			return err
		}
	}
	return c.say("%s\n", id)
}

type keysActivate struct {
	ID string `arg:"" help:"The key's id."`
}

// Run activates the key. It leaves the database alone.
func (k *keysActivate) Run(c *command) error {
	config, err := c.config()
	if err != nil {
		return err
	}
	ring, err := wiring.OpenKeyring(config)
	if err != nil {
		return err
	}
	return ring.Activate(k.ID)
}

type keysRotate struct{}

// Run moves everything to the active key.
func (keysRotate) Run(c *command) error {
	return c.admin(func(a *wiring.Admin) error {
		moved, err := a.Rotation.Rotate(c.ctx, func(sum int) { _, _ = fmt.Fprintf(c.err, "%d moved so far\n", sum) })
		if err != nil {
			return err
		}
		return c.say("%d moved\n", moved)
	})
}

type keysRetire struct {
	ID string `arg:"" help:"The key's id."`
}

// Run retires the key.
func (k *keysRetire) Run(c *command) error {
	return c.admin(func(a *wiring.Admin) error { return a.Rotation.Retire(c.ctx, k.ID) })
}

type keysStatus struct{}

// Run lists the keys.
func (keysStatus) Run(c *command) error {
	return c.admin(func(a *wiring.Admin) error {
		list, err := a.Rotation.Status(c.ctx)
		if err != nil {
			return err
		}
		t := c.table("ID", "STATE", "NEEDED BY")
		for _, k := range list {
			state := "readable"
			if k.Active {
				state = "active"
			}
			t.row(k.ID, state, k.Needed)
		}
		return t.Flush()
	})
}
