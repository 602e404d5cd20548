// Package document is what can be done with PDF documents: upload them for signing, fetch them, take them back, and
// forget them when their time is over.
package document

import (
	"context"
	"time"

	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/inbound"
	"github.com/eidgate/eidgate/ports/outbound"
)

// Documents answers [inbound.Documents]. Uploads are kept for as long as Keep says; what is kept no longer is answered
// as what never existed, also before it has been purged.
type Documents struct {
	Work      outbound.UnitOfWork
	Clock     outbound.Clock
	IDs       outbound.IDs
	Inspector outbound.DocumentInspector
	Keep      time.Duration
}

var _ inbound.Documents = (*Documents)(nil)

// Upload looks at the content, which may take a while, before it asks storage for anything. What it gives back is
// without the content.
func (d *Documents) Upload(ctx context.Context, scope organization.Scope, client, name string, content []byte) (eid.Document, error) {
	made, err := eid.NewDocument(d.IDs.New(), name, content)
	if err != nil {
		return eid.Document{}, err
	}
	if err := d.Inspector.Inspect(ctx, content); err != nil {
		return eid.Document{}, err
	}
	now := d.Clock.Now()
	kept := outbound.KeptDocument{Document: made, Scope: scope, CreatedAt: now, KeptUntil: now.Add(d.Keep)}
	err = d.Work.Do(ctx, func(ctx context.Context, tx outbound.Tx) error {
		if err := tx.Documents().Add(ctx, kept); err != nil {
			return err
		}
		return tx.Facts().Append(ctx, made.Uploaded(scope, client, now)...)
	})
	if err != nil {
		return eid.Document{}, err
	}
	made.Content = nil
	return made, nil
}

// Download finds documents that were uploaded and those that came back signed.
func (d *Documents) Download(ctx context.Context, scope organization.Scope, id string) (found eid.Document, err error) {
	err = d.Work.View(ctx, func(ctx context.Context, r outbound.Reader) error {
		kept, err := d.find(ctx, r.Documents(), scope, id)
		found = kept.Document
		return err
	})
	return found, err
}

// Remove takes a document back before its time.
func (d *Documents) Remove(ctx context.Context, scope organization.Scope, client, id string) error {
	return d.Work.Do(ctx, func(ctx context.Context, tx outbound.Tx) error {
		kept, err := d.find(ctx, tx.Documents(), scope, id)
		if err != nil {
			return err
		}
		if err := tx.Documents().Remove(ctx, scope, id); err != nil {
			return err
		}
		return tx.Facts().Append(ctx, kept.Removed(scope, kept.Session, client, d.Clock.Now())...)
	})
}

func (d *Documents) find(ctx context.Context, r outbound.DocumentReader, scope organization.Scope, id string) (outbound.KeptDocument, error) {
	kept, err := r.Find(ctx, scope, id)
	if err != nil {
		return outbound.KeptDocument{}, err
	}
	if !kept.KeptUntil.After(d.Clock.Now()) {
		return outbound.KeptDocument{}, eid.ErrNoDocument
	}
	return kept, nil
}
