package session

import (
	"context"
	"errors"
	"time"

	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/ports/outbound"
)

// attachments are the documents of an order with their contents.
type attachments []eid.Document

// documents finds an order's documents in its scope. It fails with [eid.ErrDocumentNamed] when one is not there, or not any more.
func documents(ctx context.Context, work outbound.UnitOfWork, o eid.Order, now time.Time) (found attachments, err error) {
	if len(o.Documents) == 0 {
		return nil, nil
	}
	err = work.View(ctx, func(ctx context.Context, r outbound.Reader) error {
		for _, d := range o.Documents {
			kept, err := r.Documents().Find(ctx, o.Scope, d.ID)
			if errors.Is(err, eid.ErrNoDocument) || err == nil && !now.Before(kept.KeptUntil) {
				return eid.ErrDocumentNamed.On("documents")
			}
			if err != nil {
				return err
			}
			found = append(found, kept.Document)
		}
		return nil
	})
	return found, err
}

// named are the documents as a session remembers them: without their contents.
func (a attachments) named() []eid.Document {
	named := make([]eid.Document, len(a))
	for i, d := range a {
		named[i] = eid.Document{ID: d.ID, Name: d.Name, Hash: d.Hash}
	}
	return named
}

// in gives the snapshot its documents' contents, for a provider to have. The session itself never holds them.
func (a attachments) in(s eid.Snapshot) eid.Snapshot {
	if len(a) > 0 {
		s.Order.Documents = a
	}
	return s
}
