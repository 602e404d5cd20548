package organization

import (
	"strings"
	"unicode"

	"github.com/eidgate/eidgate/domain/fault"
)

// ErrNamesAnother refuses a text that speaks in another organization's name.
var ErrNamesAnother = fault.New(fault.Invalid, "text_names_another", "A text that people are shown may not carry another organization's name.")

// leastName is how many letters and digits a name needs to be looked for: shorter ones are words of everyday.
const leastName = 4

// Writing is a text as a hasty reader sees it: letters and digits without case, marks and what stands between them, with
// what looks alike made the same. The zero value is that of the empty text.
type Writing struct {
	letters string
	starts  []bool // where a word begins
	ends    []bool // where one has ended
	count   int    // of letters and digits, before any became two
}

// Look reads a text.
func Look(text string) Writing {
	var w Writing
	var b strings.Builder
	inside := false
	mark := func(list []bool) []bool {
		for len(list) <= b.Len() {
			list = append(list, false)
		}
		list[b.Len()] = true
		return list
	}
	for _, r := range text {
		seen := latinized(r)
		switch {
		case seen == "" && invisible(r):
		case seen == "":
			if inside {
				w.ends = mark(w.ends)
			}
			inside = false
		default:
			if !inside {
				w.starts = mark(w.starts)
			}
			inside = true
			w.count++
			b.WriteString(seen)
		}
	}
	if inside {
		w.ends = mark(w.ends)
	}
	w.letters = b.String()
	return w
}

// Mentions holds when the text carries the name as whole words: whatever the case, accents, the spaces and the
// punctuation in it, with letters and digits in place of those that they look like, and in the genitive, too. Names of
// fewer than four letters and digits are never found.
func (w Writing) Mentions(name string) bool {
	wanted := Look(name)
	if wanted.count < leastName {
		return false
	}
	for from := 0; ; from++ {
		at := strings.Index(w.letters[from:], wanted.letters)
		if at < 0 {
			return false
		}
		from += at
		end := from + len(wanted.letters)
		if holds(w.starts, from) && (holds(w.ends, end) || w.inflected(end)) {
			return true
		}
	}
}

// inflected holds where just the letter of a Scandinavian, English or Finnish genitive follows.
func (w Writing) inflected(end int) bool {
	return end < len(w.letters) && (w.letters[end] == 's' || w.letters[end] == 'n') && holds(w.ends, end+1)
}

func holds(list []bool, at int) bool { return at < len(list) && list[at] }

// Mentions is [Writing.Mentions] for one name.
func Mentions(text, name string) bool { return Look(text).Mentions(name) }

// invisible holds for what belongs to the letter before it, or to nothing.
func invisible(r rune) bool {
	return unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf, unicode.Other_Default_Ignorable_Code_Point)
}
