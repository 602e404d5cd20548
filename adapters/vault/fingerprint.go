package vault

import (
	"context"
	"errors"

	"github.com/eidgate/eidgate/domain/fault"
	"github.com/eidgate/eidgate/domain/identity"
	"github.com/eidgate/eidgate/domain/organization"
)

// What a fingerprint is made of begins with what sort of thing it is, so that no text of anybody's choice can
// meet a number.
const (
	ofNumber = "number/1"
	ofText   = "text/1"
)

// errNoNumber: all accounts without a number would seem to have the same one.
var errNoNumber = errors.New("no number has no fingerprint")

// Of is the fingerprints of a national number, one for each key: the active one's first, then from the newest to
// the oldest. See [outbound.Fingerprints]. The zero number has none, and asking is a mistake.
func (v *Vault) Of(_ context.Context, s organization.Scope, n identity.Number) ([]identity.Fingerprint, error) {
	if n.IsZero() {
		return nil, fault.ErrInternal.Because(errNoNumber)
	}
	return v.fingerprints(s, ofNumber, string(n.Country()), "\x1f"+n.Reveal()), nil
}

// OfText is the fingerprints of any other text, in the same order. Texts of different purposes never meet.
func (v *Vault) OfText(_ context.Context, s organization.Scope, purpose, text string) ([]identity.Fingerprint, error) {
	return v.fingerprints(s, ofText, purpose, text), nil
}

func (v *Vault) fingerprints(s organization.Scope, sort, purpose, text string) []identity.Fingerprint {
	keys := v.ring.Load().order
	prints := make([]identity.Fingerprint, len(keys))
	for i, k := range keys {
		prints[i].Key = k.id
		m := k.macs.Get().(*mac) // the pool makes nothing else
		m.message = part(part(part(scope(m.message[:0], s), sort), purpose), text)
		m.hash.Reset()
		m.hash.Write(m.message)
		m.hash.Sum(prints[i].Sum[:0])
		clear(m.message) // it waits in the pool, and the number need not
		k.macs.Put(m)
	}
	return prints
}
