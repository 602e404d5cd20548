package eidapi

import (
	"unicode/utf8"
)

// field is one member of a request.
type field struct {
	name     string
	input    string // the domain's name for it, where the domain may blame it
	about    string
	schema   object // its type and limits, as the OpenAPI document says them
	example  any    // nil where the document's example goes without it
	required bool
	nullable bool   // null is as good as nothing
	feature  string // what the client must have been given to use it
	take     func(r *reading, f field)
}

func (f field) mandatory() field {
	f.required = true
	return f
}

func (f field) orNull() field {
	f.nullable = true
	return f
}

func (f field) with(feature string) field {
	f.feature = feature
	return f
}

func (f field) of(input string) field {
	f.input = input
	return f
}

// read reads one field into the order.
func (r *reading) read(f field) {
	switch {
	case f.nullable && r.Null(f.name), !r.Has(f.name) && !f.required:
	case !r.Has(f.name):
		r.blame(f.name, "required")
	default:
		f.take(r, f)
	}
}

// text is a field of so many characters, which accept takes; accept says in a code what is wrong with it, "" for nothing.
// The most is 0 for no bound but that of the body.
func text(name string, least, most int, example, about string, accept func(r *reading, text string) (wrong string)) field {
	schema := object{"type": "string"}
	if least > 0 {
		schema["minLength"] = least
	}
	if most > 0 {
		schema["maxLength"] = most
	}
	return field{name: name, about: about, schema: schema, example: example, take: func(r *reading, f field) {
		value, there := r.ExactText(name)
		if !there {
			return
		}
		r.need(f.feature)
		length := utf8.RuneCountInString(value)
		switch {
		case length < least:
			r.blame(name, "empty")
		case most > 0 && length > most:
			r.blame(name, "too_long")
		default:
			if wrong := accept(r, value); wrong != "" {
				r.blame(name, wrong)
			}
		}
	}}
}

// word is a field that holds one of a few words.
func word[T any](name, about, example string, meanings map[string]T, accept func(r *reading, meaning T)) field {
	f := text(name, 0, 0, example, about, func(r *reading, text string) string {
		meaning, known := meanings[text]
		if !known {
			return "unknown"
		}
		accept(r, meaning)
		return ""
	})
	f.schema["enum"] = sorted(meanings)
	return f
}

// flag is a field that is true or false; only true means anything.
func flag(name, about string, accept func(r *reading)) field {
	return field{name: name, about: about, schema: object{"type": "boolean", "default": false}, example: true, take: func(r *reading, f field) {
		if on, there := r.ExactFlag(name); there && on {
			r.need(f.feature)
			accept(r)
		}
	}}
}

// years is a field that holds an age.
func years(name, about string, example int, accept func(r *reading, years int)) field {
	return field{name: name, about: about, schema: object{"type": "integer", "minimum": 1}, example: example, take: func(r *reading, _ field) {
		switch n, there := r.ExactWhole(name); {
		case !there:
		case n < 1:
			r.blame(name, "too_small")
		default:
			accept(r, int(n))
		}
	}}
}
