package provider

import (
	"net/mail"
	"strings"
	"unicode"

	"github.com/eidgate/eidgate/domain/eid"
)

// Bounds of what others say about people, in characters: passports know no longer names.
const (
	LongestName    = 200
	LongestAddress = 500

	longestEmail = 254 // in bytes (RFC 5321 section 4.5.3.1)
)

// Readable is text for people: valid, without control characters or invisible formatting, which could forge lines of a log or
// turn a text around, and no longer than so many characters.
func Readable(text string, most int) string {
	var b strings.Builder
	for _, r := range strings.TrimSpace(text) {
		if unicode.Is(unicode.C, r) || unicode.In(r, unicode.Zl, unicode.Zp) || r == unicode.ReplacementChar {
			continue
		}
		if most--; most < 0 {
			break
		}
		b.WriteRune(r)
	}
	return strings.TrimSpace(b.String())
}

// OneLine is a postal address, readable, its lines with commas between them.
func OneLine(text string) string {
	var lines []string
	for _, line := range strings.FieldsFunc(text, func(r rune) bool { return r == '\n' || r == '\r' }) {
		if line = strings.TrimSpace(line); line != "" {
			lines = append(lines, line)
		}
	}
	return Readable(strings.Join(lines, ", "), LongestAddress)
}

// International reads a telephone number in the form of E.164, with blanks and hyphens or without; "" for anything else,
// because a number without its country could be anybody's.
func International(phone string) string {
	phone = strings.NewReplacer(" ", "", "-", "").Replace(phone)
	digits, found := strings.CutPrefix(phone, "+")
	if !found || len(digits) < 7 || len(digits) > 15 || digits[0] == '0' || strings.Trim(digits, "0123456789") != "" {
		return ""
	}
	return phone
}

// Mailbox is an e-mail address and nothing beside it; "" for anything else.
func Mailbox(text string) string {
	a, err := mail.ParseAddress(text)
	if err != nil || a.Address != text || len(text) > longestEmail {
		return ""
	}
	return text
}

// BankIDHint says a hint of Swedish BankID (Relying Party API v6, hint codes) in our words; known is false for another one.
func BankIDHint(code string) (hint eid.Hint, known bool) {
	hint, known = bankIDHints[code]
	return hint, known
}

var bankIDHints = map[string]eid.Hint{
	"outstandingTransaction": eid.HintOutstanding,
	"noClient":               eid.HintNoClient,
	"started":                eid.HintStarted,
	"userMrtd":               eid.HintDocument,
	"userCallConfirm":        eid.HintCallConfirm,
	"userSign":               eid.HintSigning,
	"processing":             eid.HintProcessing,
}
