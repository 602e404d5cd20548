package wiring

import (
	"slices"
	"strings"
	"time"

	"github.com/eidgate/eidgate/domain/eid"
)

// road is what the rules need to know of a provider.
type road struct {
	name     string
	required []setting // all or none of them
	urls     []setting
	patience Patience
	begun    bool // something that only makes sense with the rest is set
}

type setting struct{ key, value string }

// roads lists the providers of the tree, the simulator left out.
func (p Providers) roads() []road {
	mutual := func(m MutualTLS) []setting {
		if strings.HasPrefix(m.BaseURL, "http:") {
			return []setting{{"base_url", m.BaseURL}}
		}
		return []setting{{"base_url", m.BaseURL}, {"certificate", m.Certificate}, {"key", m.Key}, {"ca", m.CA}}
	}
	list := []road{
		{
			name: "criipto", patience: p.Criipto.Patience, urls: []setting{{"issuer", p.Criipto.Issuer}},
			required: []setting{{"issuer", p.Criipto.Issuer}, {"client_id", p.Criipto.ClientID}, {"signing_key", p.Criipto.SigningKey}, {"encryption_key", p.Criipto.EncryptionKey}},
		}, {
			name: "idkollen", patience: p.IDkollen.Patience, urls: []setting{{"base_url", p.IDkollen.BaseURL}},
			required: []setting{{"base_url", p.IDkollen.BaseURL}, {"account_id", p.IDkollen.AccountID}, {"secret_key", p.IDkollen.SecretKey.Reveal()}},
		}, {
			name: "signicat", patience: p.Signicat.Patience, urls: []setting{{"base_url", p.Signicat.BaseURL}, {"token_url", p.Signicat.TokenURL}},
			required: []setting{{"base_url", p.Signicat.BaseURL}, {"token_url", p.Signicat.TokenURL}, {"client_id", p.Signicat.ClientID},
				{"client_secret", p.Signicat.ClientSecret.Reveal()}, {"account_id", p.Signicat.AccountID}},
		},
		{
			name: "bankid", patience: p.BankID.Patience, required: mutual(p.BankID.MutualTLS),
			urls: []setting{{"base_url", p.BankID.BaseURL}, {"card_url", p.BankID.CardURL}},
		}, {
			name: "freja", patience: p.Freja.Patience, urls: []setting{{"base_url", p.Freja.BaseURL}},
			required: append(mutual(p.Freja.MutualTLS), setting{"jws_certificates", strings.Join(p.Freja.JWSCertificates, ",")}),
		},
	}
	for i, r := range list {
		list[i].begun = slices.ContainsFunc(r.required, func(s setting) bool {
			// The plain variant of criipto has the issuer in common and may stand alone.
			return s.value != "" && (s.key != "issuer" || !p.Criipto.Plain.Configured())
		})
	}
	return list
}

// configured holds once everything that the provider requires is set.
func (r road) configured() bool {
	return !slices.ContainsFunc(r.required, func(s setting) bool { return s.value == "" })
}

// Configured holds when everything is set that the OpenID client needs.
func (c Criipto) Configured() bool { return Providers{Criipto: c}.roads()[0].configured() }

// Configured holds when everything is set that the plain variant needs.
func (p CriiptoPlain) Configured() bool {
	return p.ClientID != "" && !p.ClientSecret.IsZero() && p.RedirectURI != ""
}

func (k checker) providers() {
	for _, r := range k.Providers.roads() {
		prefix := "providers." + r.name + "."
		for _, s := range r.required {
			k.want(!r.begun || s.value != "", prefix+s.key, "must be set too, or none of this provider's keys")
		}
		for _, s := range r.urls {
			k.want(s.value == "" || k.reachable(s.value), prefix+s.key, "is no https URL (in development http on loopback will do)")
		}
		k.patience(prefix, r.patience)
	}
	k.patience("providers.simulator.", k.Providers.Simulator.Patience)
	k.plain(k.Providers.Criipto)
	s := k.Providers.Simulator
	k.want(k.Mode != Production || !s.Enabled || len(s.Organizations) > 0, "providers.simulator.organizations",
		"must name who may use the simulator when it is enabled in production")
}

// plain checks the plain variant of criipto, which shares the issuer.
func (k checker) plain(c Criipto) {
	const prefix = "providers.criipto.plain."
	p := c.Plain
	if p.ClientID == "" && p.ClientSecret.IsZero() && p.RedirectURI == "" {
		return
	}
	for _, s := range []setting{{"client_id", p.ClientID}, {"client_secret", p.ClientSecret.Reveal()}, {"redirect_uri", p.RedirectURI}} {
		k.want(s.value != "", prefix+s.key, "must be set too, or none of the plain variant's keys")
	}
	k.want(p.RedirectURI == "" || k.reachable(p.RedirectURI), prefix+"redirect_uri", "is no https URL (in development http on loopback will do)")
	k.want(c.Issuer != "", "providers.criipto.issuer", "must be set for the plain variant")
}

// mostPatience is below the time for which a session is claimed while its provider is asked: an answer that comes after
// that finds the session in somebody else's hands, and some providers tell an outcome once.
const mostPatience = 7 * time.Second

func (k checker) patience(prefix string, p Patience) {
	k.want(p.Timeout > 0 && p.Timeout <= mostPatience, prefix+"timeout", "must be longer than nothing and at most 7s")
	k.want(p.Breaker.Failures >= 1, prefix+"breaker.failures", "must be at least 1")
	k.want(p.Breaker.Open > 0, prefix+"breaker.open", "must be longer than nothing")
	k.want(p.Breaker.Probes >= 1, prefix+"breaker.probes", "must be at least 1")
}

func (k checker) routes() {
	roads := k.Providers.roads()
	for _, e := range eid.EIDs() {
		key := "routes." + string(e)
		seen := map[string]bool{}
		for _, name := range k.Routes.Of(e) {
			k.want(!seen[name], key, "names a provider twice")
			seen[name] = true
			if name == SimulatorName {
				k.want(k.Providers.Simulator.Enabled, key, "names the simulator, which is not enabled")
				continue
			}
			i := slices.IndexFunc(roads, func(r road) bool { return r.name == name })
			if i < 0 {
				k.want(false, key, "names a provider that does not exist")
				continue
			}
			k.want(roads[i].configured(), key, "names "+name+", which is not configured")
		}
	}
}
