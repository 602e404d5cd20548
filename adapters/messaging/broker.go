// Package messaging tells facts to the world and takes commands from it, as CloudEvents 1.0 in JSON, through
// Watermill:
//
//	relay ──> Facts ──> <prefix>.facts.<kind> ──────────────────> whoever listens
//	whoever asks ──> <prefix>.commands.<name> ──> Commands ──> use case
//	                 <prefix>.replies.<word>  <─── answer ─────┘
//	                 <prefix>.poison          <─── a code, when nobody could be answered or the failure was ours
//
// Payloads are personal data in both directions: nothing here logs one, quotes one in an error, or sends one on.
package messaging

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/ThreeDotsLabs/watermill/message"

	"github.com/eidgate/eidgate/domain/fault"
)

// ErrBroker: nobody has acknowledged the message in time, or the broker is closed. It may have been handled all the
// same; telling it again is allowed.
var ErrBroker = fault.New(fault.Unavailable, "broker_unavailable", "The message was not taken in time; try again later.")

// Why a message was not taken, for the operator.
var (
	errBrokerClosed   = errors.New("the broker is closed")
	errNotTaken       = errors.New("a listener had no room for it in time")
	errNotAcked       = errors.New("a listener took it and did not acknowledge it in time")
	errListenerGone   = errors.New("a listener took it and stopped listening before acknowledging it")
	errNoSubscription = errors.New("a subscription needs a topic")
)

const (
	// patience bounds a publish whose message's context has no deadline of its own.
	patience = 30 * time.Second
	// inFlight is how many messages one listener may work on at a time; publishers wait for the others.
	inFlight = 64
	// What was refused is told again after firstPause, then after twice that and so on, up to longestPause.
	firstPause   = 20 * time.Millisecond
	longestPause = 2 * time.Second
)

var (
	_ message.Publisher  = (*Broker)(nil)
	_ message.Subscriber = (*Broker)(nil)
)

// Broker carries messages within this process, as a Pub/Sub of Watermill.
//
// Every listener of a topic gets every message that is published while it listens; what nobody listens to is gone.
// Nothing is queued: a publisher waits until every listener has acknowledged, so what is under way is bounded by
// the publishers, and overload slows them down instead of filling memory. A listener that is slow or dead costs its
// topic's publishers their patience and nobody else anything. What a listener refuses is told again after a pause
// that doubles.
//
// Watermill's own channel does the same work with a goroutine for each message and listener, waits without an end,
// tells again without a pause, and lets one listener that does not answer lock out everybody who wants to
// subscribe, on any topic.
type Broker struct {
	mu      sync.RWMutex
	topics  map[string][]*subscription
	closed  bool
	closing chan struct{}
}

// Open connects to the configured broker. It fails as [Config.Validate] does.
func Open(c Config) (*Broker, error) {
	if err := c.Validate(); err != nil {
		return nil, err
	}
	return &Broker{topics: map[string][]*subscription{}, closing: make(chan struct{})}, nil
}

// Publish tells messages one after the other and returns once every listener has acknowledged all of them; without
// a listener, at once. It waits as long as the message's context allows, 30 seconds when that has no deadline, and
// then fails with [ErrBroker].
func (b *Broker) Publish(topic string, messages ...*message.Message) error {
	for _, m := range messages {
		if err := b.publish(topic, m); err != nil {
			return ErrBroker.Because(err)
		}
	}
	return nil
}

func (b *Broker) publish(topic string, m *message.Message) error {
	listeners, err := b.listeners(topic)
	if err != nil || len(listeners) == 0 {
		return err
	}
	ctx, cancel := m.Context(), context.CancelFunc(func() {})
	if _, bounded := ctx.Deadline(); !bounded {
		ctx, cancel = context.WithTimeout(ctx, patience)
	}
	defer cancel()
	// The first listener is served by this goroutine, each other by one that ends with this call: a slow listener
	// must not keep a message from the next one.
	failures := make([]error, len(listeners))
	var others sync.WaitGroup
	for i, s := range listeners[1:] {
		others.Go(func() { failures[i+1] = s.deliver(ctx, b.closing, m) })
	}
	failures[0] = listeners[0].deliver(ctx, b.closing, m)
	others.Wait()
	return errors.Join(failures...)
}

// listeners are whoever listens now. The slice is never written to: [Broker.Subscribe] and [Broker.forget] put
// another in its place.
func (b *Broker) listeners(topic string) ([]*subscription, error) {
	b.mu.RLock()
	defer b.mu.RUnlock()
	if b.closed {
		return nil, errBrokerClosed
	}
	return b.topics[topic], nil
}

// Subscribe listens to a topic until ctx ends or the broker is closed; the channel is closed then. The context of a
// message ends when the message is acknowledged or refused, or the subscription ends.
func (b *Broker) Subscribe(ctx context.Context, topic string) (<-chan *message.Message, error) {
	if topic == "" {
		return nil, errNoSubscription
	}
	s := newSubscription(ctx)
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.closed {
		return nil, ErrBroker.Because(errBrokerClosed)
	}
	b.topics[topic] = append(b.topics[topic][:len(b.topics[topic]):len(b.topics[topic])], s)
	context.AfterFunc(s.ctx, func() {
		b.forget(topic, s)
		s.end()
	})
	return s.out, nil
}

func (b *Broker) forget(topic string, gone *subscription) {
	b.mu.Lock()
	defer b.mu.Unlock()
	var left []*subscription
	for _, s := range b.topics[topic] {
		if s != gone {
			left = append(left, s)
		}
	}
	if len(left) == 0 {
		delete(b.topics, topic) // topics for answers come and go; none of them may stay behind
		return
	}
	b.topics[topic] = left
}

// Close ends every subscription and fails every publish that is under way. Closing twice is fine.
func (b *Broker) Close() error {
	b.mu.Lock()
	if b.closed {
		b.mu.Unlock()
		return nil
	}
	b.closed = true
	close(b.closing)
	var all []*subscription
	for _, listeners := range b.topics {
		all = append(all, listeners...)
	}
	b.mu.Unlock()
	for _, s := range all {
		s.cancel()
	}
	for _, s := range all {
		<-s.ended
	}
	return nil
}
