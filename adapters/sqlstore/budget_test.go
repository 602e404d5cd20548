package sqlstore_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/eidgate/eidgate/adapters/sqlstore"
	"github.com/eidgate/eidgate/domain/account"
	"github.com/eidgate/eidgate/domain/audit"
	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/identity"
	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/outbound"
	"github.com/eidgate/eidgate/test/contract"
)

var (
	now   = time.Date(2026, 11, 5, 12, 0, 0, 0, time.UTC)
	scope = organization.Scope{Organization: "o1", Environment: organization.Production}
)

// furnish puts an organization, a client, a plan, an account and its token 1 into a store.
func furnish(t testing.TB, s *sqlstore.Store) {
	t.Helper()
	err := s.Do(t.Context(), func(ctx context.Context, tx outbound.Tx) error {
		organized := tx.Organizations().Add(ctx, organization.Organization{ID: "o1", Domain: "o1", Name: "O", CreatedAt: now})
		enrolled := tx.Clients().Add(ctx, organization.Client{ID: "c1", Scope: scope, Kind: organization.KindSSO, Identifier: "sso", CreatedAt: now})
		enrolled = errors.Join(enrolled, tx.Clients().Add(ctx, organization.Client{ID: "c2", Scope: scope, Kind: organization.KindSession, Identifier: "session", CreatedAt: now}))
		plan, err := tx.Plans().Add(ctx, account.Plan{Scope: scope, Name: "Basic", CreatedAt: now, UpdatedAt: now})
		if err != nil {
			return err
		}
		number, err := identity.ParseCanonical(identity.SE, identity.KindPersonnummer, "191212121212")
		if err != nil {
			return err
		}
		a := account.Restore(account.Snapshot{
			ID: 12, Scope: scope, Country: identity.SE, Type: account.Single, Plan: plan, Active: true, Activation: now, Number: number,
			Profile: account.Profile{
				FirstName: "Anna", LastName: "Andersson", Email: "anna.andersson@example.com", Phone: "+46701740605",
				Street: "Storgatan 1", Zip: "111 22", City: "Stockholm", Language: "SV",
			}, CreatedAt: now, UpdatedAt: now,
		})
		return errors.Join(organized, enrolled, tx.Accounts().Save(ctx, a), tx.Tokens().Add(ctx, token(1)))
	})
	if err != nil {
		t.Fatal(err)
	}
}

func token(id int64) account.Token {
	return account.Token{
		ID: id, Scope: scope, Kind: account.AppToken, Account: 12, Client: "c1", Hash: account.HashToken("secret"),
		CreatedAt: now, ExpiresAt: now.Add(time.Hour),
	}
}

func issue(ctx context.Context, s outbound.UnitOfWork, id int64) error {
	t, _, facts := account.Issue(token(id), "0123456789012345678901234567890123456789", now, time.Hour)
	return s.Do(ctx, func(ctx context.Context, tx outbound.Tx) error {
		if err := tx.Tokens().Add(ctx, t); err != nil {
			return err
		}
		return tx.Facts().Append(ctx, facts...)
	})
}

func start(ctx context.Context, s outbound.UnitOfWork, id string) error {
	one, facts, err := eid.Open(id, "nonce of "+id, eid.Order{
		Scope: scope, Client: "c1", Surface: "account", EID: eid.SEBankID, Operation: eid.Authenticate, Channel: eid.Redirect, Wants: eid.WantNumber, Account: 12,
		ReturnTo: "https://app.example/back", Correlation: "state of " + id,
	}, now, 15*time.Minute)
	if err != nil {
		return err
	}
	more, err := one.Present("simulator", eid.Challenge{URL: "https://provider.example/authorize"}, []byte("thread"), now)
	if err != nil {
		return err
	}
	return s.Do(ctx, func(ctx context.Context, tx outbound.Tx) error {
		if err := tx.Sessions().Save(ctx, one); err != nil {
			return err
		}
		return tx.Facts().Append(ctx, append(facts, more...)...)
	})
}

func bearer(ctx context.Context, s outbound.UnitOfWork, id int64) (b account.Bearer, err error) {
	err = s.View(ctx, func(ctx context.Context, r outbound.Reader) (err error) {
		b, err = r.Tokens().Bearer(ctx, id)
		return err
	})
	return b, err
}

// request is something that happens all the time, and what it may cost.
type request struct {
	name string
	run  func(ctx context.Context, s *sqlstore.Store) error
	want sqlstore.Counts
}

// TestWhatEachRequestCostsTheDatabase holds the hot requests to what they may cost (statements that read, that
// write, commits). Who needs more has to say so here.
func TestWhatEachRequestCostsTheDatabase(t *testing.T) {
	requests := []request{
		{"a bearer", func(ctx context.Context, s *sqlstore.Store) error { _, err := bearer(ctx, s, 1); return err }, sqlstore.Counts{Selects: 1}},
		{"a token", func(ctx context.Context, s *sqlstore.Store) error { return issue(ctx, s, 2) }, sqlstore.Counts{Writes: 3, Commits: 1}},
		{"an account by e-mail", func(ctx context.Context, s *sqlstore.Store) error {
			return s.View(ctx, func(ctx context.Context, r outbound.Reader) error {
				_, err := r.Accounts().FindByEmail(ctx, scope, "anna.andersson@example.com")
				return err
			})
		}, sqlstore.Counts{Selects: 1}},
		{"a client", func(ctx context.Context, s *sqlstore.Store) error {
			return s.View(ctx, func(ctx context.Context, r outbound.Reader) error {
				_, err := r.Clients().FindByIdentifier(ctx, organization.KindSSO, "sso")
				return err
			})
		}, sqlstore.Counts{Selects: 1}},
		{"a session's start", func(ctx context.Context, s *sqlstore.Store) error { return start(ctx, s, "s1") }, sqlstore.Counts{Writes: 3, Commits: 1}},
		{"a poll", func(ctx context.Context, s *sqlstore.Store) error {
			return s.View(ctx, func(ctx context.Context, r outbound.Reader) error {
				_, err := r.Sessions().Find(ctx, scope, "s1")
				return err
			})
		}, sqlstore.Counts{Selects: 1}},
		{"eight facts", func(ctx context.Context, s *sqlstore.Store) error {
			var facts []audit.Fact
			for i := range 8 {
				facts = append(facts, audit.Fact{Organization: "o1", Environment: "production", Kind: "k", Subject: "x/1", Sequence: int64(i + 1), At: now})
			}
			return s.Do(ctx, func(ctx context.Context, tx outbound.Tx) error { return tx.Facts().Append(ctx, facts...) })
		}, sqlstore.Counts{Writes: 2, Commits: 1}},
		{"many tokens touched", func(ctx context.Context, s *sqlstore.Store) error {
			used := map[int64]time.Time{}
			for i := range 5000 {
				used[int64(i)] = now
			}
			return s.Do(ctx, func(ctx context.Context, tx outbound.Tx) error { return tx.Tokens().Touch(ctx, used) })
		}, sqlstore.Counts{Writes: 1, Commits: 1}},
		{"a claim on deliveries", func(ctx context.Context, s *sqlstore.Store) error {
			_, err := s.Claim(ctx, outbound.Broker, 100, now, time.Minute)
			return err
		}, sqlstore.Counts{Selects: 1, Writes: 1, Commits: 1}},
		{"a unit of work without work", func(ctx context.Context, s *sqlstore.Store) error {
			return s.Do(ctx, func(context.Context, outbound.Tx) error { return nil })
		}, sqlstore.Counts{}},
	}
	requests = append(append(requests, operations(t)...), directory(t)...)
	for name, url := range urls {
		t.Run(name, func(t *testing.T) {
			s := open(t, sqlstore.Config{URL: url(t)}, contract.NewRing("one"))
			furnish(t, s)
			for _, r := range requests {
				before := s.Counts()
				if err := r.run(t.Context(), s); err != nil {
					t.Fatalf("%s: %v", r.name, err)
				}
				after := s.Counts()
				got := sqlstore.Counts{
					Selects: after.Selects - before.Selects, Writes: after.Writes - before.Writes, Commits: after.Commits - before.Commits,
					Rollbacks: after.Rollbacks - before.Rollbacks, Reruns: after.Reruns - before.Reruns, Faults: after.Faults - before.Faults,
				}
				if got != r.want {
					t.Errorf("%s cost %+v, may cost %+v", r.name, got, r.want)
				}
			}
		})
	}
}
