package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/alecthomas/kong"

	"github.com/eidgate/eidgate/cmd/wiring"
	"github.com/eidgate/eidgate/domain/fault"
)

// The exit statuses.
const (
	statusDone   = 0
	statusFailed = 1
	statusUsage  = 2
)

// surroundings is what a command is run in.
type surroundings struct {
	in      io.Reader
	out     io.Writer
	err     io.Writer
	environ []string // as os.Environ lists it
	serve   func(ctx context.Context, c wiring.Config, log io.Writer) error
}

// grammar is the command line.
type grammar struct {
	Config string `placeholder:"FILE" help:"Read the configuration from a YAML file; EIDGATE_CONFIG names one too."`

	Serve        serveCommand        `cmd:"" default:"1" help:"Start the gateway. This is what eidgate does without a command."`
	Migrate      migrateCommand      `cmd:"" help:"Bring the database schema up to date, or say how far it is."`
	Organization organizationCommand `cmd:"" help:"Create, list and delete organizations."`
	Client       clientCommand       `cmd:"" help:"Create, list and revoke clients."`
	Plan         planCommand         `cmd:"" help:"Create and list plans."`
	Blocklist    blocklistCommand    `cmd:"" help:"Keep numbers that no account may have."`
	Evidence     evidenceCommand     `cmd:"" help:"Print the proofs of a session."`
	Usage        usageCommand        `cmd:"" help:"Count the sessions that settled in a month, by organization, environment, eID and usage reference, and how they ended."`
	Keys         keysCommand         `cmd:"" help:"Change the keys under which everything is sealed."`
	ShowConfig   configCommand       `cmd:"" name:"config" help:"Print the configuration in force, secrets masked."`
	Demo         demoCommand         `cmd:"" help:"Play the main job in this terminal, offline, in seconds."`
	Version      versionCommand      `cmd:"" help:"Print the version."`
}

// command is what a parsed command needs to run.
type command struct {
	surroundings
	ctx  context.Context
	path string // of the configuration file, "" for none
}

func (c *command) config() (wiring.Config, error) { return wiring.Load(c.path, c.environ) }

// admin opens the database for one piece of work.
func (c *command) admin(work func(*wiring.Admin) error) error {
	config, err := c.config()
	if err != nil {
		return err
	}
	admin, err := wiring.OpenAdmin(c.ctx, config)
	if err != nil {
		return err
	}
	return errors.Join(work(admin), admin.Close())
}

func (c *command) say(format string, arguments ...any) error {
	_, err := fmt.Fprintf(c.out, format, arguments...)
	return err
}

// leave carries the status with which the parser wants to end, out of its callback.
type leave int

// run carries out a command line and gives the exit status. A failure is one line on s.err.
func run(ctx context.Context, arguments []string, s surroundings) (status int) {
	defer func() {
		switch end := recover().(type) {
		case nil:
		case leave:
			status = int(end)
		default:
			panic(end)
		}
	}()
	var g grammar
	parser, err := kong.New(&g, kong.Name("eidgate"), kong.Description("A gateway to the Nordic eIDs."), kong.UsageOnError(),
		kong.Writers(s.out, s.err), kong.Exit(func(status int) { panic(leave(status)) }))
	if err != nil {
		return s.fail(err)
	}
	parsed, err := parser.Parse(arguments)
	if err != nil {
		_, _ = fmt.Fprintf(s.err, "eidgate: %v; try eidgate --help\n", err)
		return statusUsage
	}
	if err := parsed.Run(&command{surroundings: s, ctx: ctx, path: g.Config}); err != nil {
		if errors.Is(err, errUsage) {
			_, _ = fmt.Fprintf(s.err, "eidgate: %v\n", err)
			return statusUsage
		}
		return s.fail(err)
	}
	return statusDone
}

// errUsage is a command line whose parts do not go together.
var errUsage = errors.New("wrong usage")

func (s surroundings) fail(err error) int {
	_, _ = fmt.Fprintln(s.err, "eidgate: "+oneLine(err))
	return statusFailed
}

// oneLine words an error for the operator, who may see the causes of faults, unlike callers.
func oneLine(err error) string {
	var parts []string
	for e := err; e != nil; {
		f, ok := errors.AsType[*fault.Fault](e)
		if !ok {
			parts = append(parts, e.Error())
			break
		}
		parts = append(parts, f.Text())
		e = f.Cause()
	}
	return strings.Join(strings.Fields(strings.Join(parts, " Because: ")), " ")
}
