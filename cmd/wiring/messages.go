package wiring

import (
	"context"
	"log/slog"

	"go.uber.org/fx"

	"github.com/eidgate/eidgate/adapters/messaging"
	"github.com/eidgate/eidgate/ports/inbound"
	"github.com/eidgate/eidgate/ports/outbound"
)

var messages = fx.Options(
	fx.Provide(
		func(config Config) messaging.Config {
			return messaging.Config{URL: config.Broker.URL.Reveal(), Prefix: config.Broker.Prefix}
		},
		openBroker,
		func(c messaging.Config, b *messaging.Broker) (outbound.Publisher, error) {
			return messaging.NewFacts(c, b)
		},
	),
	fx.Invoke(takeCommands),
)

func openBroker(life fx.Lifecycle, c messaging.Config) (*messaging.Broker, error) {
	b, err := messaging.Open(c)
	if err != nil {
		return nil, err
	}
	life.Append(fx.Hook{OnStop: func(context.Context) error { return b.Close() }})
	return b, nil
}

func takeCommands(
	life fx.Lifecycle, c messaging.Config, b *messaging.Broker, accounts inbound.Accounts, verifications inbound.Verifications, sessions inbound.Sessions,
	feeds inbound.Feeds, clock outbound.Clock, ids outbound.IDs, log *slog.Logger,
) error {
	commands, err := messaging.NewCommands(c, b, messaging.Uses{Accounts: accounts, Verifications: verifications, Sessions: sessions, Feeds: feeds}, clock, ids, log)
	if err != nil {
		return err
	}
	background(life, func(ctx context.Context) {
		if err := commands.Run(ctx); err != nil {
			log.Error("commands are not taken any more", slog.String("cause", err.Error()))
		}
	})
	life.Append(fx.Hook{OnStart: func(ctx context.Context) error {
		select {
		case <-commands.Running():
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}})
	return nil
}
