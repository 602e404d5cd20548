package sessionapi

import (
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/eidgate/eidgate/adapters/httpapi"
	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/fault"
	"github.com/eidgate/eidgate/domain/identity"
	"github.com/eidgate/eidgate/domain/organization"
)

func blaming(f *fault.Fault, name, reason string) error {
	return f.With(fault.Violation{Field: name, Code: errParameter.Code(), Text: reason})
}

// order turns a well-formed request into an order. It fails with the first thing that the client cannot have.
func (s *Surface) order(q *request, acting organization.Acting) (eid.Order, error) {
	a := asking{request: q, acting: acting}
	candidates, err := s.candidates(a)
	if err != nil {
		return eid.Order{}, err
	}
	now, life := s.Clock.Now(), time.Duration(0)
	life = q.life(now)
	o := eid.Order{
		Scope: a.acting.Client.Scope, Client: a.acting.Client.ID, OnBehalfOf: acting.Organization.Name, Surface: Name,
		Operation: eid.Authenticate, Channel: eid.Page, Renewable: true,
		Correlation: q.reference, Language: language(q.language), Life: life, Tags: q.tags, Usage: q.usage, Theme: q.theme,
		Device: q.parameters.device, PersonAddress: q.parameters.address,
	}
	for _, step := range []func(*eid.Order, asking) error{s.placed, s.addressed} {
		if err := step(&o, a); err != nil {
			return eid.Order{}, err
		}
	}
	switch {
	case q.flow == flowHeadless && len(q.providers) != 1:
		return eid.Order{}, blaming(errFlow, "allowedProviders", "must have exactly one item in the headless flow")
	case slices.Contains(candidates, eid.FIFTN) && q.key == nil:
		return eid.Order{}, blaming(errUnsealed, keyMember, "is required for ftn")
	}
	o.Require.Assurance = q.loa
	if q.person != "" {
		narrow, n, wrong := narrowed(candidates, q.person, s.reader(a.acting.Client.Scope, now))
		if wrong != "" {
			return eid.Order{}, blaming(errParameter, "prefilledInput.nin", wrong)
		}
		candidates, o.Require.Person, o.Wants = narrow, n, eid.WantNumber
	}
	if o.Wants |= wanted(q.attributes, candidates); len(candidates) == 1 {
		o.EID = candidates[0]
	} else {
		o.Choices = candidates
	}
	q.parameters.apply(&o, candidates)
	o.Annex, err = annex{
		Flow: q.flow, Attributes: q.attributes, Providers: named(q.providers), Callbacks: q.callbacks, ReturnURL: q.returnURL,
		Language: q.language, Domain: q.domain, AppFlow: q.parameters.appFlow, Lifetime: int(life / time.Second), Key: q.key,
	}.write()
	return o, err
}

// placed puts the order where the flow has the person see it.
func (s *Surface) placed(o *eid.Order, a asking) error {
	switch a.flow {
	case flowHeadless:
		o.Channel, o.Renewable = eid.App, false
	case flowEmbedded:
		origins, ok := frames(a.parents, s.plainLoopback(a.acting.Client.Scope))
		switch {
		case !ok:
			return blaming(errParameter, "embeddedParentDomains", "must be host names")
		case len(origins) == 0:
			return blaming(errParameter, "embeddedParentDomains", "is required in the embedded flow")
		case !mayFrame(a.acting.Client.Domains, a.parents):
			return blaming(errParameter, "embeddedParentDomains", "names a host that the client may not embed pages in")
		}
		o.Frames = origins
	}
	if a.domain != "" && !s.serves(a.domain) {
		return blaming(errParameter, "requestDomain", "is not a domain of the account")
	}
	return nil
}

// serves holds for hosts that pages are to be had at.
func (s *Surface) serves(host string) bool {
	if len(s.config.Domains) > 0 {
		return slices.ContainsFunc(s.config.Domains, func(d string) bool { return strings.EqualFold(d, host) })
	}
	public, err := url.Parse(s.config.PublicURL)
	return err == nil && (strings.EqualFold(public.Hostname(), host) || strings.EqualFold(public.Host, host))
}

// addressed says where the person goes afterwards, and where the news goes.
func (s *Surface) addressed(o *eid.Order, a asking) error {
	var wrong reader
	check := func(name, address string) {
		if address != "" && !registered(a.acting.Client, address) {
			wrong.blame(name, "is not an address that the client registered")
		}
	}
	if a.callbacks != nil {
		check("callbackUrls.success", a.callbacks.Success)
		check("callbackUrls.abort", a.callbacks.Abort)
		check("callbackUrls.error", a.callbacks.Error)
		o.ReturnTo, _, _ = strings.Cut(a.callbacks.Success, "#")
	}
	if check("returnUrl", a.returnURL); a.returnURL != "" {
		o.ReturnTo, _, _ = strings.Cut(a.returnURL, "#")
	}
	if news := a.acting.Client.Addresses.DefaultCallback; organization.WellFormedAddress(news, s.plainLoopback(a.acting.Client.Scope)) {
		o.NotifyAt = news
	}
	return wrong.err()
}

// reader reads national numbers as people of the scope have them.
func (s *Surface) reader(scope organization.Scope, now time.Time) func(identity.Country, string) (identity.Number, error) {
	var allow identity.Allow
	if s.synthetic(scope) {
		allow = identity.AllowSandbox
	}
	return func(country identity.Country, digits string) (identity.Number, error) {
		return identity.ParsePerson(country, digits, identity.Options{AsOf: country.Today(now), Allow: allow})
	}
}

// apply says to the order what was said to the eIDs that it is about: to the only one, or to each alone.
func (p parameters) apply(o *eid.Order, candidates []eid.EID) {
	if slices.Contains(candidates, eid.SEFreja) {
		o.Require.Registration = p.registration
	}
	for _, e := range candidates {
		said := eid.Particular{EID: e}
		switch e {
		case eid.SEBankID:
			said.Text = p.sbidText
		case eid.DKMitID:
			said.Text = p.mitidText
		case eid.NOBankID:
			said.Context = p.context
		case eid.SEFreja, eid.NOVipps, eid.FIFTN: // which are told nothing
		}
		switch {
		case o.EID == e:
			o.Text, o.Context = said.Text, said.Context
		case said != eid.Particular{EID: e}:
			o.Particulars = append(o.Particulars, said)
		}
	}
}

// named are providers as this surface writes them, each once.
func named(given []string) []string {
	var list []string
	for _, id := range given {
		if e, known := eidOf(id); known && !slices.Contains(list, providerOf(e)) {
			list = append(list, providerOf(e))
		}
	}
	return list
}

// language is the one in which pages speak to who asked for another, "" for the person's own choice.
func language(asked string) string {
	code, _, _ := strings.Cut(strings.ReplaceAll(strings.ToLower(asked), "_", "-"), "-")
	switch {
	case code == "":
		return ""
	case code == "no", code == "nn":
		return "nb"
	case slices.ContainsFunc(httpapi.Languages(), func(l httpapi.Language) bool { return l.Code == code }):
		return code
	}
	return "en"
}
