package accountapi

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
)

// parameters are the query of an authorization address. They are written in the order in which they stand there:
// client_id, request and state first, then what else there is by name.
type parameters map[string]string

// MarshalJSON writes an object in the order above.
func (p parameters) MarshalJSON() ([]byte, error) {
	names := make([]string, 0, len(p))
	first := []string{"client_id", "request", "state"}
	for _, name := range first {
		if _, there := p[name]; there {
			names = append(names, name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(p)) {
		if !slices.Contains(first, name) {
			names = append(names, name)
		}
	}
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	b.WriteByte('{')
	for i, name := range names {
		if i > 0 {
			b.WriteByte(',')
		}
		if err := encoder.Encode(name); err != nil {
			return nil, err
		}
		b.WriteByte(':')
		if err := encoder.Encode(p[name]); err != nil {
			return nil, err
		}
	}
	b.WriteByte('}')
	return b.Bytes(), nil // the outer encoder takes the line feeds out again
}
