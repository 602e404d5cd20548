package vault

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/eidgate/eidgate/domain/fault"
	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/outbound"
)

// sealedV1 begins every sealed value; see the package comment for what follows.
const sealedV1 = 1

// Seal encrypts clear with the active key, for one place; see [outbound.Sealer]. The result is about 120 bytes
// longer than clear.
func (v *Vault) Seal(_ context.Context, place outbound.Place, clear []byte) (sealed []byte, key string, err error) {
	k := v.ring.Load().active
	header := append([]byte{sealedV1, byte(len(k.id))}, k.id...)
	envelope, err := k.envelope.Encrypt(clear, bind(header, place))
	if err != nil {
		return nil, "", fault.ErrInternal.Because(fmt.Errorf("seal: %w", err))
	}
	return append(header, envelope...), k.id, nil
}

var (
	errNotSealed   = errors.New("it is no sealed value")
	errNotThePlace = errors.New("it was changed, or sealed for another place")
)

// Open decrypts what was sealed for the place, with whichever key of the ring it was sealed. It fails with
// [outbound.ErrSealBroken], whose cause names the key at most.
func (v *Vault) Open(_ context.Context, place outbound.Place, sealed []byte) ([]byte, error) {
	if len(sealed) < 2 || sealed[0] != sealedV1 || len(sealed) < 2+int(sealed[1]) {
		return nil, outbound.ErrSealBroken.Because(errNotSealed)
	}
	header, envelope := sealed[:2+int(sealed[1])], sealed[2+int(sealed[1]):]
	k, known := v.ring.Load().byID[string(header[2:])]
	if !known {
		return nil, outbound.ErrSealBroken.Because(errUnknown(header[2:]))
	}
	clear, err := k.envelope.Decrypt(envelope, bind(header, place))
	if err != nil {
		return nil, outbound.ErrSealBroken.Because(errNotThePlace)
	}
	return clear, nil
}

// errUnknown names the missing key if that is what stands there: a value that was changed may hold anything.
func errUnknown(id []byte) error {
	if !idPattern.Match(id) {
		return errNotSealed
	}
	return fmt.Errorf("the keyring has no key %s", id)
}

// bind is the associated data of a sealed value. Every part stands behind its length, so no two places give the
// same bytes, however their names are cut.
func bind(header []byte, p outbound.Place) []byte {
	const lengths = 4 * 5
	b := make([]byte, 0, lengths+len(header)+len(p.Scope.Organization)+len(p.Scope.Environment)+len(p.Record)+len(p.Field))
	b = part(b, header)
	b = scope(b, p.Scope)
	b = part(b, p.Record)
	return part(b, p.Field)
}

func scope(b []byte, s organization.Scope) []byte {
	return part(part(b, s.Organization), s.Environment)
}

func part[T ~string | ~[]byte](b []byte, text T) []byte {
	return append(binary.BigEndian.AppendUint32(b, uint32(len(text))), text...) //nolint:gosec // no part has 4 GiB
}
