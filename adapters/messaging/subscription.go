package messaging

import (
	"bytes"
	"context"
	"maps"
	"sync"
	"time"

	"github.com/ThreeDotsLabs/watermill/message"
)

// subscription is one listener of one topic.
type subscription struct {
	ctx    context.Context
	cancel context.CancelFunc
	out    chan *message.Message
	slots  chan struct{} // one for each message that the listener may work on
	ended  chan struct{} // closed after out

	// sending is held for reading while a message is being handed over, and for writing to close out.
	sending sync.RWMutex
	closed  bool
}

func newSubscription(ctx context.Context) *subscription {
	s := &subscription{
		out: make(chan *message.Message), slots: make(chan struct{}, inFlight), ended: make(chan struct{}),
	}
	s.ctx, s.cancel = context.WithCancel(ctx)
	return s
}

// end closes the listener's channel once nobody is handing anything over. The subscription's context is over.
func (s *subscription) end() {
	s.sending.Lock()
	s.closed = true
	close(s.out)
	s.sending.Unlock()
	close(s.ended)
}

// deliver tells the listener until it acknowledges. A listener that has gone before it took the message is nobody
// to tell.
func (s *subscription) deliver(ctx context.Context, closing <-chan struct{}, m *message.Message) error {
	for pause := firstPause; ; pause = min(2*pause, longestPause) {
		acked, err := s.tell(ctx, closing, m)
		if acked || err != nil {
			return err
		}
		again := time.NewTimer(pause)
		select {
		case <-again.C:
		case <-s.ctx.Done():
			again.Stop()
			return s.gone(closing, errListenerGone)
		case <-ctx.Done():
			again.Stop()
			return errNotAcked
		}
	}
}

// tell hands over one copy of the message and waits for what the listener says of it.
func (s *subscription) tell(ctx context.Context, closing <-chan struct{}, m *message.Message) (acked bool, err error) {
	select {
	case s.slots <- struct{}{}:
	case <-s.ctx.Done():
		return true, s.gone(closing, nil)
	case <-ctx.Done():
		return false, errNotTaken
	}
	own, done := s.copy(m)
	if taken, err := s.hand(ctx, closing, own); !taken {
		s.free(done)
		return err == nil, err
	}
	select {
	case <-own.Acked():
		s.free(done)
		return true, nil
	case <-own.Nacked():
		s.free(done)
		return false, nil
	case <-s.ctx.Done():
		s.free(done)
		return false, s.gone(closing, errListenerGone)
	case <-ctx.Done():
	}
	// The listener is still at it, and keeps its slot until it has finished: this is where a listener that never
	// finishes stops getting more, and at most inFlight goroutines wait for it.
	go func() {
		select {
		case <-own.Acked():
		case <-own.Nacked():
		case <-s.ctx.Done():
		}
		s.free(done)
	}()
	return false, errNotAcked
}

// hand gives the message to the listener; without an error, nothing was taken because the listener has gone.
func (s *subscription) hand(ctx context.Context, closing <-chan struct{}, own *message.Message) (taken bool, err error) {
	s.sending.RLock()
	defer s.sending.RUnlock()
	if s.closed {
		return false, s.gone(closing, nil)
	}
	select {
	case s.out <- own:
		return true, nil
	case <-s.ctx.Done():
		return false, s.gone(closing, nil)
	case <-ctx.Done():
		return false, errNotTaken
	}
}

// gone is what the end of the subscription means for a publisher: an error where the broker is closing, since
// nobody can say any more whether the message arrived, and otherwise what the caller says it is.
func (s *subscription) gone(closing <-chan struct{}, otherwise error) error {
	select {
	case <-closing:
		return errBrokerClosed
	default:
		return otherwise
	}
}

func (s *subscription) free(done context.CancelFunc) {
	done()
	<-s.slots
}

// copy is the listener's own message: what it does to it, no other listener sees.
func (s *subscription) copy(m *message.Message) (*message.Message, context.CancelFunc) {
	own := message.NewMessage(m.UUID, bytes.Clone(m.Payload))
	maps.Copy(own.Metadata, m.Metadata)
	ctx, done := context.WithCancel(s.ctx)
	own.SetContext(ctx)
	return own, done
}
