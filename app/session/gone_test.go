package session_test

import (
	"context"
	"testing"
	"time"

	"github.com/eidgate/eidgate/adapters/system"
	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/ports/inbound"
	"github.com/eidgate/eidgate/ports/outbound"
)

func TestAPageWhoseDocumentsAreGoneEndsAtOnce(t *testing.T) {
	r := newRig(t)
	f := r.flows(t, anywhere("p"))
	d, err := eid.NewDocument(system.IDs{}.New(), "a.pdf", []byte("%PDF-"))
	if err != nil {
		t.Fatal(err)
	}
	now := r.clock.Now()
	r.do(t, func(ctx context.Context, tx outbound.Tx) error {
		return tx.Documents().Add(ctx, outbound.KeptDocument{Document: d, Scope: r.scope(), CreatedAt: now, KeptUntil: now.Add(time.Hour)})
	})
	s := f.begin(t, eid.Page, func(s *inbound.SessionStart) {
		s.Order.Operation, s.Order.Documents, s.Order.NotifyAt = eid.Sign, []eid.Document{{ID: d.ID}}, "https://app.example/news"
	})
	r.do(t, func(ctx context.Context, tx outbound.Tx) error { return tx.Documents().Remove(ctx, r.scope(), d.ID) })
	if v := f.come(t, f.ticket(t, s), mine); v.State != eid.Failed || v.Reason != eid.ReasonStartFailed {
		t.Errorf("the person is told %s %s", v.State, v.Reason)
	}
	if bag, err := r.store.ClaimCallbacks(t.Context(), 10, r.clock.Now(), time.Minute); err != nil || len(bag) != 1 {
		t.Errorf("%d callbacks wait: %v", len(bag), err)
	}
}

func TestAnOrderWhoseTimeIsOverIsTakenBackByWhoeverNotices(t *testing.T) {
	r := newRig(t)
	p := anywhere("p")
	f := r.flows(t, p)
	s := f.begin(t, eid.App)
	r.clock.Advance(5 * time.Minute)
	if got := f.poll(t, s.ID); got.State != eid.Expired || len(p.cancelled) != 1 {
		t.Errorf("the session is %s, and its order was taken back %d times", got.State, len(p.cancelled))
	}
}
