package orgapi

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"github.com/eidgate/eidgate/adapters/httpapi"
	"github.com/eidgate/eidgate/domain/fault"
)

// parameters are what a request says, wherever it says it. They are read one by one; each that has the wrong type is
// noted, and Err tells of all of them at once. What nobody reads is ignored, and so are the members of our answers that
// callers send back to us but cannot change.
type parameters struct {
	values     map[string]any // texts of forms and queries are strings; see [contradiction], and [httpapi.ParseObject] for those of JSON
	prefix     string         // what blamed names begin with
	violations *[]fault.Violation
}

func newParameters(values map[string]any) *parameters {
	return &parameters{values: values, violations: new([]fault.Violation)}
}

// Blame notes that a parameter is at fault, in the caller's spelling. Of a [contradiction] nothing else is said than that it
// is one.
func (p *parameters) Blame(name, code, text string) {
	if _, is := p.values[name].(contradiction); is {
		code, text = errForm.Code(), errForm.Text()
	}
	*p.violations = append(*p.violations, fault.Violation{Field: p.prefix + name, Code: code, Text: text})
}

// Err is nil, or httpapi.ErrFields with everything that was noted, also within nested parameters. Where a [contradiction]
// was read it is errForm: the rest may have been meant otherwise, too.
func (p *parameters) Err() error {
	if len(*p.violations) == 0 {
		return nil
	}
	if slices.ContainsFunc(*p.violations, func(v fault.Violation) bool { return v.Code == errForm.Code() }) {
		return errForm
	}
	return httpapi.ErrFields.With(*p.violations...)
}

// Has holds for a parameter that is there, null or not.
func (p *parameters) Has(name string) bool {
	_, there := p.values[name]
	return there
}

// Text is a string, "" when it is not there or null.
func (p *parameters) Text(name string) string {
	switch value := p.values[name].(type) {
	case nil:
	case string:
		return value
	default:
		p.Blame(name, "not_a_string", "The "+label(name)+" must be a string.")
	}
	return ""
}

// Required is a string that must be there and not blank.
func (p *parameters) Required(name string) string {
	before := len(*p.violations)
	text := p.Text(name)
	if strings.TrimSpace(text) == "" && len(*p.violations) == before {
		p.Blame(name, "required", "The "+label(name)+" is required.")
	}
	return text
}

// Change is a string to be set: nil when it is not there, empty for null.
func (p *parameters) Change(name string) *string {
	if !p.Has(name) {
		return nil
	}
	text := p.Text(name)
	return &text
}

// List is a list of strings, a single one counting as a list. It is there and empty for null.
func (p *parameters) List(name string) (list []string, there bool) {
	value, there := p.values[name]
	switch value := value.(type) {
	case nil:
		return nil, there
	case string:
		return []string{value}, true
	case []any:
		for _, item := range value {
			text, is := item.(string)
			if !is {
				p.Blame(name, "not_a_list", "The "+label(name)+" must be a list of strings.")
				return nil, false
			}
			list = append(list, text)
		}
		return list, true
	}
	p.Blame(name, "not_a_list", "The "+label(name)+" must be a list of strings.")
	return nil, false
}

// Flag is a boolean, nil when it is not there or null, for which forms have an empty text. "true", "false", 1 and 0 count
// too.
func (p *parameters) Flag(name string) *bool {
	text := ""
	switch value := p.values[name].(type) {
	case nil:
		return nil
	case bool:
		return &value
	case string:
		text = value
	case json.Number:
		text = value.String()
	}
	if p.values[name] == "" {
		return nil
	}
	on := text == "true" || text == "1"
	if !on && text != "false" && text != "0" {
		p.Blame(name, "not_a_boolean", "The "+label(name)+" must be true or false.")
		return nil
	}
	return &on
}

// Whole is a whole number, nil when it is not there or null, for which forms have an empty text. A string of digits counts
// too.
func (p *parameters) Whole(name string) *int {
	text := ""
	switch value := p.values[name].(type) {
	case nil:
		return nil
	case string:
		text = value
	case json.Number:
		text = value.String()
	}
	if p.values[name] == "" {
		return nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || strings.HasPrefix(text, "+") {
		p.Blame(name, "not_an_integer", "The "+label(name)+" must be an integer.")
		return nil
	}
	return &n
}

// Inside is what is nested in a parameter, nil when it is not there or null.
func (p *parameters) Inside(name string) *parameters {
	switch value := p.values[name].(type) {
	case nil:
	case map[string]any:
		return &parameters{values: value, prefix: p.prefix + name + ".", violations: p.violations}
	default:
		p.Blame(name, "not_an_object", "The "+label(name)+" must be an object.")
	}
	return nil
}

// Nested holds for a parameter that has others in it, and for a [contradiction], which may have had.
func (p *parameters) Nested(name string) bool {
	switch p.values[name].(type) {
	case map[string]any, contradiction:
		return true
	}
	return false
}

// label is how a sentence calls a parameter.
func label(name string) string { return strings.ReplaceAll(name, "_", " ") }
