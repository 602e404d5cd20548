package idkollen

import (
	"encoding/base64"
	"strings"
	"unicode/utf8"

	"github.com/eidgate/eidgate/domain/eid"
)

// Limits of IDkollen's own, and of the schemes behind where those are narrower: characters, or bytes in base64.
const (
	mostIntent        = 2_000
	mostIntentEncoded = 1_500
	mostText          = 50_000
	mostTextEncoded   = 40_000
	mostFrejaText     = 4_096
	mostNOText        = 118
	mostReference     = 130
	mostMitIDText     = 600
	mostDigest        = 2_000
)

// show puts in what the person reads. Every such text begins with the organization's name, and one that is too long with
// it is refused: nobody may sign the half of something. Logins by Freja, Norwegian BankID, Vipps and the Finnish network
// have no text, and there the order's is left to our own page. The message of MitID's backchannel is for comparing, so it
// stays as it is; where the order has none, it is the organization's name.
func (r *request) show(o eid.Order, w way) error {
	characters, encoded := 0, 0
	var into *string
	between := ": "
	switch signs := o.Operation.Signs(); {
	case signs && len(o.Documents) > 0:
		return nil
	case o.EID == eid.SEBankID && signs:
		into, characters, encoded, between = &r.Text, mostText, mostTextEncoded, "\n\n"
	case o.EID == eid.SEBankID:
		into, characters, encoded, between = &r.Intent, mostIntent, mostIntentEncoded, "\n\n"
	case o.EID == eid.SEFreja && signs:
		into, characters, between = &r.Text, mostFrejaText, "\n\n"
	case o.EID == eid.NOBankID && signs:
		into, characters = &r.Text, mostNOText
	case o.EID == eid.DKMitID && signs:
		into, characters = &r.Text, mostMitIDText
	case o.EID == eid.DKMitID && w.Channel == eid.Backchannel:
		if r.BindingMessage = o.BindingMessage; r.BindingMessage == "" {
			r.BindingMessage = o.OnBehalfOf
		}
		if r.BindingMessage == "" {
			return eid.ErrOrderRefused
		}
		return nil
	case o.EID == eid.DKMitID:
		into, characters = &r.ReferenceText, mostReference
	default:
		return nil
	}
	text := o.OnBehalfOf
	if text != "" && o.Text != "" {
		text += between
	}
	text += o.Text
	switch {
	case utf8.RuneCountInString(text) > characters, encoded > 0 && base64.StdEncoding.EncodedLen(len(text)) > encoded,
		utf8.RuneCountInString(o.Digest) > mostDigest:
		return eid.ErrOrderRefused.Because(eid.ErrTextTooLong)
	case into == &r.ReferenceText && strings.ContainsAny(text, "%<"):
		return eid.ErrOrderRefused.Because(eid.ErrText)
	}
	*into = text
	return nil
}
