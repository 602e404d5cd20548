package criipto

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
