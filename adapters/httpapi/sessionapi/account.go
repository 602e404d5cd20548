package sessionapi

import (
	"crypto/sha256"
	"encoding/binary"

	"github.com/eidgate/eidgate/domain/organization"
)

const (
	base62       = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	accountWidth = 20
)

// AccountID is what callers know a scope by: "a-", "prod" or "sbox", a hyphen, and 20 letters and digits of a hash of the
// organization's identifier. It is the same for ever, and says nothing of the organization.
func AccountID(scope organization.Scope) string {
	environment := "prod"
	if scope.Environment == organization.Sandbox {
		environment = "sbox"
	}
	sum := sha256.Sum256([]byte(scope.Organization))
	digits := make([]byte, accountWidth)
	for half := range 2 { // 64 bits are more than ten digits to the base of 62 hold
		n := binary.BigEndian.Uint64(sum[8*half:])
		for i := range accountWidth / 2 {
			digits[half*accountWidth/2+i] = base62[n%62]
			n /= 62
		}
	}
	return "a-" + environment + "-" + string(digits)
}
