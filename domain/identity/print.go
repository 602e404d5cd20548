package identity

import (
	"fmt"
	"io"
	"log/slog"
)

// String is the country and the kind, such as "SE/personnummer", and not a digit
// of the number: what logs and errors may show.
func (n Number) String() string { return forms[n.form()].label }

// GoString is the same as [Number.String].
func (n Number) GoString() string { return n.String() }

// Format writes [Number.String], whatever the verb and the flags.
func (n Number) Format(f fmt.State, _ rune) {
	_, _ = io.WriteString(f, n.String()) // a fmt.State keeps its own errors
}

// LogValue is a group of country and kind.
func (n Number) LogValue() slog.Value {
	return slog.GroupValue(
		slog.String("country", string(n.Country())),
		slog.String("kind", string(n.Kind())),
	)
}

// MarshalText always fails with [ErrUseReveal].
func (n Number) MarshalText() ([]byte, error) { return nil, ErrUseReveal }

// MarshalJSON always fails with [ErrUseReveal].
func (n Number) MarshalJSON() ([]byte, error) { return nil, ErrUseReveal }

// MarshalBinary always fails with [ErrUseReveal]; gob asks for it.
func (n Number) MarshalBinary() ([]byte, error) { return nil, ErrUseReveal }
