package orgapi

// saying is what the document says of a row beyond what the row says itself.
type saying struct {
	tag, summary, about string
	takes               []input
	status              int
	answers             []any // samples of the bodies that it may have
	lists               bool
}

// input is a parameter.
type input struct {
	name     string
	schema   object
	about    string
	required bool
	example  any
}

func text(name, about string, example any) input {
	return input{name: name, schema: object{"type": "string"}, about: about, example: example}
}

func formatted(format, name, about string, example any) input {
	return input{name: name, schema: object{"type": "string", "format": format}, about: about, example: example}
}

func chosen(name, about string, example any, words []string) input {
	return input{name: name, schema: object{"type": "string", "enum": words}, about: about, example: example}
}

func flag(name, about string, example any) input {
	return input{name: name, schema: object{"type": "boolean"}, about: about, example: example}
}

func whole(name, about string, least, most int, example any) input {
	return input{name: name, schema: object{"type": "integer", "minimum": least, "maximum": most}, about: about, example: example}
}

func urls(name, about string, example ...string) input {
	return input{name: name, schema: object{"type": "array", "items": object{"type": "string", "format": "uri"}}, about: about, example: example}
}

func required(i input) input {
	i.required = true
	return i
}

// everyRequired makes all of them required where wanted.
func everyRequired(list ...input) []input {
	for i := range list {
		list[i].required = true
	}
	return list
}

func (i input) described() object {
	schema := object{}
	for k, v := range i.schema {
		schema[k] = v
	}
	if i.about != "" {
		schema["description"] = i.about
	}
	return schema
}

func (i input) inQuery() object {
	p := object{"name": i.name, "in": "query", "schema": i.schema, "required": i.required}
	if i.schema["type"] == "array" {
		p["name"] = i.name + "[]"
		p["style"], p["explode"] = "form", true
	}
	if i.about != "" {
		p["description"] = i.about
	}
	return p
}

func inBody(takes []input) object {
	properties, example, must := object{}, object{}, []string{}
	for _, i := range takes {
		properties[i.name] = i.described()
		if i.example != nil {
			example[i.name] = i.example
		}
		if i.required {
			must = append(must, i.name)
		}
	}
	schema := object{"type": "object", "properties": properties}
	if len(must) > 0 {
		schema["required"] = must
	}
	return object{"content": object{mediaJSON: object{"schema": schema, "example": example}, mediaForm: object{"schema": schema}}}
}

// pageParameters are what every list takes.
func pageParameters() []object {
	return []object{
		{"name": "page", "in": "query", "description": "From 1; `current_page` is the same.", "schema": object{"type": "integer", "default": 1}},
		{"name": "per_page", "in": "query", "description": "1 to 100; what is out of this range is brought back into it.", "schema": object{"type": "integer", "default": usualPageSize}},
		{"name": "s", "in": "query", "description": "A field, a plus sign, and `asc` or `desc`. The default is newest first.", "schema": object{"type": "string", "example": "inserted_at+asc"}},
		{"name": "q", "in": "query", "style": "deepObject", "explode": true, "description": "Conditions, such as `q[name_eq]=Acme`: a field, and `_eq`, `_not_eq`, `_like`, `_ilike`, `_in`, `_gt`, `_gteq`, `_lt`, `_lteq` or `_is_null`. What the list does not know is ignored.",
			"schema": object{"type": "object", "additionalProperties": object{"type": "string"}}},
	}
}
