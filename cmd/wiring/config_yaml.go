package wiring

import (
	"bytes"
	"cmp"
	"errors"
	"io"
	"os"
	"strings"

	"go.yaml.in/yaml/v3"
)

// readFile gives what a YAML file sets. Keys may be nested, dotted, or both; one without a value keeps its default.
func readFile(path string, m *Mistakes) layer {
	text, err := os.ReadFile(path)
	if err != nil {
		m.add(path, "cannot be read: %v", unwrapPath(err))
		return layer{}
	}
	return readYAML(path, text, m)
}

func readYAML(path string, text []byte, m *Mistakes) layer {
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	var document, more yaml.Node
	l := layer{}
	switch err := decoder.Decode(&document); {
	case errors.Is(err, io.EOF):
		return l // a file of comments
	case err != nil:
		m.add(path, "is no YAML: %s", position(err))
		return l
	}
	if err := decoder.Decode(&more); !errors.Is(err, io.EOF) {
		m.add(path, "holds more than one document")
	}
	y := yamlReader{path: path, known: map[string]key{}, layer: l, mistakes: m}
	c := defaults(Development)
	for _, k := range allKeys(&c) {
		y.known[k.name] = k
	}
	y.group(document.Content[0], "")
	return l
}

// position keeps where a file breaks and leaves out the text that broke it.
func position(err error) string {
	where, what, _ := strings.Cut(strings.TrimPrefix(err.Error(), "yaml: "), ": ")
	if what == "" || !strings.HasPrefix(where, "line ") {
		return "its syntax is broken"
	}
	return where + " breaks the syntax"
}

type yamlReader struct {
	path     string
	known    map[string]key
	layer    layer
	mistakes *Mistakes
}

// group reads a mapping whose keys continue the prefix.
func (y *yamlReader) group(node *yaml.Node, prefix string) {
	switch {
	case node.Kind == yaml.ScalarNode && node.Tag == "!!null":
		return
	case node.Kind != yaml.MappingNode:
		y.mistakes.add(cmp.Or(strings.TrimSuffix(prefix, "."), y.path), "is a group of keys, at line %d", node.Line)
		return
	}
	for i := 0; i+1 < len(node.Content); i += 2 {
		y.entry(node.Content[i], node.Content[i+1], prefix)
	}
}

func (y *yamlReader) entry(label, value *yaml.Node, prefix string) {
	name := prefix + label.Value
	secret, isFile := strings.CutSuffix(name, "_file")
	_, leaf := y.known[name]
	switch {
	case value.Kind == yaml.AliasNode || label.Kind != yaml.ScalarNode:
		y.mistakes.add(name, "uses a YAML alias or a compound key, at line %d; write the value out", value.Line)
	case leaf, themeKey.MatchString(name):
		y.leaf(name, value, false)
	case isFile && y.known[secret].field.IsValid() && y.known[secret].private():
		y.leaf(secret, value, true)
	case y.isGroup(name):
		y.group(value, name+".")
	default:
		y.mistakes.add(name, "is no key of eidgate, at line %d", label.Line)
	}
}

// isGroup holds for the beginnings of keys, and for themes.
func (y *yamlReader) isGroup(name string) bool {
	for known := range y.known {
		if strings.HasPrefix(known, name+".") {
			return true
		}
	}
	return name == "themes" || themeKey.MatchString(name+".logo")
}

func (y *yamlReader) leaf(name string, value *yaml.Node, asFile bool) {
	g := given{asFile: asFile}
	switch value.Kind {
	case yaml.ScalarNode:
		if value.Tag == "!!null" {
			return
		}
		g.values = []string{value.Value}
	case yaml.SequenceNode:
		g.list = true
		for _, item := range value.Content {
			if item.Kind != yaml.ScalarNode || item.Tag == "!!null" {
				y.mistakes.add(name, "holds something that is no plain value, at line %d", item.Line)
				return
			}
			g.values = append(g.values, item.Value)
		}
	default:
		y.mistakes.add(name, "takes a value, not a group of keys, at line %d", value.Line)
		return
	}
	y.layer.put(name, g, y.mistakes)
}
