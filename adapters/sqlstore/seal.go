package sqlstore

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/eidgate/eidgate/domain/identity"
	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/outbound"
)

// Each account, session and receipt keeps what people may not read in one sealed value: JSON within.

func accountPlace(scope organization.Scope, subject string) outbound.Place {
	return outbound.Place{Scope: scope, Record: subject, Field: "profile"}
}

func sessionPlace(scope organization.Scope, id string) outbound.Place {
	return outbound.Place{Scope: scope, Record: "session/" + id, Field: "order"}
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

// sealedNumber is a national number within a sealed value.
type sealedNumber struct {
	Country identity.Country `json:"c"`
	Kind    identity.Kind    `json:"k"`
	Digits  string           `json:"d"`
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
