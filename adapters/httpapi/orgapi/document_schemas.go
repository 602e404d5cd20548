package orgapi

import (
	"reflect"
	"strings"
)

// schemas makes schemas out of the structs that go over the wire: the document can say nothing else than what is sent.
type schemas struct {
	names   map[reflect.Type]string
	remarks map[string]object // by schema and member, "Schema.member", or by member alone
	made    object
}

// of describes a type. Structs that have a name are described once, and referred to.
func (s schemas) of(t reflect.Type) object {
	switch t.Kind() {
	case reflect.Pointer:
		inner := s.of(t.Elem())
		if inner["$ref"] != nil {
			inner = object{"allOf": []object{inner}}
		}
		inner["nullable"] = true
		return inner
	case reflect.Struct:
		name := s.names[t]
		if name == "" {
			return s.structure("", t)
		}
		if s.made[name] == nil {
			s.made[name] = object{} // in case it holds itself
			s.made[name] = s.structure(name, t)
		}
		return reference("schemas", name)
	case reflect.Slice:
		return object{"type": "array", "items": s.of(t.Elem())}
	case reflect.Map:
		return object{"type": "object", "additionalProperties": s.of(t.Elem())}
	case reflect.String:
		return object{"type": "string"}
	case reflect.Bool:
		return object{"type": "boolean"}
	case reflect.Int, reflect.Int64:
		return object{"type": "integer"}
	case reflect.Interface:
		return object{"nullable": true}
	}
	panic("orgapi: the wire has a " + t.String()) // a mistake of the program
}

func (s schemas) structure(name string, t reflect.Type) object {
	properties, required := object{}, []string{}
	s.members(name, t, properties, &required)
	o := object{"type": "object", "properties": properties, "additionalProperties": false}
	if len(required) > 0 {
		o["required"] = required
	}
	return o
}

func (s schemas) members(name string, t reflect.Type, properties object, required *[]string) {
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
		schema := s.of(field.Type)
		for _, remark := range []object{s.remarks[member], s.remarks[name+"."+member]} {
			if len(remark) > 0 && schema["$ref"] != nil {
				schema = object{"allOf": []object{schema}}
			}
			for k, v := range remark {
				schema[k] = v
			}
		}
		properties[member] = schema
		if !strings.Contains(options, "omitempty") {
			*required = append(*required, member)
		}
	}
}
