package limits

import "strings"

// Buckets is how many buckets are kept.
func (m *Memory) Buckets() (n int) {
	for i := range m.shards {
		if len(m.shards[i].byID) != len(m.shards[i].queue) {
			panic("the shard has lost count")
		}
		n += len(m.shards[i].byID)
	}
	return n
}

// Names is all that is kept of the buckets' names.
func (m *Memory) Names() string {
	var b strings.Builder
	for i := range m.shards {
		for id := range m.shards[i].byID {
			b.Write(id[:])
		}
	}
	return b.String()
}
