package main

import "github.com/eidgate/eidgate/cmd/wiring"

type migrateCommand struct {
	Up     migrateUp     `cmd:"" help:"Bring the schema up to date. Several at once wait for each other."`
	Status migrateStatus `cmd:"" help:"Say which revision the database has and which one this program wants."`
}

type migrateUp struct{}

// Run migrates.
func (migrateUp) Run(c *command) error {
	config, err := c.config()
	if err != nil {
		return err
	}
	applied, err := wiring.Migrate(c.ctx, config)
	if err != nil {
		return err
	}
	for _, name := range applied {
		if err := c.say("applied %s\n", name); err != nil {
			return err
		}
	}
	return c.say("the schema is up to date\n")
}

type migrateStatus struct{}

// Run tells the revisions.
func (migrateStatus) Run(c *command) error {
	config, err := c.config()
	if err != nil {
		return err
	}
	have, want, err := wiring.Revisions(c.ctx, config)
	if err != nil {
		return err
	}
	return c.say("the database has revision %d, this program wants %d\n", have, want)
}
