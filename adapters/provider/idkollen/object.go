package idkollen

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"unicode/utf8"
)

// errObject is all that is said about JSON that we do not take.
var errObject = errors.New("idkollen: not one JSON object without repetitions")

// deepest is how far objects may nest; documented results need two levels.
const deepest = 8

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

// fields reads members of an object and notes when one has another type than it should. Members that are absent or null
// read as empty.
type fields struct {
	o     object
	wrong bool
}

func read[T any](f *fields, name string) (value T) {
	var v *T
	if raw, there := f.o[name]; !there {
		return value
	} else if json.Unmarshal(raw, &v) != nil {
		f.wrong = true
	}
	if v != nil {
		value = *v
	}
	return value
}

func (f *fields) text(name string) string { return read[string](f, name) }

// within reads a member that is an object.
func (f *fields) within(name string) *fields { return &fields{o: read[object](f, name)} }

// list reads a member that is an array of objects.
func (f *fields) list(name string) []object { return read[[]object](f, name) }
