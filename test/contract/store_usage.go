package contract

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/eidgate/eidgate/domain/audit"
	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/outbound"
)

// storeSettled is a fact of a session that ended at the given time from storeNow on.
func storeSettled(scope organization.Scope, id, kind string, at time.Duration, details map[string]string) audit.Fact {
	return audit.Fact{
		Organization: scope.Organization, Environment: string(scope.Environment), Kind: kind, Subject: "session/" + id, Sequence: 3,
		At: storeNow.Add(at), Actor: audit.System, Details: details,
	}
}

// uses expects exactly this usage of the hour from storeNow on.
func (s *Storage) uses(t *testing.T, want ...audit.Usage) {
	t.Helper()
	look := func(ctx context.Context, r outbound.FactReader) error {
		got, err := r.Usage(ctx, storeNow, storeNow.Add(time.Hour))
		if len(got)+len(want) > 0 && !reflect.DeepEqual(got, want) {
			t.Errorf("got  %+v\nwant %+v", got, want)
		}
		return err
	}
	s.view(t, func(ctx context.Context, r outbound.Reader) error { return look(ctx, r.Facts()) })
	s.do(t, func(ctx context.Context, tx outbound.Tx) error { return look(ctx, tx.Facts()) })
}

var storeUsage = []storePromise{
	{"is counted for each sort of session apart, in a fixed order", func(t *testing.T, s *Storage) {
		sandbox, other := storeHome.Scope(organization.Sandbox), storeOther.Scope(organization.Production)
		detail := func(e, operation, usage string) map[string]string {
			details := map[string]string{"provider": "simulator", "tags": `["a","b"]`}
			for name, value := range map[string]string{"eid": e, "operation": operation, "usage": usage} {
				if value != "" {
					details[name] = value
				}
			}
			return details
		}
		use := func(scope organization.Scope, e, operation, reference, state string, n int) audit.Usage {
			return audit.Usage{
				Organization: scope.Organization, Environment: string(scope.Environment), EID: e, Operation: operation, Reference: reference,
				State: state, Sessions: n,
			}
		}
		var facts []audit.Fact
		tell := func(scope organization.Scope, n int, kind string, details map[string]string) {
			for range n {
				facts = append(facts, storeSettled(scope, fmt.Sprint(len(facts)), kind, 0, details))
			}
		}
		tell(other, 2, audit.SessionCompleted, detail("se.bankid", "", "shop"))
		tell(storeScope, 1, audit.SessionRefused, detail("se.bankid", "", "a-c"))
		tell(storeScope, 2, audit.SessionCompleted, detail("se.bankid", "", "ab"))
		tell(storeScope, 3, audit.SessionCompleted, detail("se.bankid", "", "B"))
		tell(storeScope, 1, audit.SessionCompleted, detail("se.bankid", "", "b"))
		tell(storeScope, 1, audit.SessionCompleted, detail("se.bankid", "sign", "B"))
		tell(storeScope, 1, audit.SessionCompleted, detail("se.bankid", "authenticate", ""))
		tell(storeScope, 1, audit.SessionCompleted, detail("se.bankid", "", ""))
		tell(storeScope, 2, audit.SessionFailed, detail("dk.mitid", "", ""))
		tell(storeScope, 1, audit.SessionExpired, detail("", "", ""))
		tell(storeScope, 1, audit.SessionExpired, nil)
		tell(sandbox, 1, audit.SessionExpired, detail("se.bankid", "", ""))
		slices.Reverse(facts)
		s.tell(t, facts...)
		s.uses(t,
			use(storeScope, "", "authenticate", "", "expired", 2),
			use(storeScope, "dk.mitid", "authenticate", "", "failed", 2),
			use(storeScope, "se.bankid", "authenticate", "", "completed", 2),
			use(storeScope, "se.bankid", "authenticate", "B", "completed", 3),
			use(storeScope, "se.bankid", "authenticate", "a-c", "refused", 1),
			use(storeScope, "se.bankid", "authenticate", "ab", "completed", 2),
			use(storeScope, "se.bankid", "authenticate", "b", "completed", 1),
			use(storeScope, "se.bankid", "sign", "B", "completed", 1),
			use(sandbox, "se.bankid", "authenticate", "", "expired", 1),
			use(other, "se.bankid", "authenticate", "shop", "completed", 2),
		)
	}},
	{"is of a time, from its first moment to before its last", func(t *testing.T, s *Storage) {
		s.uses(t)
		for i, at := range []time.Duration{-time.Microsecond, 0, time.Hour - time.Microsecond, time.Hour} {
			s.tell(t, storeSettled(storeScope, fmt.Sprint(i), audit.SessionCompleted, at, map[string]string{"eid": "se.bankid", "usage": fmt.Sprint(i)}))
		}
		line := func(reference string) audit.Usage {
			return audit.Usage{
				Organization: storeHome.ID, Environment: "production", EID: "se.bankid", Operation: "authenticate", Reference: reference,
				State: "completed", Sessions: 1,
			}
		}
		s.uses(t, line("1"), line("2"))
	}},
	{"counts how a session ended, once, and nothing else that is told of it", func(t *testing.T, s *Storage) {
		order := storeOpen().Order
		order.Account, order.Client, order.Usage, order.Tags = 0, "c1", "shop", []string{"tag"}
		one, facts, err := eid.Open("s1", "nonce", order, storeNow, time.Minute)
		if err != nil {
			t.Fatal(err)
		}
		more := func(f []audit.Fact, err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
			facts = append(facts, f...)
		}
		more(one.Bind(eid.Browser{Name: "browser"}, storeNow))
		more(one.Choose(eid.SEBankID, storeNow))
		more(one.Present("simulator", eid.Challenge{}, nil, storeNow))
		more(one.Refuse(eid.ReasonTimedOut, storeNow))
		more(one.Choose(eid.DKMitID, storeNow))
		more(one.Present("simulator", eid.Challenge{}, nil, storeNow))
		more(one.Refuse(eid.ReasonDeclined, storeNow))
		s.tell(t, facts...)
		s.tell(t, storeMany("account/1", 3)...)
		s.uses(t, audit.Usage{
			Organization: storeHome.ID, Environment: "production", EID: string(eid.DKMitID), Operation: string(eid.Authenticate), Reference: "shop",
			State: "refused", Sessions: 1,
		})
	}},
	{"is counted whatever an organization called it", func(t *testing.T, s *Storage) {
		names := []string{"\x00", "\x00\x00", `\u0000`, `"quoted\"`, "ÅÄÖ", "a\u2028b", "🂡", `{"eid":"x"}`, "\xff", "' OR 1=1 --", "null"}
		for i, name := range names {
			s.tell(t, storeSettled(storeScope, fmt.Sprint(i), audit.SessionCompleted, 0, map[string]string{"usage": name, "tags": name}))
		}
		s.view(t, func(ctx context.Context, r outbound.Reader) error {
			list, err := r.Facts().Usage(ctx, storeNow, storeNow.Add(time.Hour))
			sum := 0
			for _, u := range list {
				sum += u.Sessions
			}
			if sum != len(names) {
				t.Errorf("%d of %d are counted", sum, len(names))
			}
			for _, plain := range []string{`"quoted\"`, "ÅÄÖ", "a\u2028b", "🂡", `{"eid":"x"}`, "' OR 1=1 --", "null"} {
				if !slices.ContainsFunc(list, func(u audit.Usage) bool { return u.Reference == plain && u.Sessions == 1 }) {
					t.Errorf("%q comes back otherwise", plain)
				}
			}
			return err
		})
	}},
	{"is that of the deployment, also of organizations that are gone", func(t *testing.T, s *Storage) {
		s.tell(t, storeSettled(storeScope, "s1", audit.SessionCompleted, 0, nil))
		s.do(t, func(ctx context.Context, tx outbound.Tx) error { return tx.Organizations().Delete(ctx, storeHome.ID) })
		s.uses(t, audit.Usage{
			Organization: storeHome.ID, Environment: "production", Operation: "authenticate", State: "completed", Sessions: 1,
		})
	}},
}
