package orgapi

import (
	"encoding/json"
	"net/http"
	"strconv"
	"strings"

	"github.com/eidgate/eidgate/domain/organization"
)

func (s *Surface) listMetaKeys(r *request) (int, any, error) {
	l, err := r.listing(metaKeyColumns)
	if err != nil {
		return 0, nil, err
	}
	keys, total, err := s.Directory.MetaKeys(r.ctx(), r.m, l)
	if err != nil {
		return 0, nil, err
	}
	words := make([]metaKeyBody, 0, len(keys))
	for _, k := range keys {
		words = append(words, wordMetaKey(r.m, k))
	}
	return http.StatusOK, list(r, words, total), nil
}

// createMetaKey takes its parameters flat, or together in user_metakey.
func (s *Surface) createMetaKey(r *request) (int, any, error) {
	p := r.params
	if inside := p.Inside("user_metakey"); inside != nil {
		p = inside
	}
	name, kind, required := p.Required("name"), p.Required("type"), p.Flag("required")
	needed(p, "required")
	if err := r.params.Err(); err != nil {
		return 0, nil, err
	}
	key, err := s.Directory.AddMetaKey(r.ctx(), r.m, name, organization.MetaType(kind), *required)
	if err != nil {
		return 0, nil, err
	}
	return http.StatusCreated, wordMetaKey(r.m, key), nil
}

func (s *Surface) deleteMetaKey(r *request) (int, any, error) {
	name := r.params.Required("key_name")
	if err := r.params.Err(); err != nil {
		return 0, nil, err
	}
	key, err := s.Directory.RemoveMetaKey(r.ctx(), r.m, name)
	if err != nil {
		return 0, nil, err
	}
	return http.StatusOK, deleted(wordMetaKey(r.m, key)), nil
}

// scalar is a text that must be there, a number or boolean of JSON as it is written.
func scalar(p *parameters, name string) string {
	switch value := p.values[name].(type) {
	case json.Number:
		return value.String()
	case bool:
		return strconv.FormatBool(value)
	}
	return p.Required(name)
}

// setMetadata gives a user a value for a key.
func (s *Surface) setMetadata(r *request) (int, any, error) {
	p := r.params
	user, key, value := p.Required("user_id"), p.Required("key_name"), scalar(p, "key_value")
	if err := p.Err(); err != nil {
		return 0, nil, err
	}
	u, err := s.Directory.SetMetadata(r.ctx(), r.m, user, key, value)
	return s.showUser(r, http.StatusOK, u, err)
}

var metaKeyColumns = columns{
	"inserted_at": {field: organization.FieldCreated, sorts: true, tests: ordered, values: moment},
	"name":        {field: organization.FieldName, sorts: true, tests: textual, values: anyText},
	"type": {field: organization.FieldType, sorts: true, tests: exact, values: func(text string) (string, bool) {
		return strings.ToLower(text), true
	}},
	"required": {field: organization.FieldRequired, sorts: true, tests: exact, values: yesOrNo},
}
