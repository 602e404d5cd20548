package arch

import (
	"path"
	"slices"
	"strings"
	"testing"
)

// module is our own path; packages are named relative to it below.
const module = "github.com/eidgate/eidgate"

// rule says what the packages of a place may import. The first rule whose place fits a package holds for it.
type rule struct {
	place     string   // "domain/fault" for one package, "domain/..." for it and all below
	own       []string // places of ours, in the same spelling; "^" stands for the package's own parents
	libraries bool     // packages of others
	machine   bool     // the parts of the standard library that reach out of the process
	why       string
}

var rules = []rule{
	{place: "domain/fault", why: "everything names its failures, so naming them may lean on nothing"},
	{place: "domain/audit", why: "every domain tells facts, so telling them may lean on nothing"},
	{place: "domain/...", own: []string{"domain/..."}, why: "the rules of the trade outlive every library, store and surface"},
	{place: "ports/...", own: []string{"domain/..."}, why: "a port says what is wanted in words of the domain, so any adapter can answer"},
	{place: "app/account", own: []string{"ports/...", "domain/...", "app/session"}, why: "a verification is a session that ends at an account"},
	{place: "app/...", own: []string{"ports/...", "domain/..."}, why: "use cases are played by any adapter, also by those of a test"},
	{place: "adapters/sqlstore/...", own: []string{"ports/...", "domain/...", "migrations", "^"}, libraries: true, machine: true, why: "the store brings its schema along"},
	{place: "adapters/...", own: []string{"ports/...", "domain/...", "^"}, libraries: true, machine: true, why: "an adapter can be replaced when no other one, and no use case, knows it"},
	{place: "migrations", machine: true, why: "the schema is data"},
	{place: "cmd/wiring", own: []string{"..."}, libraries: true, machine: true, why: "somebody has to know everybody; it is this package alone"},
	{place: "cmd/...", own: []string{"cmd/...", "app/...", "ports/...", "domain/..."}, libraries: true, machine: true, why: "commands speak with use cases and leave the building to wiring"},
	{place: "test/...", own: []string{"adapters/...", "app/...", "cmd/...", "domain/...", "migrations", "ports/...", "test/..."}, libraries: true, machine: true, why: "a test may look anywhere"},
}

// wiringOnly are libraries that one package alone may know, and tests that build its graph.
var wiringOnly = []string{"go.uber.org/fx", "go.uber.org/dig"}

// machinery is what the standard library has for reaching out of the process. The heart does without.
var machinery = []string{"database/sql", "log", "net", "net/http", "net/rpc", "net/smtp", "os", "plugin", "syscall", "testing", "unsafe"}

// judge holds the imports of every package against the rules and gives a sentence for each arrow drawn wrong.
func judge(imports map[string][]string) []string {
	var wrong []string
	for from, list := range imports {
		i := slices.IndexFunc(rules, func(r rule) bool { return covers(r.place, from) })
		if i < 0 {
			wrong = append(wrong, from+" is at no place of the house")
			continue
		}
		for _, to := range list {
			if !rules[i].allows(from, to) {
				wrong = append(wrong, from+" must not import "+to+": "+rules[i].why)
			}
		}
	}
	slices.Sort(wrong)
	return wrong
}

func (r rule) allows(from, to string) bool {
	if own, ok := strings.CutPrefix(to, module+"/"); ok {
		return slices.ContainsFunc(r.own, func(place string) bool {
			if place == "^" {
				return isParent(own, from)
			}
			return covers(place, own)
		})
	}
	if first, _, _ := strings.Cut(to, "/"); strings.Contains(first, ".") {
		known := slices.ContainsFunc(wiringOnly, func(library string) bool { return to == library || strings.HasPrefix(to, library+"/") })
		return r.libraries && (!known || from == "cmd/wiring" || strings.HasPrefix(from, "test/"))
	}
	return r.machine || !slices.Contains(machinery, to) && !strings.HasPrefix(to, "os/") && !strings.HasPrefix(to, "net/http/")
}

// covers holds when the package is at the place.
func covers(place, pkg string) bool {
	folder, below := strings.CutSuffix(place, "...")
	folder = strings.TrimSuffix(folder, "/")
	return pkg == folder || below && (folder == "" || strings.HasPrefix(pkg, folder+"/"))
}

// isParent holds when the package lives below the other one. Families, such as adapters and adapters/provider, are no
// parents of anybody: they hold no code of their own.
func isParent(parent, pkg string) bool {
	for up := path.Dir(pkg); up != "."; up = path.Dir(up) {
		if up == parent {
			return true
		}
	}
	return false
}

func TestEveryArrowPointsTheRightWay(t *testing.T) {
	all := ask(t)
	if len(all) < 10 || all["domain/fault"] == nil {
		t.Fatalf("go list knows only %d packages", len(all))
	}
	for _, sentence := range judge(all) {
		t.Error(sentence)
	}
}

// TestAWrongArrowIsCaught feeds the judge with one wrong arrow at a time, and with right ones.
func TestAWrongArrowIsCaught(t *testing.T) {
	for _, c := range []struct {
		from, to string
		right    bool
	}{
		{"domain/fault", "domain/identity", false},
		{"domain/fault", "errors", true},
		{"domain/audit", "domain/fault", false},
		{"domain/eid", "domain/identity", true},
		{"domain/eid", "ports/outbound", false},
		{"domain/eid", "github.com/jmoiron/sqlx", false},
		{"domain/eid", "database/sql", false},
		{"domain/eid", "os/exec", false},
		{"domain/account", "net/mail", true},
		{"ports/outbound", "domain/eid", true},
		{"ports/outbound", "ports/inbound", false},
		{"ports/outbound", "app/session", false},
		{"ports/inbound", "github.com/google/uuid", false},
		{"app/account", "app/session", true},
		{"app/session", "app/account", false},
		{"app/session", "adapters/sqlstore", false},
		{"app/session", "go.uber.org/fx", false},
		{"app/session", "net/http", false},
		{"adapters/httpapi/accountapi", "adapters/httpapi", true},
		{"adapters/httpapi/accountapi", "adapters/httpapi/eidapi", false},
		{"adapters/httpapi", "adapters/httpapi/accountapi", false},
		{"adapters/httpapi", "adapters/sqlstore", false},
		{"adapters/provider/criipto", "adapters/provider/simulator", false},
		{"adapters/sqlstore", "migrations", true},
		{"adapters/vault", "migrations", false},
		{"adapters/vault", "app/keys", false},
		{"adapters/vault", "cmd/wiring", false},
		{"adapters/metrics", "go.uber.org/fx", false},
		{"migrations", "embed", true},
		{"migrations", "domain/eid", false},
		{"cmd/wiring", "adapters/vault", true},
		{"cmd/wiring", "go.uber.org/fx/fxevent", true},
		{"cmd/eidgate", "cmd/wiring", true},
		{"cmd/eidgate", "adapters/vault", false},
		{"cmd/eidgate", "go.uber.org/fx", false},
		{"test/contract", "adapters/vault", true},
		{"test/acceptance", "go.uber.org/fx", true},
		{"helpers", "errors", false},
	} {
		to := c.to
		if first, _, _ := strings.Cut(to, "/"); slices.Contains([]string{"domain", "ports", "app", "adapters", "migrations", "cmd", "test"}, first) {
			to = module + "/" + to
		}
		if found := judge(map[string][]string{c.from: {to}}); (len(found) == 0) != c.right {
			t.Errorf("%s -> %s: judged %q", c.from, c.to, found)
		}
	}
}
