package visits

import (
	"context"
	"errors"
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/eidgate/eidgate/adapters/httpapi"
	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/ports/inbound"
)

// pace is how streams go.
type pace struct {
	beat  time.Duration // how long nothing may be said
	life  time.Duration // how long a stream may last
	retry time.Duration // after how long a browser comes again by itself
}

var unhurried = pace{beat: 15 * time.Second, life: 10 * time.Minute, retry: 2 * time.Second}

// events is what state tells, as it happens: until the session is over, for ten minutes at most, or until "reconnect",
// behind which the browser asks for another stream.
func (s *Surface) events(c *fiber.Ctx) error {
	ticket, err := ticketOf(c)
	if err != nil {
		return err
	}
	if httpapi.Draining(c) {
		return inbound.ErrTooManyWatchers
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(c.UserContext()), s.pace.life) // the request's own ends with this function
	feed, stop, h, err := s.watch(ctx, c, ticket)
	if err != nil {
		cancel()
		return err
	}
	end := func() { stop(); cancel() }
	var first inbound.Visit
	select {
	case v, open := <-feed:
		if !open {
			end()
			return inbound.ErrTooManyWatchers
		}
		first = v
	case <-c.UserContext().Done():
		end()
		return inbound.ErrTooManyWatchers
	}
	if err := seen(c, first); err != nil {
		end()
		return err
	}
	t := &telling{surface: s, reading: s.reading(c, first, h), visit: first, news: true, feed: feed, ctx: ctx, beat: time.NewTimer(s.pace.beat)}
	httpapi.StreamEvents(c, s.pace.retry, t.next, func() { t.beat.Stop(); end() })
	return nil
}

// watch watches with each secret that the browser shows, until one is the session's.
func (s *Surface) watch(ctx context.Context, c *fiber.Ctx, ticket string) (feed <-chan inbound.Visit, stop func(), h hand, err error) {
	for _, h = range s.hands(c) {
		if feed, stop, err = s.visits.Watch(ctx, ticket, h.secret); !errors.Is(err, eid.ErrOtherBrowser) {
			break
		}
	}
	if errors.Is(err, eid.ErrOtherBrowser) {
		if v, lookErr := s.visits.Look(c.UserContext(), ticket, h.secret); lookErr == nil {
			_ = seen(c, v)
		}
	}
	return feed, stop, h, err
}

// telling is a stream that is open.
type telling struct {
	surface *Surface
	reading reading
	visit   inbound.Visit
	news    bool // visit has not been told yet
	feed    <-chan inbound.Visit
	ctx     context.Context //nolint:containedctx // the stream's own, which outlives its request
	beat    *time.Timer
}

// next waits for what there is to say.
func (t *telling) next(leaving <-chan struct{}) httpapi.Say {
	if t.news {
		t.news = false
		return t.tell
	}
	select {
	case v, more := <-t.feed:
		if !more {
			return again
		}
		t.visit = v
		return t.tell
	case <-t.beat.C:
		t.beat.Reset(t.surface.pace.beat)
		return beat
	case <-leaving:
	case <-t.ctx.Done():
	}
	return again
}

// tell says how far the session has come.
func (t *telling) tell(events *httpapi.Events) (more bool) {
	w := t.surface.look(t.reading, t.visit)
	t.visit = inbound.Visit{}
	events.Send(w.news())
	t.beat.Reset(t.surface.pace.beat)
	return !w.Stage.ended()
}

// again ends a stream whose session goes on.
func again(events *httpapi.Events) (more bool) { events.Name("reconnect"); return false }

func beat(events *httpapi.Events) (more bool) { events.Beat(); return true }
