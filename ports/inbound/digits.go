package inbound

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
)

// Digits is a national number on its way in, as somebody typed it. It prints as a placeholder; convert it to a
// string to parse it.
type Digits string

// Format prints a placeholder, whatever the verb.
func (Digits) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "[digits]") }

// LogValue logs a placeholder.
func (Digits) LogValue() slog.Value { return slog.StringValue("[digits]") }

// MarshalText refuses: digits are not for sending on.
func (Digits) MarshalText() ([]byte, error) {
	return nil, errors.New("inbound: digits are not for sending on")
}
