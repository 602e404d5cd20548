package contract

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/outbound"
)

func storeTicketed(scope organization.Scope, id, ticket string) eid.Snapshot {
	one := storeSession(scope, id)
	one.State, one.Ticket = eid.Opened, ticket
	return one
}

var storeTickets = []storePromise{
	{"open their session, of whatever scope, and nothing else does", func(t *testing.T, s *Storage) {
		s.open(t, storeTicketed(storeScope, "s1", "ticket one"), storeSession(storeScope, "none"),
			storeTicketed(storeHome.Scope(organization.Sandbox), "s2", "ticket two"),
			storeTicketed(storeOther.Scope(organization.Production), "s3", "ticket three"))
		s.view(t, func(ctx context.Context, r outbound.Reader) error {
			for ticket, want := range map[string]string{"ticket one": "s1", "ticket two": "s2", "ticket three": "s3"} {
				got, err := r.Sessions().FindByTicket(ctx, ticket)
				if err != nil {
					return err
				}
				if snapshot := got.Snapshot(); snapshot.ID != want || snapshot.Ticket != ticket {
					t.Errorf("found %s instead of %s", snapshot.ID, want)
				}
			}
			for _, ticket := range []string{"", "Ticket one", "ticket one ", "ticket", "\xff", "\x00", "s1"} {
				if _, err := r.Sessions().FindByTicket(ctx, ticket); !errors.Is(err, eid.ErrNoSession) {
					t.Errorf("%q: %v", ticket, err)
				}
			}
			return nil
		})
	}},
	{"may come later, and stay when the session changes", func(t *testing.T, s *Storage) {
		s.open(t, storeTicketed(storeScope, "s1", ""))
		find := func() (one *eid.Session, err error) {
			err = s.View(t.Context(), func(ctx context.Context, r outbound.Reader) (err error) {
				one, err = r.Sessions().FindByTicket(ctx, "ticket")
				return err
			})
			return one, err
		}
		invited := s.session(t, storeScope, "s1")
		invited.Invite("ticket", "https://eid.example/s/")
		s.saveSession(t, invited)
		browser := eid.Browser{Name: "browser", Cookieless: true, Address: "192.0.2.1", Agent: "Browser/1.0"}
		one, err := find()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := one.Bind(browser, storeNow); err != nil {
			t.Fatal(err)
		}
		s.saveSession(t, one)
		if one, err = find(); err != nil || one.Snapshot().Browser != browser {
			t.Errorf("bound, it is found %v", err)
		}
	}},
	{"are of one session each, in the whole deployment, and many sessions have none", func(t *testing.T, s *Storage) {
		for i := range 3 {
			s.open(t, storeTicketed(storeScope, fmt.Sprint("none", i), ""))
		}
		s.open(t, storeTicketed(storeScope, "s1", "ticket"))
		for where, scope := range storeElsewhere {
			s.fails(t, eid.ErrStale, func(ctx context.Context, tx outbound.Tx) error {
				return tx.Sessions().Save(ctx, eid.Restore(storeTicketed(scope, "thief "+where, "ticket")))
			})
		}
	}},
}
