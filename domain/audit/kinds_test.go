package audit_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/eidgate/eidgate/domain/audit"
	"github.com/eidgate/eidgate/domain/eid"
)

var wellFormed = regexp.MustCompile(`^[a-z_]+\.[a-z_]+$`)

func TestEveryKindIsListedOnce(t *testing.T) {
	seen := map[string]bool{}
	for _, kind := range audit.Kinds() {
		if seen[kind] || !wellFormed.MatchString(kind) {
			t.Errorf("%q is listed twice or is not a subject's sort, a dot and what happened", kind)
		}
		seen[kind] = true
	}
}

func TestEveryKindThatTheCodeTellsIsListedAndTheOtherWayRound(t *testing.T) {
	told, constants := map[string]bool{}, constants(t)
	for _, state := range []eid.State{eid.Completed, eid.Refused, eid.Failed, eid.Expired} {
		told["session."+string(state)] = true // put together from the state
	}
	for _, root := range []string{"../../domain", "../../app"} {
		for kind := range toldIn(t, root, constants) {
			told[kind] = true
		}
	}
	for kind := range told {
		if !slices.Contains(audit.Kinds(), kind) {
			t.Errorf("the code tells %q, which is not listed", kind)
		}
	}
	for _, kind := range audit.Kinds() {
		if !told[kind] {
			t.Errorf("%q is listed and nobody tells it", kind)
		}
	}
}

// toldIn finds the kinds of facts in source: the first argument of tell and fact, and the Kind of a literal, be it
// spelled out or one of the constants.
func toldIn(t *testing.T, root string, constants map[string]string) map[string]bool {
	t.Helper()
	kinds := map[string]bool{}
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.CallExpr:
				if name := calledName(n.Fun); (name == "tell" || name == "fact") && len(n.Args) > 0 {
					note(kinds, constants, n.Args[0])
				}
			case *ast.KeyValueExpr:
				if key, ok := n.Key.(*ast.Ident); ok && key.Name == "Kind" {
					note(kinds, constants, n.Value)
				}
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return kinds
}

func calledName(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.Ident:
		return e.Name
	case *ast.SelectorExpr:
		return e.Sel.Name
	}
	return ""
}

func note(kinds map[string]bool, constants map[string]string, e ast.Expr) {
	switch e := e.(type) {
	case *ast.BasicLit:
		if s, err := strconv.Unquote(e.Value); err == nil && wellFormed.MatchString(s) {
			kinds[s] = true
		}
	case *ast.SelectorExpr:
		if x, ok := e.X.(*ast.Ident); ok && x.Name == "audit" && constants[e.Sel.Name] != "" {
			kinds[constants[e.Sel.Name]] = true
		}
	}
}

// constants gives the kinds by the names of their constants.
func constants(t *testing.T) map[string]string {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "kinds.go", nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	kinds := map[string]string{}
	ast.Inspect(file, func(n ast.Node) bool {
		if spec, ok := n.(*ast.ValueSpec); ok && len(spec.Values) == 1 {
			if text, ok := spec.Values[0].(*ast.BasicLit); ok {
				kind, err := strconv.Unquote(text.Value)
				if err != nil || !slices.Contains(audit.Kinds(), kind) {
					t.Errorf("%s is a kind that is not listed", spec.Names[0].Name)
				}
				kinds[spec.Names[0].Name] = kind
			}
		}
		return true
	})
	return kinds
}
