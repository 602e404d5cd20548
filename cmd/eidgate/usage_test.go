package main

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/eidgate/eidgate/cmd/wiring"
	"github.com/eidgate/eidgate/domain/audit"
	"github.com/eidgate/eidgate/ports/outbound"
)

func TestUsageOfAMonthIsPrintedForPeopleAndForPrograms(t *testing.T) {
	s := newShell(t)
	var made struct{ Domain, ID string }
	if err := json.Unmarshal([]byte(s.must("organization", "create", "--name", "Acme")), &made); err != nil {
		t.Fatal(err)
	}
	if out := s.must("usage", "--month", "2026-11", "--json"); out != "[]\n" {
		t.Errorf("nothing is printed as %q", out)
	}
	config, err := wiring.Load("", s.environ)
	if err != nil {
		t.Fatal(err)
	}
	admin, err := wiring.OpenAdmin(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	err = admin.Usage.Work.Do(t.Context(), func(ctx context.Context, tx outbound.Tx) error {
		var facts []audit.Fact
		for i, kind := range []string{audit.SessionCompleted, audit.SessionCompleted, audit.SessionRefused, audit.SessionFailed, audit.SessionExpired} {
			facts = append(facts, audit.Fact{
				Organization: made.ID, Environment: "production", Kind: kind, Subject: "session/" + string(rune('a'+i)), Sequence: 1,
				At: time.Date(2026, 11, 30, 23, 59, 59, 0, time.UTC), Actor: audit.System, Details: map[string]string{"eid": "dk.mitid", "usage": "shop\x1b[31m"},
			})
		}
		return tx.Facts().Append(ctx, facts...)
	})
	if err != nil || admin.Close() != nil {
		t.Fatal(err)
	}
	want := `[{"organization":"` + made.Domain + `","environment":"production","eid":"dk.mitid","usage_reference":"shop\u001b[31m",` +
		`"completed":2,"refused":1,"failed":1,"expired":1,"sessions":5}]` + "\n"
	if out := s.must("usage", "--month", "2026-11", "--json"); out != want {
		t.Errorf("got %s", out)
	}
	lines := strings.Split(s.must("usage", "--month", "2026-11"), "\n")
	if len(lines) != 3 || strings.Join(strings.Fields(lines[1]), " ") != made.Domain+" production dk.mitid shop?[31m 2 1 1 1 5" {
		t.Errorf("got %q", lines)
	}
	if lines := strings.Split(s.must("usage", "--month", "2026-12"), "\n"); len(lines) != 2 {
		t.Errorf("of the next month: %q", lines)
	}
	for _, month := range []string{"november", "2026", "2026-13", "2026-11-01", ""} {
		if status, out, failure := s.try("usage", "--month", month); status != statusUsage || out != "" || !strings.Contains(failure, "--month") {
			t.Errorf("%q ended with %d: %s", month, status, failure)
		}
	}
	if status, _, _ := s.try("usage"); status != statusUsage {
		t.Errorf("without a month it ended with %d", status)
	}
}
