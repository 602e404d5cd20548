package contract

import (
	"context"
	"errors"
	"strconv"
	"testing"
	"time"

	"github.com/eidgate/eidgate/domain/account"
	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/outbound"
)

// storeThings add one thing to a scope each.
var storeThings = map[string]func(ctx context.Context, tx outbound.Tx, scope organization.Scope) error{
	"an account": func(ctx context.Context, tx outbound.Tx, scope organization.Scope) error {
		return tx.Accounts().Save(ctx, account.Restore(storeAccount(scope, 7)))
	},
	"a user": func(ctx context.Context, tx outbound.Tx, scope organization.Scope) error {
		u := storeUser(scope, "u1")
		u.Version = 0
		_, err := tx.Users().Save(ctx, u)
		return err
	},
	"an application": func(ctx context.Context, tx outbound.Tx, scope organization.Scope) error {
		_, err := tx.Applications().Save(ctx, storeApplication(scope, "a1"))
		return err
	},
	"an SSO connection": func(ctx context.Context, tx outbound.Tx, scope organization.Scope) error {
		_, err := tx.Connections().Save(ctx, storeConnection(scope, "c1"), storeHome.ID)
		return err
	},
	"a key of metadata": func(ctx context.Context, tx outbound.Tx, scope organization.Scope) error {
		return tx.MetaKeys().Add(ctx, storeMetaKey(scope, "k1", "x"))
	},
	"a plan": func(ctx context.Context, tx outbound.Tx, scope organization.Scope) error {
		_, err := tx.Plans().Add(ctx, account.Plan{Scope: scope, Name: "Basic", CreatedAt: storeNow, UpdatedAt: storeNow})
		return err
	},
	"a client that was revoked": func(ctx context.Context, tx outbound.Tx, scope organization.Scope) error {
		c := storeClient(scope, "c1", organization.KindEID, "x")
		if err := tx.Clients().Add(ctx, c); err != nil {
			return err
		}
		c.RevokedAt = storeNow
		return tx.Clients().Revoke(ctx, c)
	},
	"a session": func(ctx context.Context, tx outbound.Tx, scope organization.Scope) error {
		return tx.Sessions().Save(ctx, eid.Restore(storeSession(scope, "s1")))
	},
	"a document": func(ctx context.Context, tx outbound.Tx, scope organization.Scope) error {
		return tx.Documents().Add(ctx, storeDocument(scope, "d1"))
	},
	"evidence": func(ctx context.Context, tx outbound.Tx, scope organization.Scope) error {
		return tx.Evidence().Add(ctx, storeProven(scope, "s1"))
	},
	"news for a client": func(ctx context.Context, tx outbound.Tx, scope organization.Scope) error {
		return tx.Callbacks().Add(ctx, storeCallback(scope, "s1"))
	},
	"a token": func(ctx context.Context, tx outbound.Tx, scope organization.Scope) error {
		return tx.Tokens().Add(ctx, storeToken(scope, 7, 0, "c1"))
	},
	"a login code": func(ctx context.Context, tx outbound.Tx, scope organization.Scope) error {
		return tx.LoginCodes().Add(ctx, storeCode(scope, 7, "c1"))
	},
	"a receipt": func(ctx context.Context, tx outbound.Tx, scope organization.Scope) error {
		return tx.Receipts().Add(ctx, scope, "create", "1", "done", storeNow)
	},
	"what was spent": func(ctx context.Context, tx outbound.Tx, scope organization.Scope) error {
		return tx.Spent().Spend(ctx, scope, "token", "1", storeNow.Add(time.Hour))
	},
}

// occupied asks whether there is anything in a scope.
func (s *Storage) occupied(t *testing.T, scope organization.Scope) (is bool) {
	t.Helper()
	s.do(t, func(ctx context.Context, tx outbound.Tx) (err error) {
		is, err = tx.Organizations().Occupied(ctx, scope)
		return err
	})
	return is
}

var storeOccupied = []storePromise{
	{"are empty where there is nothing but facts, what was deleted, and keys that sign for both environments", func(t *testing.T, s *Storage) {
		a := storeApplication(storeScope, "a1")
		a = s.applications(t, a)[0]
		gone, _ := a.Delete(organization.By{}, storeNow)
		s.applications(t, gone)
		s.tell(t, storeFact("account/1", 1))
		s.do(t, func(ctx context.Context, tx outbound.Tx) error {
			return tx.SigningKeys().Add(ctx, organization.SigningKey{
				ID: "k1", Organization: storeHome.ID, Purpose: organization.SignsSamples, Private: []byte("x"), Certificate: []byte("y"), CreatedAt: storeNow,
			})
		})
		if s.occupied(t, storeScope) || s.occupied(t, storeHome.Scope(organization.Sandbox)) {
			t.Error("something is there")
		}
		s.fails(t, organization.ErrNoOrganization, func(ctx context.Context, tx outbound.Tx) error {
			_, err := tx.Organizations().Occupied(ctx, storeElsewhere["with the name in capitals"])
			return err
		})
	}},
	{"are occupied by whatever would go with the organization, and no other scope with them", func(t *testing.T, s *Storage) {
		undo := errors.New("undone")
		for what, add := range storeThings {
			s.fails(t, undo, func(ctx context.Context, tx outbound.Tx) error {
				if err := add(ctx, tx, storeScope); err != nil {
					t.Errorf("%s: %v", what, err)
				}
				here, err1 := tx.Organizations().Occupied(ctx, storeScope)
				sandbox, err2 := tx.Organizations().Occupied(ctx, storeHome.Scope(organization.Sandbox))
				other, err3 := tx.Organizations().Occupied(ctx, storeOther.Scope(organization.Production))
				if err := errors.Join(err1, err2, err3); err != nil || !here || sandbox || other {
					t.Errorf("with %s: %v, in the sandbox %v, elsewhere %v: %v", what, here, sandbox, other, err)
				}
				return undo
			})
		}
	}},
	{"let nobody in who comes while they are looked at and deleted", func(t *testing.T, s *Storage) {
		full := errors.New("full")
		for i := range 10 {
			one := storeOrganization("brief"+strconv.Itoa(i), "Brief", storeHome.ID)
			s.found(t, one)
			scope := one.Scope(organization.Production)
			deleted, added := error(nil), error(nil)
			storeRace(t, 2, func(i int) error {
				if i == 0 {
					added = s.Do(t.Context(), func(ctx context.Context, tx outbound.Tx) error {
						return tx.Clients().Add(ctx, storeClient(scope, "c-"+one.ID, organization.KindEID, one.ID))
					})
					return nil
				}
				deleted = s.Do(t.Context(), func(ctx context.Context, tx outbound.Tx) error {
					is, err := tx.Organizations().Occupied(ctx, scope)
					if err == nil && is {
						err = full
					}
					if err != nil {
						return err
					}
					return tx.Organizations().Delete(ctx, one.ID)
				})
				return nil
			})
			if fine := added == nil && errors.Is(deleted, full) || deleted == nil && errors.Is(added, organization.ErrNoOrganization); !fine {
				t.Fatalf("added with %v, deleted with %v", added, deleted)
			}
		}
	}},
}
