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

// Mentions holds when a text carries the name as whole words, whatever the case, the spaces and the punctuation between
// them. Names of fewer than four letters and digits are never found.
func Mentions(text, name string) bool {
	words := wordsOf(name)
	if len([]rune(strings.ReplaceAll(words, " ", ""))) < leastName {
		return false
	}
	return strings.Contains(" "+wordsOf(text)+" ", " "+words+" ")
}

// wordsOf is a text as lower-case words with one space in between.
func wordsOf(text string) string {
	return strings.Join(strings.FieldsFunc(strings.ToLower(text), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r)
	}), " ")
}
