package account

import (
	"strconv"
	"time"

	"github.com/eidgate/eidgate/domain/audit"
	"github.com/eidgate/eidgate/domain/organization"
)

// LoginCode is a one-time code that a person's web view exchanges for an app token. The code alone redeems, so it
// is long, lives for a minute or so, and works once.
type LoginCode struct {
	ID        string
	Hash      TokenHash
	Scope     organization.Scope
	Account   int64
	Client    string
	ExpiresAt time.Time
}

// IssueLoginCode makes a code for an account on behalf of a client. Clear is the code itself, random and long; only
// its hash is kept.
func IssueLoginCode(id string, scope organization.Scope, accountID int64, client, clear string, now time.Time, life time.Duration) (LoginCode, []audit.Fact) {
	c := LoginCode{ID: id, Hash: HashToken(clear), Scope: scope, Account: accountID, Client: client, ExpiresAt: now.Add(life)}
	return c, c.tell("login_code.issued", 1, now)
}

// Redeemed tells that the code was exchanged.
func (c LoginCode) Redeemed(now time.Time) []audit.Fact { return c.tell("login_code.redeemed", 2, now) }

func (c LoginCode) tell(kind string, sequence int64, now time.Time) []audit.Fact {
	return []audit.Fact{{
		Organization: c.Scope.Organization, Environment: string(c.Scope.Environment), Kind: kind,
		Subject: "login_code/" + c.ID, Sequence: sequence, At: now, Actor: "client/" + c.Client,
		Details: map[string]string{"account": strconv.FormatInt(c.Account, 10)},
	}}
}
