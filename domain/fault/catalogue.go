package fault

import (
	"slices"
	"strings"
	"sync"
)

// Entry is one line of the catalogue of failures.
type Entry struct {
	Kind Kind
	Code string
	Text string
}

var catalogue = struct {
	sync.Mutex
	entries map[string]Entry
}{entries: map[string]Entry{}}

func enter(f *Fault) {
	catalogue.Lock()
	defer catalogue.Unlock()
	if _, taken := catalogue.entries[f.code]; taken {
		panic("fault: the code " + f.code + " is declared twice")
	}
	catalogue.entries[f.code] = Entry{Kind: f.kind, Code: f.code, Text: f.text}
}

// Catalogue lists every declared fault, sorted by code: the source of the page that documents them.
func Catalogue() []Entry {
	catalogue.Lock()
	defer catalogue.Unlock()
	entries := make([]Entry, 0, len(catalogue.entries))
	for _, e := range catalogue.entries {
		entries = append(entries, e)
	}
	slices.SortFunc(entries, func(a, b Entry) int { return strings.Compare(a.Code, b.Code) })
	return entries
}
