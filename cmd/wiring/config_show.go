package wiring

import (
	"bytes"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Effective prints every key with its value, one a line in the order of the documentation, as YAML with dotted keys.
// Secrets, and the user part and parameters of URLs, are masked. Keys that are relaxed in production are named first.
func (c Config) Effective() string {
	var b strings.Builder
	for _, key := range c.Relaxed() {
		b.WriteString("# wider than production is by itself: " + key + "\n")
	}
	for _, k := range allKeys(&c) {
		b.WriteString(k.name + ": " + k.yaml() + "\n")
	}
	return b.String()
}

// yaml gives the value as YAML on one line.
func (k key) yaml() string {
	values := k.show()
	node := &yaml.Node{Kind: yaml.SequenceNode, Style: yaml.FlowStyle}
	for _, v := range values {
		item := &yaml.Node{}
		item.SetString(v)
		if strings.ContainsAny(v, "\r\n") {
			item.Style = yaml.DoubleQuotedStyle
		}
		node.Content = append(node.Content, item)
	}
	if !k.many() {
		node = node.Content[0]
		if node.Value == "" {
			return `""`
		}
		node.Tag = "" // numbers and truth values stand as themselves
	}
	var b bytes.Buffer
	e := yaml.NewEncoder(&b)
	if err := e.Encode(node); err != nil {
		return masked // cannot happen: the node is ours
	}
	return strings.TrimSpace(strings.ReplaceAll(b.String(), "\n", " "))
}
