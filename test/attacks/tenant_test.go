package attacks

import (
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/eidgate/eidgate/adapters/httpapi/eidapi"
)

// faceless is an answer without what is new with each.
func faceless(a answer) string {
	text := a.code + " " + a.text()
	for _, name := range []string{"Content-Type", "Cache-Control", "Content-Length", "X-Eidgate-Simulated", "Retry-After", "Allow", "Www-Authenticate"} {
		text += "\n" + name + ": " + strings.Join(a.header.Values(name), ",")
	}
	return text
}

var identifier = regexp.MustCompile(`\{id\}`)

// placeholder is a parameter in a pattern of a route.
var placeholder = regexp.MustCompile(`:[a-z_]+`)

func TestAForeignADeletedAndAnInventedIdentifierAreOne(t *testing.T) {
	t.Parallel()
	g := open(t)
	demo, thief := g.demo(), g.stranger(t, "Thieves and Sons")
	const invented = "01890000-0000-7000-8000-000000000000"
	document, gone := demo.upload(t, "own.pdf").ID, thief.upload(t, "gone.pdf").ID
	if a := thief.ask(t, http.MethodDelete, "/v3/document/"+gone, ""); a.status != http.StatusNoContent {
		t.Fatal("a document cannot be deleted")
	}
	sessions := map[string]string{}
	for _, o := range []began{
		demo.start(t, "bankid-se/auth", `{}`), demo.start(t, "bankid-se/sign", `{"text":"x"}`), demo.adult(t), demo.login(t), demo.start(t, "freja/auth", `{}`),
		demo.start(t, "vipps/auth", `{"redirectUrl":"`+done+`"}`), demo.start(t, "ftn/auth", `{"redirectUrl":"`+done+`"}`), demo.start(t, "bankid-no/auth", `{"redirectUrl":"`+done+`"}`),
	} {
		sessions[o.path[:strings.LastIndexByte(o.path, '/')]] = o.ID
	}
	old := thief.start(t, "bankid-se/auth", `{}`)
	g.clock.Advance(25 * time.Hour) // its answer is no longer kept
	if _, _, err := g.sweeper.Sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
	g.clock.Advance(25 * time.Hour)
	if _, _, err := g.sweeper.Sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
	sessions["/v3/bankid-se/auth"] = demo.start(t, "bankid-se/auth", `{}`).ID
	asked := 0
	for _, op := range eidapi.Operations() {
		if !strings.Contains(op.Path, "{id}") {
			continue
		}
		ids := []string{invented, "x", "%2e%2e", sessions["/v3/bankid-se/auth"], old.ID}
		if strings.Contains(op.Path, "document") {
			ids = append(ids, document, gone)
		} else if id := sessions[strings.TrimSuffix(op.Path, "/{id}")]; id != "" {
			ids = append(ids, id)
		}
		var first string
		for _, id := range ids {
			g.clock.Advance(time.Second)
			a := thief.ask(t, op.Method, identifier.ReplaceAllLiteralString(op.Path, id), "")
			if first == "" {
				first = faceless(a)
			}
			if a.status != http.StatusNotFound || faceless(a) != first {
				t.Errorf("%s %s is answered with %d %s", op.Method, op.Path, a.status, a.code)
			}
			asked++
		}
	}
	if asked < 100 {
		t.Errorf("asked %d times", asked)
	}
	// What a start names is no oracle either.
	var first string
	for _, id := range []string{invented, gone, document, sessions["/v3/bankid-se/auth"]} {
		if a := thief.sign(t, id); a.status != http.StatusBadRequest || first != "" && faceless(a) != first {
			t.Errorf("to sign somebody else's document is answered with %d %s", a.status, a.text())
		} else {
			first = faceless(a)
		}
	}
	if a := demo.ask(t, http.MethodGet, "/v3/document/"+document, ""); a.status != http.StatusOK {
		t.Error("the owner's document is gone")
	}
}

// TestAForeignIdentifierTakesNoLonger compares the quickest answers, which no other process has disturbed. On a busy machine it
// takes more of them until there are such ones.
func TestAForeignIdentifierTakesNoLonger(t *testing.T) {
	t.Parallel()
	g := open(t)
	demo, thief := g.demo(), g.stranger(t, "Thieves and Sons")
	foreign := demo.start(t, "bankid-se/auth", `{}`).path
	invented := "/v3/bankid-se/auth/01890000-0000-7000-8000-000000000000"
	quickest := func(path string, best time.Duration) time.Duration {
		g.clock.Advance(time.Second)
		began := time.Now()
		if a := thief.ask(t, http.MethodGet, path, ""); a.status != http.StatusNotFound {
			t.Fatalf("it is answered with %d", a.status)
		}
		return min(best, time.Since(began))
	}
	one, other := time.Hour, time.Hour
	for range 20 {
		for range 150 {
			one, other = quickest(foreign, one), quickest(invented, other)
		}
		if one <= 2*other+200*time.Microsecond && other <= 2*one+200*time.Microsecond {
			return
		}
	}
	t.Errorf("a foreign identifier takes %v, an invented one %v", one, other)
}
