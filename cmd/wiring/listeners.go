package wiring

import (
	"context"
	"errors"
	"fmt"
	"net"
)

// Listeners are the addresses that a gateway answers at, taken before anything else is touched: who cannot have its
// address opens no database.
type Listeners struct {
	API net.Listener
	Ops net.Listener
}

// Listen takes the addresses. Where the configuration leaves a port open and names no public address, the
// configuration that comes back has the ones that were found.
func Listen(ctx context.Context, config Config) (Listeners, Config, error) {
	var how net.ListenConfig
	api, err := how.Listen(ctx, "tcp", config.Listen)
	if err != nil {
		return Listeners{}, config, fmt.Errorf("listen: %w", err)
	}
	ops, err := how.Listen(ctx, "tcp", config.Ops.Listen)
	if err != nil {
		return Listeners{}, config, errors.Join(fmt.Errorf("ops.listen: %w", err), api.Close())
	}
	config.Listen, config.Ops.Listen = api.Addr().String(), ops.Addr().String()
	if config.derivedURL {
		config.PublicURL = publicURL(config.Listen)
	}
	return Listeners{API: api, Ops: ops}, config, nil
}

func (l Listeners) close() error { return errors.Join(l.API.Close(), l.Ops.Close()) }
