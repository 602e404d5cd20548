package simulator

import (
	"encoding/json"
	"errors"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"

	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/fault"
	"github.com/eidgate/eidgate/ports/inbound"
)

// The clients that the simulator knows.
const (
	// gatewayClient is eidgate itself, whose requests are signed.
	gatewayClient = "eidgate"
	// PlainClient is the development client for logins that the caller began on its own.
	PlainClient = "demo-plain"
)

// PlainRedirectPath is where the plain client's codes go, below the public address.
const PlainRedirectPath = "/simulator/plain"

// request is an authorization request: signed, sealed or plain. It says all that an order needs.
type request struct {
	asked
	ClientID    string `json:"client_id"`
	RedirectURI string `json:"redirect_uri"`
	State       string `json:"state,omitempty"`
	Expires     int64  `json:"exp"` // Unix seconds
}

func (r request) expired(now time.Time) bool { return !now.Before(time.Unix(r.Expires, 0)) }

func newSigner(key []byte) (jose.Signer, error) {
	return jose.NewSigner(jose.SigningKey{Algorithm: jose.HS256, Key: key},
		(&jose.SignerOptions{}).WithType("oauth-authz-req+jwt"))
}

// sign makes a signed request (RFC 9101). Signer and reader are one, so a shared key does.
func (s *Simulator) sign(r request) (string, error) {
	claims, err := json.Marshal(r)
	if err != nil {
		return "", err
	}
	signed, err := s.signer.Sign(claims)
	if err != nil {
		return "", err
	}
	return signed.CompactSerialize()
}

// longest bounds what is parsed: a signed request is far below it.
const longest = 16 << 10

// read finds the authorization request in a visit. A signed or sealed one must be ours; its expiry is the caller's to
// judge.
func (s *Simulator) read(v inbound.SimulatedVisit) (request, error) {
	if v.Request == "" {
		return s.readPlain(v)
	}
	if len(v.Request) > longest {
		return request{}, wrong("request", "The authorization request is too long.")
	}
	if v.ClientID == pageClient {
		r, ok := s.unclose(v.Request)
		if !ok || r.ClientID != pageClient {
			return request{}, wrong("request", "The authorization request is not one that this gateway sealed.")
		}
		return r, nil
	}
	var r request
	token, err := jwt.ParseSigned(v.Request, []jose.SignatureAlgorithm{jose.HS256})
	if err == nil {
		err = token.Claims(s.requestKey, &r)
	}
	if err != nil {
		return request{}, wrong("request", "The authorization request is not one that this gateway signed.")
	}
	if r.ClientID != v.ClientID {
		return request{}, wrong("client_id", "The client_id is not the one in the signed request.")
	}
	r.Correlation, r.Operation, r.Channel = r.State, eid.Authenticate, eid.Redirect
	return r, nil
}

const (
	// plainLife is how long a plain authorization request waits for a person.
	plainLife = 15 * time.Minute
	// mostPlain bounds what a plain request lets us remember: anybody may send one, also a page that a browser here
	// happens to show.
	mostPlain = 1 << 10
)

// readPlain takes an unsigned request from the one client that may send such, back to its one address.
func (s *Simulator) readPlain(v inbound.SimulatedVisit) (request, error) {
	p := v.Params
	acr := eid.Context(p["acr_values"])
	e, known := acr.EID()
	switch {
	case !s.config.Plain, v.ClientID != PlainClient:
		return request{}, wrong("client_id", "No client with this client_id may send an unsigned request.")
	case p["redirect_uri"] != s.config.PublicURL+PlainRedirectPath:
		return request{}, wrong("redirect_uri", "The redirect_uri is not the one registered for this client.")
	case p["response_type"] != "code":
		return request{}, wrong("response_type", "The response_type must be code.")
	case !contains(p["scope"], "openid"):
		return request{}, wrong("scope", "The scope must contain openid.")
	case !known:
		return request{}, wrong("acr_values", "The acr_values must name one known way to log in.")
	case len(v.State)+len(p["nonce"]) > mostPlain:
		return request{}, wrong("state", "The state or the nonce is too long.")
	}
	return request{
		asked: asked{
			Nonce: p["nonce"], Correlation: v.State, EID: e, Operation: eid.Authenticate, Channel: eid.Redirect, Context: acr,
			Organization: PlainClient,
		},
		ClientID: PlainClient, RedirectURI: p["redirect_uri"], State: v.State, Expires: s.clock.Now().Add(plainLife).Unix(),
	}, nil
}

func contains(list, word string) bool {
	for w := range strings.FieldsSeq(list) {
		if w == word {
			return true
		}
	}
	return false
}

// wrong refuses a request to the simulator and says what about it.
func wrong(field, text string) error {
	return inbound.ErrSimulatorRequest.
		With(fault.Violation{Field: field, Code: inbound.ErrSimulatorRequest.Code(), Text: text}).
		Because(errors.New("simulator: " + field + ": " + text))
}
