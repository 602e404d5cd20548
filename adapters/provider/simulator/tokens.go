package simulator

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
)

// mac binds a text to one use of the secret.
func (s *Simulator) mac(use, text string) []byte {
	h := hmac.New(sha256.New, s.tokenKey)
	h.Write([]byte(use))
	h.Write([]byte{0})
	h.Write([]byte(text))
	return h.Sum(nil)
}

// token is shaped like a UUID of version 8 (RFC 9562 section 5.8). Every process derives the same one, and nobody else can:
// the tokens of an order outlive a restart without being kept.
func (s *Simulator) token(use, of string) string {
	b := s.mac(use, of)[:16]
	b[6] = b[6]&0x0f | 0x80
	b[8] = b[8]&0x3f | 0x80
	var text [36]byte
	hex.Encode(text[:8], b[:4])
	hex.Encode(text[9:13], b[4:6])
	hex.Encode(text[14:18], b[6:8])
	hex.Encode(text[19:23], b[8:10])
	hex.Encode(text[24:], b[10:])
	text[8], text[13], text[18], text[23] = '-', '-', '-', '-'
	return string(text[:])
}

func encoded(data []byte) string { return base64.StdEncoding.EncodeToString(data) }

// The words of binding messages: two of them are easy to compare at a glance.
var (
	qualities = [...]string{"blue", "red", "green", "golden", "silver", "quiet", "quick", "brave", "bright", "early", "gentle", "polar", "round", "warm", "wild", "young"}
	creatures = [...]string{"whale", "fox", "heron", "moose", "otter", "puffin", "salmon", "seal", "swan", "tern", "trout", "walrus", "wolf", "lynx", "eagle", "hare"}
)

// binding is a message that the person finds both in the app and with the organization.
func (s *Simulator) binding(order string) string {
	b := s.mac("binding", order)
	return qualities[int(b[0])%len(qualities)] + " " + creatures[int(b[1])%len(creatures)]
}
