package relay_test

import (
	"context"
	"errors"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/eidgate/eidgate/adapters/sqlstore"
	"github.com/eidgate/eidgate/adapters/system"
	"github.com/eidgate/eidgate/domain/audit"
	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/outbound"
)

func TestFromARealStoreExactlyWhatWasCommittedIsTold(t *testing.T) {
	s, err := sqlstore.Open(t.Context(), sqlstore.Config{URL: "sqlite:" + filepath.Join(t.TempDir(), "relay.db")}, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	if _, err := s.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	told := make(chan string, 100)
	r, stop := start(t, s, publisher(func(_ context.Context, f audit.Told) error { told <- f.ID(); return nil }), "a")
	defer stop()

	errTaken := errors.New("taken back")
	commit := func(subject string, sequence int64, end error) {
		err := s.Do(t.Context(), func(ctx context.Context, tx outbound.Tx) error {
			if err := tx.Facts().Append(ctx, audit.Fact{
				Organization: "o", Environment: string(organization.Production), Kind: audit.AccountUpdated, Subject: subject, Sequence: sequence,
				At: system.Clock{}.Now(), Actor: audit.System,
			}); err != nil {
				return err
			}
			return end
		})
		if !errors.Is(err, end) {
			t.Fatal(err)
		}
	}
	commit("account/1", 1, nil)
	commit("account/2", 1, errTaken)
	commit("account/1", 2, nil)
	r.Nudge()
	commit("account/3", 1, nil)
	var got []string
	for range 3 {
		select {
		case id := <-told:
			got = append(got, id)
		case <-time.After(10 * time.Second):
			t.Fatalf("told: %v", got)
		}
	}
	stop()
	if want := []string{"account/1.1", "account/1.2", "account/3.1"}; !slices.Equal(got, want) || len(told) > 0 {
		t.Errorf("told %v and %d more, want %v", got, len(told), want)
	}
	left, err := s.Claim(t.Context(), outbound.Broker, 10, system.Clock{}.Now().Add(time.Hour), time.Second)
	if err != nil || len(left) > 0 {
		t.Errorf("%d deliveries are left: %v", len(left), err)
	}
}

type publisher func(ctx context.Context, told audit.Told) error

func (p publisher) Publish(ctx context.Context, told audit.Told) error { return p(ctx, told) }
