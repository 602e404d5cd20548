package account

import (
	"context"
	"errors"
	"time"

	"github.com/eidgate/eidgate/domain/account"
	"github.com/eidgate/eidgate/domain/audit"
	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/inbound"
	"github.com/eidgate/eidgate/ports/outbound"
)

// SignIns answers [inbound.SignIns].
type SignIns struct {
	Work     outbound.UnitOfWork
	Clock    outbound.Clock
	IDs      outbound.IDs
	Random   outbound.Random
	LastUsed *LastUsed
	Lives    Lives
	Demo     bool // clients and tokens marked as demo count
}

var _ inbound.SignIns = (*SignIns)(nil)

// Lives is how long what is issued lasts.
type Lives struct{ App, CRM, CRMLong, LoginCode time.Duration }

// How many random letters and digits a token carries (238 bits), and a code, which redeems alone (285 bits).
const (
	tokenRandomLength = 40
	codeRandomLength  = 48
)

// ServiceToken signs a back office in.
func (s *SignIns) ServiceToken(ctx context.Context, username, password string, keep bool) (string, error) {
	client, err := s.client(ctx, organization.KindCRM, username, password)
	if err != nil {
		return "", err
	}
	life := s.Lives.CRM
	if keep {
		life = s.Lives.CRMLong
	}
	return s.issue(ctx, account.Token{Scope: client.Scope, Kind: account.CRMToken, Client: client.ID}, life, nil)
}

// AppToken signs an end user in on the word of a partner's server.
func (s *SignIns) AppToken(ctx context.Context, p inbound.PartnerSignIn) (string, error) {
	client, a, err := s.endUser(ctx, p)
	if err != nil {
		return "", err
	}
	return s.issue(ctx, account.Token{Scope: client.Scope, Kind: account.AppToken, Account: a.ID, Client: client.ID}, s.Lives.App, nil)
}

// LoginCode makes a one-time code for an end user.
func (s *SignIns) LoginCode(ctx context.Context, p inbound.PartnerSignIn) (string, error) {
	client, a, err := s.endUser(ctx, p)
	if err != nil {
		return "", err
	}
	code, now := s.Random.Alphanumeric(codeRandomLength), s.Clock.Now()
	c, facts := account.IssueLoginCode(s.IDs.New(), client.Scope, a.ID, client.ID, code, now, s.Lives.LoginCode)
	return code, s.Work.Do(ctx, func(ctx context.Context, tx outbound.Tx) error {
		if err := tx.LoginCodes().Add(ctx, c); err != nil {
			return err
		}
		return tx.Facts().Append(ctx, facts...)
	})
}

// RedeemLoginCode exchanges a code for a token. Code and token change hands in one unit of work, so a code is
// never lost without a token for it.
func (s *SignIns) RedeemLoginCode(ctx context.Context, code string) (string, error) {
	if len(code) != codeRandomLength {
		return "", account.ErrCode
	}
	now := s.Clock.Now()
	return s.issue(ctx, account.Token{Kind: account.AppToken}, s.Lives.App, func(ctx context.Context, tx outbound.Tx) (account.Token, []audit.Fact, error) {
		c, err := tx.LoginCodes().Redeem(ctx, account.HashToken(code), now)
		if err != nil {
			return account.Token{}, nil, err
		}
		client, err := tx.Clients().Find(ctx, c.Client)
		if err != nil {
			return account.Token{}, nil, err
		}
		if client.Revoked() || client.Demo && !s.Demo {
			return account.Token{}, nil, account.ErrCode
		}
		a, err := tx.Accounts().Find(ctx, c.Scope, c.Account)
		if err != nil {
			return account.Token{}, nil, account.ErrCode.Because(err)
		}
		if !a.Snapshot().Active {
			return account.Token{}, nil, account.ErrInactive
		}
		return account.Token{Scope: c.Scope, Kind: account.AppToken, Account: c.Account, Client: c.Client}, c.Redeemed(now), nil
	})
}

// Authenticate finds the bearer of a token in one statement and one comparison.
func (s *SignIns) Authenticate(ctx context.Context, clear string) (account.Bearer, error) {
	id, hash, err := account.ParseToken(clear)
	if err != nil {
		return account.Bearer{}, err
	}
	var b account.Bearer
	err = s.Work.View(ctx, func(ctx context.Context, r outbound.Reader) error {
		b, err = r.Tokens().Bearer(ctx, id)
		return err
	})
	if err != nil {
		return account.Bearer{}, err
	}
	now := s.Clock.Now()
	if err := b.Token.Check(hash, now); err != nil {
		return account.Bearer{}, err
	}
	if b.ClientRevoked || b.ClientDemo && !s.Demo || b.Token.Kind == account.AppToken && (b.Account == nil || !b.Account.Snapshot().Active) {
		return account.Bearer{}, account.ErrUnauthenticated
	}
	s.LastUsed.Note(id, now)
	return b, nil
}

// endUser finds the account that a partner's server asks for. Only a known server learns whether it exists.
func (s *SignIns) endUser(ctx context.Context, p inbound.PartnerSignIn) (organization.Client, account.Snapshot, error) {
	client, err := s.client(ctx, organization.KindSSO, p.ClientID, p.ClientSecret)
	if err != nil {
		return organization.Client{}, account.Snapshot{}, err
	}
	var a account.Snapshot
	err = s.Work.View(ctx, func(ctx context.Context, r outbound.Reader) error {
		found, err := r.Accounts().FindByEmail(ctx, client.Scope, p.Email)
		if err == nil {
			a = found.Snapshot()
		}
		return err
	})
	if err == nil && !a.Active {
		err = account.ErrInactive
	}
	return client, a, err
}

// client finds who presents a secret. An unknown identifier is compared with a hash that nothing has, so that it
// takes as long as a wrong secret.
func (s *SignIns) client(ctx context.Context, kind organization.Kind, identifier, secret string) (organization.Client, error) {
	var c organization.Client
	err := s.Work.View(ctx, func(ctx context.Context, r outbound.Reader) (err error) {
		c, err = r.Clients().FindByIdentifier(ctx, kind, identifier)
		return err
	})
	if err != nil && !errors.Is(err, organization.ErrNoClient) {
		return organization.Client{}, err
	}
	if refused := c.Admit(secret, s.Demo); err != nil || refused != nil {
		return organization.Client{}, organization.ErrClientRefused
	}
	return c, nil
}

// issue stores a token and tells of it. Whose says, inside the unit of work, who the token is for; nil when the
// token says so already.
func (s *SignIns) issue(ctx context.Context, t account.Token, life time.Duration, whose func(context.Context, outbound.Tx) (account.Token, []audit.Fact, error)) (string, error) {
	random := s.Random.Alphanumeric(tokenRandomLength)
	for try := 1; ; try++ {
		id, now := s.IDs.Number(), s.Clock.Now()
		var clear string
		err := s.Work.Do(ctx, func(ctx context.Context, tx outbound.Tx) (err error) {
			token, facts := t, []audit.Fact(nil)
			if whose != nil {
				if token, facts, err = whose(ctx, tx); err != nil {
					return err
				}
			}
			token.ID = id
			token, text, issued := account.Issue(token, random, now, life)
			if err := tx.Tokens().Add(ctx, token); err != nil {
				return err
			}
			clear = text
			return tx.Facts().Append(ctx, append(facts, issued...)...)
		})
		if errors.Is(err, outbound.ErrIdentifierUsed) && try < newIDTries {
			continue
		}
		if err != nil {
			return "", err
		}
		return clear, nil
	}
}
