package organization

import (
	"encoding/hex"
	"math/big"
	"strings"
)

const alphabet = "23456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"

// short spells a UUID with 22 letters and digits that cannot be mistaken for each other, most significant first: the
// form that the shortuuid libraries agree on.
func short(uuid string) string {
	raw, err := hex.DecodeString(strings.ReplaceAll(uuid, "-", ""))
	if err != nil {
		raw = []byte(uuid) // identifiers of ours are UUIDs; another one still gets a name of its own
	}
	n, base, digit := new(big.Int).SetBytes(raw), big.NewInt(int64(len(alphabet))), new(big.Int)
	var spelled [22]byte
	for i := len(spelled) - 1; i >= 0; i-- {
		n.DivMod(n, base, digit)
		spelled[i] = alphabet[digit.Int64()]
	}
	return string(spelled[:])
}
