package wiring

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"regexp"
	"slices"
	"strings"
)

// Mistake is one thing wrong with a configuration.
type Mistake struct {
	Key  string // the key, or the environment variable or file at fault
	Text string
}

// Mistakes is everything wrong with a configuration, as an error of one line. It quotes no value.
type Mistakes []Mistake

// Error names every mistake.
func (m Mistakes) Error() string {
	texts := make([]string, len(m))
	for i, mistake := range m {
		texts[i] = mistake.Key + " " + mistake.Text
	}
	return "configuration: " + strings.Join(texts, "; ")
}

func (m *Mistakes) add(key, format string, arguments ...any) {
	*m = append(*m, Mistake{Key: key, Text: fmt.Sprintf(format, arguments...)})
}

// given is a value as somebody wrote it, from one layer of the configuration.
type given struct {
	values []string
	list   bool // written as a list
	asFile bool // names the file that holds the value
}

// layer is what the file or the environment says, by key.
type layer map[string]given

// Load reads the configuration: the defaults, over them the YAML file at the given path, over that the environment
// in the form of os.Environ. Without a path it reads the file that EIDGATE_CONFIG names, if any.
// It fails with [Mistakes], all there are.
func Load(path string, environ []string) (Config, error) {
	var m Mistakes
	if path == "" {
		path = lookup(environ, "EIDGATE_CONFIG")
	}
	file := layer{}
	if path != "" {
		file = readFile(path, &m)
	}
	env := readEnvironment(environ, file, &m)
	c := merge(file, env, &m)
	if len(m) > 0 {
		slices.SortStableFunc(m, func(a, b Mistake) int { return strings.Compare(a.Key, b.Key) })
		return Config{}, m
	}
	return c, nil
}

// merge puts the layers over the defaults of the mode that they name, and checks what comes out.
func merge(file, env layer, m *Mistakes) Config {
	set := layer{}
	for _, l := range []layer{file, env} {
		for name, g := range l {
			set[name] = g
		}
	}
	mode := Development
	if g, ok := set["mode"]; ok && len(g.values) == 1 {
		mode = Mode(g.values[0])
	}
	c := defaults(mode)
	for name := range set {
		c.Themes.admit(name)
	}
	broken := map[string]bool{}
	for _, k := range allKeys(&c) {
		g, ok := set[k.name]
		if !ok {
			continue
		}
		values, err := g.resolve(k)
		if err == nil {
			err = k.set(values)
		}
		if err != nil {
			m.add(k.name, "%v", err)
			broken[k.name] = true
		}
	}
	c.derive(set)
	c.check(m, broken)
	return c
}

// resolve gives the values for a key, read from a file where the value is kept in one.
func (g given) resolve(k key) ([]string, error) {
	switch {
	case g.list && !k.many():
		return nil, errors.New("takes one value, not a list")
	case g.asFile:
		text, err := readSecret(g.values[0])
		return []string{text}, err
	case k.many() && !g.list:
		return split(strings.Join(g.values, ",")), nil
	}
	return g.values, nil
}

// split takes a list apart at its commas.
func split(text string) []string {
	var list []string
	for part := range strings.SplitSeq(text, ",") {
		if part = strings.TrimSpace(part); part != "" {
			list = append(list, part)
		}
	}
	return list
}

// mostSecret bounds what is read for a secret, against a path that leads somewhere else.
const mostSecret = 64 << 10

func readSecret(path string) (string, error) {
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return "", fmt.Errorf("cannot be read from its file: %w", unwrapPath(err))
	case !info.Mode().IsRegular() && info.Mode()&os.ModeNamedPipe == 0:
		return "", errors.New("cannot be read from its file: that is no regular file")
	case info.Size() > mostSecret:
		return "", fmt.Errorf("cannot be read from its file: that is larger than %d bytes", mostSecret)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return "", fmt.Errorf("cannot be read from its file: %w", unwrapPath(err))
	}
	secret := strings.TrimRight(string(text), "\r\n")
	if secret == "" {
		return "", errors.New("cannot be read from its file: that is empty")
	}
	return secret, nil
}

// unwrapPath leaves the path out of an error: whoever confuses KEY with KEY_FILE has put a secret there.
func unwrapPath(err error) error {
	if p, ok := errors.AsType[*fs.PathError](err); ok {
		return p.Err
	}
	return err
}

// themeKey recognises the keys of themes, whose identifiers are the operator's own.
var themeKey = regexp.MustCompile(`^themes\.([a-z0-9]+(?:[-_][a-z0-9]+)*)\.(logo|colour|background)$`)

// admit makes the theme that a key speaks of.
func (t Themes) admit(name string) {
	if match := themeKey.FindStringSubmatch(name); match != nil && t[match[1]] == nil {
		t[match[1]] = &Theme{}
	}
}

// readEnvironment gives what the environment sets. Its names are made from the keys there are, those of the file's
// themes included, and never taken apart; only a theme that nobody else names gets its identifier from there.
func readEnvironment(environ []string, file layer, m *Mistakes) layer {
	c := defaults(Development)
	for name := range file {
		c.Themes.admit(name)
	}
	names := map[string]key{}
	for _, k := range allKeys(&c) {
		names[variable(k.name)] = k
	}
	env := layer{}
	for _, entry := range slices.Sorted(slices.Values(environ)) {
		name, value, _ := strings.Cut(entry, "=")
		rest, ours := strings.CutPrefix(name, "EIDGATE_")
		if !ours || name == "EIDGATE_CONFIG" || strings.HasPrefix(rest, "TEST_") {
			continue
		}
		k, known := names[name]
		withoutFile, isFile := strings.CutSuffix(name, "_FILE")
		owner, ofSecret := names[withoutFile]
		switch theme := themeOf(rest); {
		case known:
			env.put(k.name, given{values: []string{value}}, m)
		case isFile && ofSecret && owner.private():
			env.put(owner.name, given{values: []string{value}, asFile: true}, m)
		case theme != "":
			env.put(theme, given{values: []string{value}}, m)
		default:
			m.add(name, "is no variable of eidgate")
		}
	}
	return env
}

// themeOf gives the key of a theme that a variable without its prefix sets, or "".
func themeOf(rest string) string {
	words, ok := strings.CutPrefix(rest, "THEMES_")
	last := strings.LastIndexByte(words, '_')
	if !ok || last < 0 {
		return ""
	}
	name := strings.ToLower("themes." + words[:last] + "." + words[last+1:])
	if !themeKey.MatchString(name) {
		return ""
	}
	return name
}

// put notes a value, and that a key has two.
func (l layer) put(name string, g given, m *Mistakes) {
	if other, twice := l[name]; twice {
		if other.asFile != g.asFile {
			m.add(name, "is given both as itself and as %s_file", name)
		} else {
			m.add(name, "is given twice")
		}
		return
	}
	l[name] = g
}

func lookup(environ []string, name string) string {
	value := ""
	for _, entry := range environ {
		if n, v, _ := strings.Cut(entry, "="); n == name {
			value = v
		}
	}
	return value
}
