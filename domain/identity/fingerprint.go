package identity

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
)

// Fingerprint finds a number without knowing it: a keyed hash over scope,
// country and canonical form. It is comparable.
//
// It prints as the name of its key. That holds at the top level and in exported
// fields; fmt does not ask values in unexported fields, so do not keep one in a
// struct that gets printed.
type Fingerprint struct {
	Key string   // the id of the key it was made with; no secret
	Sum [32]byte // HMAC-SHA-256
}

var errFingerprint = errors.New("identity: a fingerprint is not written down as a whole")

// String names the key and shows nothing of the sum.
func (f Fingerprint) String() string { return "fingerprint under " + f.Key }

// GoString is the same as [Fingerprint.String].
func (f Fingerprint) GoString() string { return f.String() }

// Format writes [Fingerprint.String], whatever the verb and the flags.
func (f Fingerprint) Format(s fmt.State, _ rune) {
	_, _ = io.WriteString(s, f.String()) // a fmt.State keeps its own errors
}

// LogValue is the id of the key.
func (f Fingerprint) LogValue() slog.Value {
	return slog.GroupValue(slog.String("key", f.Key))
}

// MarshalText always fails: a fingerprint is stored field by field.
func (f Fingerprint) MarshalText() ([]byte, error) { return nil, errFingerprint }

// MarshalJSON always fails: a fingerprint is stored field by field.
func (f Fingerprint) MarshalJSON() ([]byte, error) { return nil, errFingerprint }
