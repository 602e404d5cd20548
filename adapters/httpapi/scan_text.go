package httpapi

import (
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// text reads a string from its opening quote on.
func (s *scanner) text() (string, error) {
	s.at++
	from := s.at
	for s.at < len(s.data) {
		switch b := s.data[s.at]; {
		case b == '"':
			s.at++
			return strings.Clone(s.data[from : s.at-1]), nil
		case b == '\\':
			return s.escaped(from)
		case b == 0:
			return "", ErrUnicode
		case b < ' ':
			return "", ErrJSON
		}
		s.at++
	}
	return "", ErrJSON
}

// escaped goes on with a string from its first escape.
func (s *scanner) escaped(from int) (string, error) {
	var b strings.Builder
	b.WriteString(s.data[from:s.at])
	for s.at < len(s.data) {
		c := s.data[s.at]
		s.at++
		switch {
		case c == '"':
			return b.String(), nil
		case c == 0:
			return "", ErrUnicode
		case c < ' ':
			return "", ErrJSON
		case c != '\\':
			b.WriteByte(c)
			continue
		}
		e := s.peek()
		s.at++
		if e == 'u' {
			r, err := s.rune()
			if err != nil {
				return "", err
			}
			b.WriteRune(r)
			continue
		}
		at := strings.IndexByte(`"\/bfnrt`, e)
		if at < 0 {
			return "", ErrJSON
		}
		b.WriteByte("\"\\/\b\f\n\r\t"[at])
	}
	return "", ErrJSON
}

// rune reads the hexadecimal digits of an escape, and of the second one where two make a character.
func (s *scanner) rune() (rune, error) {
	r, ok := s.unit()
	if !ok {
		return 0, ErrJSON
	}
	if utf16.IsSurrogate(r) {
		if !s.take('\\') || !s.take('u') {
			return 0, ErrUnicode
		}
		low, ok := s.unit()
		if !ok {
			return 0, ErrJSON
		}
		if r = utf16.DecodeRune(r, low); r == utf8.RuneError {
			return 0, ErrUnicode // a half of a pair without its other half
		}
	}
	if r == 0 {
		return 0, ErrUnicode
	}
	return r, nil
}

func (s *scanner) unit() (rune, bool) {
	if s.at+4 > len(s.data) {
		return 0, false
	}
	var r rune
	for range 4 {
		digit := unhex(s.data[s.at])
		if digit < 0 {
			return 0, false
		}
		r = r<<4 | rune(digit)
		s.at++
	}
	return r, true
}
