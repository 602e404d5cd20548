package provider

import "encoding/json"

// Object is a JSON object by member name, exactly as spelt.
type Object map[string]json.RawMessage

// Members reads members of an object, and notes when one has another type than it should. Members that are absent or null
// read as empty.
type Members struct {
	Of    Object
	Wrong bool
}

// Member reads one of them.
func Member[T any](m *Members, name string) (value T) {
	var v *T
	if raw, there := m.Of[name]; !there {
		return value
	} else if json.Unmarshal(raw, &v) != nil {
		m.Wrong = true
	}
	if v != nil {
		value = *v
	}
	return value
}

// Text reads a member that is a text.
func (m *Members) Text(name string) string { return Member[string](m, name) }

// Within reads a member that is an object.
func (m *Members) Within(name string) *Members { return &Members{Of: Member[Object](m, name)} }

// List reads a member that is an array of objects.
func (m *Members) List(name string) []Object { return Member[[]Object](m, name) }
