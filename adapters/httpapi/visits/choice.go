package visits

import (
	"slices"
	"unicode"
	"unicode/utf8"

	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/identity"
)

// group is the eIDs of one country, for the person to choose among.
type group struct {
	Country string // its name; "" where all eIDs are of one
	EIDs    []option
}

type option struct {
	EID  eid.EID
	Name string
}

// homes are the countries where a language is at home.
var homes = map[string]identity.Country{"sv": identity.SE, "nb": identity.NO, "da": identity.DK, "fi": identity.FI}

// grouped sorts the choices by country: the one that the browser remembers first, then the one whose language the person
// reads, then as the organization lists them.
func grouped(choices []eid.EID, words speech, remembered identity.Country) []group {
	var order []identity.Country
	named := func(c identity.Country) {
		inCountry := func(e eid.EID) bool { return e.Country() == c }
		if !slices.Contains(order, c) && slices.ContainsFunc(choices, inCountry) {
			order = append(order, c)
		}
	}
	named(remembered)
	named(homes[words.Language])
	for _, e := range choices {
		named(e.Country())
	}
	var all []group
	for _, c := range order {
		g := group{}
		if len(order) > 1 {
			g.Country = words.must("country." + string(c))
		}
		for _, e := range choices {
			if e.Country() == c {
				g.EIDs = append(g.EIDs, option{EID: e, Name: capital(eIDName(e, dictionaries[words.Language]))})
			}
		}
		all = append(all, g)
	}
	return all
}

// capital begins a name that stands alone.
func capital(name string) string {
	first, size := utf8.DecodeRuneInString(name)
	return string(unicode.ToUpper(first)) + name[size:]
}
