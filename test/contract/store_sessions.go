package contract

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/identity"
	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/outbound"
)

// storeSession is a pending session that was never saved.
func storeSession(scope organization.Scope, id string) eid.Snapshot {
	return eid.Snapshot{
		ID: id, Nonce: "nonce of " + id + scope.Organization + string(scope.Environment),
		Order: eid.Order{
			Scope: scope, Client: "c1", Surface: "account", EID: eid.DKMitID, Operation: eid.Authenticate, Channel: eid.Redirect, Wants: eid.WantNumber, Account: 12,
			ReturnTo: "https://a.example/", Correlation: "my reference",
		},
		State: eid.Pending, Provider: "simulator", OpenedAt: storeNow, ExpiresAt: storeNow.Add(15 * time.Minute), Sequence: 2,
	}
}

// storeFull is session s1 with something in every field, so that a field which storage forgets shows.
func storeFull(t *testing.T) eid.Snapshot {
	t.Helper()
	n := 0
	var fill func(v reflect.Value)
	fill = func(v reflect.Value) {
		n++
		switch x := v.Addr().Interface().(type) {
		case *time.Time:
			*x = storeNow.Add(time.Duration(n) * time.Microsecond)
			return
		case *identity.Number:
			*x = storeNumber(t, n)
			return
		}
		switch v.Kind() {
		case reflect.String:
			v.SetString(fmt.Sprintf("text %d", n))
		case reflect.Int, reflect.Int64:
			v.SetInt(int64(n))
		case reflect.Uint8, reflect.Uint16:
			v.SetUint(uint64(n))
		case reflect.Bool:
			v.SetBool(true)
		case reflect.Slice:
			if v.Type().Elem().Kind() == reflect.Uint8 {
				v.SetBytes([]byte{0, 0xff, byte(n)})
				return
			}
			v.Set(reflect.MakeSlice(v.Type(), 2, 2))
			for i := range v.Len() {
				fill(v.Index(i))
			}
		case reflect.Map:
			v.Set(reflect.ValueOf(map[string]string{"key": fmt.Sprint(n)}))
		case reflect.Struct:
			for i := range v.NumField() {
				fill(v.Field(i))
			}
		default:
			t.Fatalf("a session has a field of type %v: teach this test to fill it", v.Type())
		}
	}
	var s eid.Snapshot
	fill(reflect.ValueOf(&s).Elem())
	s.ID, s.Version, s.Order.Scope = "s1", 0, storeScope
	for _, d := range [][]eid.Document{s.Order.Documents, s.Evidence.Documents} {
		for i := range d {
			d[i].Content = nil // kept elsewhere
		}
	}
	for _, free := range []*string{ // what others may fill
		&s.Order.Correlation, &s.Order.Text, &s.Order.Digest, &s.Order.BindingMessage, &s.Order.Phone, &s.Order.PersonAddress,
		&s.Order.Documents[0].Name, &s.Challenge.AppToken, &s.Challenge.QR, &s.Challenge.BindingMessage,
		&s.Challenge.Animated.Token, &s.Challenge.Animated.Secret, &s.Evidence.Signature.Person, &s.Evidence.Address,
		&s.Evidence.Device, &s.Evidence.Proofs[0].Kind, &s.Browser.Address, &s.Browser.Agent, &s.Order.Tags[0], &s.Order.Usage, &s.Order.Theme,
		&s.Order.Particulars[0].Text,
	} {
		*free = "\xff no UTF-8: " + *free
	}
	return s
}

func (s *Storage) open(t *testing.T, all ...eid.Snapshot) {
	t.Helper()
	s.do(t, func(ctx context.Context, tx outbound.Tx) error {
		for _, one := range all {
			if err := tx.Sessions().Save(ctx, eid.Restore(one)); err != nil {
				return err
			}
		}
		return nil
	})
}

func storeIDs(list []*eid.Session) (ids []string) {
	for _, s := range list {
		ids = append(ids, s.Snapshot().ID)
	}
	return ids
}

var storeSessions = []storePromise{
	{"come back as they were saved, by identifier and by nonce", func(t *testing.T, s *Storage) {
		full, bare := storeFull(t), eid.Snapshot{
			ID: "s2", State: eid.Opened, OpenedAt: storeNow, ExpiresAt: storeNow,
			Order: eid.Order{Scope: storeScope, Surface: "account", EID: eid.SEBankID, Operation: eid.Sign, Channel: eid.App},
		}
		open, bound := bare, bare
		open.ID, open.Order.EID, open.Order.Choices, open.Order.Channel = "s3", "", []eid.EID{eid.SEBankID, eid.SEFreja}, eid.Page
		bound.ID, bound.Browser.Name = "s4", "a browser of which nothing else is known"
		s.open(t, full, bare, open, bound)
		s.view(t, func(ctx context.Context, r outbound.Reader) error {
			for _, want := range []eid.Snapshot{full, bare, open, bound} {
				want.Version = 1
				got, err := r.Sessions().Find(ctx, storeScope, want.ID)
				if err != nil {
					return err
				}
				if !reflect.DeepEqual(got.Snapshot(), want) {
					t.Errorf("got  %+v\nwant %+v", got.Snapshot(), want)
				}
			}
			byNonce, err := r.Sessions().FindByNonce(ctx, storeScope, full.Nonce)
			if err != nil {
				return err
			}
			if byNonce.Snapshot().ID != "s1" {
				t.Errorf("by nonce: %s", byNonce.Snapshot().ID)
			}
			for _, nonce := range []string{"", "text", full.Nonce + " ", "\xff"} {
				if _, err := r.Sessions().FindByNonce(ctx, storeScope, nonce); !errors.Is(err, eid.ErrNoSession) {
					t.Errorf("by nonce %q: %v", nonce, err)
				}
			}
			for _, id := range []string{"", "S1", "s1 ", "s1\x00", "\xff"} {
				if _, err := r.Sessions().Find(ctx, storeScope, id); !errors.Is(err, eid.ErrNoSession) {
					t.Errorf("%q: %v", id, err)
				}
			}
			byCorrelation, err := r.Sessions().FindByCorrelation(ctx, storeScope, full.Order.Correlation)
			if got := storeIDs(byCorrelation); !slices.Equal(got, []string{"s1"}) {
				t.Errorf("by correlation: %v", got)
			}
			return err
		})
	}},
	{"may lack a nonce and a reference, as many of them as there are", func(t *testing.T, s *Storage) {
		for i := range 3 {
			one := storeSession(storeScope, fmt.Sprint("s", i))
			one.Nonce, one.Order.Correlation = "", ""
			s.open(t, one)
		}
	}},
	{"have nonces of their own", func(t *testing.T, s *Storage) {
		first, second := storeSession(storeScope, "s1"), storeSession(storeScope, "s2")
		second.Nonce = first.Nonce
		s.open(t, first)
		s.fails(t, eid.ErrStale, func(ctx context.Context, tx outbound.Tx) error { return tx.Sessions().Save(ctx, eid.Restore(second)) })
	}},
	{"are not seen or changed elsewhere", func(t *testing.T, s *Storage) {
		one := storeSession(storeScope, "s1")
		s.open(t, one)
		for where, scope := range storeElsewhere {
			t.Run(where, func(t *testing.T) {
				s.view(t, func(ctx context.Context, r outbound.Reader) error {
					_, byID := r.Sessions().Find(ctx, scope, "s1")
					_, byNonce := r.Sessions().FindByNonce(ctx, scope, one.Nonce)
					byCorrelation, err1 := r.Sessions().FindByCorrelation(ctx, scope, one.Order.Correlation)
					pending, err2 := r.Sessions().PendingOf(ctx, scope, 12)
					if !errors.Is(byID, eid.ErrNoSession) || !errors.Is(byNonce, eid.ErrNoSession) || len(byCorrelation)+len(pending) > 0 {
						t.Errorf("found: %v, %v, %v, %v", byID, byNonce, storeIDs(byCorrelation), storeIDs(pending))
					}
					return errors.Join(err1, err2)
				})
				foreign := one
				foreign.Order.Scope, foreign.Version = scope, 1
				s.fails(t, eid.ErrStale, func(ctx context.Context, tx outbound.Tx) error { return tx.Sessions().Save(ctx, eid.Restore(foreign)) })
			})
		}
	}},
	{"replace the version they were read at, and no other", func(t *testing.T, s *Storage) {
		s.open(t, storeSession(storeScope, "s1"))
		s.fails(t, eid.ErrStale, func(ctx context.Context, tx outbound.Tx) error {
			return tx.Sessions().Save(ctx, eid.Restore(storeSession(storeScope, "s1")))
		})
		change := func(version int64) error {
			next := storeSession(storeScope, "s1")
			next.Version, next.State, next.Reason, next.SettledAt = version, eid.Refused, eid.ReasonDeclined, storeNow.Add(time.Minute)
			one := eid.Restore(next)
			err := s.Do(t.Context(), func(ctx context.Context, tx outbound.Tx) error { return tx.Sessions().Save(ctx, one) })
			if want := version + 1; err == nil && one.Snapshot().Version != want {
				t.Errorf("the session believes to be at version %d", one.Snapshot().Version)
			}
			return err
		}
		for _, version := range []int64{2, 7} {
			if err := change(version); !errors.Is(err, eid.ErrStale) {
				t.Errorf("saved at version %d: %v", version, err)
			}
		}
		if err := change(1); err != nil {
			t.Error(err)
		}
		if err := change(1); !errors.Is(err, eid.ErrStale) {
			t.Errorf("saved at version 1 again: %v", err)
		}
	}},
	{"are claimed by exactly one of many who try at the same time", func(t *testing.T, s *Storage) {
		s.open(t, storeSession(storeScope, "s1"))
		won, lost := storeRace(t, 40, func(i int) error {
			return s.Do(t.Context(), func(ctx context.Context, tx outbound.Tx) error {
				one, err := tx.Sessions().Find(ctx, storeScope, "s1")
				if err != nil {
					return err
				}
				if err := one.Take(fmt.Sprint("owner ", i), storeNow, time.Minute); err != nil {
					return err
				}
				return tx.Sessions().Save(ctx, one)
			})
		})
		if won != 1 || lost[eid.ErrClaimed.Error()] != 39 {
			t.Errorf("%d won, lost: %v", won, lost)
		}
	}},
	{"are found by the caller's reference, newest first and at most ten", func(t *testing.T, s *Storage) {
		var want []string
		for i := range 12 {
			one := storeSession(storeScope, fmt.Sprintf("s%02d", i))
			one.OpenedAt = storeNow.Add(-time.Duration(i) * time.Second)
			s.open(t, one)
			want = append(want, one.ID)
		}
		other := storeSession(storeScope, "other")
		other.Order.Correlation = "MY REFERENCE"
		none := storeSession(storeScope, "none")
		none.Order.Correlation = ""
		s.open(t, other, none)
		s.view(t, func(ctx context.Context, r outbound.Reader) error {
			list, err1 := r.Sessions().FindByCorrelation(ctx, storeScope, "my reference")
			if got := storeIDs(list); !slices.Equal(got, want[:10]) {
				t.Errorf("got %v", got)
			}
			without, err2 := r.Sessions().FindByCorrelation(ctx, storeScope, "")
			if len(without) > 0 {
				t.Errorf("without a reference: %v", storeIDs(without))
			}
			return errors.Join(err1, err2)
		})
	}},
	{"are found pending by account, newest first and at most ten", func(t *testing.T, s *Storage) {
		var want []string
		for i := range 12 {
			one := storeSession(storeScope, fmt.Sprintf("s%02d", i))
			one.OpenedAt = storeNow.Add(-time.Duration(i) * time.Second)
			s.open(t, one)
			want = append(want, one.ID)
		}
		settled, opened, foreign, unbound := storeSession(storeScope, "settled"), storeSession(storeScope, "opened"), storeSession(storeScope, "foreign"), storeSession(storeScope, "unbound")
		settled.State, settled.SettledAt = eid.Completed, storeNow
		opened.State, foreign.Order.Account, unbound.Order.Account = eid.Opened, 13, 0
		s.open(t, settled, opened, foreign, unbound)
		s.view(t, func(ctx context.Context, r outbound.Reader) error {
			list, err1 := r.Sessions().PendingOf(ctx, storeScope, 12)
			if got := storeIDs(list); !slices.Equal(got, want[:10]) {
				t.Errorf("got %v", got)
			}
			ofNobody, err2 := r.Sessions().PendingOf(ctx, storeScope, 0)
			if len(ofNobody) > 0 {
				t.Errorf("of no account: %v", storeIDs(ofNobody))
			}
			return errors.Join(err1, err2)
		})
	}},
	{"are due in all scopes when their time and claim are over, oldest first", func(t *testing.T, s *Storage) {
		at := func(id string, scope organization.Scope, expires, claim time.Duration, state eid.State) eid.Snapshot {
			one := storeSession(scope, id)
			one.ExpiresAt, one.State = storeNow.Add(expires), state
			if claim != 0 {
				one.Claim = eid.Claim{Owner: "me", Until: storeNow.Add(claim)}
			}
			if state.Settled() {
				one.SettledAt = storeNow
			}
			return one
		}
		sandbox, other := storeHome.Scope(organization.Sandbox), storeOther.Scope(organization.Production)
		s.open(t,
			at("later", storeScope, time.Microsecond, 0, eid.Pending), at("now", storeScope, 0, 0, eid.Pending),
			at("settled", storeScope, -time.Hour, 0, eid.Expired), at("claimed", storeScope, -time.Hour, time.Microsecond, eid.Pending),
			at("released", storeScope, -time.Minute, -time.Second, eid.Pending), at("sandbox", sandbox, -time.Hour, 0, eid.Opened),
			at("other", other, -2*time.Hour, 0, eid.Pending),
		)
		s.do(t, func(ctx context.Context, tx outbound.Tx) error {
			list, err1 := tx.Sessions().Due(ctx, storeNow, 10)
			if got, want := storeIDs(list), []string{"other", "sandbox", "released", "now"}; !slices.Equal(got, want) {
				t.Errorf("got %v, want %v", got, want)
			}
			some, err2 := tx.Sessions().Due(ctx, storeNow, 2)
			if len(some) != 2 {
				t.Errorf("at most two: %v", storeIDs(some))
			}
			return errors.Join(err1, err2)
		})
	}},
	{"are removed some time after they settled, and never before", func(t *testing.T, s *Storage) {
		for i, age := range []time.Duration{0, time.Minute, 2 * time.Minute, 3 * time.Minute} {
			one := storeSession(storeScope, fmt.Sprintf("s%d", i))
			one.State, one.SettledAt = eid.Completed, storeNow.Add(-age)
			s.open(t, one)
		}
		s.open(t, storeSession(storeScope, "pending"))
		purge := func(n int) (gone int) {
			s.do(t, func(ctx context.Context, tx outbound.Tx) (err error) {
				gone, err = tx.Sessions().Purge(ctx, storeNow.Add(-time.Minute), n)
				return err
			})
			return gone
		}
		if first, second, third := purge(1), purge(10), purge(10); first != 1 || second != 1 || third != 0 {
			t.Errorf("removed %d, %d and %d", first, second, third)
		}
		s.view(t, func(ctx context.Context, r outbound.Reader) error {
			list, err := r.Sessions().FindByCorrelation(ctx, storeScope, "my reference")
			if got := storeIDs(list); len(got) != 3 || slices.Contains(got, "s2") || slices.Contains(got, "s3") {
				t.Errorf("left are %v", got)
			}
			return err
		})
	}},
}
