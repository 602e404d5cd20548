package freja

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"unicode/utf8"
)

// errObject is all that is said about JSON that we do not take.
var errObject = errors.New("freja: not one JSON object without repetitions")

// deepest is how far objects may nest; those of Freja need five levels.
const deepest = 16

// readObject reads one JSON object. Where a name stands twice in an object, in whatever case, it refuses: RFC 8259
// section 4 leaves open which of them counts, so two readers could see two different people.
func readObject(raw []byte, into any) error {
	if !utf8.Valid(raw) {
		return errObject
	}
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	if first, err := d.Token(); err != nil || first != json.Delim('{') {
		return errObject
	}
	if walk(d, '{', 1) != nil {
		return errObject
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return errObject
	}
	if json.Unmarshal(raw, into) != nil {
		return errObject
	}
	return nil
}

// walk reads the rest of an object or array that has been opened.
func walk(d *json.Decoder, opened json.Delim, depth int) error {
	if depth > deepest {
		return errObject
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
				return errObject
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
