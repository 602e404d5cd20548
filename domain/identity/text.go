package identity

import "strings"

// maxInput bounds the work on any input, in bytes, before trimming.
const maxInput = 32

// text is a canonical form, or the digits it is made of, as ASCII. What is
// behind its end is zero.
type text [12]byte

func (t text) pair(i int) int   { return int(t[i]-'0')*10 + int(t[i+1]-'0') }
func (t text) triple(i int) int { return int(t[i]-'0')*100 + t.pair(i+1) }

// trim cuts the blanks off both ends. Only these four: anything else at the
// rim, a no-break space for one, is a foreign character.
func trim(s string) (string, Reason) {
	if len(s) > maxInput {
		// The first bytes tell a number in another script from one that is
		// merely too long.
		if !ascii(s[:maxInput]) {
			return "", ReasonCharset
		}
		return "", ReasonLength
	}
	s = strings.Trim(s, " \t\r\n")
	if s == "" {
		return "", ReasonEmpty
	}
	return s, ""
}

func ascii(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}

// scan is an input taken apart into digits and separators.
type scan struct {
	digits   text
	n        int    // how many there were, of which digits holds the first twelve
	marks    uint64 // bit i: a separator stood before digit i
	repeated bool   // two separators in one place
	sign     byte   // the last separator
	letter   int    // where the letter stood, -1 for none
}

// read takes s apart. separators are the characters that may stand between the
// digits, letters those that may stand once in place of one. Anything else is
// not of the charset.
func read(s, separators, letters string) (sc scan, ok bool) {
	sc.letter = -1
	for i := range len(s) {
		b := s[i]
		switch {
		case b-'0' <= 9:
		case strings.IndexByte(separators, b) >= 0:
			sc.repeated = sc.repeated || sc.marks&(1<<sc.n) != 0
			sc.marks |= 1 << sc.n
			sc.sign = b
			continue
		case strings.IndexByte(letters, b) >= 0 && sc.letter < 0:
			sc.letter = sc.n
		default:
			return scan{}, false
		}
		if sc.n < len(sc.digits) {
			sc.digits[sc.n] = b
		}
		sc.n++
	}
	return sc, true
}

// separated reports whether separators stood at all of the places and nowhere
// else, or not at all.
func (s *scan) separated(places ...int) bool {
	if s.marks == 0 {
		return true
	}
	want := uint64(0)
	for _, p := range places {
		want |= 1 << p
	}
	return !s.repeated && s.marks == want
}
