package system

import (
	"crypto/rand"

	"github.com/eidgate/eidgate/ports/outbound"
)

var _ outbound.Random = Random{}

// Random is the machine's random source, fit for secrets. The zero value is ready.
type Random struct{}

const alphanumeric = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

// fair is the first byte that would favour some letters over others: the greatest multiple of the alphabet's
// length that a byte reaches. Bytes from there on are thrown away.
const fair = 256 / len(alphanumeric) * len(alphanumeric)

// Alphanumeric is n letters and digits, each equally likely; "" when n is not positive.
func (Random) Alphanumeric(n int) string {
	if n <= 0 {
		return ""
	}
	text := make([]byte, 0, n)
	var bytes [64]byte
	for {
		_, _ = rand.Read(bytes[:]) // it never fails
		for _, b := range bytes {
			if int(b) >= fair {
				continue
			}
			text = append(text, alphanumeric[int(b)%len(alphanumeric)])
			if len(text) == n {
				return string(text)
			}
		}
	}
}
