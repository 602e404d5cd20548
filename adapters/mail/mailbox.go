package mail

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/eidgate/eidgate/ports/outbound"
)

var _ outbound.Letterbox = (*Mailbox)(nil)

// MostLetters is how many letters a [Mailbox] keeps.
const MostLetters = 100

// Mailbox keeps letters in memory for whoever develops, and sends none: the last [MostLetters]. Any number of goroutines
// may use it.
type Mailbox struct {
	clock outbound.Clock
	ids   outbound.IDs
	lock  sync.Mutex
	kept  []Kept // newest last
}

// Kept is a letter in a mailbox.
type Kept struct {
	ID     string
	SentAt time.Time
	Letter outbound.Letter
}

// NewMailbox makes an empty one.
func NewMailbox(clock outbound.Clock, ids outbound.IDs) *Mailbox {
	return &Mailbox{clock: clock, ids: ids}
}

// Ready is nil.
func (m *Mailbox) Ready() error { return nil }

// Send keeps the letter; see [outbound.Letterbox]. It fails as SMTP would: for what is no address, and when ctx is over.
func (m *Mailbox) Send(ctx context.Context, l outbound.Letter) error {
	if err := ctx.Err(); err != nil {
		return outbound.ErrMail.Because(err)
	}
	l, err := clean(l)
	if err != nil {
		return outbound.ErrMail.Because(err)
	}
	k := Kept{ID: m.ids.New(), SentAt: m.clock.Now(), Letter: l}
	m.lock.Lock()
	defer m.lock.Unlock()
	if len(m.kept) == MostLetters {
		m.kept = slices.Delete(m.kept, 0, 1)
	}
	m.kept = append(m.kept, k)
	return nil
}

// List gives the letters, the newest first. It is the caller's to keep.
func (m *Mailbox) List() []Kept {
	m.lock.Lock()
	defer m.lock.Unlock()
	list := slices.Clone(m.kept)
	slices.Reverse(list)
	return list
}
