package contract

import (
	"context"
	"errors"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/ports/outbound"
)

// storeOpen is session s1 on a page, of an account, whose eID the person chooses.
func storeOpen() eid.Snapshot {
	one := storeTicketed(storeScope, "s1", "ticket of s1")
	one.Provider, one.Order.EID, one.Order.Channel, one.Order.Wants = "", "", eid.Page, 0
	one.Order.Choices, one.Order.Renewable = []eid.EID{eid.SEBankID, eid.DKMitID}, true
	return one
}

// under chooses, and has a provider asked by the clock.
func (s *Storage) under(t *testing.T, e eid.EID) {
	t.Helper()
	one := s.session(t, storeScope, "s1")
	_, err1 := one.Choose(e, storeNow)
	_, err2 := one.Present("simulator", eid.Challenge{QR: "code"}, []byte("thread"), storeNow)
	if err := errors.Join(err1, err2); err != nil {
		t.Fatal(err)
	}
	one.Wait(storeNow)
	s.saveSession(t, one)
}

// reopen has the order of a session run out while somebody watches it.
func (s *Storage) reopen(t *testing.T) {
	t.Helper()
	s.watched(t, storeWatcher, storeNow, "s1")
	one := s.session(t, storeScope, "s1")
	if _, err := one.Refuse(eid.ReasonTimedOut, storeNow); err != nil {
		t.Fatal(err)
	}
	s.saveSession(t, one)
	if got := one.Snapshot(); got.State != eid.Opened || got.Trouble != eid.ReasonTimedOut {
		t.Fatalf("it is %s, so it proves nothing", got.State)
	}
}

var storeReopened = []storePromise{
	{"are stored as the person chooses, and chooses again", func(t *testing.T, s *Storage) {
		s.open(t, storeOpen())
		for _, e := range []eid.EID{eid.SEBankID, eid.DKMitID} {
			s.under(t, e)
			if got := s.session(t, storeScope, "s1").Snapshot(); got.Order.EID != e || got.State != eid.Pending || got.Trouble != "" {
				t.Errorf("of %s it is %s, with %q and trouble %q", e, got.State, got.Order.EID, got.Trouble)
			}
			s.reopen(t)
			got := s.session(t, storeScope, "s1").Snapshot()
			want := storeOpen()
			want.Trouble, want.Version, want.Sequence = eid.ReasonTimedOut, got.Version, got.Sequence
			if !reflect.DeepEqual(got, want) {
				t.Errorf("reopened, it is not as it was at first:\ngot  %+v\nwant %+v", got, want)
			}
		}
	}},
	{"are found by ticket, nonce and reference as before, and are not pending", func(t *testing.T, s *Storage) {
		s.open(t, storeOpen())
		pending := func(want ...string) {
			t.Helper()
			s.view(t, func(ctx context.Context, r outbound.Reader) error {
				list, err := r.Sessions().PendingOf(ctx, storeScope, 12)
				if got := storeIDs(list); !slices.Equal(got, want) {
					t.Errorf("pending are %v, want %v", got, want)
				}
				return err
			})
		}
		pending()
		s.under(t, eid.SEBankID)
		pending("s1")
		s.reopen(t)
		pending()
		s.view(t, func(ctx context.Context, r outbound.Reader) error {
			_, err1 := r.Sessions().FindByTicket(ctx, "ticket of s1")
			_, err2 := r.Sessions().FindByNonce(ctx, storeScope, storeOpen().Nonce)
			list, err3 := r.Sessions().FindByCorrelation(ctx, storeScope, "my reference")
			if len(list) != 1 {
				t.Errorf("by reference: %v", storeIDs(list))
			}
			return errors.Join(err1, err2, err3)
		})
		s.under(t, eid.DKMitID)
		pending("s1")
	}},
	{"are nobody's to ask about until they are begun again, whoever watched them", func(t *testing.T, s *Storage) {
		s.open(t, storeOpen())
		s.under(t, eid.SEBankID)
		s.reopen(t)
		kept, err := s.RenewSessions(t.Context(), storeWatcher, []string{"s1"}, storeNow, time.Minute)
		if err != nil || len(kept) > 0 {
			t.Errorf("who watched believes to have %v, %v", kept, err)
		}
		if err := s.ReleaseSessions(t.Context(), storeWatcher, []string{"s1"}, storeNow); err != nil {
			t.Fatal(err)
		}
		s.watched(t, storeRival, storeNow.Add(time.Hour))
		if got := s.session(t, storeScope, "s1").Snapshot(); !got.Due.IsZero() || got.Claim != (eid.Claim{}) {
			t.Errorf("due %v, claimed %+v", got.Due, got.Claim)
		}
		s.under(t, eid.DKMitID)
		s.watched(t, storeRival, storeNow, "s1")
	}},
	{"cannot be saved by who watched the order before, however late it comes", func(t *testing.T, s *Storage) {
		s.open(t, storeOpen())
		s.under(t, eid.SEBankID)
		claimed := s.watch(t, storeWatcher, 1, storeNow)
		if len(claimed) != 1 {
			t.Fatalf("claimed %v", storeIDs(claimed))
		}
		person := s.session(t, storeScope, "s1")
		if _, err := person.Reconsider(storeNow); err != nil {
			t.Fatal(err)
		}
		s.saveSession(t, person)
		s.under(t, eid.DKMitID)
		if _, err := claimed[0].Refuse(eid.ReasonDeclined, storeNow); err != nil {
			t.Fatal(err)
		}
		s.fails(t, eid.ErrStale, func(ctx context.Context, tx outbound.Tx) error { return tx.Sessions().Save(ctx, claimed[0]) })
		if got := s.session(t, storeScope, "s1").Snapshot(); got.State != eid.Pending || got.Order.EID != eid.DKMitID {
			t.Errorf("it is %s with %s", got.State, got.Order.EID)
		}
	}},
	{"end with their time, and are not removed before", func(t *testing.T, s *Storage) {
		s.open(t, storeOpen())
		s.under(t, eid.SEBankID)
		s.reopen(t)
		end := storeOpen().ExpiresAt
		s.do(t, func(ctx context.Context, tx outbound.Tx) error {
			early, err1 := tx.Sessions().Due(ctx, end.Add(-time.Microsecond), 10)
			due, err2 := tx.Sessions().Due(ctx, end, 10)
			if len(early) > 0 || !slices.Equal(storeIDs(due), []string{"s1"}) {
				t.Errorf("before its end: %v, then: %v", storeIDs(early), storeIDs(due))
			}
			n, err3 := tx.Sessions().Purge(ctx, end.Add(time.Hour), 10)
			if n > 0 {
				t.Error("it is removed though it never settled")
			}
			return errors.Join(err1, err2, err3)
		})
	}},
}
