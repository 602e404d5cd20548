package bankid

import (
	"encoding/base64"
	"regexp"
	"strings"
	"unicode"

	"github.com/eidgate/eidgate/domain/eid"
)

// How long data may be once it is base64 (BankID, auth and sign).
const (
	mostVisibleAuth = 1_500
	mostHiddenAuth  = 1_500
	mostVisibleSign = 40_000
	mostHiddenSign  = 200_000
)

const markdown = "simpleMarkdownV1"

// visible is what the person reads in the app: the organization's name, for the certificate that BankID names is that
// of whoever runs the gateway; the binding message; and the order's own text. An empty line stands between them. Nothing
// is ever left out to make it fit.
func visible(o eid.Order) (data, format string, err error) {
	name := oneLine(o.OnBehalfOf)
	var parts []string
	for _, part := range []string{name, o.BindingMessage, o.Text} {
		if part != "" {
			parts = append(parts, part)
		}
	}
	if name != "" && len(parts) > 1 {
		parts[0] += ":"
	}
	text := strings.Join(parts, "\n\n")
	most := mostVisibleAuth
	if o.Operation.Signs() {
		most = mostVisibleSign
	}
	if data = base64.StdEncoding.EncodeToString([]byte(text)); len(data) > most {
		return "", "", eid.ErrTextTooLong.On("text")
	}
	if formatted(o.Text) && literal(name) && !formatted(o.BindingMessage) {
		format = markdown
	}
	return data, format, nil
}

// hidden is what is signed beside the text and not shown.
func hidden(o eid.Order) (string, error) {
	most := mostHiddenAuth
	if o.Operation.Signs() {
		most = mostHiddenSign
	}
	data := base64.StdEncoding.EncodeToString([]byte(o.Digest))
	if len(data) > most {
		return "", eid.ErrTextTooLong.On("digest")
	}
	return data, nil
}

// oneLine keeps a name from looking like more than a name.
func oneLine(name string) string {
	clean := strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case unicode.Is(unicode.C, r), r == unicode.ReplacementChar:
			return -1
		}
		return r
	}, name)
	return strings.Join(strings.Fields(clean), " ")
}

// markup is BankID's simple markdown where it begins a line (headings, lists, tables, rules) or stands around words
// (emphasis).
var markup = regexp.MustCompile(`(?m)^(#{1,3} \S|[+-] \S|\|.*\|\s*$|(---|\*\*\*)\s*$)|(^|\s)\*[^\s*]([^*\n]*[^\s*])?\*([\s.,:;!?)]|$)`)

// formatted holds for a text that uses markup. One that does not is sent as plain text, so that nothing in it is taken
// for markup.
func formatted(text string) bool { return markup.MatchString(text) }

// literal holds for names that look the same as markdown and as plain text. Beside others a text stays plain, markup and
// all: how an organization's name looks is not for the organization to say.
func literal(name string) bool {
	return !strings.ContainsAny(name, "*#|_`~\\[]<>") && !strings.HasPrefix(name, "+") && !strings.HasPrefix(name, "-")
}
