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
	path := segments(name)
	if len(path) > mostNesting {
		return errCrowded
	}
	return place(f.tree, path, value)
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

// place puts a value into a tree. It fails where one name would stand for values of two kinds.
func place(in map[string]any, path []string, value string) error {
	name, rest := path[0], path[1:]
	there, known := in[name]
	switch {
	case len(rest) == 0 || len(rest) == 1 && rest[0] == "":
		switch before := there.(type) {
		case nil:
			if in[name] = any(value); len(rest) == 1 {
				in[name] = []any{value}
			}
		case string:
			in[name] = []any{before, value}
		case []any:
			in[name] = append(before, value)
		default:
			return errForm
		}
		return nil
	case rest[0] == "": // a list of lists or objects, which no request has
		return errForm
	}
	inner, is := there.(map[string]any)
	if known && !is {
		return errForm
	}
	if !known {
		inner = map[string]any{}
		in[name] = inner
	}
	return place(inner, rest, value)
}
