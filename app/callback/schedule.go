package callback

import (
	"hash/fnv"
	"strconv"
	"time"

	"github.com/eidgate/eidgate/ports/outbound"
)

// waits is how long after an attempt the next one comes: eleven attempts in about a day, give or take a fifth.
var waits = []time.Duration{
	5 * time.Second, 30 * time.Second, 2 * time.Minute, 10 * time.Minute, 30 * time.Minute,
	time.Hour, 2 * time.Hour, 4 * time.Hour, 8 * time.Hour, 8 * time.Hour,
}

const (
	mostWish = time.Hour      // of what a receiver wishes
	longest  = 36 * time.Hour // after this nothing is tried any more, however few attempts there were
	mostRest = time.Hour      // between two looks at a callback whose receiver is left alone
)

// next says when the attempt after the given one is due; again is false when there is none.
func next(c outbound.Callback, number int, now time.Time, wish time.Duration) (due time.Time, again bool) {
	if number > len(waits) || tooOld(c, now) {
		return time.Time{}, false
	}
	wait := scattered(waits[number-1], c.Session, number)
	return now.Add(max(wait, min(wish, mostWish))), true
}

func tooOld(c outbound.Callback, now time.Time) bool { return now.Sub(c.CreatedAt) >= longest }

// untried says when to look again at a callback whose receiver is left alone: no sooner than that ends, and the longer
// it has waited, the later. It costs the callback no attempt.
func untried(c outbound.Callback, rest time.Duration, now time.Time) time.Time {
	wait := max(rest, min(now.Sub(c.CreatedAt)/8, mostRest))
	wait += scattered(wait, c.Session, 0) / 8
	return now.Add(wait).Truncate(time.Second).Add(time.Second)
}

// scattered is a wait between four and six fifths of the given one, the same for the same callback and attempt, so that
// what failed together is not tried again together.
func scattered(wait time.Duration, session string, attempt int) time.Duration {
	h := fnv.New64a()
	_, _ = h.Write([]byte(session + "." + strconv.Itoa(attempt)))
	return (wait * time.Duration(8000+h.Sum64()%4001) / 10000).Truncate(time.Microsecond)
}
