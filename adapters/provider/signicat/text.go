package signicat

import (
	"net/mail"
	"strings"
	"unicode"
)

// Bounds of what people are called, in characters, and of mailboxes in bytes (RFC 5321 section 4.5.3.1).
const (
	longestName    = 200
	longestAddress = 500
	longestEmail   = 254
)

// readable is text for people: without control characters or invisible formatting, which could forge lines of a log or
// turn a text around, and no longer than so many characters.
func readable(text string, most int) string {
	var b strings.Builder
	for _, r := range strings.TrimSpace(text) {
		if unicode.IsControl(r) || unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp) || r == unicode.ReplacementChar {
			continue
		}
		if most--; most < 0 {
			break
		}
		b.WriteRune(r)
	}
	return strings.TrimSpace(b.String())
}

func oneLine(text string) string {
	var lines []string
	for _, line := range strings.FieldsFunc(text, func(r rune) bool { return r == '\n' || r == '\r' }) {
		if line = strings.TrimSpace(line); line != "" {
			lines = append(lines, line)
		}
	}
	return readable(strings.Join(lines, ", "), longestAddress)
}

// international reads a telephone number in the form of E.164, with blanks and hyphens or without; "" for anything else,
// because a number without its country could be anybody's.
func international(phone string) string {
	phone = strings.NewReplacer(" ", "", "-", "").Replace(phone)
	digits, found := strings.CutPrefix(phone, "+")
	if !found || len(digits) < 7 || len(digits) > 15 || digits[0] == '0' || strings.Trim(digits, "0123456789") != "" {
		return ""
	}
	return phone
}

func mailbox(text string) string {
	a, err := mail.ParseAddress(text)
	if err != nil || a.Address != text || len(text) > longestEmail {
		return ""
	}
	return text
}
