package sqlstore

import (
	"context"
	"time"

	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/outbound"
)

type evidence struct{ l *link }

const (
	evidenceBySession = `SELECT created_at, kept_until, sealed FROM evidence
		WHERE session = ? AND organization = ? AND environment = ?`
	evidenceInsert = `INSERT INTO evidence (session, organization, environment, created_at, kept_until, sealed_key, sealed)
		VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`
	evidencePurge = `DELETE FROM evidence WHERE session IN (
		SELECT session FROM evidence WHERE kept_until <= ? ORDER BY kept_until LIMIT ?)`
)

type evidenceRow struct {
	created, kept int64
	sealed        []byte
}

func (r *evidenceRow) fields() []any { return []any{&r.created, &r.kept, &r.sealed} }

type sealedProof struct {
	Kind      []byte `json:"kind"`
	MediaType []byte `json:"media_type"`
	Data      []byte `json:"data"`
}

func (s *sealedProof) fields(p *packing) {
	packText(p, 1, &s.Kind)
	packText(p, 2, &s.MediaType)
	packText(p, 3, &s.Data)
}

func sealedProofsOf(list []eid.Proof) []sealedProof {
	sealed := make([]sealedProof, len(list))
	for i, p := range list {
		sealed[i] = sealedProof{Kind: []byte(p.Kind), MediaType: []byte(p.MediaType), Data: p.Data}
	}
	return sealed
}

func proofsOf(sealed []sealedProof) []eid.Proof {
	if len(sealed) == 0 {
		return nil
	}
	list := make([]eid.Proof, len(sealed))
	for i, p := range sealed {
		list[i] = eid.Proof{Kind: string(p.Kind), MediaType: string(p.MediaType), Data: p.Data}
	}
	return list
}

func (e evidence) Find(ctx context.Context, scope organization.Scope, session string) (outbound.KeptEvidence, error) {
	var r evidenceRow
	found, err := e.l.one(ctx, &r, evidenceBySession, session, scope.Organization, string(scope.Environment))
	if err != nil || !found {
		return outbound.KeptEvidence{}, or(err, eid.ErrNoSession)
	}
	var proofs []sealedProof
	if err := e.l.store.unseal(ctx, evidencePlace(scope, session), r.sealed, &proofs); err != nil {
		return outbound.KeptEvidence{}, err
	}
	return outbound.KeptEvidence{
		Session: session, Scope: scope, Proofs: proofsOf(proofs), CreatedAt: instant(r.created), KeptUntil: instant(r.kept),
	}, nil
}

// Add fails with [outbound.ErrIdentifierUsed] when the session has evidence already.
func (e evidence) Add(ctx context.Context, one outbound.KeptEvidence) error {
	sealed, key, err := e.l.store.seal(ctx, evidencePlace(one.Scope, one.Session), sealedProofsOf(one.Proofs))
	if err != nil {
		return err
	}
	n, err := e.l.exec(ctx, evidenceInsert, one.Session, one.Scope.Organization, string(one.Scope.Environment),
		micros(one.CreatedAt), micros(one.KeptUntil), key, sealed)
	if err == nil && n == 0 {
		return outbound.ErrIdentifierUsed
	}
	return err
}

func (e evidence) Purge(ctx context.Context, now time.Time, n int) (int, error) {
	gone, err := e.l.exec(ctx, evidencePurge, micros(now), max(n, 0))
	return int(gone), err
}
