package account

import (
	"net/mail"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/eidgate/eidgate/domain/fault"
)

// violations gathers every field at fault, so that a caller mends all of them at once.
type violations []fault.Violation

func (v *violations) check(good bool, field, code, text string) {
	if !good {
		*v = append(*v, fault.Violation{Field: field, Code: code, Text: text})
	}
}

func (v violations) fault() error {
	if len(v) == 0 {
		return nil
	}
	return ErrInvalid.With(v...)
}

var (
	phonePattern    = regexp.MustCompile(`^\+[1-9][0-9]{6,14}$`) // ITU-T E.164
	languagePattern = regexp.MustCompile(`^[A-Z]{2}$`)
)

func (p Profile) trimmed() Profile {
	for _, s := range []*string{&p.FirstName, &p.LastName, &p.Email, &p.Phone, &p.Street, &p.Zip, &p.City, &p.Language} {
		*s = strings.TrimSpace(*s)
	}
	p.Language = strings.ToUpper(p.Language)
	return p
}

// check holds a trimmed profile against the rules: names are required, an e-mail address is required when there
// is no phone, everything is printable text of bounded length.
func (p Profile) check(v *violations) {
	v.check(p.FirstName != "", "first_name", "required", "The first name field is required.")
	v.check(p.LastName != "", "last_name", "required", "The last name field is required.")
	v.check(p.Email != "" || p.Phone != "", "email", "required", "The email field is required when phone is not present.")
	v.check(p.Email == "" || isEmail(p.Email), "email", "email_invalid", "The email must be a valid email address.")
	v.check(p.Phone == "" || phonePattern.MatchString(p.Phone), "phone", "phone_invalid", "The phone must be a number in E.164 format.")
	v.check(p.Language == "" || languagePattern.MatchString(p.Language), "language", "language_invalid", "The language code must be two letters.")
	for field, s := range map[string]string{"first_name": p.FirstName, "last_name": p.LastName, "street": p.Street, "zip": p.Zip, "city": p.City} {
		v.check(isText(s, 200), field, "text_invalid", "The text must be printable and at most 200 characters.")
	}
}

// FoldEmail is the form by which an account is found: without surrounding space, in lower case. Two letters outside of
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

func isEmail(s string) bool {
	if len(s) > 254 || !isText(s, 254) || strings.ContainsAny(s, " \t<>\"(),;:\\") {
		return false
	}
	a, err := mail.ParseAddress(s)
	return err == nil && a.Address == s && strings.Contains(s[strings.LastIndexByte(s, '@'):], ".")
}

func isText(s string, most int) bool {
	return utf8.ValidString(s) && utf8.RuneCountInString(s) <= most && !strings.ContainsFunc(s, func(r rune) bool {
		return unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r)
	})
}
