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
	told := map[string]bool{}
	for _, state := range []eid.State{eid.Completed, eid.Refused, eid.Failed, eid.Expired} {
		told["session."+string(state)] = true // put together from the state
	}
	for _, root := range []string{"../../domain", "../../app"} {
		for kind := range toldIn(t, root) {
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
func toldIn(t *testing.T, root string) map[string]bool {
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
					note(kinds, n.Args[0])
				}
			case *ast.KeyValueExpr:
				if key, ok := n.Key.(*ast.Ident); ok && key.Name == "Kind" {
					note(kinds, n.Value)
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

func note(kinds map[string]bool, e ast.Expr) {
	switch e := e.(type) {
	case *ast.BasicLit:
		if s, err := strconv.Unquote(e.Value); err == nil && wellFormed.MatchString(s) {
			kinds[s] = true
		}
	case *ast.SelectorExpr:
		for _, kind := range audit.Kinds() {
			if x, ok := e.X.(*ast.Ident); ok && x.Name == "audit" && constantName(kind) == e.Sel.Name {
				kinds[kind] = true
			}
		}
	}
}

// constantName is the name of a kind's constant: AccountNumberGiven for account.number_given.
func constantName(kind string) string {
	var b strings.Builder
	for _, word := range strings.FieldsFunc(kind, func(r rune) bool { return r == '.' || r == '_' }) {
		b.WriteString(strings.ToUpper(word[:1]) + word[1:])
	}
	return b.String()
}
