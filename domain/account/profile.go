package account

import (
	"regexp"
	"strings"

	"github.com/eidgate/eidgate/domain/fault"
	"github.com/eidgate/eidgate/domain/identity"
)

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
func (p Profile) check(v *fault.Violations) {
	v.Check(p.FirstName != "", "first_name", "required", "The first name field is required.")
	v.Check(p.LastName != "", "last_name", "required", "The last name field is required.")
	v.Check(p.Email != "" || p.Phone != "", "email", "required", "The email field is required when phone is not present.")
	v.Check(p.Email == "" || identity.IsEmail(p.Email), "email", "email_invalid", "The email must be a valid email address.")
	v.Check(p.Phone == "" || phonePattern.MatchString(p.Phone), "phone", "phone_invalid", "The phone must be a number in E.164 format.")
	v.Check(p.Language == "" || languagePattern.MatchString(p.Language), "language", "language_invalid", "The language code must be two letters.")
	for field, s := range map[string]string{"first_name": p.FirstName, "last_name": p.LastName, "street": p.Street, "zip": p.Zip, "city": p.City} {
		v.Check(identity.IsText(s, 200), field, "text_invalid", "The text must be printable and at most 200 characters.")
	}
}
