package eid

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"time"
)

// AnimatedQR makes Swedish BankID's QR codes, of which there is a new one every second (BankID, QR code). The secret is
// for the organization's server and for us; a browser only ever sees texts.
type AnimatedQR struct {
	Token  string
	Secret string
	Start  time.Time // when the order was placed
}

// At is the challenge as it looks at a moment: with the code of then, where that changes.
func (c Challenge) At(now time.Time) Challenge {
	if !c.Animated.IsZero() {
		c.QR = c.Animated.At(now)
	}
	return c
}

// IsZero holds where nothing is animated.
func (q AnimatedQR) IsZero() bool { return q.Token == "" }

// At is the text that the code holds at a moment:
//
//	bankid.<token>.<whole seconds since the start>.<HMAC-SHA-256 of the seconds, in lower-case hex>
//
// Before the start it is that of second 0.
func (q AnimatedQR) At(now time.Time) string {
	seconds := strconv.FormatInt(max(0, int64(now.Sub(q.Start)/time.Second)), 10)
	mac := hmac.New(sha256.New, []byte(q.Secret))
	mac.Write([]byte(seconds))
	return "bankid." + q.Token + "." + seconds + "." + hex.EncodeToString(mac.Sum(nil))
}
