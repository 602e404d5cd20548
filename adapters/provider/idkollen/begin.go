package idkollen

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/eidgate/eidgate/adapters/provider"
	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/fault"
	"github.com/eidgate/eidgate/ports/outbound"
)

// How long to leave IDkollen alone: it takes one question a second for each order. On its own pages the person comes back
// by the browser, and asking is for those whose browser is lost.
const (
	rest     = 2 * time.Second
	pageRest = 5 * time.Second
	leastGap = time.Second
)

func restOf(c eid.Channel) time.Duration {
	if c == eid.Page {
		return pageRest
	}
	return rest
}

// Begin hands over the documents, if there are any, and places the order. It fails with the faults of [outbound.Provider].
func (p *Provider) Begin(ctx context.Context, s eid.Snapshot) (outbound.Step, error) {
	w, err := wayFor(s.Order)
	if err != nil {
		return outbound.Step{}, err
	}
	if w.Channel == eid.Page && s.Ticket == "" {
		return outbound.Step{}, fault.ErrInternal.Because(errors.New("idkollen: the session has no ticket"))
	}
	body, err := p.word(s, w)
	if err != nil {
		return outbound.Step{}, err
	}
	t := thread{Path: w.follow, Session: s.ID, EID: w.EID, Channel: w.Channel}
	if t.Path == "" {
		t.Path = w.start
	}
	if w.Channel == eid.Backchannel {
		t.Named = body.SSN
	}
	for _, d := range s.Order.Documents {
		uploaded, err := p.upload(ctx, d)
		if err != nil {
			p.forget(ctx, t.Documents)
			return outbound.Step{}, err
		}
		t.Documents = append(t.Documents, paperThread{ID: d.ID, Name: d.Name, Uploaded: uploaded})
		body.Documents = append(body.Documents, uploaded)
	}
	step, err := p.place(ctx, w, body, t)
	if err != nil && !errors.Is(err, eid.ErrProviderUncertain) {
		p.forget(ctx, t.Documents)
	}
	return step, err
}

// place makes the order. An answer that cannot be read leaves open whether it stands.
func (p *Provider) place(ctx context.Context, w way, body request, t thread) (outbound.Step, error) {
	got, sent, err := p.post(ctx, w.start, body)
	switch {
	case err != nil:
		return outbound.Step{}, lost(sent, err)
	case got.status < 200 || got.status > 299:
		return outbound.Step{}, p.refusal(got, w.EID)
	}
	var o provider.Object
	if provider.ReadObject(got.body, &o) != nil {
		return outbound.Step{}, eid.ErrProviderUncertain.Because(errGarbage)
	}
	f := provider.Members{Of: o}
	t.ID = f.Text("id")
	status, ref := f.Text("status"), f.Text("refId")
	token, animated := f.Text("autoStartToken"), eid.AnimatedQR{Token: f.Text("qrStartToken"), Secret: f.Text("qrStartSecret"), Start: p.clock.Now()}
	address, qr, compare, hint := f.Text("url"), f.Text("qrData"), f.Text("bindingMessage"), f.Text("hintCode")
	if f.Wrong || !sane(t.ID) || status != pending || ref != "" && ref != t.Session {
		return outbound.Step{}, eid.ErrProviderUncertain.Because(errGarbage)
	}
	c := eid.Challenge{}
	switch w.Channel {
	case eid.App:
		changes := animated.Token != "" && animated.Secret != ""
		if token == "" || w.EID == eid.SEBankID && !changes || w.EID == eid.SEFreja && qr == "" {
			return outbound.Step{}, eid.ErrProviderUncertain.Because(errGarbage)
		}
		if c.AppToken, c.QR = token, qr; changes {
			c.Animated = animated
			c = c.At(animated.Start)
		}
	case eid.Page:
		if !provider.Trusts(p.base, address) {
			return outbound.Step{}, eid.ErrProviderUncertain.Because(errGarbage)
		}
		c = provider.ChallengeAt(address)
	default: // whoever is notified needs no token
		c.BindingMessage = provider.Readable(compare, provider.LongestName)
	}
	kept, err := json.Marshal(t)
	if err != nil {
		return outbound.Step{}, fault.ErrInternal.Because(err)
	}
	return outbound.Step{Challenge: &c, Hint: hintOf(hint), Thread: kept, Rest: restOf(w.Channel)}, nil
}

// lost says what a start means that got no whole answer. We show no certificate that could be refused: TLS that fails is
// IDkollen's trouble, and others may be asked.
func lost(sent bool, why error) error {
	if !sent {
		return eid.ErrProvider.Because(why)
	}
	return eid.ErrProviderUncertain.Because(why)
}

// refusal says what it means that a start was answered otherwise than with success. Whoever answers that something went
// wrong there, or on the way, gives no order that anybody could be shown: others may be asked.
func (p *Provider) refusal(got answer, e eid.EID) error {
	switch got.status {
	case http.StatusBadRequest, http.StatusUnprocessableEntity:
		switch said := got.message(); {
		case said == "alreadyInProgress":
			return eid.ErrInProgress.Because(got.status)
		case e == eid.SEFreja && strings.Contains(strings.ToLower(said), "not exist"):
			return eid.ErrUnknownPerson.Because(got.status)
		}
		return eid.ErrOrderRefused.Because(got.status)
	}
	return p.unwilling(got)
}

// unwilling says what an answer means that is about us or about IDkollen itself, not about an order.
func (p *Provider) unwilling(got answer) error {
	switch status := got.status; {
	case status == http.StatusTooManyRequests, status == http.StatusRequestTimeout, status >= 500:
		return eid.ErrProvider.Because(status).RetryIn(provider.RetryAfter(got.header, p.clock.Now()))
	case status >= 400:
		return eid.ErrMisconfigured.Because(status)
	}
	// A redirect, or success of another kind than documented: something stands before the API and speaks for it.
	return eid.ErrProvider.Because(got.status)
}
