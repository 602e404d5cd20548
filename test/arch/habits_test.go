package arch

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// mostLines is where a file has a second idea in it.
const mostLines = 350

var generated = regexp.MustCompile(`(?m)^// Code generated .* DO NOT EDIT\.$`)

func TestNoFileIsLong(t *testing.T) {
	for name, text := range sources(t) {
		if lines := bytes.Count(text, []byte("\n")); lines > mostLines && !generated.Match(text) {
			t.Errorf("%s has %d lines; look for the second idea in it", name, lines)
		}
	}
}

// says holds names that say nothing of what is inside.
var saysNothing = []string{"base", "common", "helper", "helpers", "lib", "misc", "model", "models", "shared", "type", "types", "util", "utils", "x"}

func TestPackagesAreNamedForWhatTheyHold(t *testing.T) {
	for name, file := range parsed(t) {
		if slices.Contains(saysNothing, file.Name.Name) || slices.Contains(saysNothing, path.Base(path.Dir(name))) {
			t.Errorf("%s is in a package called %s", name, file.Name.Name)
		}
	}
}

// TestWhatCallersRelyOnIsWritten wants a comment at everything that the heart shows to others.
func TestWhatCallersRelyOnIsWritten(t *testing.T) {
	packages := map[string]bool{}
	for name, file := range parsed(t) {
		if !strings.HasPrefix(name, "domain/") && !strings.HasPrefix(name, "ports/") {
			continue
		}
		folder := path.Dir(name)
		packages[folder] = packages[folder] || file.Doc != nil
		for _, missing := range silent(file) {
			t.Errorf("%s: %s has no comment", name, missing)
		}
	}
	for folder, documented := range packages {
		if !documented {
			t.Errorf("package %s does not say what it is for", folder)
		}
	}
}

// silent lists the exported names of a file that nothing is said about.
func silent(file *ast.File) []string {
	var list []string
	for _, declaration := range file.Decls {
		switch d := declaration.(type) {
		case *ast.FuncDecl:
			if d.Name.IsExported() && d.Doc == nil && exportedReceiver(d) && d.Name.Name != "Error" { // its type speaks for it
				list = append(list, d.Name.Name)
			}
		case *ast.GenDecl:
			for _, spec := range d.Specs {
				switch s := spec.(type) {
				case *ast.TypeSpec:
					if s.Name.IsExported() && d.Doc == nil && s.Doc == nil && s.Comment == nil {
						list = append(list, s.Name.Name)
					}
				case *ast.ValueSpec:
					for _, n := range s.Names {
						if n.IsExported() && d.Doc == nil && s.Doc == nil && s.Comment == nil {
							list = append(list, n.Name)
						}
					}
				}
			}
		}
	}
	return list
}

func exportedReceiver(d *ast.FuncDecl) bool {
	if d.Recv == nil {
		return true
	}
	receiver := d.Recv.List[0].Type
	if star, ok := receiver.(*ast.StarExpr); ok {
		receiver = star.X
	}
	if generic, ok := receiver.(*ast.IndexExpr); ok {
		receiver = generic.X
	}
	name, ok := receiver.(*ast.Ident)
	return ok && name.IsExported()
}

// TestTimeAndChanceAreHandedIn wants everybody to ask a port for them, so that a test can say what they are.
func TestTimeAndChanceAreHandedIn(t *testing.T) {
	for name, file := range parsed(t) {
		if strings.HasPrefix(name, "adapters/system/") || strings.HasPrefix(name, "cmd/") || strings.HasPrefix(name, "test/") {
			continue
		}
		for _, found := range worldly(file) {
			t.Errorf("%s uses %s; take outbound.Clock, IDs or Random", name, found)
		}
	}
}

// worldly lists the ways in which a file asks the machine for time or chance by itself.
func worldly(file *ast.File) []string {
	var list []string
	names := map[string]string{} // of imported packages, as the file calls them
	for _, spec := range file.Imports {
		imported, _ := strconv.Unquote(spec.Path.Value)
		name := path.Base(imported)
		if spec.Name != nil {
			name = spec.Name.Name
		}
		names[name] = imported
		switch imported {
		case "math/rand", "math/rand/v2", "crypto/rand":
			list = append(list, imported)
		}
	}
	ast.Inspect(file, func(n ast.Node) bool {
		selector, ok := n.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		of, ok := selector.X.(*ast.Ident)
		if !ok || of.Obj != nil {
			return true
		}
		switch imported, called := names[of.Name], selector.Sel.Name; {
		case imported == "time" && slices.Contains([]string{"Now", "Since", "Until"}, called),
			imported == "github.com/google/uuid" && strings.HasPrefix(called, "New"):
			list = append(list, of.Name+"."+called)
		}
		return true
	})
	return list
}

func TestTheCheckOfTimeAndChanceSeesThem(t *testing.T) {
	const text = `package p
import ("time"; "github.com/google/uuid"; r "math/rand/v2")
var _, _, _, _ = time.Now(), uuid.NewString(), r.Int(), time.Second`
	file, err := parser.ParseFile(token.NewFileSet(), "p.go", text, 0)
	if err != nil {
		t.Fatal(err)
	}
	if got := worldly(file); !slices.Equal(got, []string{"math/rand/v2", "time.Now", "uuid.NewString"}) {
		t.Errorf("it sees %v", got)
	}
}

// code is how codes of faults are spelled.
var code = regexp.MustCompile(`^[a-z][a-z0-9]*(_[a-z0-9]+)*$`)

// TestEveryFaultHasItsOwnCodeAndASentence reads the declarations, so that it also sees faults of packages that no
// one program links together.
func TestEveryFaultHasItsOwnCodeAndASentence(t *testing.T) {
	owner := map[string]string{}
	for name, file := range parsed(t) {
		var atTop []ast.Node
		for _, d := range file.Decls {
			if g, ok := d.(*ast.GenDecl); ok && g.Tok == token.VAR {
				atTop = append(atTop, g)
			}
		}
		for _, call := range faults(file) {
			if !slices.ContainsFunc(atTop, func(n ast.Node) bool { return n.Pos() <= call.Pos() && call.End() <= n.End() }) {
				t.Errorf("%s declares a fault that is no package variable", name)
			}
			c, sentence := literal(call.Args[1]), literal(call.Args[2])
			if !code.MatchString(c) {
				t.Errorf("%s: the code %q is not spelled in lower case with underscores", name, c)
			}
			if other, taken := owner[c]; taken {
				t.Errorf("%s and %s share the code %s", name, other, c)
			}
			owner[c] = name
			if len(sentence) < 10 {
				t.Errorf("%s: the text of %s is no sentence: %q", name, c, sentence)
			}
		}
	}
	if len(owner) < 20 {
		t.Errorf("only %d faults found", len(owner))
	}
}

// faults lists the declarations of faults in a file.
func faults(file *ast.File) []*ast.CallExpr {
	var list []*ast.CallExpr
	ast.Inspect(file, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok || len(call.Args) != 3 {
			return true
		}
		switch f := call.Fun.(type) {
		case *ast.SelectorExpr:
			of, ok := f.X.(*ast.Ident)
			if ok && of.Name == "fault" && f.Sel.Name == "New" {
				list = append(list, call)
			}
		case *ast.Ident:
			if file.Name.Name == "fault" && f.Name == "New" {
				list = append(list, call)
			}
		}
		return true
	})
	return list
}

// literal gives the text of a string, also of one put together from several.
func literal(e ast.Expr) string {
	switch x := e.(type) {
	case *ast.BasicLit:
		text, _ := strconv.Unquote(x.Value)
		return text
	case *ast.BinaryExpr:
		return literal(x.X) + literal(x.Y)
	}
	return ""
}

func parsed(t *testing.T) map[string]*ast.File {
	t.Helper()
	files := map[string]*ast.File{}
	set := token.NewFileSet()
	for name, text := range sources(t) {
		file, err := parser.ParseFile(set, name, text, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		files[name] = file
	}
	return files
}
