package organization

import (
	"context"
	"errors"
	"time"

	"github.com/eidgate/eidgate/domain/audit"
	"github.com/eidgate/eidgate/domain/fault"
	"github.com/eidgate/eidgate/domain/identity"
	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/outbound"
)

// ErrInvitedOften refuses to send an administrator one more letter.
var ErrInvitedOften = fault.New(fault.Throttled, "invitations_throttled", "Too many letters were sent to this administrator; come back later.")

// How many letters go out: for one connection, and to one address for everything under one root, so that nobody's mailbox
// is flooded by way of many connections.
var (
	lettersOfConnection = outbound.Limit{Events: 5, Per: time.Hour}
	lettersToAddress    = outbound.Limit{Events: 30, Per: time.Hour}
)

const (
	linkLength = 43 // of letters and digits: 256 bits
	undoTime   = 5 * time.Second
)

// Invitations are sent to the administrators of customers by letter.
type Invitations struct {
	Work      outbound.UnitOfWork
	Clock     outbound.Clock
	Random    outbound.Random
	Limiter   outbound.Limiter
	Letterbox outbound.Letterbox
	// PublicURL is what the links begin with, without a slash at its end.
	PublicURL string
}

// letter is a link that is on its way.
type letter struct {
	hash   organization.InvitationHash
	letter outbound.Letter
}

// admit counts a letter. It fails with [ErrInvitedOften].
func (i *Invitations) admit(ctx context.Context, root, connection, email string) error {
	for _, counted := range []struct {
		bucket string
		limit  outbound.Limit
	}{
		{"invitation|connection|" + connection, lettersOfConnection},
		{"invitation|address|" + root + "|" + identity.FoldEmail(email), lettersToAddress},
	} {
		if a := i.Limiter.Take(ctx, counted.bucket, counted.limit); !a.Allowed {
			return ErrInvitedOften.RetryIn(a.RetryAfter)
		}
	}
	return nil
}

// invite makes a link for the connection's administrator and writes the letter, within a unit of work. Former links and
// visits end: one living link at a time, and whoever got hold of a former one is shut out.
func (i *Invitations) invite(ctx context.Context, tx outbound.Tx, m organization.Managing, c organization.Connection) (organization.Connection, letter, error) {
	now, secret := i.Clock.Now(), i.Random.Alphanumeric(linkLength)
	link := organization.Invitation{
		Hash: organization.HashInvitation(secret), Scope: c.Scope, Connection: c.ID,
		Email:     organization.HashInvitation(identity.FoldEmail(c.Onboarding.Email)),
		CreatedAt: now, ExpiresAt: now.Add(organization.InvitationLife),
	}
	invited, err := keep(ctx, tx, c, m.Root.ID, func(ctx context.Context, tx outbound.Tx, at organization.Connection) (organization.Connection, []audit.Fact, error) {
		next, facts, err := at.Invited(m.By(), now)
		if err != nil {
			return organization.Connection{}, nil, err
		}
		_, err = tx.Invitations().RevokeOf(ctx, c.Scope, c.ID)
		return next, facts, err
	})
	if err != nil {
		return organization.Connection{}, letter{}, err
	}
	if err := tx.Invitations().Add(ctx, link); err != nil {
		return organization.Connection{}, letter{}, err
	}
	return invited, letter{hash: link.Hash, letter: invitationLetter(c.Onboarding.Email, m.Root, m.Target, i.PublicURL+"/onboarding/"+secret, link.ExpiresAt)}, nil
}

// send sends the letter. When that fails its link is revoked and the trail tells; the failure is outbound.ErrMail or ErrNoMail.
func (i *Invitations) send(ctx context.Context, m organization.Managing, c organization.Connection, l letter) (organization.Connection, error) {
	err := i.Letterbox.Send(ctx, l.letter)
	if err == nil {
		return c, nil
	}
	if !errors.Is(err, outbound.ErrNoMail) && !errors.Is(err, outbound.ErrMail) {
		err = outbound.ErrMail.Because(err)
	}
	// Whoever asked may have left while the mail server was silent.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), undoTime)
	defer cancel()
	after, undone := i.undo(ctx, m, c, l)
	if undone != nil {
		return c, errors.Join(err, undone) // the link lives on, and nobody has it
	}
	return after, err
}

// undo revokes a link that nobody got. Somebody else's newer link stays.
func (i *Invitations) undo(ctx context.Context, m organization.Managing, c organization.Connection, l letter) (after organization.Connection, err error) {
	now := i.Clock.Now()
	err = insist(ctx, i.Work, func(ctx context.Context, tx outbound.Tx) error {
		if _, err := tx.Invitations().Redeem(ctx, l.hash, now); err != nil && !errors.Is(err, organization.ErrNoInvitation) {
			return err
		}
		at, err := tx.Connections().Find(ctx, c.Scope, c.ID)
		if errors.Is(err, organization.ErrNoConnection) {
			after = c // deleted meanwhile
			return nil
		}
		if err != nil {
			return err
		}
		if at.Onboarding == nil {
			after = at
			return nil
		}
		after, err = keep(ctx, tx, at, m.Root.ID, func(_ context.Context, _ outbound.Tx, at organization.Connection) (organization.Connection, []audit.Fact, error) {
			return at.Unreachable(m.By(), now)
		})
		return err
	})
	return after, err
}
