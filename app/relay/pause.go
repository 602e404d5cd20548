package relay

import (
	"hash/fnv"
	"time"
)

const (
	firstWait = 200 * time.Millisecond
	mostWait  = time.Minute      // between two attempts of one delivery
	mostPause = 10 * time.Second // of a kind: how late its facts can be once its listener is well again
)

// pause keeps the facts of one kind back after a failure, so that a broken listener is asked with one fact and not
// with each.
type pause struct {
	until    time.Time
	failures int
}

func (p pause) runs(now time.Time) bool { return now.Before(p.until) }

func (p pause) longer(id string, now time.Time) pause {
	p.failures++
	p.until = now.Add(backOff(p.failures, mostPause, id))
	return p
}

// backOff doubles with every attempt up to most. It is scattered between three quarters and the whole of that by
// identifier, so that what failed together is not tried again together.
func backOff(attempts int, most time.Duration, id string) time.Duration {
	wait := most
	if attempts < 20 {
		wait = min(firstWait<<max(attempts-1, 0), most)
	}
	h := fnv.New32a()
	_, _ = h.Write([]byte(id))
	scatter := time.Duration(h.Sum32()%1000) * (wait / 4) / 1000
	return (wait - scatter).Truncate(time.Microsecond)
}
