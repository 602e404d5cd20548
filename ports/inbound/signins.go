package inbound

import (
	"context"

	"github.com/eidgate/eidgate/domain/account"
)

// SignIns turns credentials into tokens and tokens into bearers. Tokens are shown once and kept as hashes.
type SignIns interface {
	// ServiceToken signs a partner's back office in (client kind crm), for longer when keep is set. It fails with
	// organization.ErrClientRefused, the same for an unknown name and a wrong password.
	ServiceToken(ctx context.Context, username, password string, keep bool) (token string, err error)
	// AppToken gives a partner's server (client kind sso) a token for one end user of its scope. It fails with
	// organization.ErrClientRefused, account.ErrNoAccount or account.ErrInactive.
	AppToken(ctx context.Context, p PartnerSignIn) (token string, err error)
	// LoginCode gives a one-time code in place of a token, and fails alike.
	LoginCode(ctx context.Context, p PartnerSignIn) (code string, err error)
	// RedeemLoginCode exchanges the code, once. It fails with account.ErrCode or account.ErrInactive.
	RedeemLoginCode(ctx context.Context, code string) (token string, err error)
	// Authenticate finds out who presents a token. It fails with account.ErrUnauthenticated for anything that is
	// not a living token of a living client and an active account.
	Authenticate(ctx context.Context, token string) (account.Bearer, error)
}

// PartnerSignIn is a partner's server asking for one of its end users.
type PartnerSignIn struct {
	ClientID     string
	ClientSecret string
	Email        string
}
