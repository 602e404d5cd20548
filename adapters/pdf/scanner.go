package pdf

import (
	"bytes"
	"errors"
	"strconv"
)

// What can be wrong with the syntax. The causes quote nothing of the document.
var (
	errEnds       = errors.New("the document ends in the middle of something")
	errSyntax     = errors.New("the syntax of an object is broken")
	errDeep       = errors.New("objects are nested too deep")
	errDuplicate  = errors.New("a dictionary has two entries with one key")
	errTooComplex = errors.New("the document is too complex")
)

// mostDeep is how deep arrays and dictionaries may be nested.
const mostDeep = 64

// budget is what may still be spent on one document, however often it makes us look at the same bytes.
type budget struct {
	looked   int // bytes of syntax looked at
	values   int // values kept
	unpacked int // bytes that streams unpack to
}

// scanner reads objects from a place on.
type scanner struct {
	data []byte
	at   int
	*budget
}

func isSpace(c byte) bool {
	return c == 0 || c == '\t' || c == '\n' || c == '\f' || c == '\r' || c == ' '
}

func isDelimiter(c byte) bool { return bytes.IndexByte([]byte("()<>[]{}/%"), c) >= 0 }

func isRegular(c byte) bool { return !isSpace(c) && !isDelimiter(c) }

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// spend accounts for what lies between from and here.
func (s *scanner) spend(from int) error {
	if s.looked -= s.at - from + 1; s.looked < 0 {
		return errTooComplex
	}
	return nil
}

// skip goes on to what is neither white space nor comment.
func (s *scanner) skip() error {
	from := s.at
	for s.at < len(s.data) {
		switch c := s.data[s.at]; {
		case isSpace(c):
			s.at++
		case c == '%':
			for s.at < len(s.data) && s.data[s.at] != '\n' && s.data[s.at] != '\r' {
				s.at++
			}
		default:
			return s.spend(from)
		}
	}
	return s.spend(from)
}

// word reads a run of regular characters, which may be empty.
func (s *scanner) word() ([]byte, error) {
	from := s.at
	for s.at < len(s.data) && isRegular(s.data[s.at]) {
		s.at++
	}
	return s.data[from:s.at], s.spend(from)
}

// keyword reads the next word and holds when it is the one that is wanted; else it stays where it was.
func (s *scanner) keyword(want string) (bool, error) {
	back := s.at
	if err := s.skip(); err != nil {
		return false, err
	}
	w, err := s.word()
	if err != nil || string(w) != want {
		s.at = back
		return false, err
	}
	return true, nil
}

// natural reads the next word as a number from 0 to most.
func (s *scanner) natural(most int) (int, error) {
	if err := s.skip(); err != nil {
		return 0, err
	}
	w, err := s.word()
	if err != nil {
		return 0, err
	}
	if len(w) == 0 || len(w) > 19 || !isDigit(w[0]) {
		return 0, errSyntax
	}
	n, err := strconv.Atoi(string(w))
	if err != nil || n > most {
		return 0, errSyntax
	}
	return n, nil
}

// value reads an object.
func (s *scanner) value(depth int) (value, error) {
	if s.values--; s.values < 0 {
		return value{}, errTooComplex
	}
	if depth > mostDeep {
		return value{}, errDeep
	}
	if err := s.skip(); err != nil {
		return value{}, err
	}
	if s.at >= len(s.data) {
		return value{}, errEnds
	}
	switch c := s.data[s.at]; {
	case c == '/':
		s.at++
		w, err := s.word()
		return value{kind: name, raw: w}, err
	case c == '(':
		return s.literal()
	case c == '[':
		s.at++
		return s.array(depth)
	case c == '<' && s.at+1 < len(s.data) && s.data[s.at+1] == '<':
		s.at += 2
		return s.dictionary(depth)
	case c == '<':
		return s.hexadecimal()
	case isDigit(c) || c == '+' || c == '-' || c == '.':
		return s.number()
	}
	w, err := s.word()
	switch {
	case err != nil:
		return value{}, err
	case string(w) == "null":
		return value{}, nil
	case string(w) == "true" || string(w) == "false":
		return value{kind: boolean, raw: w}, nil
	}
	return value{}, errSyntax
}

// number reads a number or a reference, which begins like one.
func (s *scanner) number() (value, error) {
	w, err := s.word()
	if err != nil {
		return value{}, err
	}
	for _, c := range w {
		if !isDigit(c) && c != '+' && c != '-' && c != '.' {
			return value{}, errSyntax
		}
	}
	v := value{kind: number, raw: w}
	n, whole := v.integer()
	if !whole || n < 0 || !isDigit(w[0]) {
		return v, nil
	}
	back := s.at
	generation, err := s.natural(mostGeneration)
	if err == nil {
		var isReference bool
		if isReference, err = s.keyword("R"); isReference {
			return value{kind: reference, ref: ref{n, generation}}, nil
		}
	}
	s.at = back
	if errors.Is(err, errTooComplex) {
		return value{}, err
	}
	return v, nil
}

func (s *scanner) array(depth int) (value, error) {
	v := value{kind: array}
	for {
		if err := s.skip(); err != nil {
			return value{}, err
		}
		if s.at < len(s.data) && s.data[s.at] == ']' {
			s.at++
			return v, nil
		}
		item, err := s.value(depth + 1)
		if err != nil {
			return value{}, err
		}
		v.items = append(v.items, item)
	}
}

func (s *scanner) dictionary(depth int) (value, error) {
	v := value{kind: dictionary}
	seen := map[string]bool{}
	for {
		if err := s.skip(); err != nil {
			return value{}, err
		}
		if bytes.HasPrefix(s.data[s.at:], []byte(">>")) {
			s.at += 2
			return v, nil
		}
		if s.at >= len(s.data) {
			return value{}, errEnds
		}
		if s.data[s.at] != '/' {
			return value{}, errSyntax
		}
		s.at++
		raw, err := s.word()
		if err != nil {
			return value{}, err
		}
		entry, err := s.value(depth + 1)
		if err != nil {
			return value{}, err
		}
		key := string(decodeName(raw))
		if seen[key] { // which of them counts, readers see differently
			return value{}, errDuplicate
		}
		seen[key] = true
		v.pairs = append(v.pairs, pair{key: key, raw: raw, value: entry})
	}
}

// literal reads a string in parentheses, which may be nested.
func (s *scanner) literal() (value, error) {
	from, open := s.at, 0
	for ; s.at < len(s.data); s.at++ {
		switch s.data[s.at] {
		case '\\':
			s.at++
		case '(':
			open++
		case ')':
			if open--; open == 0 {
				s.at++
				return value{kind: text, raw: s.data[from:s.at]}, s.spend(from)
			}
		}
	}
	s.at = len(s.data)
	return value{}, errors.Join(errEnds, s.spend(from))
}

func (s *scanner) hexadecimal() (value, error) {
	from := s.at
	for s.at++; s.at < len(s.data); s.at++ {
		c := s.data[s.at]
		switch {
		case c == '>':
			s.at++
			return value{kind: text, raw: s.data[from:s.at]}, s.spend(from)
		case !isSpace(c) && !isDigit(c) && (c|0x20 < 'a' || c|0x20 > 'f'):
			return value{}, errors.Join(errSyntax, s.spend(from))
		}
	}
	return value{}, errors.Join(errEnds, s.spend(from))
}
