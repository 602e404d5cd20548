package wiring

import (
	"context"

	"go.uber.org/fx"

	"github.com/eidgate/eidgate/adapters/limits"
	"github.com/eidgate/eidgate/adapters/metrics"
	"github.com/eidgate/eidgate/adapters/vault"
	"github.com/eidgate/eidgate/ports/outbound"
)

// bucketsMost bounds the memory of the limiter: some 20 MiB when full.
const bucketsMost = 100_000

// attempts counts attempts with secrets, apart from everything else: a flood of them under invented names pushes out
// other attempts at most.
type attempts struct{ outbound.Limiter }

// newLimiter counts in the shared Redis where there is one, else in this process alone.
func newLimiter(life fx.Lifecycle, config Config, v *vault.Vault, clock outbound.Clock, m *metrics.Metrics) (outbound.Limiter, outbound.Pacer, attempts, error) {
	secret := v.Derive("limits")
	alone := limits.NewMemory(clock, secret, bucketsMost)
	if config.Limits.RedisURL.IsZero() {
		return alone, alone, attempts{limits.NewMemory(clock, secret, bucketsMost)}, nil
	}
	shared, err := limits.NewRedis(limits.Config{URL: config.Limits.RedisURL.Reveal(), Secret: secret}, clock, alone, m.LimiterFallback)
	if err != nil {
		return nil, nil, attempts{}, err
	}
	life.Append(fx.Hook{OnStop: func(context.Context) error { return shared.Close() }})
	return shared, shared, attempts{shared}, nil
}
