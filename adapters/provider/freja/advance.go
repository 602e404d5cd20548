package freja

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/fault"
	"github.com/eidgate/eidgate/ports/outbound"
)

// thread is what is kept of an order.
type thread struct {
	Reference string    `json:"ref"`
	Sign      bool      `json:"sign,omitempty"`
	Named     bool      `json:"named,omitempty"` // the order says who
	Level     string    `json:"level"`           // the least that was asked for
	Start     time.Time `json:"start"`
}

// longestReference bounds what Freja names orders with; they have 64 characters.
const longestReference = 512

// sound holds for what can be an order's reference: visible ASCII.
func (t thread) sound() bool {
	for _, c := range []byte(t.Reference) {
		if c <= ' ' || c > '~' {
			return false
		}
	}
	return t.Reference != "" && len(t.Reference) <= longestReference && levels[t.Level] > 0
}

func readThread(kept []byte) (thread, error) {
	var t thread
	if err := json.Unmarshal(kept, &t); err != nil || !t.sound() {
		return thread{}, fault.ErrInternal.Because(errors.New("freja: not a thread of ours"))
	}
	return t, nil
}

// path is where one of the calls about the order goes.
func (t thread) path(call string) string {
	switch {
	case call == "init" && t.Sign:
		return "/sign/1.0/initSignature"
	case call == "init":
		return "/authentication/1.0/initAuthentication"
	case t.Sign:
		return "/sign/1.0/" + call
	}
	return "/authentication/1.0/" + call
}

// reference is the order as the value of the parameter for logins or for signatures.
func (t thread) reference(login, signature string) parameter {
	if t.Sign {
		return parameter{signature, map[string]string{"signRef": t.Reference}}
	}
	return parameter{login, map[string]string{"authRef": t.Reference}}
}

// result is what Freja answers to getOneResult.
type result struct {
	AuthRef string `json:"authRef"`
	SignRef string `json:"signRef"`
	Status  string `json:"status"`
	Details string `json:"details"`
}

// refusals are the statuses of an order that ended without approval. Two of them are spelt otherwise in places.
var refusals = map[string]string{
	"CANCELED":     eid.ReasonDeclined,
	"RP_CANCELED":  eid.ReasonCancelled,
	"RP_CANCELLED": eid.ReasonCancelled,
	"EXPIRED":      eid.ReasonTimedOut,
	"REJECTED":     eid.ReasonRejected,
	"RP_REJECTED":  eid.ReasonRejected,
}

// Advance asks for the result, whatever the nudge: nobody but Freja knows how far the person is.
func (p *Provider) Advance(ctx context.Context, kept []byte, _ outbound.Nudge) (outbound.Step, error) {
	t, err := readThread(kept)
	if err != nil {
		return outbound.Step{}, err
	}
	var r result
	if err := p.post(ctx, t.path("getOneResult"), t.reference("getOneAuthResultRequest", "getOneSignResultRequest"), &r); err != nil {
		return outbound.Step{}, because(err, refusal.ofQuestion)
	}
	of := r.AuthRef
	if t.Sign {
		of = r.SignRef
	}
	if of != t.Reference {
		return outbound.Step{}, rejected("the answer is about another order")
	}
	if reason, over := refusals[r.Status]; over {
		return outbound.Step{Refusal: reason}, nil
	}
	switch r.Status {
	case "APPROVED":
		e, err := p.approved(t, r.Details)
		if err != nil {
			return outbound.Step{}, err
		}
		return outbound.Step{Evidence: &e}, nil
	case "STARTED":
		hint := eid.HintOutstanding
		if t.Named {
			hint = eid.HintNoClient
		}
		return outbound.Step{Hint: hint, Rest: rest}, nil
	case "DELIVERED_TO_MOBILE":
		return outbound.Step{Hint: eid.HintDelivered, Rest: rest}, nil
	}
	if word(r.Status) { // one that is new to us: the order goes on until it is one that we know
		return outbound.Step{Hint: eid.Hint(r.Status), Rest: rest}, nil
	}
	return outbound.Step{}, eid.ErrProviderUncertain.Because(errGarbage)
}

func word(s string) bool {
	for _, c := range []byte(s) {
		if (c|0x20 < 'a' || c|0x20 > 'z') && (c < '0' || c > '9') && c != '_' {
			return false
		}
	}
	return s != "" && len(s) <= 40
}

// Cancel takes an order back. One that Freja does not know, or not any more, needs no taking back.
func (p *Provider) Cancel(ctx context.Context, kept []byte) error {
	t, err := readThread(kept)
	if err != nil {
		return err
	}
	err = because(p.post(ctx, t.path("cancel"), t.reference("cancelAuthRequest", "cancelSignRequest"), nil), refusal.ofQuestion)
	if errors.Is(err, eid.ErrOrderGone) {
		return nil
	}
	return err
}
