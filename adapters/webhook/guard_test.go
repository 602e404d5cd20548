package webhook_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/eidgate/eidgate/adapters/system"
	"github.com/eidgate/eidgate/adapters/webhook"
	"github.com/eidgate/eidgate/domain/fault"
	"github.com/eidgate/eidgate/ports/outbound"
)

// scripted is a courier that does as it is told.
type scripted func(ctx context.Context, p outbound.Parcel) (int, error)

func (s scripted) Bring(ctx context.Context, p outbound.Parcel) (int, time.Duration, error) {
	status, err := s(ctx, p)
	return status, 0, err
}

func refuses(status int) error {
	if status/100 == 2 {
		return nil
	}
	return outbound.ErrNotDelivered
}

// guarded counts what comes through to the courier, which answers with the status.
func guarded(c webhook.GuardConfig, status *int) (g *webhook.Guarded, through map[string]int, states *[]string) {
	through, states = map[string]int{}, &[]string{}
	return webhook.Guard(scripted(func(_ context.Context, p outbound.Parcel) (int, error) {
		through[p.Address]++
		return *status, refuses(*status)
	}), c, system.Clock{}, func(state string) { *states = append(*states, state) }), through, states
}

func rests(err error) time.Duration {
	if !errors.Is(err, outbound.ErrNotDelivered) || !errors.Is(err, webhook.ErrRests) {
		return 0
	}
	return fault.Of(err).RetryAfter()
}

func TestAReceiverThatIsAwayIsLeftAloneAndOthersAreNot(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		status := 0
		g, through, states := guarded(webhook.GuardConfig{}, &status)
		for range 20 {
			_, _, _ = g.Bring(t.Context(), parcel("https://away.example/a"))
			time.Sleep(time.Second)
		}
		_, _, err := g.Bring(t.Context(), parcel("https://AWAY.example.:443/other"))
		if rest := rests(err); through["https://away.example/a"] != 5 || rest < 10*time.Second || rest > 16*time.Second {
			t.Errorf("it was called %d times, and may be again in %v", through["https://away.example/a"], rest)
		}
		for _, other := range []string{"https://away.example:8443/", "https://here.example/"} {
			if _, _, err := g.Bring(t.Context(), parcel(other)); rests(err) != 0 {
				t.Errorf("%s is left alone too", other)
			}
		}
		time.Sleep(31 * time.Second)
		status = 204
		if _, _, err := g.Bring(t.Context(), parcel("https://away.example/a")); err != nil {
			t.Errorf("once it was well again: %v", err)
		}
		if got := strings.Join(*states, " "); got != "open half_open closed" {
			t.Errorf("the states were %s", got)
		}
	})
}

func TestOneParcelAtATimeTriesWhetherAReceiverIsBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		calls, status := 0, 0
		var hang time.Duration
		g := webhook.Guard(scripted(func(context.Context, outbound.Parcel) (int, error) {
			calls++
			time.Sleep(hang)
			return status, refuses(status)
		}), webhook.GuardConfig{Failures: 2, Open: 10 * time.Second}, system.Clock{}, nil)
		for range 2 {
			_, _, _ = g.Bring(t.Context(), parcel("https://a.example/"))
		}
		time.Sleep(11 * time.Second)
		hang = 5 * time.Second
		done := make(chan error)
		go func() { _, _, err := g.Bring(t.Context(), parcel("https://a.example/")); done <- err }()
		synctest.Wait()
		if _, _, err := g.Bring(t.Context(), parcel("https://a.example/")); rests(err) != time.Second {
			t.Errorf("a second one was let through: %v", err)
		}
		if err := <-done; rests(err) != 0 || calls != 3 {
			t.Errorf("%d calls were made: %v", calls, err)
		}
		if _, _, err := g.Bring(t.Context(), parcel("https://a.example/")); rests(err) < 9*time.Second {
			t.Errorf("after a vain try it is not left alone again: %v", err)
		}
	})
}

func TestWhatShowsThatAReceiverIsThereDoesNotCountAgainstIt(t *testing.T) {
	for _, status := range []int{204, 302, 404, 410, 429, 500, 501} {
		g, through, _ := guarded(webhook.GuardConfig{Failures: 2}, &status)
		for range 5 {
			_, _, _ = g.Bring(t.Context(), parcel("https://a.example/"))
		}
		if through["https://a.example/"] != 5 {
			t.Errorf("%d opened the breaker", status)
		}
	}
	for _, status := range []int{0, 502, 503, 504} {
		g, through, _ := guarded(webhook.GuardConfig{Failures: 2}, &status)
		for range 5 {
			_, _, _ = g.Bring(t.Context(), parcel("https://a.example/"))
		}
		if through["https://a.example/"] != 2 {
			t.Errorf("%d did not open the breaker", status)
		}
	}
}

func TestFromForbiddenAddressesAndOurOwnEndingsNothingIsLearned(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for err, ctx := range map[error]context.Context{outbound.ErrAddressForbidden: t.Context(), outbound.ErrNotDelivered: ctx} {
		calls := 0
		g := webhook.Guard(scripted(func(context.Context, outbound.Parcel) (int, error) { calls++; return 0, err }), webhook.GuardConfig{Failures: 2}, system.Clock{}, nil)
		for range 5 {
			_, _, got := g.Bring(ctx, parcel("https://a.example/"))
			if !errors.Is(got, err) {
				t.Errorf("got %v, want %v", got, err)
			}
		}
		if calls != 5 {
			t.Errorf("%v opened the breaker", err)
		}
	}
	g := webhook.Guard(webhook.New(webhook.Config{}, system.Clock{}), webhook.GuardConfig{}, system.Clock{}, nil)
	for _, address := range []string{"", "::", "https:///", "%"} {
		if _, _, err := g.Bring(t.Context(), parcel(address)); !errors.Is(err, outbound.ErrAddressForbidden) {
			t.Errorf("%q: %v", address, err)
		}
	}
}

func TestNoMoreReceiversThanAllowedAreRemembered(t *testing.T) {
	status := 0
	g, through, _ := guarded(webhook.GuardConfig{Failures: 1, Receivers: 10}, &status)
	address := func(i int) string { return fmt.Sprintf("https://r%d.example/", i) }
	for i := range 100 {
		_, _, _ = g.Bring(t.Context(), parcel(address(i)))
		_, _, _ = g.Bring(t.Context(), parcel(address(0))) // called all the time, so it stays
	}
	_, _, _ = g.Bring(t.Context(), parcel(address(1)))
	if through[address(0)] != 1 || through[address(1)] != 2 {
		t.Errorf("the one called for all the time was called %d times, the one forgotten %d", through[address(0)], through[address(1)])
	}
}
