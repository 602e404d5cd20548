package contract

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/eidgate/eidgate/domain/account"
	"github.com/eidgate/eidgate/domain/identity"
	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/outbound"
)

// Store is everything a storage does.
type Store interface {
	outbound.UnitOfWork
	outbound.Postbag
	outbound.Leases
	outbound.Rekeyer
	outbound.SessionClaims
	outbound.CallbackBag
	Close() error
}

// Storage is a storage under test, empty and ready to use.
type Storage struct {
	Store
	// Ring is the keys that the store was opened with.
	Ring *Ring
	// Beside opens the same database as another process would, with keys of its own.
	Beside func(t *testing.T, ring *Ring) Store
	// Dump is all that the database holds, as somebody sees it who has stolen it.
	Dump func(t *testing.T) []byte
	// Exec changes the database behind the store's back. Places for arguments are question marks.
	Exec func(t *testing.T, statement string, args ...any)
}

// storePromise is one thing that a caller may rely on.
type storePromise struct {
	says  string
	holds func(t *testing.T, s *Storage)
}

// TestStore holds a storage to the promises of [outbound.UnitOfWork], [outbound.Postbag], [outbound.Leases],
// [outbound.Rekeyer], [outbound.SessionClaims] and [outbound.CallbackBag]. Each call of open gives an empty one with the
// given keys.
func TestStore(t *testing.T, open func(t *testing.T, ring *Ring) *Storage) {
	for group, promises := range map[string][]storePromise{
		"a unit of work":          storeWork,
		"organizations":           storeOrganizations,
		"clients":                 storeClients,
		"clients that ask":        storeAsking,
		"clients that manage":     storeManaging,
		"organizations in reach":  storeReach,
		"organizations and roots": storeRoots,
		"managed organizations":   storeManaged,
		"occupied scopes":         storeOccupied,
		"users":                   storeUsers,
		"users' values":           storeMetadata,
		"lists of users":          storeUserLists,
		"keys of metadata":        storeMetaKeys,
		"applications":            storeApplications,
		"SSO connections":         storeConnections,
		"invitations":             storeInvitations,
		"signing keys":            storeSigningKeys,
		"conditions of lists":     storeConditions,
		"events":                  storeEvents,
		"plans":                   storePlans,
		"accounts":                storeAccounts,
		"tokens":                  storeTokens,
		"login codes":             storeCodes,
		"sessions":                storeSessions,
		"sessions are due":        storeDue,
		"tickets":                 storeTickets,
		"sessions begun again":    storeReopened,
		"sessions that changed":   storeWatched,
		"claims by the clock":     storeClaims,
		"a claim on one session":  storeClaimOne,
		"documents":               storeDocuments,
		"evidence":                storeEvidence,
		"callbacks":               storeCallbacks,
		"facts":                   storeFacts,
		"usage":                   storeUsage,
		"deliveries":              storeDeliveries,
		"leases":                  storeLeases,
		"the blocklist":           storeBlocklist,
		"receipts":                storeReceipts,
		"secrets":                 storeSecrets,
		"rotation":                storeRotation,
		"rotation and users":      storeRotationUsers,
	} {
		t.Run(group, func(t *testing.T) {
			for _, p := range promises {
				t.Run(p.says, func(t *testing.T) {
					s := open(t, NewRing("one"))
					s.do(t, func(ctx context.Context, tx outbound.Tx) error {
						for _, o := range []organization.Organization{storeHome, storeOther} {
							if err := tx.Organizations().Add(ctx, o); err != nil {
								return err
							}
						}
						return nil
					})
					p.holds(t, s)
				})
			}
		})
	}
}

// Every store starts with two organizations.
var (
	storeNow   = time.Date(2026, 11, 5, 12, 30, 15, 123456000, time.UTC)
	storeHome  = storeOrganization("home", "Home AB", "", "login.home.example")
	storeOther = storeOrganization("other", "Other AB", "")
	storeScope = storeHome.Scope(organization.Production)
)

// storeElsewhere are the scopes that must see nothing of storeScope.
var storeElsewhere = map[string]organization.Scope{
	"as another organization":   storeOther.Scope(organization.Production),
	"in the other environment":  storeHome.Scope(organization.Sandbox),
	"with the name in capitals": {Organization: "0190-HOME", Environment: organization.Production},
}

// do runs a unit of work that must succeed.
func (s *Storage) do(t *testing.T, work func(ctx context.Context, tx outbound.Tx) error) {
	t.Helper()
	if err := s.Do(t.Context(), work); err != nil {
		t.Fatal(err)
	}
}

// fails runs a unit of work that must fail with the fault.
func (s *Storage) fails(t *testing.T, fault error, work func(ctx context.Context, tx outbound.Tx) error) {
	t.Helper()
	if err := s.Do(t.Context(), work); !errors.Is(err, fault) {
		t.Errorf("got %v, want %v", err, fault)
	}
}

// view runs reads that must succeed.
func (s *Storage) view(t *testing.T, read func(ctx context.Context, r outbound.Reader) error) {
	t.Helper()
	if err := s.View(t.Context(), read); err != nil {
		t.Fatal(err)
	}
}

// race runs n units of work at once, and counts how many ended with each error; nil counts as a win.
func storeRace(t *testing.T, n int, run func(i int) error) (won int, lost map[string]int) {
	t.Helper()
	ready, results := make(chan struct{}), make(chan error, n)
	for i := range n {
		go func() {
			<-ready
			results <- run(i)
		}()
	}
	close(ready)
	lost = map[string]int{}
	for range n {
		if err := <-results; err != nil {
			lost[err.Error()]++
		} else {
			won++
		}
	}
	return won, lost
}

// storeNumber is a Danish number, another one for each i up to 3,999.
func storeNumber(t *testing.T, i int) identity.Number {
	t.Helper()
	return canonical(t, identity.DK, identity.KindCPR, fmt.Sprintf("010190%04d", i))
}

// storeAccount is an account that was never saved.
func storeAccount(scope organization.Scope, id int64) account.Snapshot {
	return account.Snapshot{
		ID: id, Scope: scope, Country: identity.DK, Type: account.Single, Active: true, Activation: storeNow,
		Profile:   account.Profile{FirstName: "Mette", LastName: "Madsen", Email: fmt.Sprintf("mette%d@example.com", id)},
		CreatedAt: storeNow, UpdatedAt: storeNow, Sequence: 1,
	}
}

// save keeps accounts as they stand.
func (s *Storage) save(t *testing.T, accounts ...account.Snapshot) {
	t.Helper()
	s.do(t, func(ctx context.Context, tx outbound.Tx) error {
		for _, a := range accounts {
			if err := tx.Accounts().Save(ctx, account.Restore(a)); err != nil {
				return err
			}
		}
		return nil
	})
}

// change loads an account, changes it and saves it, in one unit of work.
func storeChange(ctx context.Context, s outbound.UnitOfWork, scope organization.Scope, id int64, change func(*account.Snapshot)) error {
	return s.Do(ctx, func(ctx context.Context, tx outbound.Tx) error {
		a, err := tx.Accounts().Find(ctx, scope, id)
		if err != nil {
			return err
		}
		snapshot := a.Snapshot()
		change(&snapshot)
		return tx.Accounts().Save(ctx, account.Restore(snapshot))
	})
}
