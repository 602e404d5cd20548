package wiring

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"

	"go.uber.org/fx"

	"github.com/eidgate/eidgate/adapters/system"
	"github.com/eidgate/eidgate/adapters/vault"
	"github.com/eidgate/eidgate/ports/outbound"
)

var basics = fx.Provide(
	func() outbound.Clock { return system.Clock{} },
	func() outbound.IDs { return system.IDs{} },
	func() outbound.Random { return system.Random{} },
)

var keyring = fx.Provide(
	openKeyring,
	func(v *vault.Vault) outbound.Sealer { return v },
	func(v *vault.Vault) outbound.Fingerprints { return v },
	func(v *vault.Vault) outbound.Keyring { return v },
	func() outbound.Passwords { return vault.NewPasswords(passwordsAtOnce) },
)

// passwordsAtOnce bounds the memory that hashing takes: 19 MiB each.
const passwordsAtOnce = 2

// dataDir makes the data directory, which nobody else may look into.
func dataDir(config Config) error {
	if err := os.MkdirAll(config.DataDir, 0o700); err != nil {
		return fmt.Errorf("data_dir: %w", err)
	}
	return os.Chmod(config.DataDir, 0o700)
}

// openKeyring opens the keys, and makes them in development where there are none.
func openKeyring(config Config, clock outbound.Clock) (*vault.Vault, error) {
	options := vault.Options{StrictRights: config.Mode == Production, Clock: clock}
	v, err := vault.Open(config.Keys.File, options)
	if errors.Is(err, fs.ErrNotExist) {
		if config.Mode == Production {
			return nil, errNoKeyring
		}
		if err := dataDir(config); err != nil {
			return nil, err
		}
		if err := vault.Create(config.Keys.File, clock.Now()); err != nil && !errors.Is(err, fs.ErrExist) {
			return nil, fmt.Errorf("keys.file: %w", err)
		}
		v, err = vault.Open(config.Keys.File, options)
	}
	if err != nil {
		return nil, fmt.Errorf("keys.file: %w", err)
	}
	return v, nil
}

// watchKeys notices when the keyring changes.
func watchKeys(life fx.Lifecycle, v *vault.Vault, log *slog.Logger) {
	background(life, func(ctx context.Context) {
		v.Watch(ctx, func(err error) {
			if err != nil {
				log.Error("the keyring cannot be read again; the former keys stay", slog.String("cause", err.Error()))
			}
		})
	})
}
