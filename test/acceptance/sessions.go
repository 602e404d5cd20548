package acceptance

import (
	"encoding/json"

	"github.com/eidgate/eidgate/adapters/httpapi/sessionapi"
	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/identity"
)

// HostedSession is a session as the session API tells of it.
type HostedSession struct {
	ID, AccountID, AuthenticationURL, Status, Provider, ExternalReference, Loa string

	CallbackURLs struct{ Success, Abort, Error string }
	IDPData      map[string]string
	Tags         []string
	Error        struct{ Code, Detail string }
	Subject      *struct {
		ID, IDPID, Name, Address, MitIDReferenceTextBody string

		NIN struct{ Value, IssuingCountry string }
	}
}

// providers are the eIDs' names at the session API.
var providers = map[eid.EID]string{
	eid.SEBankID: "sbid", eid.SEFreja: "freja", eid.NOBankID: "nbid", eid.NOVipps: "vipps", eid.DKMitID: "mitid", eid.FIFTN: "ftn",
}

// failed gives the codes of the session API the words of the eID operations API.
var failed = map[string]string{"idp_timeout": "SESSION_TIMEOUT", "other_person": "AUTH_FAILED", "loa_not_met": "AUTH_FAILED"}

func (s HostedSession) progress() Progress {
	p := Progress{State: Over}
	switch s.Status {
	case "CREATED", "WAITING_FOR_USER":
		p.State = Waiting
	case "SUCCESS":
		p.State = Done
	case "ABORT", "CANCELLED":
		p.Why = "CANCELLED"
	case "EXPIRED":
		p.Why = "SESSION_TIMEOUT"
	case "ERROR":
		if p.Why = failed[s.Error.Code]; s.Error.Code == "idp_error" {
			p.Why = why[s.Error.Detail]
		}
	}
	if s.Subject != nil {
		p.Seen = Seen{SSN: s.Subject.NIN.Value, Name: s.Subject.Name, Address: s.Subject.Address}
		if s.Provider == providers[eid.SEFreja] {
			p.Seen.Country = identity.Country(s.Subject.NIN.IssuingCountry)
		}
	}
	return p
}

// account is what the session API calls the demo organization.
func (g *Gateway) account() string { return sessionapi.AccountID(g.scope()) }

// redirected asks for a session on the page that ends at one of three addresses, by how it ends.
func redirected(eids ...eid.EID) map[string]any {
	body := map[string]any{
		"flow": "redirect", "requestedAttributes": []string{"name", "nin"}, "externalReference": "order 7",
		"callbackUrls": map[string]string{"success": done + "/yes?a=1", "abort": done + "/no", "error": done + "/bad"},
	}
	var allowed []string
	for _, e := range eids {
		allowed = append(allowed, providers[e])
	}
	body["allowedProviders"] = allowed
	return body
}

// decode reads an answer.
func decode(content []byte) (s HostedSession, err error) {
	err = json.Unmarshal(content, &s)
	return s, err
}
