package httpapi

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// row is a surface's route in its place.
type row struct {
	Route
	surface  Surface
	segments []string // of the pattern; parameters start with a colon
}

// table is every route of every surface, and who owns which paths.
type table struct {
	rows   []row   // static segments before parameters
	owners []owner // longest prefix first
}

type owner struct {
	prefix  string
	open    bool // matches every path that begins with prefix, whole segments or not
	surface Surface
}

// tabulate gathers and sorts the tables. It lists every mistake at once: two rows that answer the same requests,
// two owners of one prefix, a row in another surface's land, and patterns that Fiber would read in its own way.
func tabulate(surfaces []Surface) (*table, error) {
	t := &table{}
	var mistakes []error
	owned := map[string]string{}
	for _, s := range surfaces {
		for _, p := range s.Owns() {
			prefix, open := strings.CutSuffix(p, "*")
			o := owner{prefix: prefix, open: open || prefix == "/", surface: s}
			key := fmt.Sprint(o.prefix, o.open)
			if other, taken := owned[key]; taken {
				mistakes = append(mistakes, fmt.Errorf("httpapi: surfaces %s and %s both own %s", other, s.Name(), p))
			}
			owned[key] = s.Name()
			t.owners = append(t.owners, o)
		}
	}
	slices.SortStableFunc(t.owners, func(a, b owner) int { return cmp.Compare(len(b.prefix), len(a.prefix)) })

	seen := map[string]string{}
	for _, s := range surfaces {
		for _, r := range s.Routes() {
			w := row{Route: r, surface: s, segments: split(r.Pattern)}
			if err := w.check(); err != nil {
				mistakes = append(mistakes, err)
				continue
			}
			key := r.Method + " " + anonymous(w.segments)
			if other, taken := seen[key]; taken {
				mistakes = append(mistakes, fmt.Errorf("httpapi: %s of %s is also a route of %s", key, s.Name(), other))
			}
			seen[key] = s.Name()
			if o := t.owner(r.Pattern); o != nil && o.Name() != s.Name() {
				mistakes = append(mistakes, fmt.Errorf("httpapi: %s %s of %s lies under a prefix of %s", r.Method, r.Pattern, s.Name(), o.Name()))
			}
			t.rows = append(t.rows, w)
		}
	}
	slices.SortStableFunc(t.rows, func(a, b row) int { return bySegments(a.segments, b.segments) })
	return t, errors.Join(mistakes...)
}

func (r row) check() error {
	bad := func(why string) error {
		return fmt.Errorf("httpapi: route %s %q of %s: %s", r.Method, r.Pattern, r.surface.Name(), why)
	}
	if !slices.Contains(methods, r.Method) {
		return bad("unknown method")
	}
	if r.Handler == nil {
		return bad("no handler")
	}
	if !strings.HasPrefix(r.Pattern, "/") || strings.ContainsAny(r.Pattern, "*+?\\<>() ") {
		return bad("a pattern has static segments and :parameters only")
	}
	for _, s := range r.segments {
		name, parameter := strings.CutPrefix(s, ":")
		if s == "" && r.Pattern != "/" || parameter && name == "" || strings.ContainsAny(name, ":") {
			return bad("a segment is empty or mixes text and parameter")
		}
		if parameter && strings.Trim(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") != "" {
			return bad("a parameter's name has letters, digits and underscores only")
		}
	}
	return nil
}

// owner finds in whose words a path is answered, nil for nobody's.
func (t *table) owner(path string) Surface {
	path = cmp.Or(path, "/") // a target that is no path at all
	for _, o := range t.owners {
		rest, found := strings.CutPrefix(path, o.prefix)
		if found && (o.open || rest == "" || rest[0] == '/') {
			return o.surface
		}
	}
	return nil
}

// allowed lists the methods that a path knows, sorted, none for a path that does not exist.
func (t *table) allowed(path string) []string {
	var found []string
	segments := split(path)
	for i := range t.rows {
		if r := &t.rows[i]; r.matches(segments) && !slices.Contains(found, r.Method) {
			found = append(found, r.Method)
		}
	}
	slices.Sort(found)
	return found
}

// find gives the row that answers a request, nil for none.
func (t *table) find(method, path string) *row {
	segments := split(path)
	for i := range t.rows {
		if r := &t.rows[i]; r.Method == method && r.matches(segments) {
			return r
		}
	}
	return nil
}

func (r *row) matches(path []string) bool {
	if len(path) != len(r.segments) {
		return false
	}
	for i, s := range r.segments {
		if strings.HasPrefix(s, ":") {
			if path[i] == "" {
				return false
			}
		} else if s != path[i] {
			return false
		}
	}
	return true
}

func split(path string) []string { return strings.Split(strings.TrimPrefix(path, "/"), "/") }

// anonymous spells a pattern without the names of its parameters.
func anonymous(segments []string) string {
	var b strings.Builder
	for _, s := range segments {
		if strings.HasPrefix(s, ":") {
			s = ":"
		}
		b.WriteString("/" + s)
	}
	return b.String()
}

// bySegments sorts static segments before parameters, place by place, and otherwise by spelling.
func bySegments(a, b []string) int {
	for i := range min(len(a), len(b)) {
		pa, pb := strings.HasPrefix(a[i], ":"), strings.HasPrefix(b[i], ":")
		switch {
		case pa && pb:
			continue
		case pa:
			return 1
		case pb:
			return -1
		case a[i] != b[i]:
			return cmp.Compare(a[i], b[i])
		}
	}
	return cmp.Compare(len(a), len(b))
}
