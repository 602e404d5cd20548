package signicat

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/eidgate/eidgate/adapters/provider"
	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/fault"
	"github.com/eidgate/eidgate/domain/identity"
	"github.com/eidgate/eidgate/ports/outbound"
)

// How long to leave Signicat alone: a QR code is good for a second, everything else may take two.
const (
	qrRest = time.Second
	rest   = 2 * time.Second
)

// mostWait bounds how long a session is waited for, whatever Signicat says of its end.
const mostWait = 24 * time.Hour

// Begin makes a session at Signicat. On its pages only the person can move it on, and brings its identifier back; see
// [Provider.Advance]. It fails with the faults of [outbound.Provider].
//
// A session whose making is uncertain harms nobody, since nobody can be shown it; but its eID may have been started.
func (p *Provider) Begin(ctx context.Context, s eid.Snapshot) (outbound.Step, error) {
	c, err := p.channelOf(s.Order)
	if err != nil {
		return outbound.Step{}, err
	}
	if c == eid.Page && s.Ticket == "" {
		return outbound.Step{}, fault.ErrInternal.Because(errors.New("signicat: the session has no ticket"))
	}
	t := thread{Session: s.ID, EID: s.Order.EID, Channel: c}
	if s.Order.EID == eid.SEFreja {
		t.Level = s.Order.Require.Registration
	}
	now := p.clock.Now()
	body, err := p.prepared(s, &t, now)
	if err != nil {
		return outbound.Step{}, err
	}
	got, sent, err := p.ask(ctx, http.MethodPost, "/sessions", body)
	switch {
	case err != nil:
		return outbound.Step{}, lost(sent, err, eid.ErrProviderUncertain)
	case got.status < 200 || got.status > 299:
		return outbound.Step{}, p.refusal(got)
	}
	made, err := readSession(got, &t)
	if err != nil || over(made.status) {
		return outbound.Step{}, eid.ErrProviderUncertain.Because(errGarbage)
	}
	return p.begun(made, t, s.ExpiresAt, now)
}

// prepared is the body of the request, and the thread knows the key in it.
func (p *Provider) prepared(s eid.Snapshot, t *thread, now time.Time) ([]byte, error) {
	words, err := p.word(s, t.Channel, now)
	if err != nil {
		return nil, err
	}
	if t.EID.Country() == identity.FI {
		private, public, err := newKey(p.random, s.ID)
		if err != nil {
			return nil, err
		}
		t.Key, words.Key = &private, &public
	}
	body, err := words.marshalled()
	if err != nil {
		return nil, fault.ErrInternal.Because(errors.New("signicat: a request cannot be written"))
	}
	return body, nil
}

// begun says what the person is shown. A session that nobody can be shown is none.
func (p *Provider) begun(made session, t thread, ours, now time.Time) (outbound.Step, error) {
	if t.Expires = made.expires; !t.Expires.After(now) || t.Expires.After(now.Add(mostWait)) {
		t.Expires = ours
	}
	step := outbound.Step{}
	switch {
	case t.Channel == eid.Page && provider.Trusts(p.base, made.address):
		c := provider.ChallengeAt(made.address)
		step.Challenge = &c
	case t.Channel == eid.App && (made.data.appToken != "" || made.data.qr != ""):
		step.Challenge, step.Hint, step.Rest = made.data.shown()
	default:
		return outbound.Step{}, eid.ErrProviderUncertain.Because(errGarbage)
	}
	var err error
	if step.Thread, err = t.kept(); err != nil {
		return outbound.Step{}, err
	}
	return step, nil
}

// shown is what is drawn of an order in the app, how far the person is, and when to look for what is next.
func (d data) shown() (*eid.Challenge, eid.Hint, time.Duration) {
	wait := rest
	if d.qr != "" {
		wait = qrRest
	}
	if d.appToken == "" && d.qr == "" {
		return nil, hintOf(d.progress), wait
	}
	return &eid.Challenge{AppToken: d.appToken, QR: d.qr}, hintOf(d.progress), wait
}

// ofPerson begins the names of members that hold what the order says of its person or to them.
var ofPerson = []string{"prefilledInput", "additionalParameters.sbid_intention_text", "additionalParameters.mitid_reference_text", "additionalParameters.sbid_end_user_ip"}

// refusal says what it means that a create was answered otherwise than with success. Nearly every refusal is about what the
// account may do. Whoever answers that something went wrong there, or on the way, gives no session that anybody could be
// shown: others may be asked.
func (p *Provider) refusal(got answer) error {
	if got.status == http.StatusBadRequest || got.status == http.StatusUnprocessableEntity {
		why, blamed := got.refused()
		for _, member := range blamed {
			for _, start := range ofPerson {
				if strings.HasPrefix(strings.TrimPrefix(member, "$."), start) {
					return eid.ErrOrderRefused.Because(why)
				}
			}
		}
	}
	return unwilling(got, p.clock.Now())
}
