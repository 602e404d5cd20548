package criipto

import (
	"encoding/base64"
	"strings"
	"unicode/utf8"

	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/identity"
)

// canRequire holds unless the order wants something of the login that Criipto cannot be asked for.
func canRequire(o eid.Order) bool {
	return !o.Require.PIN || o.EID == eid.NOBankID
}

// contextFor is the context to ask for when the order names none: the scheme's usual one, or the one that is as sure as
// the order requires.
func contextFor(o eid.Order) eid.Context {
	if usual := o.EID.DefaultContext(); o.Require.Assurance != eid.High {
		return usual
	}
	switch o.EID {
	case eid.DKMitID:
		return "urn:grn:authn:dk:mitid:high"
	case eid.NOBankID:
		return "urn:grn:authn:no:bankid:high"
	}
	return o.EID.DefaultContext()
}

// scopeFor asks for the national number where it does not come by itself, and for what else the order wants. On the
// channel Redirect the number is what the login is for.
func scopeFor(o eid.Order) string {
	scopes := []string{"openid"}
	number := o.Channel == eid.Redirect || o.Operation == eid.ProveAge || o.Wants.Has(eid.WantNumber) || !o.Require.Person.IsZero()
	switch {
	case !number:
	case o.EID == eid.SEFreja:
		scopes = append(scopes, "frejaid:ssn")
	case o.EID.Country() == identity.NO, o.EID.Country() == identity.DK:
		scopes = append(scopes, "ssn")
	}
	if o.Channel != eid.Page {
		return strings.Join(scopes, " ")
	}
	for _, extra := range []struct {
		want  eid.Attributes
		scope string
	}{{eid.WantPhone, "phone"}, {eid.WantEmail, "email"}, {eid.WantAddress, "address"}} {
		if tells(o.EID).Has(extra.want) && o.Wants.Has(extra.want) {
			scopes = append(scopes, extra.scope)
		}
	}
	return strings.Join(scopes, " ")
}

// Limits of the texts in a login_hint: MitID counts characters, BankID what they are in base64.
const (
	mostMitIDMessage  = 130
	mostBankIDMessage = 1_500
)

// hintFor gathers what can only be said in login_hint. Freja is asked for people whose identity somebody has looked at:
// without that it gives no number. Norwegian BankID is asked for a code in place of a finger or face. On the channel Page
// Swedish BankID and MitID show a message, which begins with the organization's name; one that is too long for them is
// refused.
//
// The hint that names the person is not used: the request is signed, not encrypted, and stands in the browser's
// history. Whether the right person came, the session checks.
func hintFor(o eid.Order) (string, error) {
	switch o.EID {
	case eid.SEFreja:
		if o.Require.Registration == eid.Plus {
			return "minregistrationlevel:plus", nil
		}
		return "minregistrationlevel:extended", nil
	case eid.NOBankID:
		if o.Require.PIN {
			return "BID", nil
		}
	case eid.SEBankID, eid.DKMitID:
		if o.Channel == eid.Page {
			return message(o)
		}
	}
	return "", nil
}

func message(o eid.Order) (string, error) {
	text := o.OnBehalfOf
	if text != "" && o.Text != "" {
		text += ": "
	}
	text += o.Text
	encoded := base64.StdEncoding.EncodeToString([]byte(text))
	switch {
	case text == "":
		return "", nil
	case o.EID == eid.DKMitID && utf8.RuneCountInString(text) > mostMitIDMessage,
		o.EID == eid.SEBankID && len(encoded) > mostBankIDMessage:
		return "", eid.ErrOrderRefused.Because(eid.ErrTextTooLong)
	}
	return "message:" + encoded, nil
}
