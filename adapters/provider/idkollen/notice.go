package idkollen

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"strings"

	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/ports/outbound"
)

// signatureHeader carries HMAC-SHA-256 over the bytes of a call-back, in base64.
const signatureHeader = "X-Signature-SHA256"

var errSignature = errors.New("idkollen: the call-back is not signed, or wrongly")

// verify looks at a call-back's signature before anything of it is read.
func (p *Provider) verify(n outbound.Nudge) error {
	mac := hmac.New(sha256.New, p.signs())
	mac.Write(n.Notice)
	want := mac.Sum(nil)
	for name, value := range n.Headers {
		if !strings.EqualFold(name, signatureHeader) {
			continue
		}
		if got, err := base64.StdEncoding.DecodeString(value); err == nil && hmac.Equal(got, want) {
			return nil
		}
		break
	}
	return eid.ErrEvidenceRejected.Because(errSignature)
}
