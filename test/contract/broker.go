package contract

import (
	"context"
	"crypto/rand"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/ThreeDotsLabs/watermill/message"
)

// Broker is a broker under test.
type Broker interface {
	message.Publisher
	Subscribe(ctx context.Context, topic string) (<-chan *message.Message, error)
}

// brokerPatience is how long a thing may take that happens at once on a machine that does nothing else.
const brokerPatience = 10 * time.Second

// TestBroker holds a broker to what the gateway relies on. Open gives a new one, which the promise closes.
func TestBroker(t *testing.T, open func(t *testing.T) Broker) {
	promises := map[string]func(t *testing.T, b Broker){
		"what is published reaches every listener of its topic and of no other": brokerReachesEveryListener,
		"publishing to nobody succeeds":                                         brokerPublishesToNobody,
		"one publisher's messages arrive in the order of publishing":            brokerArrivesInOrder,
		"what is acknowledged is not told again":                                brokerTellsOnce,
		"what is refused is told again, after a pause":                          brokerTellsAgain,
		"what one listener does to a message no other sees":                     brokerCopies,
		"a listener that stops gets nothing more, and holds up nobody":          brokerStops,
		"a message's context ends with its listener's":                          brokerEndsContexts,
		"publishing ends with the message's context when nobody acknowledges":   brokerGivesUp,
		"many publishers and listeners lose nothing":                            brokerSurvivesCrowds,
		"closing ends listeners, refuses publishers, and may be done twice":     brokerCloses,
	}
	for promise, hold := range promises {
		t.Run(promise, func(t *testing.T) {
			b := open(t)
			defer func() {
				if err := b.Close(); err != nil {
					t.Errorf("closing: %v", err)
				}
			}()
			hold(t, b)
		})
	}
}

func brokerReachesEveryListener(t *testing.T, b Broker) {
	first, second, other := listenTo(t, b, "facts.one"), listenTo(t, b, "facts.one"), listenTo(t, b, "facts.two")
	for _, id := range []string{"1", "2"} {
		publishOne(t, b, "facts.one", id)
	}
	publishOne(t, b, "facts.two", "3")
	first.heard(t, "1", "2")
	second.heard(t, "1", "2")
	other.heard(t, "3")
}

func brokerPublishesToNobody(t *testing.T, b Broker) {
	publishOne(t, b, "facts.one", "1")
	l := listenTo(t, b, "facts.one")
	publishOne(t, b, "facts.one", "2")
	l.heard(t, "2")
}

func brokerArrivesInOrder(t *testing.T, b Broker) {
	l := listenTo(t, b, "facts.one")
	want := make([]string, 200)
	for i := range want {
		want[i] = strconv.Itoa(i)
		publishOne(t, b, "facts.one", want[i])
	}
	l.heard(t, want...)
}

func brokerTellsOnce(t *testing.T, b Broker) {
	l := listenTo(t, b, "facts.one")
	publishOne(t, b, "facts.one", "1")
	publishOne(t, b, "facts.one", "last")
	l.heard(t, "1", "last")
}

func brokerTellsAgain(t *testing.T, b Broker) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	messages, err := b.Subscribe(ctx, "facts.one")
	if err != nil {
		t.Fatal(err)
	}
	published := make(chan error, 1)
	began := time.Now()
	go func() { published <- b.Publish("facts.one", message.NewMessage("1", []byte("again"))) }()
	for range 4 {
		m := nextMessage(t, messages)
		if m.UUID != "1" || string(m.Payload) != "again" {
			t.Error("another message came back")
		}
		m.Nack()
	}
	nextMessage(t, messages).Ack()
	if err := <-published; err != nil {
		t.Errorf("publishing: %v", err)
	}
	if took := time.Since(began); took < 4*10*time.Millisecond {
		t.Errorf("four refusals were told again within %v", took)
	}
}

func brokerCopies(t *testing.T, b Broker) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var listeners []<-chan *message.Message
	for range 2 {
		messages, err := b.Subscribe(ctx, "facts.one")
		if err != nil {
			t.Fatal(err)
		}
		listeners = append(listeners, messages)
	}
	published := make(chan error, 1)
	original := message.NewMessage("1", []byte("clean"))
	original.Metadata.Set("key", "clean")
	go func() { published <- b.Publish("facts.one", original) }()
	for _, messages := range listeners {
		m := nextMessage(t, messages)
		if string(m.Payload) != "clean" || m.Metadata.Get("key") != "clean" {
			t.Errorf("it arrived as %q, %q", m.Payload, m.Metadata.Get("key"))
		}
		copy(m.Payload, "dirty")
		m.Metadata.Set("key", "dirty")
		m.Ack()
	}
	if err := <-published; err != nil || string(original.Payload) != "clean" {
		t.Errorf("publishing: %v; the publisher's own is %q", err, original.Payload)
	}
}

func brokerStops(t *testing.T, b Broker) {
	ctx, cancel := context.WithCancel(t.Context())
	leaving, err := b.Subscribe(ctx, "facts.one")
	if err != nil {
		t.Fatal(err)
	}
	staying := listenTo(t, b, "facts.one")
	cancel()
	endsSubscription(t, leaving)
	publishOne(t, b, "facts.one", "1")
	staying.heard(t, "1")
}

func brokerEndsContexts(t *testing.T, b Broker) {
	ctx, cancel := context.WithCancel(t.Context())
	messages, err := b.Subscribe(ctx, "facts.one")
	if err != nil {
		t.Fatal(err)
	}
	published := make(chan error, 1)
	go func() { published <- b.Publish("facts.one", message.NewMessage("1", nil)) }()
	m := nextMessage(t, messages)
	if m.Context().Err() != nil {
		t.Error("the context is over before the message was dealt with")
	}
	cancel()
	endsInTime(t, m.Context().Done(), "the context goes on")
	m.Ack()
	<-published
}

func brokerGivesUp(t *testing.T, b Broker) {
	listening, stop := context.WithCancel(t.Context())
	defer stop()
	if _, err := b.Subscribe(listening, "facts.one"); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	published := make(chan error, 1)
	go func() { published <- b.Publish("facts.one", message.NewMessageWithContext(ctx, "1", nil)) }()
	l := listenTo(t, b, "facts.two")
	publishOne(t, b, "facts.two", "2")
	l.heard(t, "2")
	select {
	case err := <-published:
		if err == nil {
			t.Error("nobody took it, and publishing succeeded")
		}
	case <-time.After(brokerPatience):
		t.Error("publishing goes on")
	}
}

func brokerSurvivesCrowds(t *testing.T, b Broker) {
	const topics, publishers, each = 5, 10, 20
	var listeners []brokerListener
	for i := range topics {
		listeners = append(listeners, listenTo(t, b, "facts."+strconv.Itoa(i)), listenTo(t, b, "facts."+strconv.Itoa(i)))
	}
	var crowd sync.WaitGroup
	for p := range publishers {
		crowd.Go(func() {
			for i := range each * topics {
				if err := b.Publish("facts."+strconv.Itoa(i%topics), message.NewMessage(strconv.Itoa(p)+"-"+strconv.Itoa(i), nil)); err != nil {
					t.Errorf("publishing: %v", err)
				}
			}
		})
	}
	crowd.Wait()
	for _, l := range listeners {
		seen := map[string]bool{}
		for range publishers * each {
			select {
			case id := <-l:
				seen[id] = true
			case <-time.After(brokerPatience):
			}
		}
		if len(seen) != publishers*each {
			t.Errorf("a listener heard %d of %d", len(seen), publishers*each)
		}
	}
}

func brokerCloses(t *testing.T, b Broker) {
	messages, err := b.Subscribe(t.Context(), "facts.one")
	if err != nil {
		t.Fatal(err)
	}
	waiting := make(chan error, 1)
	go func() { waiting <- b.Publish("facts.one", message.NewMessage("1", nil)) }()
	nextMessage(t, messages) // and never acknowledged
	for range 2 {
		if err := b.Close(); err != nil {
			t.Errorf("closing: %v", err)
		}
	}
	endsSubscription(t, messages)
	select {
	case err := <-waiting:
		if err == nil {
			t.Error("what nobody acknowledged was published")
		}
	case <-time.After(brokerPatience):
		t.Error("a publisher waits for a closed broker")
	}
	if err := b.Publish("facts.one", message.NewMessage("2", nil)); err == nil {
		t.Error("a closed broker takes messages")
	}
	if _, err := b.Subscribe(t.Context(), "facts.one"); err == nil {
		t.Error("a closed broker takes listeners")
	}
}

func publishOne(t *testing.T, b Broker, topic, id string) {
	t.Helper()
	if err := b.Publish(topic, message.NewMessage(id, []byte(rand.Text()))); err != nil {
		t.Errorf("publishing: %v", err)
	}
}

// brokerListener acknowledges everything and passes on the identifiers.
type brokerListener chan string

func listenTo(t *testing.T, b Broker, topic string) brokerListener {
	t.Helper()
	messages, err := b.Subscribe(t.Context(), topic)
	if err != nil {
		t.Fatal(err)
	}
	l := make(brokerListener, 10_000)
	go func() {
		for m := range messages {
			l <- m.UUID
			m.Ack()
		}
	}()
	return l
}

// heard waits for as many messages, and wants exactly these and nothing behind them.
func (l brokerListener) heard(t *testing.T, want ...string) {
	t.Helper()
	var got []string
	deadline := time.After(brokerPatience)
	for len(got) < len(want) {
		select {
		case id := <-l:
			got = append(got, id)
		case <-deadline:
			t.Errorf("heard %v, want %v", got, want)
			return
		}
	}
	if !slices.Equal(got, want) || len(l) > 0 {
		t.Errorf("heard %v and %d more, want %v", got, len(l), want)
	}
}

func nextMessage(t *testing.T, messages <-chan *message.Message) *message.Message {
	t.Helper()
	select {
	case m, open := <-messages:
		if !open {
			t.Fatal("the subscription ended")
		}
		return m
	case <-time.After(brokerPatience):
		t.Fatal("no message came")
	}
	return nil
}

// endsSubscription wants the subscription to end.
func endsSubscription(t *testing.T, messages <-chan *message.Message) {
	t.Helper()
	deadline := time.After(brokerPatience)
	for {
		select {
		case _, open := <-messages:
			if !open {
				return
			}
		case <-deadline:
			t.Error("the subscription goes on")
			return
		}
	}
}

func endsInTime(t *testing.T, done <-chan struct{}, otherwise string) {
	t.Helper()
	select {
	case <-done:
	case <-time.After(brokerPatience):
		t.Error(otherwise)
	}
}
