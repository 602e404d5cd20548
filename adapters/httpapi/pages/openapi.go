package pages

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// document is an OpenAPI document (version 3) as far as people read it.
type document struct {
	Name       string // such as "account"
	Title      string
	Version    string
	Text       string
	Operations []operation
}

type operation struct {
	Method, Path  string
	Summary, Text string
	Parameters    []field
	Request       []body
	Responses     []response
}

// field is a parameter, or a member of a body by its dotted path.
type field struct {
	Name, Where, Type, Text string
	Required                bool
}

type body struct {
	MediaType string
	Fields    []field
	Example   string
}

type response struct {
	Status, Text string
	Bodies       []body
}

// tree is any object of the document.
type tree = map[string]any

// deepest bounds how far a schema is followed, which also ends circles.
const deepest = 4

var verbs = []string{"get", "post", "put", "patch", "delete", "head", "options"}

func readDocument(name string, raw []byte) (document, error) {
	var root tree
	if err := json.Unmarshal(raw, &root); err != nil {
		return document{}, fmt.Errorf("pages: the OpenAPI document %q: %w", name, err)
	}
	r := reader{root: root}
	info := object(root["info"])
	d := document{Name: name, Title: text(info["title"]), Version: text(info["version"]), Text: text(info["description"])}
	paths := object(root["paths"])
	for _, path := range slices.Sorted(maps.Keys(paths)) {
		item := r.follow(paths[path])
		for _, verb := range verbs {
			if o := object(item[verb]); o != nil {
				d.Operations = append(d.Operations, r.operation(verb, path, item, o))
			}
		}
	}
	return d, nil
}

// pointerSigns are spelled in another way within a JSON pointer (RFC 6901 section 3).
var pointerSigns = strings.NewReplacer("~1", "/", "~0", "~")

// reader follows references within one document.
type reader struct{ root tree }

func (r reader) operation(verb, path string, item, o tree) operation {
	op := operation{Method: strings.ToUpper(verb), Path: path, Summary: text(o["summary"]), Text: text(o["description"])}
	for _, p := range append(list(item["parameters"]), list(o["parameters"])...) {
		p := r.follow(p)
		required, _ := p["required"].(bool)
		op.Parameters = append(op.Parameters, field{
			Name: text(p["name"]), Where: text(p["in"]), Type: r.kind(r.follow(p["schema"])), Text: text(p["description"]), Required: required,
		})
	}
	op.Request = r.bodies(r.follow(o["requestBody"]))
	responses := object(o["responses"])
	for _, status := range slices.Sorted(maps.Keys(responses)) {
		answer := r.follow(responses[status])
		op.Responses = append(op.Responses, response{Status: status, Text: text(answer["description"]), Bodies: r.bodies(answer)})
	}
	return op
}

func (r reader) bodies(holder tree) []body {
	var all []body
	content := object(holder["content"])
	for _, mediaType := range slices.Sorted(maps.Keys(content)) {
		c := object(content[mediaType])
		b := body{MediaType: mediaType, Fields: distinct(r.fields("", r.follow(c["schema"]), 0)), Example: indent(c["example"])}
		for _, name := range slices.Sorted(maps.Keys(object(c["examples"]))) {
			if b.Example == "" {
				b.Example = indent(r.follow(object(c["examples"])[name])["value"])
			}
		}
		all = append(all, b)
	}
	return all
}

// fields lists the members of a schema, nested ones behind a dot and those of an array's items behind brackets.
func (r reader) fields(prefix string, schema tree, depth int) []field {
	if depth > deepest {
		return nil
	}
	var all []field
	for _, key := range []string{"allOf", "oneOf", "anyOf"} {
		for _, part := range list(schema[key]) {
			all = append(all, r.fields(prefix, r.follow(part), depth+1)...)
		}
	}
	if items := object(schema["items"]); items != nil {
		all = append(all, r.fields(prefix+"[]", r.follow(items), depth+1)...)
	}
	required := list(schema["required"])
	members := object(schema["properties"])
	for _, name := range slices.Sorted(maps.Keys(members)) {
		member := r.follow(members[name])
		path := strings.TrimPrefix(prefix+"."+name, ".")
		all = append(all, field{
			Name: path, Type: r.kind(member), Text: text(member["description"]), Required: slices.Contains(required, any(name)),
		})
		all = append(all, r.fields(path, member, depth+1)...)
	}
	return all
}

// distinct leaves out members that several alternatives have alike.
func distinct(all []field) []field {
	seen := map[field]bool{}
	return slices.DeleteFunc(all, func(f field) bool {
		again := seen[f]
		seen[f] = true
		return again
	})
}

// kind words a schema's type in a few words.
func (r reader) kind(schema tree) string {
	var words []string
	switch t := schema["type"].(type) {
	case string:
		words = append(words, t)
	case []any:
		for _, one := range t {
			words = append(words, text(one))
		}
	}
	kind := strings.Join(words, " or ")
	if items := object(schema["items"]); items != nil {
		kind = strings.TrimSpace("array of " + r.kind(r.follow(items)))
	}
	if format := text(schema["format"]); format != "" {
		kind += " (" + format + ")"
	}
	if values := list(schema["enum"]); len(values) > 0 {
		shown := make([]string, 0, len(values))
		for _, v := range values {
			shown = append(shown, fmt.Sprint(v))
		}
		kind += ": " + strings.Join(shown, ", ")
	}
	return kind
}

// follow gives the object that v is or refers to within the document (RFC 6901), nil for none.
func (r reader) follow(v any) tree {
	o := object(v)
	for range deepest {
		ref, found := strings.CutPrefix(text(o["$ref"]), "#/")
		if !found {
			return o
		}
		var at any = r.root
		for step := range strings.SplitSeq(ref, "/") {
			at = object(at)[pointerSigns.Replace(step)]
		}
		o = object(at)
	}
	return nil
}

func object(v any) tree { o, _ := v.(tree); return o }
func list(v any) []any  { l, _ := v.([]any); return l }
func text(v any) string { s, _ := v.(string); return s }

func indent(v any) string {
	if v == nil {
		return ""
	}
	if s, ok := v.(string); ok {
		return s
	}
	var b strings.Builder
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false) // the template does it
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(v); err != nil {
		return ""
	}
	return strings.TrimSpace(b.String())
}
