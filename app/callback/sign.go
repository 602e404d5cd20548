package callback

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
)

// Sign gives the signature of a body as receivers check it: HMAC-SHA-256 (RFC 2104) over the body's own bytes, in
// standard base64 with padding.
func Sign(key, body []byte) string {
	m := hmac.New(sha256.New, key)
	_, _ = m.Write(body)
	return base64.StdEncoding.EncodeToString(m.Sum(nil))
}
