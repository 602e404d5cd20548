package mail

import (
	"bytes"
	"encoding/base64"
	"errors"
	"net/mail"
	"strings"
	"unicode/utf8"

	gomail "github.com/wneessen/go-mail"

	"github.com/eidgate/eidgate/ports/outbound"
)

var errMessage = errors.New("the letter could not be written as a message")

// compose writes the message (RFC 5322, RFC 2045) of a clean letter. Its lines are short and in ASCII but for addresses.
func (s *SMTP) compose(l outbound.Letter) ([]byte, error) {
	m := gomail.NewMsg(gomail.WithNoDefaultUserAgent())
	m.FromMailAddress(s.from)
	m.ToMailAddress(&mail.Address{Address: l.To})
	m.SetDateWithValue(s.clock.Now().UTC())
	m.SetMessageIDWithValue(s.ids.New() + "@" + s.domain)
	m.SetGenHeader("Auto-Submitted", "auto-generated") // RFC 3834: no out-of-office note comes back
	m.SetGenHeaderPreformatted(gomail.HeaderSubject, headerText(l.Subject))
	m.SetBodyString(gomail.TypeTextPlain, l.Text)
	var message bytes.Buffer
	if _, err := m.WriteTo(&message); err != nil {
		return nil, errMessage
	}
	return message.Bytes(), nil
}

const (
	lineRoom = 66 // of a header line of 78 characters behind "Subject: "
	wordRoom = 39 // bytes that an encoded word carries, so that its line has less than 76 characters (RFC 2047)
)

// headerText is one line of text as it stands in a header: as it is where that cannot be read in another way, and else in
// encoded words (RFC 2047), whose folds are ours. go-mail would leave what looks like an encoded word as it is, and a
// long word on a line of any length.
func headerText(text string) string {
	if len(text) <= lineRoom && !strings.Contains(text, "=?") && !strings.ContainsFunc(text, func(r rune) bool { return r < ' ' || r > '~' }) {
		return text
	}
	var words []string
	for text != "" {
		n := 0
		for n < len(text) {
			_, size := utf8.DecodeRuneInString(text[n:])
			if n+size > wordRoom {
				break
			}
			n += size
		}
		words = append(words, "=?utf-8?B?"+base64.StdEncoding.EncodeToString([]byte(text[:n]))+"?=")
		text = text[n:]
	}
	return strings.Join(words, "\r\n ")
}
