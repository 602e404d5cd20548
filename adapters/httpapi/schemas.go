package httpapi

import (
	"reflect"
	"strings"
)

// Schemas makes schemas of OpenAPI 3.0 out of the structs that go over the wire, so that a surface's document can say nothing
// else than what is sent. Members of structs are named by their json tags; those without omitempty or omitzero are required, and there
// are no others.
type Schemas struct {
	Names   map[reflect.Type]string   // what the document calls the structs that it describes once
	Remarks map[string]map[string]any // what types cannot say, by schema and member, "Schema.member", or by member alone
	Made    map[string]any            // the described structs by name; not nil
}

// Of describes a type. Structs that have a name are described once, and referred to.
func (s Schemas) Of(t reflect.Type) map[string]any {
	switch t.Kind() {
	case reflect.Pointer:
		inner := s.Of(t.Elem())
		if inner["$ref"] != nil {
			inner = map[string]any{"allOf": []map[string]any{inner}}
		}
		inner["nullable"] = true
		return inner
	case reflect.Struct:
		name := s.Names[t]
		if name == "" {
			return s.structure("", t)
		}
		if s.Made[name] == nil {
			s.Made[name] = map[string]any{} // in case it holds itself
			s.Made[name] = s.structure(name, t)
		}
		return map[string]any{"$ref": "#/components/schemas/" + name}
	case reflect.Slice:
		return map[string]any{"type": "array", "items": s.Of(t.Elem())}
	case reflect.Map:
		return map[string]any{"type": "object", "additionalProperties": s.Of(t.Elem())}
	case reflect.String:
		return map[string]any{"type": "string"}
	case reflect.Bool:
		return map[string]any{"type": "boolean"}
	case reflect.Int, reflect.Int64:
		return map[string]any{"type": "integer"}
	case reflect.Interface:
		return map[string]any{"nullable": true}
	}
	panic("httpapi: the wire has a " + t.String()) // a mistake of the program
}

func (s Schemas) structure(name string, t reflect.Type) map[string]any {
	properties, required := map[string]any{}, []string{}
	s.members(name, t, properties, &required)
	o := map[string]any{"type": "object", "properties": properties, "additionalProperties": false}
	if len(required) > 0 {
		o["required"] = required
	}
	return o
}

func (s Schemas) members(name string, t reflect.Type, properties map[string]any, required *[]string) {
	for field := range t.Fields() {
		tag := field.Tag.Get("json")
		member, options, _ := strings.Cut(tag, ",")
		switch {
		case field.Anonymous && tag == "":
			s.members(name, field.Type, properties, required)
			continue
		case member == "" || member == "-":
			continue
		}
		optional, described := strings.Contains(options, "omit"), field.Type
		if optional && described.Kind() == reflect.Pointer {
			described = described.Elem() // it is left out where it is null
		}
		schema := s.Of(described)
		for _, remark := range []map[string]any{s.Remarks[member], s.Remarks[name+"."+member]} {
			if len(remark) > 0 && schema["$ref"] != nil {
				schema = map[string]any{"allOf": []map[string]any{schema}}
			}
			for k, v := range remark {
				schema[k] = v
			}
		}
		properties[member] = schema
		if !optional {
			*required = append(*required, member)
		}
	}
}
