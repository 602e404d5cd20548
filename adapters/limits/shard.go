package limits

import (
	"container/heap"
	"crypto/sha256"
	"sync"
	"time"
)

// entry is what is known of a bucket.
type entry struct {
	until time.Time // when it can be forgotten: the end of its window, or when it will be full again
	count int       // events in the window
}

// node is an entry with its place among the others.
type node struct {
	entry
	id [sha256.Size]byte
	at int // in the heap
}

// shard is a bounded part of the buckets. Whoever uses it holds the mutex.
type shard struct {
	mutex sync.Mutex
	most  int
	byID  map[[sha256.Size]byte]*node
	queue queue // the one to be forgotten next comes first
}

func (s *shard) init(most int) {
	s.most, s.byID = most, map[[sha256.Size]byte]*node{}
}

// find gives what is known of a bucket; the zero entry when nothing is, or not any more. Nothing can be known for
// longer than from now until atMost: that is left from before the clock was set back, and forgotten, lest it
// keep somebody out for as long as the clock was wrong.
func (s *shard) find(id [sha256.Size]byte, now time.Time, atMost time.Duration) entry {
	if n := s.byID[id]; n != nil && now.Before(n.until) && n.until.Sub(now) <= atMost {
		return n.entry
	}
	return entry{}
}

// keep remembers a bucket and makes room for it, first of what has ended.
func (s *shard) keep(id [sha256.Size]byte, e entry, now time.Time) {
	if n := s.byID[id]; n != nil {
		n.entry = e
		heap.Fix(&s.queue, n.at)
		return
	}
	// Two go for each that comes, so what has ended is soon gone and nobody waits for a great cleaning.
	for range 2 {
		if len(s.queue) > 0 && (len(s.queue) >= s.most || !now.Before(s.queue[0].until)) {
			n := heap.Pop(&s.queue).(*node) // the queue holds nothing else
			delete(s.byID, n.id)
		}
	}
	n := &node{entry: e, id: id}
	s.byID[id] = n
	heap.Push(&s.queue, n)
}

// queue is a heap of nodes by their end.
type queue []*node

func (q queue) Len() int           { return len(q) }
func (q queue) Less(i, j int) bool { return q[i].until.Before(q[j].until) }

func (q queue) Swap(i, j int) {
	q[i], q[j] = q[j], q[i]
	q[i].at, q[j].at = i, j
}

// Push is for package heap.
func (q *queue) Push(x any) {
	n := x.(*node)
	n.at = len(*q)
	*q = append(*q, n)
}

// Pop is for package heap.
func (q *queue) Pop() any {
	old := *q
	n := old[len(old)-1]
	old[len(old)-1] = nil
	*q = old[:len(old)-1]
	return n
}
