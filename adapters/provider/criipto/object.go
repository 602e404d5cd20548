package criipto

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"unicode/utf8"
)

// errObject is all that is said about JSON that we do not take.
var errObject = errors.New("criipto: not one JSON object without repetitions")

// deepest is how far objects may nest; Freja's details need four levels.
const deepest = 16

// object is a JSON object by member name, exactly as spelt.
type object map[string]json.RawMessage

// readObject reads one JSON object. Where a name stands twice, at whatever depth, it refuses: RFC 8259 section 4
// leaves open which of them counts, so two readers could see two different people.
func readObject(raw []byte) (object, error) {
	if !utf8.Valid(raw) {
		return nil, errObject
	}
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	if first, err := d.Token(); err != nil || first != json.Delim('{') {
		return nil, errObject
	}
	if walk(d, '{', 1) != nil {
		return nil, errObject
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errObject
	}
	var o object
	if json.Unmarshal(raw, &o) != nil {
		return nil, errObject
	}
	return o, nil
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
			if !ok || seen[name] {
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

// text gives a member that is a string.
func (o object) text(name string) (string, bool) {
	var s *string
	if json.Unmarshal(o[name], &s) != nil || s == nil {
		return "", false
	}
	return *s, true
}

func (o object) number(name string) (float64, bool) {
	var n *float64
	if json.Unmarshal(o[name], &n) != nil || n == nil {
		return 0, false
	}
	return *n, true
}

// list gives a member that is an array of strings.
func (o object) list(name string) (texts []string) {
	if json.Unmarshal(o[name], &texts) != nil {
		return nil
	}
	return texts
}

// within gives a member that is an object; of none it is empty.
func (o object) within(name string) object {
	var inner object
	if json.Unmarshal(o[name], &inner) != nil {
		return nil
	}
	return inner
}
