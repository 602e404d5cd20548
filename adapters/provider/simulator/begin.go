package simulator

import (
	"context"
	"encoding/json"
	"errors"
	"net/url"

	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/fault"
	"github.com/eidgate/eidgate/ports/outbound"
)

// thread is what Advance must know of the session.
type thread struct {
	Nonce       string      `json:"nonce"`
	RedirectURI string      `json:"redirect_uri"`
	Context     eid.Context `json:"acr"`
}

func readThread(raw []byte) (thread, error) {
	var t thread
	if err := json.Unmarshal(raw, &t); err != nil || t.Nonce == "" {
		return thread{}, fault.ErrInternal.Because(errors.New("simulator: not a thread of ours"))
	}
	return t, nil
}

// Begin signs the authorization request. It makes no network call. It fails with eid.ErrNoRoute for what is not
// offered.
func (s *Simulator) Begin(ctx context.Context, session eid.Snapshot) (outbound.Step, error) {
	order := session.Order
	if !order.EID.Known() || order.Operation != eid.Authenticate {
		return outbound.Step{}, eid.ErrNoRoute
	}
	if err := s.stumble(ctx, order.EID); err != nil {
		return outbound.Step{}, err
	}
	asked := order.Context
	if asked == "" {
		asked = order.EID.DefaultContext()
	}
	signed, err := s.sign(request{
		ClientID: gatewayClient, Session: session.ID, Nonce: session.Nonce, RedirectURI: order.ReturnTo,
		State: order.Correlation, Context: asked, EID: order.EID, Organization: order.OnBehalfOf,
		Expires: session.ExpiresAt.Unix(),
	})
	if err != nil {
		return outbound.Step{}, eid.ErrMisconfigured.Because(err)
	}
	t, err := json.Marshal(thread{Nonce: session.Nonce, RedirectURI: order.ReturnTo, Context: asked})
	if err != nil {
		return outbound.Step{}, eid.ErrMisconfigured.Because(err)
	}
	return outbound.Step{Challenge: s.challenge(signed, order.Correlation), Thread: t}, nil
}

// challenge sends the browser to us. The parameters stand in the order that the account surface promises.
func (s *Simulator) challenge(signed, state string) *eid.Challenge {
	action := s.config.PublicURL + AuthorizePath
	return &eid.Challenge{
		Action: action,
		URL: action + "?client_id=" + url.QueryEscape(gatewayClient) + "&request=" + url.QueryEscape(signed) +
			"&state=" + url.QueryEscape(state),
		Params: map[string]string{"client_id": gatewayClient, "request": signed, "state": state},
	}
}
