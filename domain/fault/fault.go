// Package fault gives every failure of eidgate a kind, a stable code and a text that a caller may read.
//
// A fault is declared once, where its rule lives, as a package variable:
//
//	var ErrStale = fault.New(fault.Conflict, "session_stale", "The session was changed by somebody else.")
//
// and is refined where it happens: [Fault.Because] adds the cause for the operator, [Fault.On] names the input
// it is about, [Fault.RetryIn] says when to come back. Refinements are copies; errors.Is still finds the
// declaration. The text never quotes input: whoever reads it may be anybody.
package fault

import (
	"errors"
	"time"
)

// Kind sorts failures by what the caller can do about them. The zero value is Internal: what nobody classified
// is our own mistake.
type Kind uint8

// The kinds of failure.
const (
	Internal        Kind = iota // our mistake; the caller can do nothing
	Invalid                     // the request breaks a rule; sending it again unchanged is pointless
	Unauthenticated             // no credential, or one that is wrong, expired or revoked
	Forbidden                   // the credential is good and may not do this
	NotFound                    // no such thing for this caller, be it foreign or imaginary
	Conflict                    // the thing is in another state than the request needs
	Throttled                   // too often; come back later
	Upstream                    // a provider answered nonsense, or refuses us
	Unavailable                 // a part we need is away for now; come back later
)

var kindNames = [...]string{
	Internal: "internal", Invalid: "invalid", Unauthenticated: "unauthenticated", Forbidden: "forbidden",
	NotFound: "not_found", Conflict: "conflict", Throttled: "throttled", Upstream: "upstream", Unavailable: "unavailable",
}

// String gives the kind's name in lower case, as used in metrics and logs.
func (k Kind) String() string {
	if int(k) < len(kindNames) {
		return kindNames[k]
	}
	return "internal"
}

// Violation is one input that breaks a rule. Field is the domain's name of the input; surfaces translate it.
type Violation struct {
	Field string
	Code  string
	Text  string
}

// Fault is a failure that can be shown: Error gives code and text, never the cause.
type Fault struct {
	kind       Kind
	code       string
	text       string
	violations []Violation
	retryIn    time.Duration
	cause      error
}

// New declares a fault and enters it in the catalogue. Call it for package variables only: it panics when the
// code is taken, so that two rules never share one code.
func New(kind Kind, code, text string) *Fault {
	f := &Fault{kind: kind, code: code, text: text}
	enter(f)
	return f
}

// Kind says what sort of failure this is.
func (f *Fault) Kind() Kind { return f.kind }

// Code is the stable, machine-readable name of the failure. It never changes once released.
func (f *Fault) Code() string { return f.code }

// Text is a sentence for the caller. It quotes no input and names no secret.
func (f *Fault) Text() string { return f.text }

// Violations lists the inputs at fault, none when the failure is about no single input. Do not modify it.
func (f *Fault) Violations() []Violation { return f.violations }

// RetryAfter is how long the caller should wait before trying again, zero when unknown.
func (f *Fault) RetryAfter() time.Duration { return f.retryIn }

// Cause is what lies behind the fault, for the operator's log only. It may be nil.
func (f *Fault) Cause() error { return f.cause }

// Error gives code and text. The cause is left out on purpose: errors travel to places that callers can see.
func (f *Fault) Error() string { return f.code + ": " + f.text }

// Unwrap gives the cause, so that errors.Is and errors.As look behind the fault.
func (f *Fault) Unwrap() error { return f.cause }

// Is holds for every fault with the same code, however refined.
func (f *Fault) Is(target error) bool {
	t, ok := target.(*Fault)
	return ok && t.code == f.code
}

// Because returns a copy with a cause for the operator.
func (f *Fault) Because(cause error) *Fault {
	c := *f
	c.cause = cause
	return &c
}

// On returns a copy that also blames the named input, in the fault's own words.
func (f *Fault) On(field string) *Fault {
	return f.With(Violation{Field: field, Code: f.code, Text: f.text})
}

// With returns a copy that also carries the given violations.
func (f *Fault) With(violations ...Violation) *Fault {
	c := *f
	c.violations = append(append([]Violation(nil), f.violations...), violations...)
	return &c
}

// RetryIn returns a copy that says when to try again.
func (f *Fault) RetryIn(wait time.Duration) *Fault {
	c := *f
	c.retryIn = wait
	return &c
}

// ErrInternal stands for every failure that nobody classified.
var ErrInternal = New(Internal, "internal", "Something went wrong on our side.")

// Of finds the fault in an error. An error without one is ErrInternal because of it; nil stays nil.
func Of(err error) *Fault {
	if err == nil {
		return nil
	}
	if f, ok := errors.AsType[*Fault](err); ok {
		return f
	}
	return ErrInternal.Because(err)
}
