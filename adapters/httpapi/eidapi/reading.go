package eidapi

import (
	"encoding/json"
	"strings"
	"time"

	"github.com/eidgate/eidgate/adapters/httpapi"
	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/identity"
	"github.com/eidgate/eidgate/domain/organization"
)

// reading is a request on its way to becoming an order.
type reading struct {
	*httpapi.Body
	order        eid.Order
	client       organization.Client
	country      identity.Country // whose national numbers are meant
	annex        annex
	denied       error // the first thing that the client may not do
	now          time.Time
	allow        identity.Allow
	loopbackHTTP bool
}

// annex is what only this surface needs of an order.
type annex struct {
	AppCallbackURI string `json:"appCallbackUri,omitempty"`
}

// order reads a request. It fails with httpapi.ErrFields and all its mistakes, and for a request without any with
// organization.ErrFeature or organization.ErrAddressNotAllowed.
func (s *Surface) order(o start, acting organization.Acting, body *httpapi.Body) (eid.Order, error) {
	client := acting.Client
	r := &reading{
		Body: body, client: client, country: o.eid.Country(), now: s.Clock.Now(), loopbackHTTP: s.config.LoopbackHTTP,
		order: eid.Order{
			Scope: client.Scope, Client: client.ID, OnBehalfOf: acting.Organization.Name, Surface: Name,
			EID: o.eid, Operation: o.operation, Channel: o.channel, Wants: o.wants,
		},
	}
	if s.synthetic(client.Scope) {
		r.allow = identity.AllowSandbox
	}
	for _, f := range o.fields {
		r.read(f)
	}
	if o.rule != nil && r.Err() == nil {
		o.rule(r)
	}
	if err := r.Err(); err != nil {
		return eid.Order{}, err
	}
	r.defaults(o)
	if r.annex != (annex{}) {
		r.order.Annex, _ = json.Marshal(r.annex)
	}
	return r.order, r.denied
}

// defaults fills in the addresses that the client registered for requests that name none.
func (r *reading) defaults(o start) {
	known := r.client.Addresses
	if r.order.NotifyAt == "" && known.DefaultCallback != "" {
		r.order.NotifyAt = known.DefaultCallback
		r.admit("callbackUrl", organization.WellFormedAddress(known.DefaultCallback, r.loopbackHTTP))
	}
	if r.order.ReturnTo == "" && known.DefaultRedirect != "" && o.has("redirectUrl") {
		r.order.ReturnTo = known.DefaultRedirect
		r.admit("redirectUrl", organization.WellFormedAddress(known.DefaultRedirect, r.loopbackHTTP))
	}
}

// blame notes a mistake; [predicates] has the sentence for it.
func (r *reading) blame(name, wrong string) { r.Blame(name, wrong, name+" "+predicates[wrong]) }

// need notes a feature that the request uses.
func (r *reading) need(feature string) { r.deny(permit(r.client, feature)) }

// admit notes an address that the client may not use.
func (r *reading) admit(name string, allowed bool) {
	if !allowed {
		r.deny(organization.ErrAddressNotAllowed.On(name))
	}
}

func (r *reading) deny(err error) {
	if r.denied == nil {
		r.denied = err
	}
}

// person reads a national number as the country writes it.
func (r *reading) person(digits string) (wrong string) {
	n, err := identity.ParsePerson(r.country, digits, identity.Options{AsOf: r.country.Today(r.now), Allow: r.allow})
	if err != nil {
		return "invalid"
	}
	r.order.Require.Person = n
	return ""
}

// company reads the number of a Swedish organization.
func (r *reading) company(digits string) (wrong string) {
	n, err := identity.ParseOrg(identity.SE, digits, identity.Options{AsOf: identity.SE.Today(r.now), Allow: r.allow})
	if err != nil {
		return "invalid"
	}
	r.order.Company = n
	r.order.Wants |= eid.WantSignatory
	return ""
}

// telephone reads a number in the form of ITU-T E.164 with its plus sign.
func telephone(s string) bool {
	digits, plus := strings.CutPrefix(s, "+")
	return plus && len(digits) >= 7 && len(digits) <= 15 && digits[0] != '0' && strings.Trim(digits, "0123456789") == ""
}
