package session

import (
	"context"

	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/outbound"
)

// Evidence hands out what stands behind sessions, to an operator who has to prove an act.
type Evidence struct {
	Work  outbound.UnitOfWork
	Clock outbound.Clock
	IDs   outbound.IDs
}

// Show finds the proofs of a session of the organization, in the environment, and leaves a fact that somebody looked: no
// proof is seen that the trail does not tell of. It fails with organization.ErrNoOrganization or [eid.ErrNoSession].
func (e *Evidence) Show(ctx context.Context, domain string, environment organization.Environment, session string) (kept outbound.KeptEvidence, err error) {
	err = e.Work.Do(ctx, func(ctx context.Context, tx outbound.Tx) error {
		o, err := tx.Organizations().FindByDomain(ctx, domain)
		if err != nil {
			return err
		}
		scope := o.Scope(environment)
		if kept, err = tx.Evidence().Find(ctx, scope, session); err != nil {
			return err
		}
		return tx.Facts().Append(ctx, eid.EvidenceShown(scope, e.IDs.New(), session, e.Clock.Now()))
	})
	if err != nil {
		return outbound.KeptEvidence{}, err
	}
	return kept, nil
}
