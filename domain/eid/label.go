package eid

import (
	"encoding/json"
	"strings"
	"time"
	"unicode"

	"github.com/eidgate/eidgate/domain/fault"
	"github.com/eidgate/eidgate/domain/identity"
)

// ErrLabel refuses a tag or a usage reference that would put a person into the trail.
var ErrLabel = fault.New(fault.Invalid, "label_names_person", "Tags and usage references are kept in clear: none may be a national number.")

// labelled adds what the organization has labelled its session with to the details of a fact: "tags", an array in JSON, and
// "usage".
func (o Order) labelled(details map[string]string) map[string]string {
	if len(o.Tags) > 0 {
		tags, _ := json.Marshal(o.Tags) // of texts, which cannot fail
		details["tags"] = string(tags)
	}
	if o.Usage != "" {
		details["usage"] = o.Usage
	}
	return details
}

// checkLabels keeps national numbers out of what facts tell, those of invented people, too.
func (o Order) checkLabels(now time.Time) error {
	for i, label := range append([]string{o.Usage}, o.Tags...) {
		field := "tags"
		if i == 0 {
			field = "usage"
		}
		for _, word := range append(strings.FieldsFunc(label, apart), label) {
			if word != "" && namesPerson(word, now) {
				return ErrLabel.On(field)
			}
		}
	}
	return nil
}

// apart holds for what stands between words; national numbers have a hyphen or a plus sign within them.
func apart(r rune) bool {
	return r != '-' && r != '+' && !unicode.IsLetter(r) && !unicode.IsDigit(r)
}

func namesPerson(word string, now time.Time) bool {
	for _, country := range []identity.Country{identity.SE, identity.NO, identity.DK, identity.FI} {
		options := identity.Options{AsOf: country.Today(now), Allow: identity.AllowSynthetic}
		if _, err := identity.ParsePerson(country, word, options); err == nil {
			return true
		}
	}
	return false
}
