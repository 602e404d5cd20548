package pdf

import (
	"encoding/hex"
	"strings"
	"time"
	"unicode/utf16"
)

// textOf spells a text for people: as it is where it is printable ASCII, else in UTF-16 (ISO 32000-1, section 7.9.2.2).
func textOf(s string) value {
	plain := true
	for _, r := range s {
		plain = plain && ' ' <= r && r <= '~'
	}
	if plain {
		return value{kind: text, raw: []byte("(" + strings.NewReplacer(`\`, `\\`, "(", `\(`, ")", `\)`).Replace(s) + ")")}
	}
	wide := []byte{0xFE, 0xFF}
	for _, unit := range utf16.Encode([]rune(s)) { // what is no UTF-8 is replaced on the way
		wide = append(wide, byte(unit>>8), byte(unit))
	}
	return hexOf(wide)
}

// hexOf spells bytes.
func hexOf(b []byte) value {
	return value{kind: text, raw: []byte("<" + strings.ToUpper(hex.EncodeToString(b)) + ">")}
}

// dateOf spells a time (ISO 32000-1, section 7.9.4).
func dateOf(t time.Time) value {
	return value{kind: text, raw: []byte("(D:" + t.UTC().Format("20060102150405") + "+00'00')")}
}
