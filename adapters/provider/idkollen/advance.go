package idkollen

import (
	"context"
	"net/http"

	"github.com/eidgate/eidgate/adapters/provider"
	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/ports/outbound"
)

// The states of an order.
const (
	pending   = "PENDING"
	completed = "COMPLETED"
	failed    = "FAILED"
)

// Advance asks how far the order has come. A person who comes back proves nothing by it, and brings the moment to ask.
// A signed call-back is news by itself; an unsigned one is believed in nothing but that it is time to ask. Being told
// that it was too early changes nothing.
func (p *Provider) Advance(ctx context.Context, kept []byte, nudge outbound.Nudge) (outbound.Step, error) {
	t, err := readThread(kept)
	if err != nil {
		return outbound.Step{}, err
	}
	if nudge.Notice != nil && len(p.signs()) > 0 {
		if err := p.verify(nudge); err != nil {
			return outbound.Step{}, err
		}
		r, err := readResult(nudge.Notice, t)
		if err != nil {
			return outbound.Step{}, eid.ErrEvidenceRejected.Because(errGarbage)
		}
		return p.settle(ctx, t, r)
	}
	// Reading changes nothing at IDkollen, so every failure of the way may be tried again.
	got, _, err := p.ask(ctx, http.MethodGet, t.Path+"/"+t.ID, nil)
	switch {
	case err != nil:
		return outbound.Step{}, eid.ErrProvider.Because(err)
	case got.status == http.StatusNotFound:
		return outbound.Step{}, eid.ErrOrderGone.Because(got.status)
	case got.status == http.StatusTooManyRequests:
		return outbound.Step{Rest: max(leastGap, provider.RetryAfter(got.header, p.clock.Now()))}, nil
	case got.status != http.StatusOK:
		return outbound.Step{}, p.unwilling(got)
	}
	r, err := readResult(got.body, t)
	if err != nil {
		return outbound.Step{}, err
	}
	return p.settle(ctx, t, r)
}

func (p *Provider) settle(ctx context.Context, t thread, r result) (outbound.Step, error) {
	switch r.status {
	case pending:
		return outbound.Step{Hint: r.hint, Rest: restOf(t.Channel)}, nil
	case failed:
		p.forget(ctx, t.Documents)
		return outbound.Step{Refusal: r.reason}, nil
	}
	e, err := r.evidence(t, p.clock.Now())
	if err != nil {
		return outbound.Step{}, err
	}
	if len(t.Documents) > 0 {
		if e.Documents, err = p.collect(ctx, t.Documents, r.papers); err != nil {
			return outbound.Step{}, err
		}
	}
	return outbound.Step{Evidence: &e}, nil
}

// hintOf says IDkollen's hints, which are those of Swedish BankID, in our words, and leaves others as they are.
func hintOf(code string) eid.Hint {
	if hint, known := provider.BankIDHint(code); known || !sane(code) || len(code) > 40 {
		return hint
	}
	return eid.Hint(code)
}

// reasonOf says why an order failed. A person and we ourselves both cancel; ours nobody asks about any more. There may be
// new codes any time, and what they have in common is that it came to nothing.
func reasonOf(code string) string {
	switch code {
	case "CANCELLED":
		return eid.ReasonDeclined
	case "INVALID_ID":
		return eid.ReasonInvalidEID
	case "CONFLICT":
		return eid.ReasonSuperseded
	case "INTERNAL_ERROR":
		return eid.ReasonProviderFailed
	case "SESSION_TIMEOUT":
		return eid.ReasonTimedOut
	case "UNSUPPORTED_CLIENT":
		return eid.ReasonUnsupported
	}
	return eid.ReasonRejected
}
