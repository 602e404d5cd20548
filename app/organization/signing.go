package organization

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/eidgate/eidgate/domain/audit"
	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/outbound"
)

// Signing finds the keys that sign, and makes them when something is to be signed for the first time. The zero
// organization stands for the deployment itself.
type Signing struct {
	Work   outbound.UnitOfWork
	Clock  outbound.Clock
	IDs    outbound.IDs
	Signer outbound.Signer

	lock   sync.Mutex
	active map[signingFor]heldKey
	turn   chan struct{} // held by whoever makes a key
}

type signingFor struct {
	organization string
	purpose      organization.KeyPurpose
}

type heldKey struct {
	key    organization.SigningKey
	readAt time.Time
}

const (
	// signingMemory is how long a key is used without looking whether it still signs: so long may a rotation go unnoticed.
	signingMemory = 30 * time.Second
	// mostActive bounds how many organizations' keys are in memory.
	mostActive = 10_000
	// certificateYears is how long certificates are good for, as Cryptr's are.
	certificateYears = 25
)

// Key is the key that signs for a purpose. A rotation by another process is noticed within half a minute. Where there is
// no key, one is made, by one caller at a time in this process; of several processes one wins, and all use its key. It
// fails with organization.ErrNoOrganization for one that is gone, and as outbound.Signer.Make does.
func (s *Signing) Key(ctx context.Context, o organization.Organization, purpose organization.KeyPurpose) (organization.SigningKey, error) {
	who := signingFor{organization: o.ID, purpose: purpose}
	if k, fresh := s.remembered(who); fresh {
		return k, nil
	}
	k, err := s.find(ctx, who)
	if !errors.Is(err, organization.ErrNoSigningKey) {
		return k, err
	}
	turn := s.turns()
	select {
	case turn <- struct{}{}:
		defer func() { <-turn }()
	case <-ctx.Done():
		return organization.SigningKey{}, ctx.Err()
	}
	if k, err = s.find(ctx, who); !errors.Is(err, organization.ErrNoSigningKey) {
		return k, err // somebody made it while we waited
	}
	return s.make(ctx, o, who)
}

// Published gives the keys that verifiers must find now, newest first, without their private halves. It makes none.
func (s *Signing) Published(ctx context.Context, organizationID string, purpose organization.KeyPurpose) (keys []organization.SigningKey, err error) {
	now := s.Clock.Now()
	err = s.Work.View(ctx, func(ctx context.Context, r outbound.Reader) error {
		keys, err = r.SigningKeys().Published(ctx, organizationID, purpose, now)
		return err
	})
	return keys, err
}

// Rotate ends signing with the key that there is, and makes another. What the former signed can be verified until it
// expires.
func (s *Signing) Rotate(ctx context.Context, o organization.Organization, purpose organization.KeyPurpose) (organization.SigningKey, error) {
	next, err := s.fresh(ctx, o, purpose)
	if err != nil {
		return organization.SigningKey{}, err
	}
	err = s.Work.Do(ctx, func(ctx context.Context, tx outbound.Tx) error {
		var told []audit.Fact
		now := s.Clock.Now()
		switch former, err := tx.SigningKeys().Active(ctx, o.ID, purpose); {
		case errors.Is(err, organization.ErrNoSigningKey): // nothing to retire
		case err != nil:
			return err
		default:
			former, fact := former.Retire(now)
			if err := tx.SigningKeys().Retire(ctx, former); err != nil {
				return err
			}
			told = append(told, fact)
		}
		if err := tx.SigningKeys().Add(ctx, next); err != nil {
			return err
		}
		return tx.Facts().Append(ctx, append(told, next.Made(now))...)
	})
	if err != nil {
		return organization.SigningKey{}, err
	}
	s.remember(signingFor{organization: o.ID, purpose: purpose}, next)
	return next, nil
}

func (s *Signing) find(ctx context.Context, who signingFor) (k organization.SigningKey, err error) {
	err = s.Work.View(ctx, func(ctx context.Context, r outbound.Reader) error {
		k, err = r.SigningKeys().Active(ctx, who.organization, who.purpose)
		return err
	})
	if err == nil {
		s.remember(who, k)
	}
	return k, err
}

// make makes the first key. Whoever comes second takes the winner's.
func (s *Signing) make(ctx context.Context, o organization.Organization, who signingFor) (organization.SigningKey, error) {
	k, err := s.fresh(ctx, o, who.purpose)
	if err != nil {
		return organization.SigningKey{}, err
	}
	err = s.Work.Do(ctx, func(ctx context.Context, tx outbound.Tx) error {
		if o.ID != "" {
			if _, err := tx.Organizations().Find(ctx, o.ID); err != nil {
				return err // it was deleted meanwhile
			}
		}
		if err := tx.SigningKeys().Add(ctx, k); err != nil {
			return err
		}
		return tx.Facts().Append(ctx, k.Made(k.CreatedAt))
	})
	if errors.Is(err, organization.ErrStale) {
		return s.find(ctx, who)
	}
	if err != nil {
		return organization.SigningKey{}, err
	}
	s.remember(who, k)
	return k, nil
}

func (s *Signing) fresh(ctx context.Context, o organization.Organization, purpose organization.KeyPurpose) (organization.SigningKey, error) {
	subject := outbound.CertificateSubject{CommonName: "eidgate", Years: certificateYears}
	if o.ID != "" {
		subject = outbound.CertificateSubject{
			CommonName: o.Domain, Organization: o.Name, Unit: "eidgate", Country: o.Details.Country, State: o.Details.State,
			Locality: o.Details.Locality, Years: certificateYears,
		}
	}
	private, certificate, err := s.Signer.Make(ctx, subject)
	if err != nil {
		return organization.SigningKey{}, err
	}
	return organization.SigningKey{
		ID: s.IDs.New(), Organization: o.ID, Purpose: purpose, Private: private, Certificate: certificate, CreatedAt: s.Clock.Now(),
	}, nil
}

func (s *Signing) turns() chan struct{} {
	s.lock.Lock()
	defer s.lock.Unlock()
	if s.turn == nil {
		s.turn = make(chan struct{}, 1)
	}
	return s.turn
}

func (s *Signing) remembered(who signingFor) (k organization.SigningKey, fresh bool) {
	now := s.Clock.Now()
	s.lock.Lock()
	defer s.lock.Unlock()
	held, there := s.active[who]
	return held.key, there && now.Sub(held.readAt) < signingMemory
}

func (s *Signing) remember(who signingFor, k organization.SigningKey) {
	now := s.Clock.Now()
	s.lock.Lock()
	defer s.lock.Unlock()
	if s.active == nil || len(s.active) >= mostActive {
		s.active = map[signingFor]heldKey{} // the next of each organization reads its key again
	}
	s.active[who] = heldKey{key: k, readAt: now}
}
