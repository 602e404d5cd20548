package outbound

import (
	"context"
	"time"

	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/organization"
)

// KeptDocument is a document as it is stored: sealed, for a while.
type KeptDocument struct {
	eid.Document
	Scope     organization.Scope
	Session   string // the session that signed it; "" for one that was uploaded
	CreatedAt time.Time
	KeptUntil time.Time
}

// DocumentReader finds documents. What is not there, or another scope's, is eid.ErrNoDocument.
type DocumentReader interface {
	Find(ctx context.Context, scope organization.Scope, id string) (KeptDocument, error)
}

// Documents keeps documents.
type Documents interface {
	DocumentReader
	Add(ctx context.Context, d KeptDocument) error
	// Remove fails with eid.ErrNoDocument.
	Remove(ctx context.Context, scope organization.Scope, id string) error
	// Purge removes up to n documents that are kept no longer than until the given time, and says how many.
	Purge(ctx context.Context, now time.Time, n int) (int, error)
}

// DocumentInspector looks at uploads.
type DocumentInspector interface {
	// Inspect fails with eid.ErrNotPDF for anything that is not a sound PDF file which can be signed, and for one that
	// is encrypted.
	Inspect(ctx context.Context, content []byte) error
}

// DocumentSigner signs PDF documents.
type DocumentSigner interface {
	// SignDocument adds a signature (ISO 32000-1 section 12.8), visible or not, as an incremental update: what was
	// signed before, and every byte that was there, stays as it was. It fails with eid.ErrNotPDF.
	SignDocument(ctx context.Context, content []byte, by DocumentSignature) ([]byte, error)
}

// DocumentSignature is what a signature in a document says.
type DocumentSignature struct {
	Name   string // who signs
	Reason string
	At     time.Time
}
