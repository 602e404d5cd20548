// Package simulator stands in for every eID: people who do as they are told. It ships with the product, for demos,
// sandboxes and first afternoons, and tests use it in place of a real provider.
//
// A login by redirect goes the way of a real OpenID provider: Begin signs an authorization request, the person's browser
// opens it (Visit), somebody plays the person (Approve, Reject, Fail), the browser is sent back with a code, and Advance
// redeems the code. Where the browser comes back to us, the request also shows what is signed, and is sealed. An order for
// an app or a named person is put before its person at once, and Advance asks what they have said.
//
// Requests, codes and threads carry all there is to know in themselves, so that a session survives a restart. In memory
// are only what waits for a person, which the next Advance puts there again, and documents on their way to be signed,
// which a restart loses. Each process has its own: with several of them a person has to be played at the one that looks
// after the session, or at all.
//
// Every number is an official test number, and every piece of evidence says that it is simulated.
package simulator

import (
	"cmp"
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
	// GatewayURL is the address under which browsers reach the gateway's own pages, where they come back to; PublicURL
	// when it is empty.
	GatewayURL string
	// Secret signs requests and seals codes: at least 32 random bytes, the same in every process and after every
	// restart. Nothing else may use it.
	Secret []byte
	// Plain switches on the client "demo-plain", whose authorization requests need no signature. It is for
	// development only: anybody may begin such a login.
	Plain bool
	// Signer signs documents with Norwegian BankID. Without one no documents are offered to be signed.
	Signer outbound.DocumentSigner
}

// Simulator is a provider and the people behind it. It is safe for concurrent use.
type Simulator struct {
	config Config
	clock  outbound.Clock
	ids    outbound.IDs
	signer jose.Signer
	sealer jose.Encrypter // of codes
	closer jose.Encrypter // of requests
	offers []outbound.Offer

	requestKey, codeKey, pageKey, tokenKey []byte

	mu     sync.Mutex
	orders book
	papers papers
	used   map[string]time.Time // redeemed codes, until they would have expired anyway
	faults map[eid.EID]*misbehaviour
}

const leastSecret = 32

// New makes a simulator. It fails when the secret is too short or the address is none.
func New(config Config, clock outbound.Clock, ids outbound.IDs) (*Simulator, error) {
	if len(config.Secret) < leastSecret {
		return nil, fmt.Errorf("simulator: the secret needs %d bytes", leastSecret)
	}
	for _, address := range []string{config.PublicURL, cmp.Or(config.GatewayURL, config.PublicURL)} {
		if u, err := url.Parse(address); err != nil || !u.IsAbs() || u.Host == "" {
			return nil, errors.New("simulator: the public address is not an absolute URL")
		}
	}
	s := &Simulator{
		config: config, clock: clock, ids: ids, orders: newBook(), offers: offers(config.Signer != nil),
		used: map[string]time.Time{}, faults: map[eid.EID]*misbehaviour{},
	}
	var err error
	for use, key := range map[string]*[]byte{
		"authorization requests": &s.requestKey, "codes": &s.codeKey, "sealed requests": &s.pageKey, "tokens and cards": &s.tokenKey,
	} {
		if *key, err = derive(config.Secret, "eidgate simulator: "+use); err != nil {
			return nil, err
		}
	}
	if s.signer, err = newSigner(s.requestKey); err != nil {
		return nil, err
	}
	if s.closer, err = newSealer(s.pageKey); err != nil {
		return nil, err
	}
	s.sealer, err = newSealer(s.codeKey)
	return s, err
}

// derive keeps the uses of the secret apart (HKDF, RFC 5869).
func derive(secret []byte, use string) ([]byte, error) {
	return hkdf.Key(sha256.New, secret, nil, use, sha256.Size)
}

// Name is the provider's key in the configuration.
func (s *Simulator) Name() string { return Name }
