package binary_test

import (
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/eidgate/eidgate/domain/audit"
)

// check asks the gateway for everything that it has acknowledged.
func (j *journal) check(t *testing.T, g *gateway, office string) {
	t.Helper()
	attached := 0
	for id, e := range j.accounts {
		found, a := g.find(t, office, id)
		switch {
		case e.deleted && a.status != http.StatusNotFound:
			t.Errorf("a deleted account is answered with %v", a)
		case e.deleted || e.deleting && a.status == http.StatusNotFound:
		case a.status != http.StatusOK || found.ID != id || found.Email != e.email || found.SSN != e.ssn && !(e.unsure && e.ssn == ""):
			t.Errorf("an account of %s was acknowledged and is answered with %v", e.email, a)
		case found.SSN != "":
			attached++
		}
	}
	if attached == 0 {
		t.Error("no account has a number, so this says nothing")
	}
	for token, id := range j.tokens {
		a := g.ask(http.MethodGet, "/api/v1/account", token, nil)
		if e := j.accounts[id]; e.deleted || e.deleting && a.status == http.StatusUnauthorized {
			if a.status != http.StatusUnauthorized {
				t.Errorf("the token of a deleted account is answered with %v", a)
			}
			continue
		}
		var own struct{ Data account }
		if a.read(t, &own); !a.ok() || own.Data.ID != id {
			t.Errorf("a token was acknowledged and is answered with %v", a)
		}
	}
}

// checkTrail wants a fact for every acknowledged write, and none missing between two of a subject.
func (j *journal) checkTrail(t *testing.T, g *gateway) {
	t.Helper()
	last := map[string]int64{}
	told := map[string]bool{} // kind and subject
	for _, f := range g.trail(t) {
		if f.Sequence != last[f.Subject]+1 {
			t.Errorf("%s: fact %d follows %d", f.Subject, f.Sequence, last[f.Subject])
		}
		last[f.Subject] = f.Sequence
		told[f.Kind+" "+f.Subject] = true
	}
	want := func(kind string, id int64) {
		if !told[kind+" account/"+strconv.FormatInt(id, 10)] {
			t.Errorf("there is no fact %s of an account of which it was acknowledged", kind)
		}
	}
	for id, e := range j.accounts {
		want(audit.AccountRegistered, id)
		if e.deleted {
			want(audit.AccountDeleted, id)
		}
		if e.ssn != "" && !told[audit.AccountNumberGiven+" account/"+strconv.FormatInt(id, 10)] {
			want(audit.AccountNumberAttached, id)
		}
	}
	for token := range j.tokens {
		if id, _, _ := strings.Cut(token, "|"); !told[audit.TokenIssued+" token/"+id] {
			t.Error("there is no fact of a token of which it was acknowledged")
		}
	}
	if len(told) < len(j.accounts) || len(j.accounts) == 0 {
		t.Errorf("%d accounts, %d facts", len(j.accounts), len(told))
	}
}
