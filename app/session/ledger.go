package session

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"time"

	"github.com/eidgate/eidgate/domain/audit"
	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/ports/outbound"
)

// Ledger writes sessions down. With one that settles go, in the same unit of work, the news for the client, the proofs
// and the signed documents: either all of it is kept or nothing.
type Ledger struct {
	Work     outbound.UnitOfWork
	IDs      outbound.IDs
	Wordings map[string]outbound.Wording // by surface
	// Evidence is how long proofs are kept, Documents how long signed documents are.
	Evidence, Documents time.Duration
	// News is told that there is news to deliver; nil where somebody looks often enough anyway.
	News func()
	// Kept is told of every session that was kept here, as it was kept; nil where nobody has to know at once.
	Kept func(s eid.Snapshot)
}

// outcome is what a provider handed over beside the session's own state.
type outcome struct {
	proofs    []eid.Proof
	documents []eid.Document
}

// named gives the documents of evidence identifiers and hashes of their own.
func (l *Ledger) named(e eid.Evidence) eid.Evidence {
	signed := make([]eid.Document, len(e.Documents))
	for i, d := range e.Documents {
		sum := sha256.Sum256(d.Content)
		signed[i] = eid.Document{ID: l.IDs.New(), Name: d.Name, Hash: hex.EncodeToString(sum[:]), Content: d.Content}
	}
	e.Documents = signed
	return e
}

// keep saves a session with its facts. It fails with [eid.ErrStale] when somebody was quicker.
func (l *Ledger) keep(ctx context.Context, session *eid.Session, facts []audit.Fact, o outcome) error {
	err := save(ctx, l.Work, session, facts, func(ctx context.Context, tx outbound.Tx, saved eid.Snapshot) error {
		return l.settled(ctx, tx, saved, o)
	})
	if err == nil {
		l.tell(session.Snapshot())
	}
	return err
}

// tell says that there is news, once it is kept.
func (l *Ledger) tell(s eid.Snapshot) {
	if l.Kept != nil {
		l.Kept(s)
	}
	if l.News != nil && s.State.Settled() && s.Order.NotifyAt != "" {
		l.News()
	}
}

// settled keeps what belongs to a settled session, within the unit of work that saves it. Of one that goes on it keeps
// nothing.
func (l *Ledger) settled(ctx context.Context, tx outbound.Tx, s eid.Snapshot, o outcome) error {
	if !s.State.Settled() {
		return nil
	}
	if s.State == eid.Completed {
		if err := l.keepOutcome(ctx, tx, s, o); err != nil {
			return err
		}
	}
	wording, known := l.Wordings[s.Order.Surface]
	if s.Order.NotifyAt == "" || !known {
		return nil
	}
	contentType, body, err := wording.Word(s)
	if err != nil {
		return err
	}
	return tx.Callbacks().Add(ctx, outbound.Callback{
		Session: s.ID, Scope: s.Order.Scope, Client: s.Order.Client, Address: s.Order.NotifyAt,
		ContentType: contentType, Body: body, CreatedAt: s.SettledAt,
	})
}

func (l *Ledger) keepOutcome(ctx context.Context, tx outbound.Tx, s eid.Snapshot, o outcome) error {
	// A proof of age is asked for so that nothing else has to be known: its proofs name the person.
	if len(o.proofs) > 0 && s.Order.Operation != eid.ProveAge {
		err := tx.Evidence().Add(ctx, outbound.KeptEvidence{
			Session: s.ID, Scope: s.Order.Scope, Proofs: o.proofs, CreatedAt: s.SettledAt, KeptUntil: s.SettledAt.Add(l.Evidence),
		})
		if err != nil {
			return err
		}
	}
	for _, d := range o.documents {
		err := tx.Documents().Add(ctx, outbound.KeptDocument{
			Document: d, Scope: s.Order.Scope, Session: s.ID, CreatedAt: s.SettledAt, KeptUntil: s.SettledAt.Add(l.Documents),
		})
		if err != nil {
			return err
		}
	}
	return nil
}
