package contract

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"testing"
	"time"

	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/outbound"
)

func storeProven(scope organization.Scope, session string) outbound.KeptEvidence {
	return outbound.KeptEvidence{
		Session: session, Scope: scope, CreatedAt: storeNow, KeptUntil: storeNow.Add(time.Hour),
		Proofs: []eid.Proof{
			{Kind: "signature", MediaType: "application/xml", Data: []byte("signature-of-person \x00\xff")},
			{Kind: "ocsp \xff response", Data: []byte("answer-of-responder of " + session)},
		},
	}
}

func (s *Storage) keepEvidence(t *testing.T, all ...outbound.KeptEvidence) {
	t.Helper()
	s.do(t, func(ctx context.Context, tx outbound.Tx) error {
		for _, e := range all {
			if err := tx.Evidence().Add(ctx, e); err != nil {
				return err
			}
		}
		return nil
	})
}

func (s *Storage) findEvidence(t *testing.T, scope organization.Scope, session string) (got outbound.KeptEvidence, err error) {
	err = s.View(t.Context(), func(ctx context.Context, r outbound.Reader) (err error) {
		got, err = r.Evidence().Find(ctx, scope, session)
		return err
	})
	return got, err
}

var storeEvidence = []storePromise{
	{"comes back as it was added, to its scope and nowhere else", func(t *testing.T, s *Storage) {
		bare := storeProven(storeScope, "s2")
		bare.Proofs = nil
		s.keepEvidence(t, storeProven(storeScope, "s1"), bare)
		for _, want := range []outbound.KeptEvidence{storeProven(storeScope, "s1"), bare} {
			if got, err := s.findEvidence(t, storeScope, want.Session); err != nil || !reflect.DeepEqual(got, want) {
				t.Errorf("of %s comes back otherwise, %v", want.Session, err)
			}
		}
		for _, session := range []string{"", "S1", "s1 ", "s1\x00", "\xff"} {
			if _, err := s.findEvidence(t, storeScope, session); !errors.Is(err, eid.ErrNoSession) {
				t.Errorf("%q: %v", session, err)
			}
		}
		for where, scope := range storeElsewhere {
			if _, err := s.findEvidence(t, scope, "s1"); !errors.Is(err, eid.ErrNoSession) {
				t.Errorf("%s: %v", where, err)
			}
		}
	}},
	{"is added once for a session", func(t *testing.T, s *Storage) {
		s.keepEvidence(t, storeProven(storeScope, "s1"))
		s.fails(t, outbound.ErrIdentifierUsed, func(ctx context.Context, tx outbound.Tx) error {
			return tx.Evidence().Add(ctx, storeProven(storeScope, "s1"))
		})
	}},
	{"outlives its session, until its own time is over", func(t *testing.T, s *Storage) {
		for i := range 4 {
			session, e := storeSession(storeScope, fmt.Sprint("s", i)), storeProven(storeScope, fmt.Sprint("s", i))
			session.State, session.SettledAt = eid.Completed, storeNow.Add(-time.Hour)
			e.KeptUntil = storeNow.Add(time.Duration(i-2) * time.Microsecond)
			s.open(t, session)
			s.keepEvidence(t, e)
		}
		s.do(t, func(ctx context.Context, tx outbound.Tx) error {
			n, err := tx.Sessions().Purge(ctx, storeNow, 10)
			if n != 4 {
				t.Errorf("%d sessions were removed", n)
			}
			return err
		})
		if _, err := s.findEvidence(t, storeScope, "s0"); err != nil {
			t.Errorf("gone with its session: %v", err)
		}
		var gone []int
		for _, n := range []int{2, 10, 10} {
			s.do(t, func(ctx context.Context, tx outbound.Tx) error {
				n, err := tx.Evidence().Purge(ctx, storeNow, n)
				gone = append(gone, n)
				return err
			})
		}
		if !reflect.DeepEqual(gone, []int{2, 1, 0}) {
			t.Errorf("removed %v", gone)
		}
		if _, err := s.findEvidence(t, storeScope, "s3"); err != nil {
			t.Errorf("before its time: %v", err)
		}
	}},
}
