package orgapi

import (
	"net/url"
	"strings"
)

// form puts the pairs of a form into a tree, as JSON would have it: a[b]=c is an object, a[]=c a list, and so is a name
// that stands more than once.
type form struct {
	tree  map[string]any
	pairs int
}

// contradiction stands in a tree for what no tree can say: one name for values of two kinds, a list of more than texts, or
// something nested too deeply. Clients send such names when they send our own answers back to us, so they are at fault
// only for whoever reads them; see [parameters.Blame].
type contradiction struct{}

// parseForm reads application/x-www-form-urlencoded.
func parseForm(text string) (map[string]any, error) {
	f := form{tree: map[string]any{}}
	for rest := text; rest != ""; {
		var pair string
		pair, rest, _ = strings.Cut(rest, "&")
		if pair == "" {
			continue
		}
		rawName, rawValue, _ := strings.Cut(pair, "=")
		name, err := url.QueryUnescape(rawName)
		if err != nil {
			return nil, errForm
		}
		value, err := url.QueryUnescape(rawValue)
		if err != nil {
			return nil, errForm
		}
		if err := f.add(name, value); err != nil {
			return nil, err
		}
	}
	return f.tree, nil
}

func (f *form) add(name, value string) error {
	if f.pairs++; f.pairs > mostParameters {
		return errCrowded
	}
	if !isText(name) || !isText(value) {
		return errForm
	}
	place(f.tree, segments(name), value, 1)
	return nil
}

// segments takes a name apart: a[b][] is a, b and "". What is no name of that form is one segment as it stands, which
// nobody asks for.
func segments(name string) []string {
	first, rest, nested := strings.Cut(name, "[")
	if !nested || first == "" || !strings.HasSuffix(rest, "]") {
		return []string{name}
	}
	path := append([]string{first}, strings.Split(rest[:len(rest)-1], "][")...)
	for _, segment := range path {
		if strings.ContainsAny(segment, "[]") {
			return []string{name}
		}
	}
	return path
}

// place puts a value into a tree, of which in is at the given depth. What contradicts what is there, and what would be nested
// too deeply, leaves a [contradiction] in place of both.
func place(in map[string]any, path []string, value string, depth int) {
	name, rest := path[0], path[1:]
	lists := len(rest) == 1 && rest[0] == ""
	nests := len(rest) > 0 && rest[0] != ""
	if len(rest) > 0 && depth == mostNesting || len(rest) > 1 && !nests { // the latter is a list of lists or objects
		in[name] = contradiction{}
		return
	}
	switch there := in[name].(type) {
	case nil:
		switch {
		case nests:
			inner := map[string]any{}
			in[name] = inner
			place(inner, rest, value, depth+1)
		case lists:
			in[name] = []any{value}
		default:
			in[name] = value
		}
		return
	case string:
		if !nests {
			in[name] = []any{there, value}
			return
		}
	case []any:
		if !nests {
			in[name] = append(there, value)
			return
		}
	case map[string]any:
		if nests {
			place(there, rest, value, depth+1)
			return
		}
	}
	in[name] = contradiction{}
}
