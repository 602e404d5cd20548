package organization

import (
	"context"

	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/inbound"
	"github.com/eidgate/eidgate/ports/outbound"
)

// IssuedTokens answers [inbound.IssuedTokens].
type IssuedTokens struct {
	Work    outbound.UnitOfWork
	Clock   outbound.Clock
	IDs     outbound.IDs
	Signer  outbound.Signer
	Signing *Signing
	// PublicURL is what issuers begin with, without a slash at its end.
	PublicURL string
}

var _ inbound.IssuedTokens = (*IssuedTokens)(nil)

// Keys reads what is published, and makes nothing.
func (t *IssuedTokens) Keys(ctx context.Context, domain string, purpose organization.KeyPurpose) (o organization.Organization, keys []inbound.PublicKey, err error) {
	now := t.Clock.Now()
	var published []organization.SigningKey
	err = t.Work.View(ctx, func(ctx context.Context, r outbound.Reader) error {
		if o, err = r.Organizations().FindByDomain(ctx, domain); err != nil {
			return err
		}
		published, err = r.SigningKeys().Published(ctx, o.ID, purpose, now)
		return err
	})
	if err != nil {
		return organization.Organization{}, nil, err
	}
	if keys, err = publicHalves(published); err != nil {
		return organization.Organization{}, nil, err
	}
	return o, keys, nil
}

// Sample words the tokens, signs them, and tells the trail before anybody has them.
func (t *IssuedTokens) Sample(ctx context.Context, m organization.Managing, s inbound.TokenSample) (inbound.TokenPair, error) {
	if s.Authorization != "" {
		return inbound.TokenPair{}, organization.ErrNoAuthorization // nobody has signed in through a connection
	}
	now := t.Clock.Now()
	sample, err := organization.Sample(organization.TokenSample{
		ID: t.IDs.New(), Scope: m.Scope(), User: s.User, Application: s.Application,
	}, s.Life, s.Expired, now)
	if err != nil {
		return inbound.TokenPair{}, err
	}
	about, err := t.about(ctx, m, s)
	if err != nil {
		return inbound.TokenPair{}, err
	}
	key, err := t.Signing.Key(ctx, m.Target, organization.SignsSamples)
	if err != nil {
		return inbound.TokenPair{}, err
	}
	about.sample, about.issuer, about.identity = sample, t.PublicURL+"/t/"+m.Target.Domain, t.IDs.New()
	pair := inbound.TokenPair{AccessClaims: about.access()}
	if pair.Access, err = t.Signer.Sign(ctx, key, about.issuer, pair.AccessClaims); err != nil {
		return inbound.TokenPair{}, err
	}
	pair.IdentityClaims = about.identityClaims(pair.Access)
	if pair.Identity, err = t.Signer.Sign(ctx, key, about.issuer, pair.IdentityClaims); err != nil {
		return inbound.TokenPair{}, err
	}
	err = t.Work.Do(ctx, func(ctx context.Context, tx outbound.Tx) error {
		return tx.Facts().Append(ctx, sample.Issued(m.By(), now))
	})
	if err != nil {
		return inbound.TokenPair{}, err
	}
	return pair, nil
}

// about finds whom and what a sample is about.
func (t *IssuedTokens) about(ctx context.Context, m organization.Managing, s inbound.TokenSample) (about bearer, err error) {
	about.domain, about.environment = m.Target.Domain, m.Client.Scope.Environment
	err = t.Work.View(ctx, func(ctx context.Context, r outbound.Reader) error {
		if s.User != "" {
			u, err := r.Users().Find(ctx, m.Scope(), s.User)
			if err != nil {
				return err
			}
			about.user = &u
		}
		if s.Application != "" {
			a, err := r.Applications().FindUnder(ctx, m.Reach(), s.Application)
			if err != nil {
				return err
			}
			about.application = &a
		}
		about.metakeys, err = r.MetaKeys().All(ctx, m.Scope())
		return err
	})
	return about, err
}
