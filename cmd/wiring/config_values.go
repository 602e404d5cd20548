package wiring

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

const masked = "[masked]"

// Secret is a configured secret. It prints as a mask, whatever the verb or encoder, at the top level and inside
// other values; [Secret.Reveal] gives the text.
type Secret struct{ text *string } // behind a pointer, which package fmt prints as an address when it is nested

// NewSecret makes a secret of a text; "" gives the zero value.
func NewSecret(text string) Secret {
	if text == "" {
		return Secret{}
	}
	return Secret{text: &text}
}

// Reveal gives the clear text, "" for the zero value.
func (s Secret) Reveal() string {
	if s.text == nil {
		return ""
	}
	return *s.text
}

// IsZero holds when no secret is set.
func (s Secret) IsZero() bool { return s.text == nil }

// String gives a mask, and "" for the zero value.
func (s Secret) String() string {
	if s.IsZero() {
		return ""
	}
	return masked
}

// Format prints the mask, whatever the verb.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, s.String()) }

// LogValue logs the mask.
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.String()) }

// MarshalText encodes the mask.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// PrivateURL is a URL that may carry a user, a password or a secret parameter. It prints without them, whatever the
// verb or encoder; [PrivateURL.Reveal] gives all of it.
type PrivateURL struct{ text *string }

// NewPrivateURL makes a private URL of a text; "" gives the zero value.
func NewPrivateURL(text string) PrivateURL {
	if text == "" {
		return PrivateURL{}
	}
	return PrivateURL{text: &text}
}

// Reveal gives the whole text, "" for the zero value.
func (u PrivateURL) Reveal() string {
	if u.text == nil {
		return ""
	}
	return *u.text
}

// IsZero holds when none is set.
func (u PrivateURL) IsZero() bool { return u.text == nil }

// Scheme is what stands before the first colon, "" without one.
func (u PrivateURL) Scheme() string {
	scheme, _, found := strings.Cut(u.Reveal(), ":")
	if !found {
		return ""
	}
	return scheme
}

// String gives the URL with its user part and parameters masked.
func (u PrivateURL) String() string { return maskURL(u.Reveal()) }

// Format prints the masked URL, whatever the verb.
func (u PrivateURL) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, u.String()) }

// LogValue logs the masked URL.
func (u PrivateURL) LogValue() slog.Value { return slog.StringValue(u.String()) }

// MarshalText encodes the masked URL.
func (u PrivateURL) MarshalText() ([]byte, error) { return []byte(u.String()), nil }

// harmless are the parameters of database and broker URLs that are shown; every other may be a secret.
var harmless = []string{"sslmode", "connect_timeout", "application_name", "search_path", "protocol", "db"}

// maskURL hides the user part and the values of parameters that are not known to be harmless. What is no URL is
// hidden altogether.
func maskURL(text string) string {
	if text == "" || strings.HasPrefix(text, "sqlite:") || text == "memory:" {
		return text
	}
	u, err := url.Parse(text)
	if err != nil || u.Scheme == "" || u.Opaque != "" || strings.Contains(u.EscapedPath(), "@") {
		return masked
	}
	user, parameters := "", ""
	if u.User != nil {
		user = masked + "@"
	}
	for i, pair := range strings.Split(u.RawQuery, "&") {
		name, value, _ := strings.Cut(pair, "=")
		if name == "" {
			continue
		}
		if !slices.Contains(harmless, name) {
			value = masked
		}
		parameters += string("?&"[min(i, 1)]) + name + "=" + value
	}
	return u.Scheme + "://" + user + u.Host + u.EscapedPath() + parameters
}

// Size is a number of bytes.
type Size int64

// units are the spellings of sizes, the greatest first.
var units = []struct {
	name  string
	bytes int64
}{{"GiB", 1 << 30}, {"MiB", 1 << 20}, {"KiB", 1 << 10}, {"B", 1}}

var errSize = errors.New("is no size such as 512KiB or 1MiB")

// ParseSize reads a whole number and a unit: B, KiB, MiB or GiB. Without a unit it is bytes.
func ParseSize(text string) (Size, error) {
	bytes := int64(1)
	for _, u := range units {
		if digits, found := strings.CutSuffix(text, u.name); found {
			text, bytes = digits, u.bytes
			break
		}
	}
	n, err := strconv.ParseUint(text, 10, 40)
	if err != nil || int64(n) > (1<<50)/bytes {
		return 0, errSize
	}
	return Size(int64(n) * bytes), nil
}

// String spells the size with the greatest unit that divides it.
func (s Size) String() string {
	for _, u := range units {
		if s != 0 && int64(s)%u.bytes == 0 {
			return strconv.FormatInt(int64(s)/u.bytes, 10) + u.name
		}
	}
	return "0B"
}
