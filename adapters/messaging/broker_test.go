package messaging_test

import (
	"context"
	"errors"
	"runtime"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ThreeDotsLabs/watermill/message"
	"go.uber.org/goleak"

	"github.com/eidgate/eidgate/adapters/messaging"
	"github.com/eidgate/eidgate/test/contract"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestTheBrokerOfThisProcessKeepsTheContract(t *testing.T) {
	contract.TestBroker(t, func(t *testing.T) contract.Broker { return open(t) })
}

var config = messaging.Config{URL: messaging.Memory, Prefix: "eidgate"}

func open(t *testing.T) *messaging.Broker {
	t.Helper()
	b, err := messaging.Open(config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = b.Close() })
	return b
}

func TestOnlyTheBrokerOfThisProcessAndPlainPrefixesAreAccepted(t *testing.T) {
	for _, c := range []messaging.Config{
		{URL: "nats://u:secret@localhost", Prefix: "eidgate"}, {URL: "", Prefix: "eidgate"}, {URL: "memory:", Prefix: ""},
		{URL: "memory:", Prefix: "a b"}, {URL: "memory:", Prefix: "a..b"}, {URL: "memory:", Prefix: "a.*"}, {URL: "memory:", Prefix: "A"},
	} {
		if _, err := messaging.Open(c); err == nil {
			t.Errorf("%q with prefix %q was accepted", c.URL, c.Prefix)
		}
	}
}

func TestAListenerThatNeverFinishesCostsPublishersTheirPatienceAndNoMemory(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := open(t)
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		messages, err := b.Subscribe(ctx, "facts")
		if err != nil {
			t.Fatal(err)
		}
		go func() {
			for range messages { // takes, and never says anything
			}
		}()
		synctest.Wait()
		before := runtime.NumGoroutine()
		for range 1000 {
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			err := b.Publish("facts", message.NewMessageWithContext(ctx, "1", make([]byte, 1<<10)))
			cancel()
			if !errors.Is(err, messaging.ErrBroker) {
				t.Fatalf("publishing: %v", err)
			}
		}
		if grown := runtime.NumGoroutine() - before; grown > 64+8 { // and what the runtime begins meanwhile
			t.Errorf("%d goroutines were left behind", grown)
		}
	})
}

func TestAPublisherWithoutADeadlineGivesUpAfterHalfAMinute(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := open(t)
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		if _, err := b.Subscribe(ctx, "facts"); err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		if err := b.Publish("facts", message.NewMessage("1", nil)); !errors.Is(err, messaging.ErrBroker) || time.Since(began) != 30*time.Second {
			t.Errorf("after %v: %v", time.Since(began), err)
		}
	})
}

func TestAListenerThatRefusesEverythingIsAskedLessAndLessOften(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := open(t)
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		messages, err := b.Subscribe(ctx, "facts")
		if err != nil {
			t.Fatal(err)
		}
		asked := 0
		go func() {
			for m := range messages {
				asked++
				m.Nack()
			}
		}()
		if err := b.Publish("facts", message.NewMessage("1", nil)); !errors.Is(err, messaging.ErrBroker) {
			t.Errorf("publishing: %v", err)
		}
		if asked < 10 || asked > 30 {
			t.Errorf("it was asked %d times in half a minute", asked)
		}
	})
}

func TestAListenerThatHangsKeepsNobodyFromSubscribingToItsTopicAndHearing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := open(t)
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		if _, err := b.Subscribe(ctx, "facts"); err != nil {
			t.Fatal(err)
		}
		go func() { _ = b.Publish("facts", message.NewMessage("1", nil)) }()
		synctest.Wait()
		second, err := b.Subscribe(ctx, "facts")
		if err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		go func() { _ = b.Publish("facts", message.NewMessage("2", nil)) }()
		if m := <-second; m.UUID != "2" || time.Since(began) != 0 {
			t.Errorf("it heard %q after %v", m.UUID, time.Since(began))
		} else {
			m.Ack()
		}
	})
}

func BenchmarkPublish(b *testing.B) {
	broker, err := messaging.Open(config)
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = broker.Close() }()
	messages, err := broker.Subscribe(b.Context(), "facts")
	if err != nil {
		b.Fatal(err)
	}
	go func() {
		for m := range messages {
			m.Ack()
		}
	}()
	payload := make([]byte, 300)
	b.ReportAllocs()
	for b.Loop() {
		if err := broker.Publish("facts", message.NewMessage("1", payload)); err != nil {
			b.Fatal(err)
		}
	}
}
