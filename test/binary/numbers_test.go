package binary_test

import (
	"fmt"
	"sync"
)

// roll gives out Norwegian numbers of nobody: those of synthetic populations, whose month is 80 higher than any
// real one's.
type roll struct {
	mu   sync.Mutex
	next int
}

// take gives a number that was not given out before.
func (r *roll) take() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	for {
		n := r.next
		r.next++
		number, ok := synthetic(n%28+1, n/28%12+1, 50+n/28/12%40, 100+n%397)
		if ok {
			return number
		}
	}
}

// synthetic completes a number with its two check digits, where there are any.
func synthetic(day, month, year, individual int) (number string, ok bool) {
	text := fmt.Sprintf("%02d%02d%02d%03d", day, month+80, year, individual)
	for _, weights := range [][]int{{3, 7, 6, 1, 8, 9, 4, 5, 2}, {5, 4, 3, 2, 7, 6, 5, 4, 3, 2}} {
		sum := 0
		for i, w := range weights {
			sum += w * int(text[i]-'0')
		}
		check := (11 - sum%11) % 11
		if check == 10 {
			return "", false
		}
		text += string(rune('0' + check))
	}
	return text, true
}
