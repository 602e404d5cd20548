package visits

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
	"unicode"

	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/ports/inbound"
)

// dictionary is the words of one language, by key. The five have the same keys and the same placeholders: nobody meets
// a word of another language than their own.
//
// What is said of a hint or a reason means what the eIDs recommend to say (BankID, recommended user messages).
type dictionary map[string]string

var dictionaries = map[string]dictionary{"en": english, "sv": swedish, "nb": norwegian, "da": danish, "fi": finnish}

// organization is the one placeholder that callers fill; it stands in an element of its own.
const organization = "{organization}"

// span is a piece of a sentence: words of ours, or a name that somebody gave itself.
type span struct {
	Name bool
	Text string
}

// speech is a dictionary with the names and numbers of one session.
type speech struct {
	language string
	words    dictionary
	own      string // the organization's name, "" where it has none
	fill     *strings.Replacer
}

func speechIn(language string, v inbound.Visit) speech {
	s := speech{language: language, words: dictionaries[language], own: visible(v.Organization)}
	s.fill = strings.NewReplacer("{eid}", s.eID(v.EID), "{least}", strconv.Itoa(v.LeastAge), "{greatest}", strconv.Itoa(v.GreatestAge))
	return s
}

// Organization is its own name for itself, "" for none.
func (s speech) Organization() string { return s.own }

// Say is a sentence without names. It fails for a key that there is not, which is a mistake of the program.
func (s speech) Say(key string) (string, error) {
	text, ok := s.words[key]
	if !ok {
		return "", fmt.Errorf("visits: no word for %s", key)
	}
	return s.fill.Replace(text), nil
}

// must is Say for keys that stand in this package.
func (s speech) must(key string) string {
	text, err := s.Say(key)
	if err != nil {
		panic(err)
	}
	return text
}

// Spell is a sentence in which the organization may be named.
func (s speech) Spell(key string) ([]span, error) {
	text, err := s.Say(key)
	var spans []span
	for i, piece := range strings.Split(text, organization) {
		if i > 0 {
			spans = append(spans, span{Name: true, Text: cmp.Or(s.own, s.words["organization"])})
		}
		if piece != "" {
			spans = append(spans, span{Text: piece})
		}
	}
	return spans, err
}

func (s speech) eID(e eid.EID) string {
	switch e {
	case eid.SEBankID, eid.NOBankID:
		return "BankID"
	case eid.SEFreja:
		return "Freja"
	case eid.NOVipps:
		return "Vipps"
	case eid.DKMitID:
		return "MitID"
	case eid.FIFTN:
		return s.words["eid.ftn"]
	}
	return string(e)
}

// visible is a name without line breaks and without what only changes how its surroundings look.
func visible(name string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if unicode.Is(unicode.C, r) || r == '\u2028' || r == '\u2029' {
			return -1
		}
		return r
	}, name))
}
