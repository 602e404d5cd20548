package httpapi

import (
	"mime"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"github.com/eidgate/eidgate/domain/fault"
)

// Body is a request's JSON object. Its members are read one by one; each that has the wrong type or is missing is
// noted, and Err tells of all of them at once. Members that nobody reads are ignored.
type Body struct {
	members    []member
	violations []fault.Violation
}

// ReadBody reads a request's body. An empty one counts as an object without members. A body without Content-Type
// is taken for JSON, as is every type that ends in +json; compressed ones are not read. It fails with one of the
// faults that [Malformed] holds for.
func ReadBody(c *fiber.Ctx) (*Body, error) {
	raw, err := jsonOf(c)
	if err != nil {
		return nil, err
	}
	if len(raw) == 0 {
		return &Body{}, nil
	}
	members, err := scan(string(raw))
	if err != nil {
		return nil, err
	}
	return &Body{members: members}, nil
}

// jsonOf is the body of a request that says to be JSON, or says nothing of it.
func jsonOf(c *fiber.Ctx) ([]byte, error) {
	header := &c.Request().Header
	if encoding := header.ContentEncoding(); len(encoding) > 0 && string(encoding) != "identity" {
		return nil, ErrMediaType
	}
	raw, declared := c.Request().Body(), header.ContentType()
	if len(raw) == 0 || len(declared) == 0 || string(declared) == fiber.MIMEApplicationJSON {
		return raw, nil
	}
	t, parameters, err := mime.ParseMediaType(string(declared))
	if err != nil || t != fiber.MIMEApplicationJSON && !strings.HasSuffix(t, "+json") {
		return nil, ErrMediaType
	}
	if charset := parameters["charset"]; charset != "" && !strings.EqualFold(charset, "utf-8") {
		return nil, ErrMediaType
	}
	return raw, nil
}

// Blame notes that a member is at fault, in the caller's spelling.
func (b *Body) Blame(name, code, text string) {
	b.violations = append(b.violations, fault.Violation{Field: name, Code: code, Text: text})
}

// Err is nil, or ErrFields with everything that was noted.
func (b *Body) Err() error {
	if len(b.violations) == 0 {
		return nil
	}
	return ErrFields.With(b.violations...)
}

// find gives a member that is there and not null.
func (b *Body) find(name string) (member, bool) {
	for _, m := range b.members {
		if m.name == name {
			return m, m.kind != kindNull
		}
	}
	return member{}, false
}

// Text is a string, "" when it is not there or null.
func (b *Body) Text(name string) string {
	m, there := b.find(name)
	if there && m.kind != kindString {
		b.Blame(name, "not_a_string", "The "+label(name)+" must be a string.")
		return ""
	}
	return m.text
}

// Required is a string that must be there and not blank.
func (b *Body) Required(name string) string {
	before := len(b.violations)
	text := b.Text(name)
	if strings.TrimSpace(text) == "" && len(b.violations) == before {
		b.Blame(name, "required", "The "+label(name)+" field is required.")
	}
	return text
}

// Change is a string to be set: nil when it is not there, empty for null.
func (b *Body) Change(name string) *string {
	for _, m := range b.members {
		if m.name == name {
			text := b.Text(name)
			return &text
		}
	}
	return nil
}

// Flag is a boolean, nil when it is not there or null. Numbers 1 and 0 and the strings "1", "0", "true" and
// "false" count too.
func (b *Body) Flag(name string) *bool {
	m, there := b.find(name)
	if !there {
		return nil
	}
	value := m.text == "true" || m.text == "1"
	if m.kind == kindArray || m.kind == kindObject || !value && m.text != "false" && m.text != "0" {
		b.Blame(name, "not_a_boolean", "The "+label(name)+" field must be true or false.")
		return nil
	}
	return &value
}

// Whole is a whole number, nil when it is not there or null. A string of digits counts too.
func (b *Body) Whole(name string) *int64 {
	m, there := b.find(name)
	if !there {
		return nil
	}
	n, err := strconv.ParseInt(m.text, 10, 64)
	if err != nil || m.kind != kindNumber && m.kind != kindString || strings.HasPrefix(m.text, "+") {
		b.Blame(name, "not_an_integer", "The "+label(name)+" must be an integer.")
		return nil
	}
	return &n
}

// Null holds for a member that is there and null.
func (b *Body) Null(name string) bool {
	for _, m := range b.members {
		if m.name == name {
			return m.kind == kindNull
		}
	}
	return false
}

// label is how a sentence calls a member.
func label(name string) string { return strings.ReplaceAll(name, "_", " ") }
