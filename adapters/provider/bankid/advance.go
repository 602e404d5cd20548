package bankid

import (
	"context"

	"github.com/eidgate/eidgate/adapters/provider"
	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/fault"
	"github.com/eidgate/eidgate/ports/outbound"
)

// reference is the body of collect and cancel.
type reference struct {
	Order string `json:"orderRef"`
}

// collected is what BankID answers to collect.
type collected struct {
	Reference  string      `json:"orderRef"`
	Status     string      `json:"status"`
	Hint       string      `json:"hintCode"`
	Completion *completion `json:"completionData"`
}

// refusals are the codes of an order that failed.
var refusals = map[string]string{
	"expiredTransaction":     eid.ReasonTimedOut,
	"certificateErr":         eid.ReasonInvalidEID,
	"userCancel":             eid.ReasonDeclined,
	"cancelled":              eid.ReasonSuperseded,
	"startFailed":            eid.ReasonNotStarted,
	"userDeclinedCall":       eid.ReasonCallDeclined,
	"notSupportedByUserApp":  eid.ReasonUnsupported,
	"transactionRiskBlocked": eid.ReasonRisk,
}

// Advance collects, whatever the nudge: nobody but BankID knows how far the person is. BankID tells an outcome once, and
// what is asked for again is [eid.ErrOrderGone].
func (p *Provider) Advance(ctx context.Context, kept []byte, _ outbound.Nudge) (outbound.Step, error) {
	t, err := readThread(kept)
	if err != nil {
		return outbound.Step{}, err
	}
	var c collected
	if err := p.post(ctx, p.config.BaseURL+"/collect", reference{t.Reference}, &c); err != nil {
		return outbound.Step{}, because(err, func(r refusal) *fault.Fault {
			if r == invalid {
				return eid.ErrOrderGone
			}
			return eid.ErrMisconfigured
		})
	}
	if c.Reference != t.Reference {
		return outbound.Step{}, rejected("the answer is about another order")
	}
	switch c.Status {
	case "pending":
		return outbound.Step{Hint: hintOf(c.Hint), Rest: rest}, nil
	case "failed":
		if reason, ok := refusals[c.Hint]; ok {
			return outbound.Step{Refusal: reason}, nil
		}
		return outbound.Step{Refusal: eid.ReasonRejected}, nil
	case "complete":
		e, err := p.evidence(t, c.Completion)
		if err != nil {
			return outbound.Step{}, err
		}
		return outbound.Step{Evidence: &e}, nil
	}
	return outbound.Step{}, eid.ErrProviderUncertain.Because(errGarbage)
}

// hintOf translates a code. One that is new to us is passed on if it looks like a code.
func hintOf(code string) eid.Hint {
	if h, known := provider.BankIDHint(code); known {
		return h
	}
	if word(code) && len(code) <= 40 {
		return eid.Hint(code)
	}
	return ""
}
