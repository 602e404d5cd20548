package sqlstore

import (
	"context"

	"github.com/eidgate/eidgate/domain/account"
	"github.com/eidgate/eidgate/domain/fault"
	"github.com/eidgate/eidgate/domain/identity"
	"github.com/eidgate/eidgate/domain/organization"
)

// A claim says that an account has a number or an e-mail address, or a user an address, without telling which: the row is
// a keyed hash.
// It is written under every living key, so that a key can be changed without a moment in which two accounts could
// claim the same.

// claim is one kind of claim.
type claim struct {
	sort   string
	taken  *fault.Fault // what a loser is told
	field  string       // and which input it is about
	insert string
	own    string // counts the claimer's
	delete string
}

var numberClaim = claim{
	sort: "number", taken: account.ErrNumberUnusable, field: "number",
	insert: `INSERT INTO number_claims (organization, environment, key_id, fingerprint, account) VALUES (?, ?, ?, ?, ?)
		ON CONFLICT (organization, environment, key_id, fingerprint) DO NOTHING`,
	own: `SELECT COUNT(*) FROM number_claims
		WHERE organization = ? AND environment = ? AND key_id = ? AND fingerprint = ? AND account = ?`,
	delete: `DELETE FROM number_claims WHERE account = ?`,
}

var emailClaim = claim{
	sort: "email", taken: account.ErrEmailTaken, field: "email",
	insert: `INSERT INTO email_claims (organization, environment, key_id, fingerprint, account) VALUES (?, ?, ?, ?, ?)
		ON CONFLICT (organization, environment, key_id, fingerprint) DO NOTHING`,
	own: `SELECT COUNT(*) FROM email_claims
		WHERE organization = ? AND environment = ? AND key_id = ? AND fingerprint = ? AND account = ?`,
	delete: `DELETE FROM email_claims WHERE account = ?`,
}

var userEmailClaim = claim{
	sort: "user_email", taken: organization.ErrUserEmail, field: "email",
	insert: `INSERT INTO user_emails (organization, environment, key_id, fingerprint, user_id) VALUES (?, ?, ?, ?, ?)
		ON CONFLICT (organization, environment, key_id, fingerprint) DO NOTHING`,
	own: `SELECT COUNT(*) FROM user_emails
		WHERE organization = ? AND environment = ? AND key_id = ? AND fingerprint = ? AND user_id = ?`,
	delete: `DELETE FROM user_emails WHERE user_id = ?`,
}

const claimsOfUser = `SELECT 'user_email', key_id, fingerprint FROM user_emails WHERE user_id = ?`

const claimsOfAccount = `SELECT 'number', key_id, fingerprint FROM number_claims WHERE account = ?
	UNION ALL SELECT 'email', key_id, fingerprint FROM email_claims WHERE account = ?`

type claimRow struct {
	sort, key string
	sum       []byte
}

func (c *claimRow) fields() []any { return []any{&c.sort, &c.key, &c.sum} }

// wanted are the claims that somebody has to hold, an account's numbers first, so that all transactions take them in the same
// order and do not wait for each other in a circle.
type wanted struct {
	claim  claim
	prints []identity.Fingerprint
}

func (s *Store) wanted(ctx context.Context, a account.Snapshot) ([]wanted, error) {
	numbers, emails := wanted{claim: numberClaim}, wanted{claim: emailClaim}
	var err error
	if !a.Number.IsZero() {
		if numbers.prints, err = s.prints.Of(ctx, a.Scope, a.Number); err != nil {
			return nil, err
		}
	}
	if a.Profile.Email != "" {
		if emails.prints, err = s.emailPrints(ctx, a.Scope, a.Profile.Email); err != nil {
			return nil, err
		}
	}
	return []wanted{numbers, emails}, nil
}

func (s *Store) emailPrints(ctx context.Context, scope organization.Scope, email string) ([]identity.Fingerprint, error) {
	return s.prints.OfText(ctx, scope, "email", identity.FoldEmail(email))
}

// missing compares what has to be held with the rows there are: what to add, and whether the rows are of
// something else altogether and must go first. Rows under keys that we do not know stay: another process may.
func (w wanted) missing(rows []claimRow) (add []identity.Fingerprint, clear bool) {
	held := map[string][]byte{}
	for _, r := range rows {
		if r.sort == w.claim.sort {
			held[r.key] = r.sum
		}
	}
	same := false
	for _, p := range w.prints {
		switch sum, ok := held[p.Key]; {
		case !ok:
			add = append(add, p)
		case string(sum) == string(p.Sum[:]):
			same = true
		default:
			clear = true
		}
	}
	if clear || !same && len(held) > 0 {
		return w.prints, true
	}
	return add, false
}

// claim puts what is missing of the claims of an account or user, and takes away what it holds of another.
func (l *link) claim(ctx context.Context, scope organization.Scope, id any, wants []wanted, held []claimRow) error {
	for _, w := range wants {
		add, clear := w.missing(held)
		if clear {
			if _, err := l.exec(ctx, w.claim.delete, id); err != nil {
				return err
			}
		}
		if err := l.place(ctx, w.claim, scope, id, add); err != nil {
			return err
		}
	}
	return nil
}

// place puts claims of an account or user. Of any number of transactions that claim the same exactly one succeeds: an
// INSERT that meets a row not yet committed waits for that transaction's end.
func (l *link) place(ctx context.Context, c claim, scope organization.Scope, id any, prints []identity.Fingerprint) error {
	for _, p := range prints {
		n, err := l.exec(ctx, c.insert, scope.Organization, string(scope.Environment), p.Key, p.Sum[:], id)
		if err != nil {
			return err
		}
		if n > 0 {
			continue
		}
		own, err := l.number(ctx, c.own, scope.Organization, string(scope.Environment), p.Key, p.Sum[:], id)
		if err != nil {
			return err
		}
		if own == 0 {
			return c.taken.On(c.field)
		}
	}
	return nil
}
