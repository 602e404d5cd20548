package signicat

import (
	"context"
	"crypto/subtle"
	"net/http"
	"time"

	"github.com/eidgate/eidgate/adapters/provider"
	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/ports/outbound"
)

const (
	// settling is how long a session may take to settle once its person is back: the browser may be quicker than what it
	// brings news of.
	settling = 10 * time.Second
	// grace is how long after its end a session may still be said to go on.
	grace = 30 * time.Second
)

// Advance asks how far the session has come.
//
// Nobody but Signicat and the browser that was on its page knows the session's identifier, which stands in the address that the
// browser is sent back to. So a person who was lured onto somebody else's page does not log that somebody in: before an
// identifier has been brought, by the browser that our session belongs to, nobody is asked, and a wrong one ends it with
// [eid.ErrCodeRejected].
func (p *Provider) Advance(ctx context.Context, kept []byte, nudge outbound.Nudge) (outbound.Step, error) {
	t, err := readThread(kept)
	if err != nil {
		return outbound.Step{}, err
	}
	now := p.clock.Now()
	var news []byte // of the thread
	if t.Channel == eid.Page {
		brought, there := nudge.Returned["sessionId"]
		switch {
		case there && subtle.ConstantTimeCompare([]byte(brought), []byte(t.ID)) != 1:
			return outbound.Step{}, eid.ErrCodeRejected
		case !there && t.Returned.IsZero():
			return outbound.Step{}, nil
		case t.Returned.IsZero():
			t.Returned = now
			if news, err = t.kept(); err != nil {
				return outbound.Step{}, err
			}
		}
	}
	// Reading changes nothing at Signicat, so every failure of the way may be tried again.
	got, sent, err := p.ask(ctx, http.MethodGet, t.path(), nil)
	switch {
	case err != nil:
		return outbound.Step{}, lost(sent, err, eid.ErrProvider)
	case got.status == http.StatusNotFound:
		return outbound.Step{}, eid.ErrOrderGone.Because(got.status)
	case got.status == http.StatusTooManyRequests:
		return outbound.Step{Rest: max(rest, provider.RetryAfter(got.header, now)), Thread: news}, nil
	case got.status != http.StatusOK:
		return outbound.Step{}, unwilling(got, now)
	}
	s, err := readSession(got, &t)
	if err != nil {
		return outbound.Step{}, err
	}
	step, err := settle(s, t, now)
	if err == nil && step.Evidence == nil && step.Refusal == "" {
		step.Thread = news
	}
	return step, err
}

// settle says what a session means.
func settle(s session, t thread, now time.Time) (outbound.Step, error) {
	switch {
	case s.status == success:
		e, err := s.evidence(t, now)
		if err != nil {
			return outbound.Step{}, err
		}
		return outbound.Step{Evidence: &e}, nil
	case over(s.status):
		return outbound.Step{Refusal: s.reason()}, nil
	case now.After(t.Expires.Add(grace)):
		return outbound.Step{Refusal: eid.ReasonTimedOut}, nil
	case t.Channel != eid.Page:
		c, hint, wait := s.data.shown()
		return outbound.Step{Challenge: c, Hint: hint, Rest: wait}, nil
	case now.Sub(t.Returned) > settling:
		return outbound.Step{Refusal: eid.ReasonInterrupted}, nil
	}
	return outbound.Step{Rest: qrRest}, nil
}

// reason says why a session came to nothing: by its state, and where that is an error, by what Swedish BankID says of it, or by
// a code. There may be new codes any time.
func (s session) reason() string {
	if reason, known := endings[s.data.progress]; known && (s.status == failed || s.status == aborted) {
		return reason
	}
	switch s.status {
	case aborted:
		return eid.ReasonDeclined
	case cancelled:
		return eid.ReasonCancelled
	case expired:
		return eid.ReasonTimedOut
	}
	if reason, known := failures[s.code]; known {
		return reason
	}
	return eid.ReasonProviderFailed
}

// endings are the hints of Swedish BankID for orders that failed (Relying Party API v6, hint codes).
var endings = map[string]string{
	"expiredTransaction": eid.ReasonTimedOut,
	"certificateErr":     eid.ReasonInvalidEID,
	"userCancel":         eid.ReasonDeclined,
	"cancelled":          eid.ReasonSuperseded,
	"startFailed":        eid.ReasonNotStarted,
	"userDeclinedCall":   eid.ReasonCallDeclined,
}

// failures are the codes of errors that mean something of their own: that of pages where nobody did anything for long, and
// those of gateways that speak like Signicat.
var failures = map[string]string{
	"session_error": eid.ReasonInterrupted,
	"idp_timeout":   eid.ReasonTimedOut,
	"loa_not_met":   eid.ReasonAssurance,
	"other_person":  eid.ReasonOtherPerson,
}

// hintOf says Swedish BankID's hints in our words, and leaves others as they are where they look like one.
func hintOf(code string) eid.Hint {
	if hint, known := provider.BankIDHint(code); known || !word(code) || len(code) > 40 {
		return hint
	}
	return eid.Hint(code)
}

// Cancel takes the session back. One that is over, or that Signicat does not know, is no error.
func (p *Provider) Cancel(ctx context.Context, kept []byte) error {
	t, err := readThread(kept)
	if err != nil {
		return err
	}
	got, sent, err := p.ask(ctx, http.MethodPost, t.path()+"/cancel", nil)
	switch {
	case err != nil:
		return lost(sent, err, eid.ErrProvider)
	case got.status >= 200 && got.status <= 299:
		return nil
	}
	switch got.status {
	case http.StatusNotFound, http.StatusBadRequest, http.StatusConflict, http.StatusGone:
		return nil
	}
	return unwilling(got, p.clock.Now())
}
