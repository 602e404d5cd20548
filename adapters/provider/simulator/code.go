package simulator

import (
	"encoding/json"
	"errors"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/eidgate/eidgate/domain/eid"
)

const (
	// codeLife is longer than a real provider's minute: somebody may be copying the code by hand.
	codeLife = 5 * time.Minute
	// mostCodes bounds the memory that redeemed codes can take.
	mostCodes = 100_000
)

// code is what an authorization code says, to us only. It needs no memory, so it outlives a restart.
type code struct {
	ID          string      `json:"jti"`
	ClientID    string      `json:"client_id"`
	Person      string      `json:"person"`
	Nonce       string      `json:"nonce,omitempty"`
	RedirectURI string      `json:"redirect_uri"`
	Context     eid.Context `json:"acr"`
	Expires     int64       `json:"exp"` // Unix milliseconds
}

func newSealer(key []byte) (jose.Encrypter, error) {
	return jose.NewEncrypter(jose.A256GCM, jose.Recipient{Algorithm: jose.DIRECT, Key: key}, nil)
}

// seal makes the code for an approved order.
func (s *Simulator) seal(o *order) (string, error) {
	clear, err := json.Marshal(code{
		ID: s.ids.New(), ClientID: o.request.ClientID, Person: o.person, Nonce: o.request.Nonce,
		RedirectURI: o.request.RedirectURI, Context: o.request.Context,
		Expires: s.clock.Now().Add(codeLife).UnixMilli(),
	})
	if err != nil {
		return "", err
	}
	sealed, err := s.sealer.Encrypt(clear)
	if err != nil {
		return "", err
	}
	return sealed.CompactSerialize()
}

// opened is what stands in something that we sealed.
func opened(raw string, key []byte) ([]byte, error) {
	sealed, err := jose.ParseEncryptedCompact(raw, []jose.KeyAlgorithm{jose.DIRECT}, []jose.ContentEncryption{jose.A256GCM})
	if err != nil {
		return nil, errors.New("simulator: nothing sealed")
	}
	clear, err := sealed.Decrypt(key)
	if err != nil {
		return nil, errors.New("simulator: not sealed by us")
	}
	return clear, nil
}

// decode reads a code of ours. Whatever else comes is eid.ErrCodeRejected.
func (s *Simulator) decode(raw string) (code, error) {
	if raw == "" || len(raw) > longest {
		return code{}, eid.ErrCodeRejected
	}
	clear, err := opened(raw, s.codeKey)
	if err != nil {
		return code{}, eid.ErrCodeRejected.Because(err)
	}
	var c code
	if err := json.Unmarshal(clear, &c); err != nil {
		return code{}, eid.ErrCodeRejected.Because(errors.New("simulator: not a code of ours"))
	}
	return c, nil
}

// spend accepts a living code once. When more codes were spent than can be remembered, none is taken any more until
// the first of them has expired: a second use must not slip through.
func (s *Simulator) spend(c code) error {
	now, until := s.clock.Now(), time.UnixMilli(c.Expires)
	if !now.Before(until) {
		return eid.ErrCodeRejected.Because(errors.New("simulator: the code has expired"))
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, used := s.used[c.ID]; used {
		return eid.ErrCodeRejected.Because(errors.New("simulator: the code was used before"))
	}
	if len(s.used) >= mostCodes {
		for id, end := range s.used {
			if !now.Before(end) {
				delete(s.used, id)
			}
		}
		if len(s.used) >= mostCodes {
			return eid.ErrProvider.Because(errors.New("simulator: too many codes at once"))
		}
	}
	s.used[c.ID] = until
	return nil
}
