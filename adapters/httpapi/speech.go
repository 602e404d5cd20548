package httpapi

import (
	"fmt"
	"regexp"
	"strings"
	"unicode"
)

// Dictionary is the words of one language, by key. Those of a surface have the same keys and the same placeholders, so
// that nobody meets a word of another language than their own.
type Dictionary map[string]string

// Span is a piece of a sentence: words of ours, or a name that somebody gave itself.
type Span struct {
	Name bool
	Text string
}

// Speech is a dictionary with the names and numbers of one page.
type Speech struct {
	Language string // code
	words    Dictionary
	names    map[string]string
	fill     *strings.Replacer
}

// NewSpeech speaks with the given words. names are placeholders, such as "{organization}", and names that somebody gave
// itself; fill alternates further placeholders and words of ours that stand for them.
func NewSpeech(language string, words Dictionary, names map[string]string, fill ...string) Speech {
	return Speech{Language: language, words: words, names: names, fill: strings.NewReplacer(fill...)}
}

// Say is a sentence without names. It fails for a key that there is not, which is a mistake of the program.
func (s Speech) Say(key string) (string, error) {
	text, ok := s.words[key]
	if !ok {
		return "", fmt.Errorf("httpapi: no word for %s", key)
	}
	return s.fill.Replace(text), nil
}

// Must is Say for keys that stand in the program.
func (s Speech) Must(key string) string {
	text, err := s.Say(key)
	if err != nil {
		panic(err)
	}
	return text
}

var placeholder = regexp.MustCompile(`\{[a-z]+\}`)

// Spell is a sentence in pieces, so that each name can stand in an element of its own. What is filled in is looked at no
// further.
func (s Speech) Spell(key string) ([]Span, error) {
	text, ok := s.words[key]
	if !ok {
		return nil, fmt.Errorf("httpapi: no word for %s", key)
	}
	var spans []Span
	from := 0
	ours := func(to int) {
		if to > from {
			spans = append(spans, Span{Text: s.fill.Replace(text[from:to])})
		}
	}
	for _, at := range placeholder.FindAllStringIndex(text, -1) {
		if name, named := s.names[text[at[0]:at[1]]]; named {
			ours(at[0])
			spans, from = append(spans, Span{Name: true, Text: name}), at[1]
		}
	}
	ours(len(text))
	return spans, nil
}

// Visible is a name without line breaks and without what only changes how its surroundings look.
func Visible(name string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if unicode.Is(unicode.C, r) || r == '\u2028' || r == '\u2029' {
			return -1
		}
		return r
	}, name))
}
