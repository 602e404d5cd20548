package vault

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"

	"github.com/tink-crypto/tink-go/v2/aead/subtle"
	"github.com/tink-crypto/tink-go/v2/subtle/random"

	"github.com/eidgate/eidgate/domain/fault"
	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/outbound"
)

// sealedV1 begins every sealed value; see the package comment for what follows.
const sealedV1 = 1

// wrappedSize is the length of a wrapped data key: a nonce of 24 bytes, the key, and a tag of 16.
const wrappedSize = 24 + secretSize + 16

// Seal encrypts clear with the active key, for one place; see [outbound.Sealer]. The result is about 130 bytes
// longer than clear.
func (v *Vault) Seal(_ context.Context, place outbound.Place, clear []byte) (sealed []byte, key string, err error) {
	k := v.ring.Load().active
	header := append([]byte{sealedV1, byte(len(k.id))}, k.id...)
	bound := bind(header, place)
	data := random.GetRandomBytes(secretSize)
	wrapped, err := k.wrapping.Encrypt(data, bound)
	if err != nil {
		return nil, "", fault.ErrInternal.Because(fmt.Errorf("seal: %w", err))
	}
	body, err := encrypt(data, clear, bound)
	if err != nil {
		return nil, "", fault.ErrInternal.Because(fmt.Errorf("seal: %w", err))
	}
	return slices.Concat(header, wrapped, body), k.id, nil
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
	header, rest := sealed[:2+int(sealed[1])], sealed[2+int(sealed[1]):]
	k, known := v.key(header[2:])
	if !known {
		return nil, outbound.ErrSealBroken.Because(errUnknown(header[2:]))
	}
	if len(rest) < wrappedSize {
		return nil, outbound.ErrSealBroken.Because(errNotSealed)
	}
	bound := bind(header, place)
	data, err := k.wrapping.Decrypt(rest[:wrappedSize], bound)
	if err != nil {
		return nil, outbound.ErrSealBroken.Because(errNotThePlace)
	}
	clear, err := decrypt(data, rest[wrappedSize:], bound)
	if err != nil {
		return nil, outbound.ErrSealBroken.Because(errNotThePlace)
	}
	return clear, nil
}

func encrypt(key, clear, bound []byte) ([]byte, error) {
	cipher, err := subtle.NewXChaCha20Poly1305(key)
	if err != nil {
		return nil, err
	}
	return cipher.Encrypt(clear, bound)
}

func decrypt(key, body, bound []byte) ([]byte, error) {
	cipher, err := subtle.NewXChaCha20Poly1305(key)
	if err != nil {
		return nil, err
	}
	return cipher.Decrypt(body, bound)
}

// key finds a key of the ring. One that is not there may have been added since the file was last looked at, by
// another process that already seals with it.
func (v *Vault) key(id []byte) (*key, bool) {
	k, known := v.ring.Load().byID[string(id)]
	if !known && idPattern.Match(id) {
		if changed, err := v.look(); changed && err == nil {
			k, known = v.ring.Load().byID[string(id)]
		}
	}
	return k, known
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
	return append(binary.BigEndian.AppendUint32(b, uint32(len(text))), text...) // no part has 4 GiB
}
