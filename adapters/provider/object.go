package provider

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"unicode/utf8"
)

// ErrObject is all that is said about JSON that is not taken: it quotes nothing.
var ErrObject = errors.New("not one JSON object without repetitions")

// deepest is how far objects may nest; those of the eIDs need five levels at most.
const deepest = 16

// ReadObject reads one JSON object in UTF-8, as encoding/json would, into what into points to. Where a name stands twice in
// an object, at whatever depth and in whatever case, it refuses: RFC 8259 section 4 leaves open which of them counts, so two
// readers could see two different people. It fails with [ErrObject], also for nesting beyond 16 levels and for anything
// behind the object.
func ReadObject(raw []byte, into any) error {
	if !utf8.Valid(raw) {
		return ErrObject
	}
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	if first, err := d.Token(); err != nil || first != json.Delim('{') {
		return ErrObject
	}
	if walk(d, '{', 1) != nil {
		return ErrObject
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return ErrObject
	}
	if json.Unmarshal(raw, into) != nil {
		return ErrObject
	}
	return nil
}

// walk reads the rest of an object or array that has been opened.
func walk(d *json.Decoder, opened json.Delim, depth int) error {
	if depth > deepest {
		return ErrObject
	}
	seen := map[string]bool{}
	for d.More() {
		if opened == '{' {
			token, err := d.Token()
			if err != nil {
				return err
			}
			name, ok := token.(string)
			if name = strings.ToLower(strings.ToUpper(name)); !ok || seen[name] {
				return ErrObject
			}
			seen[name] = true
		}
		value, err := d.Token()
		if err != nil {
			return err
		}
		if inner, ok := value.(json.Delim); ok {
			if err := walk(d, inner, depth+1); err != nil {
				return err
			}
		}
	}
	_, err := d.Token()
	return err
}
