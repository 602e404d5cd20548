package idkollen

import (
	"encoding/json"

	"github.com/eidgate/eidgate/adapters/provider"
)

// object is a JSON object by member name, exactly as spelt.
type object map[string]json.RawMessage

// readObject reads one JSON object as [provider.ReadObject] does.
func readObject(raw []byte) (o object, err error) {
	err = provider.ReadObject(raw, &o)
	return o, err
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
