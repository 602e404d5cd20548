package sqlstore

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"fmt"

	"github.com/eidgate/eidgate/domain/identity"
	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/outbound"
)

// Each record keeps what people may not read in one sealed value: JSON within, and behind it what is large. Sessions are
// packed, see packing.go.

func accountPlace(scope organization.Scope, subject string) outbound.Place {
	return outbound.Place{Scope: scope, Record: subject, Field: "profile"}
}

func sessionPlace(scope organization.Scope, id string) outbound.Place {
	return outbound.Place{Scope: scope, Record: "session/" + id, Field: "order"}
}

func clientPlace(scope organization.Scope, id string) outbound.Place {
	return outbound.Place{Scope: scope, Record: "client/" + id, Field: "callback_key"}
}

func documentPlace(scope organization.Scope, id string) outbound.Place {
	return outbound.Place{Scope: scope, Record: "document/" + id, Field: "content"}
}

func evidencePlace(scope organization.Scope, session string) outbound.Place {
	return outbound.Place{Scope: scope, Record: "session/" + session, Field: "proofs"}
}

func callbackPlace(scope organization.Scope, session string) outbound.Place {
	return outbound.Place{Scope: scope, Record: "session/" + session, Field: "callback"}
}

// sealCallbackKey gives NULL for no key.
func (s *Store) sealCallbackKey(ctx context.Context, scope organization.Scope, id string, clear []byte) (sealed, key any, err error) {
	if len(clear) == 0 {
		return nil, nil, nil
	}
	return s.sealer.Seal(ctx, clientPlace(scope, id), clear)
}

// seal gives the sealed value and the identifier of the key.
func (s *Store) seal(ctx context.Context, place outbound.Place, content any) (sealed []byte, key string, err error) {
	clear, err := json.Marshal(content)
	if err != nil {
		return nil, "", fmt.Errorf("sqlstore: cannot seal: %w", err)
	}
	return s.sealer.Seal(ctx, place, clear)
}

// unseal fails with [outbound.ErrSealBroken].
func (s *Store) unseal(ctx context.Context, place outbound.Place, sealed []byte, content any) error {
	clear, err := s.sealer.Open(ctx, place, sealed)
	if err != nil {
		return err
	}
	if json.Unmarshal(clear, content) != nil { // whose error would quote the content
		return outbound.ErrSealBroken
	}
	return nil
}

// sealBulk seals bytes as they are behind a small head: base64 within JSON would make a third more of them. The length of
// the head comes first.
func (s *Store) sealBulk(ctx context.Context, place outbound.Place, head any, bulk []byte) (sealed []byte, key string, err error) {
	first, err := json.Marshal(head)
	if err != nil {
		return nil, "", fmt.Errorf("sqlstore: cannot seal: %w", err)
	}
	clear := make([]byte, 0, binary.MaxVarintLen64+len(first)+len(bulk))
	clear = binary.AppendUvarint(clear, uint64(len(first)))
	clear = append(append(clear, first...), bulk...)
	return s.sealer.Seal(ctx, place, clear)
}

// unsealBulk gives what stands behind the head, nil for nothing. It fails with [outbound.ErrSealBroken].
func (s *Store) unsealBulk(ctx context.Context, place outbound.Place, sealed []byte, head any) (bulk []byte, err error) {
	clear, err := s.sealer.Open(ctx, place, sealed)
	if err != nil {
		return nil, err
	}
	length, n := binary.Uvarint(clear)
	if n <= 0 || length > uint64(len(clear)-n) {
		return nil, outbound.ErrSealBroken
	}
	first, bulk := clear[n:n+int(length)], clear[n+int(length):]
	if json.Unmarshal(first, head) != nil { // whose error would quote the content
		return nil, outbound.ErrSealBroken
	}
	if len(bulk) == 0 {
		return nil, nil
	}
	return bulk, nil
}

// sealedNumber is a national number within a sealed value.
type sealedNumber struct {
	Country identity.Country `json:"c"`
	Kind    identity.Kind    `json:"k"`
	Digits  string           `json:"d"`
}

func (n *sealedNumber) fields(p *packing) {
	packText(p, 1, &n.Country)
	packText(p, 2, &n.Kind)
	packText(p, 3, &n.Digits)
}

func numberIn(n identity.Number) *sealedNumber {
	if n.IsZero() {
		return nil
	}
	return &sealedNumber{Country: n.Country(), Kind: n.Kind(), Digits: n.Reveal()}
}

func (n *sealedNumber) number() (identity.Number, error) {
	if n == nil {
		return identity.Number{}, nil
	}
	number, err := identity.ParseCanonical(n.Country, n.Kind, n.Digits)
	if err != nil {
		return identity.Number{}, outbound.ErrSealBroken.Because(err)
	}
	return number, nil
}
