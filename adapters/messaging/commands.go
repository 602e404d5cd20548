package messaging

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"time"

	"github.com/ThreeDotsLabs/watermill/message"
	"github.com/ThreeDotsLabs/watermill/message/router/middleware"

	"github.com/eidgate/eidgate/domain/account"
	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/fault"
	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/inbound"
	"github.com/eidgate/eidgate/ports/outbound"
)

// ErrCommandTimeout: the command took too long. It may be sent again with the same identifier.
var ErrCommandTimeout = fault.New(fault.Unavailable, "command_timeout", "The command was not carried out in time; send it again with the same id.")

const (
	commandTimeout = 10 * time.Second // for all tries together
	replyTimeout   = 5 * time.Second  // for a listener to acknowledge an answer
	maxRetries     = 4
	longestWait    = 2 * time.Second // between two tries
)

// use carries out one command and says what it led to.
type use func(ctx context.Context, c command) (result any, err error)

// Commands takes commands from the broker and answers them.
//
// Every command is acknowledged once it was dealt with, whatever came of it, so a broker never tells one again in a
// loop. What may get better within moments is tried again first, up to four times with a pause that doubles and is
// scattered; the command's identifier makes that safe. The answer goes to the topic that the command names. A
// failure that is ours, or that nobody can be told of, also leaves a code on the poison topic.
type Commands struct {
	config    Config
	publisher message.Publisher
	clock     outbound.Clock
	ids       outbound.IDs
	log       *slog.Logger
	router    *message.Router
}

// Uses is what carries commands out.
type Uses struct {
	Accounts      inbound.Accounts
	Verifications inbound.Verifications
	Sessions      inbound.Sessions
	Feeds         inbound.Feeds
}

// NewCommands joins the commands to what carries them out. It fails as [Config.Validate] does.
func NewCommands(
	config Config, broker *Broker, uses Uses,
	clock outbound.Clock, ids outbound.IDs, log *slog.Logger,
) (*Commands, error) {
	if err := config.Validate(); err != nil {
		return nil, err
	}
	router, err := message.NewRouter(message.RouterConfig{CloseTimeout: commandTimeout + replyTimeout}, newQuiet(log))
	if err != nil {
		return nil, err
	}
	c := &Commands{config: config, publisher: broker, clock: clock, ids: ids, log: log, router: router}
	for name, carry := range map[string]use{
		CreateAccount:        createAccount(uses.Accounts),
		StartVerification:    startVerification(uses.Verifications),
		CompleteVerification: completeVerification(uses.Verifications),
		StartSession:         startSession(uses.Sessions),
		FollowSession:        followSession(uses.Sessions),
		CancelSession:        cancelSession(uses.Sessions),
		FoundOrganization:    foundOrganization(uses.Feeds),
		AddUser:              addUser(uses.Feeds),
		UpdateUser:           updateUser(uses.Feeds),
	} {
		router.AddConsumerHandler(name, config.CommandTopic(name), keptOpen{broker}, c.handle(name, carry))
	}
	return c, nil
}

// keptOpen keeps the router from closing a broker that others use.
type keptOpen struct{ message.Subscriber }

// Close leaves the broker open.
func (keptOpen) Close() error { return nil }

// Run takes commands until ctx ends, then finishes what it has begun, for 15 seconds at most. It runs once.
func (c *Commands) Run(ctx context.Context) error { return c.router.Run(ctx) }

// Running is closed once commands are being taken.
func (c *Commands) Running() <-chan struct{} { return c.router.Running() }

func (c *Commands) handle(name string, carry use) message.NoPublishHandlerFunc {
	return func(m *message.Message) error {
		// What has begun is finished although the subscription may end meanwhile.
		ctx := context.WithoutCancel(m.Context())
		m.SetContext(ctx)
		cmd, err := c.config.read(name, m.Payload)
		var result any
		if err == nil {
			result, err = c.carryOut(m, cmd, carry)
		}
		c.answer(ctx, cmd, result, err)
		return nil
	}
}

// carryOut tries the command, and again while that may help.
func (c *Commands) carryOut(m *message.Message, cmd command, carry use) (result any, err error) {
	attempt := func(m *message.Message) ([]*message.Message, error) {
		result, err = c.guarded(m.Context(), cmd, carry)
		return nil, err
	}
	retry := middleware.Retry{
		MaxRetries: maxRetries, InitialInterval: 50 * time.Millisecond, Multiplier: 2, MaxInterval: longestWait,
		RandomizationFactor: 0.5, MaxElapsedTime: commandTimeout,
		ShouldRetry: func(p middleware.RetryParams) bool { return passing(p.Err) },
	}
	_, _ = middleware.Timeout(commandTimeout)(retry.Middleware(attempt))(m) // err is the last try's
	if _, known := errors.AsType[*fault.Fault](err); !known && (errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled)) {
		err = ErrCommandTimeout.Because(err)
	}
	return result, err
}

// passing holds for failures that may be over in a moment and that left nothing behind: a part of ours was away, or
// somebody else changed the same thing. A provider that may have taken an order is never asked twice for it.
func passing(err error) bool {
	f := fault.Of(err)
	switch {
	case errors.Is(err, eid.ErrProviderUncertain):
		return false
	case f.Kind() == fault.Unavailable:
		return f.RetryAfter() <= longestWait
	}
	return errors.Is(err, account.ErrStale) || errors.Is(err, eid.ErrStale) || errors.Is(err, eid.ErrClaimed) || errors.Is(err, organization.ErrStale)
}

// guarded turns a panic into a failure of ours. What the panic says may be a piece of the command, so only its type
// is kept.
func (c *Commands) guarded(ctx context.Context, cmd command, carry use) (result any, err error) {
	defer func() {
		if r := recover(); r != nil {
			c.log.Error("a command panicked", "command", cmd.name, "panic", fmt.Sprintf("%T", r), "stack", string(debug.Stack()))
			result, err = nil, fault.ErrInternal
		}
	}()
	return carry(ctx, cmd)
}
