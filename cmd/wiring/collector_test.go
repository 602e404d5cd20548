package wiring

import "testing"

// TestTheCollectorIsLeftRoom: what lives may be any size, and a third of the limit is free all the same.
func TestTheCollectorIsLeftRoom(t *testing.T) {
	const mebi = 1 << 20
	for living, want := range map[uint64]int64{
		0: 96 * mebi, 30 * mebi: 96 * mebi, 64 * mebi: 96 * mebi, 65 * mebi: 112 * mebi, 400 * mebi: 608 * mebi,
	} {
		if got := limitFor(living); got != want {
			t.Errorf("%d MiB live: the limit is %d MiB, want %d", living/mebi, got/mebi, want/mebi)
		}
	}
}
