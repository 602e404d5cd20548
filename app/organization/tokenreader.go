package organization

import (
	"context"
	"time"

	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/outbound"
)

// tokenReader reads tokens that the deployment's keys of one purpose signed, and remembers what they say. Its zero value is
// ready.
type tokenReader[T any] struct {
	verifiers verifiers
	verified  verified[T]
}

// read believes what one of the keys signed, as far as it can be parsed and lives, which is asked each time. It fails with
// outbound.ErrToken for everything else, and as storage does, which is asked for keys alone.
func (r *tokenReader[T]) read(
	ctx context.Context, keys *Signing, signer outbound.Signer, purpose organization.KeyPurpose, token string,
	parse func(claims map[string]any) (T, bool), lives func(T) bool,
) (says T, err error) {
	says, key, known := r.verified.find(token)
	if known = known && r.verifiers.publish(keys, key); !known {
		var published []organization.SigningKey
		key, published, err = r.verifiers.of(ctx, keys, purpose, token)
		if err != nil {
			return says, err
		}
		claims, err := signer.Verify(token, published)
		if err != nil {
			return says, err
		}
		parsed, ok := parse(claims)
		if !ok {
			return says, outbound.ErrToken
		}
		says = parsed
	}
	if !lives(says) {
		var nothing T
		return nothing, outbound.ErrToken
	}
	if !known {
		r.verified.keep(token, key, says)
	}
	return says, nil
}

// skew is how far apart the clocks of two processes may be.
const skew = time.Minute

// alive holds from the second of issue to the one before expiry, for tokens that live no longer than they may.
func alive(issued, expires any, now time.Time, most time.Duration) bool {
	from, known := issued.(float64)
	until, limited := expires.(float64)
	at := float64(now.Unix())
	return known && limited && from <= at+skew.Seconds() && at < until && until-from <= most.Seconds()
}
