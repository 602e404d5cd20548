package outbound

import (
	"context"
	"time"

	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/organization"
)

// KeptEvidence is what stands behind a completed session, as the scheme issued it.
type KeptEvidence struct {
	Session   string
	Scope     organization.Scope
	Proofs    []eid.Proof
	CreatedAt time.Time
	KeptUntil time.Time
}

// EvidenceReader finds evidence. What is not there, or another scope's, is eid.ErrNoSession.
type EvidenceReader interface {
	Find(ctx context.Context, scope organization.Scope, session string) (KeptEvidence, error)
}

// Evidence keeps evidence, for longer than the session's answer.
type Evidence interface {
	EvidenceReader
	Add(ctx context.Context, e KeptEvidence) error
	// Purge removes up to n entries that are kept no longer than until the given time, and says how many.
	Purge(ctx context.Context, now time.Time, n int) (int, error)
}
