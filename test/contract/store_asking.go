package contract

import (
	"context"
	"errors"
	"reflect"
	"testing"

	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/outbound"
)

// storeAsker adds a client with and one without a key of its own.
func storeAsker(t *testing.T, s *Storage) (keyed, bare organization.Client) {
	t.Helper()
	keyed, bare = storeClient(storeScope, "c1", organization.KindEID, "web"), organization.Client{
		ID: "c2", Scope: storeScope, Kind: organization.KindSession, Identifier: "web", CreatedAt: storeNow,
	}
	s.do(t, func(ctx context.Context, tx outbound.Tx) error {
		return errors.Join(tx.Clients().Add(ctx, keyed), tx.Clients().Add(ctx, bare))
	})
	return keyed, bare
}

// storeNoClient are identifiers of nobody.
var storeNoClient = []string{"", "Web", "web ", "we", "web\x00", "\xff"}

var storeAsking = []storePromise{
	{"are found with the organization that they act for", func(t *testing.T, s *Storage) {
		keyed, bare := storeAsker(t, s)
		s.view(t, func(ctx context.Context, r outbound.Reader) error {
			for _, want := range []organization.Client{keyed, bare} {
				got, err := r.Clients().Acting(ctx, want.Kind, want.Identifier)
				if err != nil {
					return err
				}
				if !reflect.DeepEqual(got, organization.Acting{Client: want, Organization: storeHome}) {
					t.Errorf("%s comes back otherwise", want.ID)
				}
			}
			for _, identifier := range storeNoClient {
				if _, err := r.Clients().Acting(ctx, organization.KindEID, identifier); !errors.Is(err, organization.ErrNoClient) {
					t.Errorf("%q: %v", identifier, err)
				}
			}
			if _, err := r.Clients().Acting(ctx, organization.KindCRM, "web"); !errors.Is(err, organization.ErrNoClient) {
				t.Errorf("of another kind: %v", err)
			}
			return nil
		})
	}},
	{"are found with the session that they ask about, or without", func(t *testing.T, s *Storage) {
		keyed, bare := storeAsker(t, s)
		full := storeFull(t)
		s.open(t, full)
		full.Version = 1
		s.view(t, func(ctx context.Context, r outbound.Reader) error {
			for _, want := range []organization.Client{keyed, bare} {
				client, session, err := r.Clients().Asking(ctx, want.Kind, want.Identifier, "s1")
				if err != nil {
					return err
				}
				want.Addresses, want.Features, want.Domains, want.Scopes = organization.Addresses{}, nil, nil, nil
				if !reflect.DeepEqual(client, want) || session == nil || !reflect.DeepEqual(session.Snapshot(), full) {
					t.Errorf("%s or its session comes back otherwise", want.ID)
				}
				for _, id := range []string{"", "S1", "s1 ", "s1\x00", "\xff", "s2"} {
					client, session, err := r.Clients().Asking(ctx, want.Kind, want.Identifier, id)
					if err != nil || session != nil || !reflect.DeepEqual(client, want) {
						t.Errorf("asking about %q: session %v, %v", id, session != nil, err)
					}
				}
			}
			for _, identifier := range storeNoClient {
				if _, session, err := r.Clients().Asking(ctx, organization.KindEID, identifier, "s1"); !errors.Is(err, organization.ErrNoClient) || session != nil {
					t.Errorf("%q: %v", identifier, err)
				}
			}
			if _, _, err := r.Clients().Asking(ctx, organization.KindCRM, "web", "s1"); !errors.Is(err, organization.ErrNoClient) {
				t.Errorf("of another kind: %v", err)
			}
			return nil
		})
	}},
	{"see no session of another scope", func(t *testing.T, s *Storage) {
		s.open(t, storeSession(storeScope, "s1"))
		for where, scope := range map[string]organization.Scope{
			"as another organization": storeOther.Scope(organization.Production), "in the other environment": storeHome.Scope(organization.Sandbox),
		} {
			for _, kind := range []organization.Kind{organization.KindEID, organization.KindSession} {
				s.do(t, func(ctx context.Context, tx outbound.Tx) error {
					return tx.Clients().Add(ctx, storeClient(scope, string(kind)+" client "+where, kind, where))
				})
				s.view(t, func(ctx context.Context, r outbound.Reader) error {
					client, session, err := r.Clients().Asking(ctx, kind, where, "s1")
					if session != nil || client.Scope != scope || client.Kind != kind {
						t.Errorf("%s, of kind %s: sees the session %v", where, kind, session != nil)
					}
					return err
				})
			}
		}
	}},
	{"of kind session ask about a session whose eID nobody has chosen, and about the one that another client began", func(t *testing.T, s *Storage) {
		_, asker := storeAsker(t, s)
		open := storeTicketed(storeScope, "s1", "ticket")
		open.Order.Client, open.Order.EID, open.Order.Channel = asker.ID, "", eid.Page
		open.Order.Choices, open.Order.Renewable = []eid.EID{eid.SEBankID, eid.DKMitID}, true
		open.Browser = eid.Browser{Name: "browser", Cookieless: true}
		s.open(t, open, storeSession(storeScope, "s2"))
		s.view(t, func(ctx context.Context, r outbound.Reader) error {
			for _, want := range []eid.Snapshot{open, storeSession(storeScope, "s2")} {
				want.Version = 1
				client, session, err := r.Clients().Asking(ctx, organization.KindSession, asker.Identifier, want.ID)
				if err != nil {
					return err
				}
				if client.ID != asker.ID || session == nil || !reflect.DeepEqual(session.Snapshot(), want) {
					t.Errorf("%s comes back otherwise", want.ID)
				}
			}
			return nil
		})
	}},
	{"are found when they were revoked, which they say", func(t *testing.T, s *Storage) {
		keyed, _ := storeAsker(t, s)
		keyed.RevokedAt = storeNow
		s.do(t, func(ctx context.Context, tx outbound.Tx) error { return tx.Clients().Revoke(ctx, keyed) })
		s.view(t, func(ctx context.Context, r outbound.Reader) error {
			acting, err1 := r.Clients().Acting(ctx, keyed.Kind, keyed.Identifier)
			asking, _, err2 := r.Clients().Asking(ctx, keyed.Kind, keyed.Identifier, "")
			if !acting.Client.Revoked() || !asking.Revoked() {
				t.Error("a revoked client does not say so")
			}
			return errors.Join(err1, err2)
		})
	}},
	{"are refused when the session, or their key, cannot be unsealed", func(t *testing.T, s *Storage) {
		storeAsker(t, s)
		s.open(t, storeSession(storeScope, "s1"))
		ask := func(kind organization.Kind) error {
			return s.View(t.Context(), func(ctx context.Context, r outbound.Reader) error {
				_, session, err := r.Clients().Asking(ctx, kind, "web", "s1")
				if err != nil && session != nil {
					t.Error("a session comes with an error")
				}
				return err
			})
		}
		s.Exec(t, `UPDATE clients SET sealed = ? WHERE id = ?`, []byte("nonsense"), "c1")
		if err := ask(organization.KindEID); !errors.Is(err, outbound.ErrSealBroken) {
			t.Errorf("the key: %v", err)
		}
		if err := ask(organization.KindSession); err != nil {
			t.Errorf("a client without key: %v", err)
		}
		s.Exec(t, `UPDATE sessions SET sealed = ? WHERE id = ?`, []byte("nonsense"), "s1")
		if err := ask(organization.KindSession); !errors.Is(err, outbound.ErrSealBroken) {
			t.Errorf("the session: %v", err)
		}
	}},
}
