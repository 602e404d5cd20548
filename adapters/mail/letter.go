package mail

import (
	"errors"
	"strings"
	"unicode"

	"github.com/eidgate/eidgate/domain/identity"
	"github.com/eidgate/eidgate/ports/outbound"
)

var errAddress = errors.New("the letter is not for one plain address")

// clean gives a letter whose fields hold nothing but themselves: one address, one line, a text of lines that end with \n.
// It fails when the address is none. A domain in brackets is none, either: it would name a machine behind the mail server.
func clean(l outbound.Letter) (outbound.Letter, error) {
	if !identity.IsEmail(l.To) || strings.ContainsAny(l.To, "[]") {
		return outbound.Letter{}, errAddress
	}
	subject := strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(l.Subject, "\uFFFD"))
	l.Subject = strings.Join(strings.Fields(subject), " ") // Fields also knows U+2028 and its like
	text := strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(strings.ToValidUTF8(l.Text, "\uFFFD"))
	l.Text = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && r != '\n' && r != '\t' {
			return -1
		}
		return r
	}, text)
	return l, nil
}
