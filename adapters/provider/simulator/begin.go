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

// thread is what Advance must know of the session. A thread of an app's or a named person's order says everything about
// it, so that any process can put the order before its person again.
type thread struct {
	asked
	RedirectURI string `json:"redirect_uri,omitempty"` // where codes go
	Try         string `json:"try,omitempty"`          // tells orders of one session apart, of which one at a time counts
	Approved    string `json:"approved,omitempty"`     // who approved, once that was noticed
	Stage       int    `json:"stage,omitempty"`        // how many hints were given since
}

func readThread(raw []byte) (thread, error) {
	var t thread
	if err := json.Unmarshal(raw, &t); err != nil || t.Nonce == "" || t.Stage < 0 {
		return thread{}, fault.ErrInternal.Because(errors.New("simulator: not a thread of ours"))
	}
	return t, nil
}

// nonce is what codes for the thread's order say; of orders on the channel Page, each has its own.
func (t thread) nonce() string {
	if t.Try == "" {
		return t.Nonce
	}
	return t.Nonce + "/" + t.Try
}

func (t thread) written() ([]byte, error) {
	raw, err := json.Marshal(t)
	if err != nil {
		return nil, eid.ErrMisconfigured.Because(err)
	}
	return raw, nil
}

// Begin places the order. It makes no network call. It fails with eid.ErrNoRoute for what is not offered, with
// eid.ErrUnknownPerson when nobody has the number or telephone of a person who is to be notified, and with
// eid.ErrInProgress when the person whom it names has another order open at Swedish BankID or Freja.
func (s *Simulator) Begin(ctx context.Context, session eid.Snapshot) (outbound.Step, error) {
	channel, offered := s.channelOf(session.Order)
	if !offered {
		return outbound.Step{}, eid.ErrNoRoute
	}
	if err := s.stumble(ctx, session.Order.EID); err != nil {
		return outbound.Step{}, err
	}
	switch channel {
	case eid.Redirect:
		return s.redirect(session)
	case eid.Page:
		return s.page(session)
	default:
		return s.place(session, channel)
	}
}

// redirect signs the authorization request of a login whose code goes to the caller.
func (s *Simulator) redirect(session eid.Snapshot) (outbound.Step, error) {
	a := ask(session, eid.Redirect)
	a.Scope, a.Channel, a.Text, a.Digest, a.Company, a.Correlation = "", "", "", "", "", "" // the state is the reference
	order := session.Order
	signed, err := s.sign(request{
		asked: a, ClientID: gatewayClient, RedirectURI: order.ReturnTo, State: order.Correlation, Expires: session.ExpiresAt.Unix(),
	})
	if err != nil {
		return outbound.Step{}, eid.ErrMisconfigured.Because(err)
	}
	t := thread{asked: asked{Nonce: a.Nonce, EID: a.EID, Context: a.Context}, RedirectURI: order.ReturnTo}
	raw, err := t.written()
	if err != nil {
		return outbound.Step{}, err
	}
	return outbound.Step{Challenge: s.challenge(gatewayClient, signed, order.Correlation), Thread: raw}, nil
}

// challenge sends the browser to us. The parameters stand in the order that the account surface promises.
func (s *Simulator) challenge(client, signed, state string) *eid.Challenge {
	action := s.config.PublicURL + AuthorizePath
	return &eid.Challenge{
		Action: action,
		URL: action + "?client_id=" + url.QueryEscape(client) + "&request=" + url.QueryEscape(signed) +
			"&state=" + url.QueryEscape(state),
		Params: map[string]string{"client_id": client, "request": signed, "state": state},
	}
}
