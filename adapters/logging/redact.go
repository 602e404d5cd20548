// Package logging is the second net under secrets: a slog handler that masks what should never have been logged.
// The first net is that nobody logs it.
package logging

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
)

// Redact wraps a handler. Attributes with a name that promises a secret lose their value, whatever it is, in
// groups too; all other texts, the message included, go through [Mask].
func Redact(next slog.Handler) slog.Handler { return handler{next} }

const dropped = "[dropped]"

type handler struct{ next slog.Handler }

var _ slog.Handler = handler{}

func (h handler) Enabled(ctx context.Context, level slog.Level) bool {
	return h.next.Enabled(ctx, level)
}

func (h handler) Handle(ctx context.Context, r slog.Record) error {
	fine := Mask(r.Message) == r.Message
	if fine {
		r.Attrs(func(a slog.Attr) bool {
			fine = harmless(a)
			return fine
		})
	}
	if fine { // nearly every line is, and needs no copy
		return h.next.Handle(ctx, r)
	}
	clean := slog.NewRecord(r.Time, r.Level, Mask(r.Message), r.PC)
	r.Attrs(func(a slog.Attr) bool {
		clean.AddAttrs(redact(a))
		return true
	})
	return h.next.Handle(ctx, clean)
}

func (h handler) WithAttrs(attrs []slog.Attr) slog.Handler {
	clean := make([]slog.Attr, len(attrs))
	for i, a := range attrs {
		clean[i] = redact(a)
	}
	return handler{h.next.WithAttrs(clean)}
}

func (h handler) WithGroup(name string) slog.Handler { return handler{h.next.WithGroup(name)} }

// harmless attributes are what [redact] would make of them.
func harmless(a slog.Attr) bool {
	if secretName(a.Key) {
		return false
	}
	switch a.Value.Kind() {
	case slog.KindString:
		text := a.Value.String()
		return Mask(text) == text
	case slog.KindBool, slog.KindDuration, slog.KindFloat64, slog.KindInt64, slog.KindTime, slog.KindUint64:
		return true
	case slog.KindAny, slog.KindGroup, slog.KindLogValuer:
	}
	return false
}

func redact(a slog.Attr) slog.Attr {
	if secretName(a.Key) {
		return slog.String(a.Key, dropped)
	}
	a.Value = a.Value.Resolve()
	switch a.Value.Kind() {
	case slog.KindString:
		if text := a.Value.String(); text != "" {
			a.Value = slog.StringValue(Mask(text))
		}
	case slog.KindGroup:
		members := a.Value.Group()
		clean := make([]slog.Attr, len(members))
		for i, m := range members {
			clean[i] = redact(m)
		}
		a.Value = slog.GroupValue(clean...)
	case slog.KindAny:
		a.Value = slog.StringValue(Mask(spell(a.Value.Any())))
	default: // numbers, booleans, times and durations
	}
	return a
}

// spell turns any value into text here, where it can be masked, and not in the handler behind.
func spell(v any) string {
	if err, ok := v.(error); ok {
		return err.Error()
	}
	return fmt.Sprintf("%+v", v)
}

// names that promise a secret. Names that end in one of the endings do too.
var (
	names = map[string]bool{
		"authorization": true, "proxy_authorization": true, "cookie": true, "set_cookie": true, "token": true, "secret": true,
		"password": true, "ssn": true, "number": true, "digits": true, "code": true, "state": true, "nonce": true, "request": true,
		"assertion": true, "credential": true, "key": true, "dsn": true, "body": true, "headers": true, "query": true, "email": true,
		"phone": true, "personal_number": true, "personnummer": true, "hetu": true, "socialno": true, "cprnumberidentifier": true,
	}
	endings = []string{"_token", "_secret", "_password", "_ssn", "_assertion", "_cookie", "_verifier", "_challenge", "_jwt", "_jwk"}
)

func secretName(name string) bool {
	plain := true
	for i := range len(name) {
		if b := name[i]; b >= 'A' && b <= 'Z' || b == '-' || b == '.' {
			plain = false
			break
		}
	}
	if !plain {
		name = strings.NewReplacer("-", "_", ".", "_").Replace(strings.ToLower(name))
	}
	if names[name] {
		return true
	}
	for _, e := range endings {
		if strings.HasSuffix(name, e) {
			return true
		}
	}
	return false
}
