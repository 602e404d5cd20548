// Package simulator stands in for every eID: people who do as they are told. It ships with the product, for demos,
// sandboxes and first afternoons, and tests use it in place of a real provider.
//
// A login goes the way of a real OpenID provider: Begin signs an authorization request, the person's browser opens
// it (Visit), somebody plays the person (Approve, Reject, Fail), the browser is sent back with a code, and Advance
// redeems the code. Requests and codes carry all there is to know in themselves, signed and sealed, so that a login
// survives a restart; only the orders that wait for a person are kept in memory.
//
// Every number is an official test number, and every piece of evidence says that it is simulated.
package simulator

import (
	"context"
	"crypto/hkdf"
	"crypto/sha256"
	"errors"
	"fmt"
	"net/url"
	"sync"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/ports/inbound"
	"github.com/eidgate/eidgate/ports/outbound"
)

var (
	_ outbound.Provider     = (*Simulator)(nil)
	_ outbound.CodeRedeemer = (*Simulator)(nil)
	_ inbound.Simulator     = (*Simulator)(nil)
)

// Name is the simulator's key in the configuration.
const Name = "simulator"

// AuthorizePath is where the browser leg of a login begins, below the public address.
const AuthorizePath = "/simulator/oauth2/authorize"

// Config is what the simulator must be told.
type Config struct {
	// PublicURL is the address under which browsers reach the simulator's pages, without a slash at the end.
	PublicURL string
	// Secret signs requests and seals codes: at least 32 random bytes, the same in every process and after every
	// restart. Nothing else may use it.
	Secret []byte
	// Plain switches on the client "demo-plain", whose authorization requests need no signature. It is for
	// development only: anybody may begin such a login.
	Plain bool
}

// Simulator is a provider and the people behind it. It is safe for concurrent use.
type Simulator struct {
	config Config
	clock  outbound.Clock
	ids    outbound.IDs
	signer jose.Signer
	sealer jose.Encrypter

	requestKey, codeKey []byte

	mu     sync.Mutex
	orders book
	used   map[string]time.Time // redeemed codes, until they would have expired anyway
	faults map[eid.EID]*misbehaviour
}

const leastSecret = 32

// New makes a simulator. It fails when the secret is too short or the address is none.
func New(config Config, clock outbound.Clock, ids outbound.IDs) (*Simulator, error) {
	if len(config.Secret) < leastSecret {
		return nil, fmt.Errorf("simulator: the secret needs %d bytes", leastSecret)
	}
	if u, err := url.Parse(config.PublicURL); err != nil || !u.IsAbs() || u.Host == "" {
		return nil, errors.New("simulator: the public address is not an absolute URL")
	}
	s := &Simulator{
		config: config, clock: clock, ids: ids, orders: newBook(),
		used: map[string]time.Time{}, faults: map[eid.EID]*misbehaviour{},
	}
	var err error
	if s.requestKey, err = derive(config.Secret, "eidgate simulator: authorization requests"); err != nil {
		return nil, err
	}
	if s.codeKey, err = derive(config.Secret, "eidgate simulator: codes"); err != nil {
		return nil, err
	}
	if s.signer, err = newSigner(s.requestKey); err != nil {
		return nil, err
	}
	s.sealer, err = newSealer(s.codeKey)
	return s, err
}

// derive keeps the two uses of the secret apart (HKDF, RFC 5869).
func derive(secret []byte, use string) ([]byte, error) {
	return hkdf.Key(sha256.New, secret, nil, use, sha256.Size)
}

// Name is the provider's key in the configuration.
func (s *Simulator) Name() string { return Name }

// Offers lists a login with each eID, all of them offline.
func (s *Simulator) Offers() []outbound.Offer {
	offers := make([]outbound.Offer, 0, len(eid.EIDs()))
	for _, e := range eid.EIDs() {
		offers = append(offers, outbound.Offer{
			EID: e, Operation: eid.Authenticate, Channel: eid.Redirect, Offline: true,
		})
	}
	return offers
}

// Redraw never has anything new: the challenge is an address.
func (s *Simulator) Redraw([]byte, time.Time) (eid.Challenge, bool) { return eid.Challenge{}, false }

// Cancel takes back what waits for a person; the browsers that wait are sent back as after a no. A browser that
// has not come yet can still come: its code then meets a session that is over.
func (s *Simulator) Cancel(_ context.Context, thread []byte) error {
	t, err := readThread(thread)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, o := range s.orders.waiting(s.clock.Now()) {
		if o.request.Nonce == t.Nonce {
			o.fail(failures[reasonCancelled], s.clock.Now())
		}
	}
	return nil
}
