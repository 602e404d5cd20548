package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime/debug"

	"github.com/eidgate/eidgate/app/organization"
	"github.com/eidgate/eidgate/cmd/eidgate/demo"
	"github.com/eidgate/eidgate/cmd/wiring"
)

type serveCommand struct{}

// Run serves until the context ends.
func (serveCommand) Run(c *command) error {
	config, err := c.config()
	if err != nil {
		return err
	}
	return c.serve(c.ctx, config, c.out)
}

type demoCommand struct{}

// Run plays the main job at a gateway of its own, which leaves nothing behind.
func (demoCommand) Run(c *command) (err error) {
	folder, err := os.MkdirTemp("", "eidgate-demo-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(folder) }()
	// The operator's own configuration has no say here: nothing of it may be touched.
	config, err := wiring.Load("", []string{"EIDGATE_DATA_DIR=" + folder, "EIDGATE_LISTEN=127.0.0.1:0", "EIDGATE_OPS_LISTEN=127.0.0.1:0", "EIDGATE_HTTP_DRAIN=1ms"})
	if err != nil {
		return err
	}
	log := &tail{}
	gateway, err := wiring.Start(c.ctx, config, wiring.NewLog(config, log))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, gateway.Stop(context.WithoutCancel(c.ctx))) }()
	partner := demo.Partner{Email: organization.DemoEmail, Person: "anna"}
	for _, d := range organization.DemoClients() {
		if d.Kind == "sso" {
			partner.ClientID, partner.ClientSecret = d.Identifier, d.Secret
		}
	}
	if err := demo.Play(c.ctx, gateway.URL(), partner, c.out, isTerminal(c.out)); err != nil {
		return fmt.Errorf("%w%s", err, log)
	}
	return nil
}

type configCommand struct{}

// Run prints the configuration, or everything that is wrong with it.
func (configCommand) Run(c *command) error {
	config, err := c.config()
	if err != nil {
		return err
	}
	return c.say("%s", config.Effective())
}

type versionCommand struct{}

// Run prints what the binary was built from.
func (versionCommand) Run(c *command) error {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return c.say("eidgate (unknown build)\n")
	}
	version := info.Main.Version
	if version == "" {
		version = "(devel)"
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" {
			version += " " + s.Value
		}
	}
	return c.say("eidgate %s %s\n", version, info.GoVersion)
}
