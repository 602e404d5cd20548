package simulator

import (
	"context"
	"net/url"

	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/ports/inbound"
)

// Visit is a browser at the authorization address. Its first visit makes an order; once the person has spoken, the
// browser is sent back, to the same place however often it asks. Another browser at the same address gets an order
// of its own, so that nobody collects somebody else's code. It fails with inbound.ErrSimulatorRequest.
func (s *Simulator) Visit(_ context.Context, v inbound.SimulatedVisit) (inbound.SimulatedAnswer, error) {
	r, err := s.read(v)
	if err != nil {
		return inbound.SimulatedAnswer{}, err
	}
	id := s.ids.New()
	key := keyOf(v, r, id)
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.clock.Now()
	o := s.orders.find(key, now)
	switch {
	case o == nil && r.expired(now):
		return inbound.SimulatedAnswer{}, wrong("request", "The authorization request has expired; start again.")
	case o == nil:
		o = &order{id: id, key: key, request: r, made: now}
		s.orders.add(o, now)
	case o.back != "":
		return inbound.SimulatedAnswer{Redirect: o.back}, nil
	}
	if o.settled.IsZero() {
		return inbound.SimulatedAnswer{Order: o.shown(), People: s.having(o.request.EID)}, nil
	}
	// The code is made when it is fetched, so that its short life begins with the browser that carries it.
	o.back, err = s.wayBack(o)
	return inbound.SimulatedAnswer{Redirect: o.back}, err
}

// wayBack is the address that the browser is sent to (RFC 6749 section 4.1.2): the caller's own with our parameters
// behind whatever query it has.
func (s *Simulator) wayBack(o *order) (string, error) {
	u, err := url.Parse(o.request.RedirectURI)
	if err != nil {
		return "", wrong("redirect_uri", "The redirect_uri is not an address.")
	}
	var query string
	if o.person != "" {
		code, err := s.seal(o)
		if err != nil {
			return "", eid.ErrProvider.Because(err)
		}
		query = "code=" + url.QueryEscape(code)
	} else {
		query = "error=" + url.QueryEscape(o.failure.code) +
			"&error_description=" + url.QueryEscape(o.failure.description)
	}
	if o.request.State != "" {
		query += "&state=" + url.QueryEscape(o.request.State)
	}
	if u.RawQuery != "" {
		query = u.RawQuery + "&" + query
	}
	u.RawQuery, u.Fragment, u.RawFragment = query, "", ""
	return u.String(), nil
}
