package identity

import (
	"net/mail"
	"strings"
	"unicode"
	"unicode/utf8"
)

// FoldEmail is the form by which a person is found: without surrounding space, in lower case. Two letters outside of
// ASCII have a lower case within it (U+0130 and U+212A). They stay as they are: an address with one of them may be
// another mailbox, at another domain, and whoever owns it must not be taken for the owner of the plain one.
func FoldEmail(email string) string {
	return strings.Map(func(r rune) rune {
		if lower := unicode.ToLower(r); r < utf8.RuneSelf || lower >= utf8.RuneSelf {
			return lower
		}
		return r
	}, strings.TrimSpace(email))
}

// IsEmail holds for one plain address of at most 254 characters (RFC 5321 section 4.5.3.1.3), without a name, quotes or
// comments, and with a dot in its domain.
func IsEmail(s string) bool {
	if len(s) > 254 || !IsText(s, 254) || strings.ContainsAny(s, " \t<>\"(),;:\\") {
		return false
	}
	a, err := mail.ParseAddress(s)
	return err == nil && a.Address == s && strings.Contains(s[strings.LastIndexByte(s, '@'):], ".")
}

// IsText holds for valid UTF-8 of at most so many characters, none of which controls anything or turns the direction of
// writing.
func IsText(s string, most int) bool {
	return utf8.ValidString(s) && utf8.RuneCountInString(s) <= most && !strings.ContainsFunc(s, func(r rune) bool {
		return unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r)
	})
}
