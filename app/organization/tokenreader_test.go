package organization

import (
	"errors"
	"testing"
	"time"

	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/outbound"
)

// stopped is a clock that stands still.
type stopped time.Time

func (c stopped) Now() time.Time { return time.Time(c) }

func TestARememberedTokenCountsWhileItsKeyIsKnownToBePublished(t *testing.T) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	for name, c := range map[string]struct {
		published string
		read      time.Duration // how long ago the keys were read
		counts    bool
	}{
		"published":                   {"one", 0, true},
		"not any more":                {"two", 0, false},
		"as was known some time ago":  {"one", verifiersMemory - 1, true},
		"as was known too long since": {"one", verifiersMemory, false},
	} {
		r := tokenReader[int]{verifiers: verifiers{
			keys: []organization.SigningKey{{ID: "zero"}, {ID: c.published}}, readAt: now.Add(-c.read),
		}}
		r.verified.keep("no token at all", "one", 7) // nobody could verify it again
		says, err := r.read(t.Context(), &Signing{Clock: stopped(now)}, nil, organization.SignsSessions, "no token at all",
			nil, func(int) bool { return true })
		if c.counts && (err != nil || says != 7) || !c.counts && !errors.Is(err, outbound.ErrToken) {
			t.Errorf("%s: it says %d, and %v", name, says, err)
		}
	}
}
