package httpapi

import (
	"strings"
	"unicode/utf8"
)

// A strict reader of JSON (RFC 8259). Where the RFC leaves room for two readers to understand one text
// differently it refuses the text: a member that stands twice, bytes and escapes that are no Unicode, NUL.

// maxDepth is how deeply arrays and objects may be nested; it also bounds the reader's own recursion.
const maxDepth = 32

type kind uint8

const (
	kindNull kind = iota
	kindBool
	kindNumber
	kindString
	kindArray
	kindObject
)

// member is one member of the outermost object. Text is a string's content, a number or an array as
// written, "true" or "false"; objects are checked and not kept, unless the scanner is to keep everything.
type member struct {
	name  string
	kind  kind
	text  string
	inner []member // of an array or object
}

type scanner struct {
	data  string
	at    int
	depth int
	whole bool // everything is kept, and not the outermost members alone
	left  int  // how many values more may be kept of a whole
}

// scan reads the outermost object of a JSON text.
func scan(data string) ([]member, error) { return (&scanner{data: data}).read() }

func (s *scanner) read() ([]member, error) {
	if !utf8.ValidString(s.data) {
		return nil, ErrUnicode
	}
	s.space()
	if s.peek() != '{' {
		if _, err := s.value(); err != nil {
			return nil, err
		}
		return nil, ErrNotObject
	}
	members, err := s.object()
	if err != nil {
		return nil, err
	}
	s.space()
	if s.at != len(s.data) {
		return nil, ErrJSON
	}
	return members, nil
}

// peek is the next byte, 0 at the end; a NUL in the text is never a legal start of anything either.
func (s *scanner) peek() byte {
	if s.at < len(s.data) {
		return s.data[s.at]
	}
	return 0
}

func (s *scanner) take(b byte) bool {
	if s.peek() != b {
		return false
	}
	s.at++
	return true
}

func (s *scanner) space() {
	for s.at < len(s.data) {
		switch s.data[s.at] {
		case ' ', '\t', '\n', '\r':
			s.at++
		default:
			return
		}
	}
}

func (s *scanner) enter() error {
	if s.depth++; s.depth > maxDepth {
		return ErrDeep
	}
	s.at++
	s.space()
	return nil
}

func (s *scanner) object() ([]member, error) {
	if err := s.enter(); err != nil {
		return nil, err
	}
	defer func() { s.depth-- }()
	if s.take('}') {
		return nil, nil
	}
	var members []member
	seen := names{}
	for {
		if s.peek() != '"' {
			return nil, ErrJSON
		}
		name, err := s.text()
		if err != nil {
			return nil, err
		}
		if seen.add(name) {
			return nil, ErrTwice
		}
		if s.space(); !s.take(':') {
			return nil, ErrJSON
		}
		s.space()
		m, err := s.value()
		if err != nil {
			return nil, err
		}
		if s.depth == 1 || s.whole {
			m.name = name
			members = append(members, m)
		}
		switch s.space(); {
		case s.take('}'):
			return members, nil
		case !s.take(','):
			return nil, ErrJSON
		}
		s.space()
	}
}

func (s *scanner) array() ([]member, error) {
	if err := s.enter(); err != nil {
		return nil, err
	}
	defer func() { s.depth-- }()
	if s.take(']') {
		return nil, nil
	}
	var items []member
	for {
		m, err := s.value()
		if err != nil {
			return nil, err
		}
		if s.whole {
			items = append(items, m)
		}
		switch s.space(); {
		case s.take(']'):
			return items, nil
		case !s.take(','):
			return nil, ErrJSON
		}
		s.space()
	}
}

func (s *scanner) value() (member, error) {
	if s.whole {
		if s.left--; s.left < 0 {
			return member{}, ErrCrowded
		}
	}
	switch b := s.peek(); {
	case b == '{':
		inner, err := s.object()
		return member{kind: kindObject, inner: inner}, err
	case b == '[':
		from := s.at
		items, err := s.array()
		return member{kind: kindArray, text: s.data[from:s.at], inner: items}, err
	case b == '"':
		text, err := s.text()
		return member{kind: kindString, text: text}, err
	case b == '-' || b >= '0' && b <= '9':
		text, err := s.number()
		return member{kind: kindNumber, text: text}, err
	}
	switch {
	case s.word("null"):
		return member{kind: kindNull}, nil
	case s.word("true"):
		return member{kind: kindBool, text: "true"}, nil
	case s.word("false"):
		return member{kind: kindBool, text: "false"}, nil
	}
	return member{}, ErrJSON
}

func (s *scanner) word(w string) bool {
	if !strings.HasPrefix(s.data[s.at:], w) {
		return false
	}
	s.at += len(w)
	return true
}

func (s *scanner) digits() bool {
	from := s.at
	for b := s.peek(); b >= '0' && b <= '9'; b = s.peek() {
		s.at++
	}
	return s.at > from
}

func (s *scanner) number() (string, error) {
	from := s.at
	s.take('-')
	if !s.take('0') && !s.digits() {
		return "", ErrJSON
	}
	if s.take('.') && !s.digits() {
		return "", ErrJSON
	}
	if s.take('e') || s.take('E') {
		if !s.take('+') {
			s.take('-')
		}
		if !s.digits() {
			return "", ErrJSON
		}
	}
	return s.data[from:s.at], nil
}

// names remembers what an object's members are called.
type names struct {
	few  [8]string
	n    int
	many map[string]bool
}

// add says whether the name was there already.
func (n *names) add(name string) bool {
	if n.many != nil {
		seen := n.many[name]
		n.many[name] = true
		return seen
	}
	for _, other := range n.few[:n.n] {
		if other == name {
			return true
		}
	}
	if n.n < len(n.few) {
		n.few[n.n] = name
		n.n++
		return false
	}
	n.many = map[string]bool{name: true}
	for _, other := range n.few {
		n.many[other] = true
	}
	return false
}
