package httpapi

import (
	"encoding/json"
	"strconv"
)

// The Exact readers are for surfaces whose language knows types: nothing is converted, and null is a value like any other
// wrong one. there is false for a member that is missing or was noted as wrong.

// Has holds for a member that is there, null or not.
func (b *Body) Has(name string) bool {
	_, there := b.exact(name)
	return there
}

// ExactText is a string.
func (b *Body) ExactText(name string) (text string, there bool) {
	m, there := b.exact(name)
	if there && m.kind != kindString {
		b.Blame(name, "not_a_string", "The "+label(name)+" must be a string.")
		return "", false
	}
	return m.text, there
}

// ExactFlag is true or false.
func (b *Body) ExactFlag(name string) (value, there bool) {
	m, there := b.exact(name)
	if there && m.kind != kindBool {
		b.Blame(name, "not_a_boolean", "The "+label(name)+" field must be true or false.")
		return false, false
	}
	return m.text == "true", there
}

// ExactWhole is a whole number, written without fraction or exponent.
func (b *Body) ExactWhole(name string) (n int64, there bool) {
	m, there := b.exact(name)
	if !there {
		return 0, false
	}
	n, err := strconv.ParseInt(m.text, 10, 64)
	if err != nil || m.kind != kindNumber {
		b.Blame(name, "not_an_integer", "The "+label(name)+" must be an integer.")
		return 0, false
	}
	return n, true
}

// ExactTexts is an array of strings.
func (b *Body) ExactTexts(name string) (texts []string, there bool) {
	m, there := b.exact(name)
	if !there {
		return nil, false
	}
	var items []*string
	right := m.kind == kindArray && json.Unmarshal([]byte(m.text), &items) == nil
	for _, item := range items {
		if right = right && item != nil; right {
			texts = append(texts, *item)
		}
	}
	if !right {
		b.Blame(name, "not_a_list", "The "+label(name)+" must be a list of strings.")
		return nil, false
	}
	return texts, true
}

func (b *Body) exact(name string) (member, bool) {
	for _, m := range b.members {
		if m.name == name {
			return m, true
		}
	}
	return member{}, false
}
