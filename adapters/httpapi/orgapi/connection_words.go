package orgapi

import (
	"strings"

	"github.com/eidgate/eidgate/domain/organization"
)

// policies are the callers' words for who may sign in; the later generation of the API has words of its own.
var policies = map[string]organization.UserPolicy{
	"user_provisionned": organization.RegisteredUser, "only_registered_users": organization.RegisteredUser,
	"unregistered_users_allowed": organization.AnyUser, "seats_limit": organization.LimitedSeats, "seats_limited": organization.LimitedSeats,
}

// policyOf reads a policy; what nobody knows is left to the domain to refuse.
func policyOf(word string) organization.UserPolicy {
	word = strings.ToLower(strings.TrimSpace(word))
	if policy, known := policies[word]; known {
		return policy
	}
	return organization.UserPolicy(word)
}

// providers are other spellings of the products.
var providers = map[string]organization.ProviderType{
	"onelogin": organization.ProviderOneLogin, "google_workspace": organization.ProviderGoogle, "custom": organization.ProviderCustom,
}

// providerOf reads a kind of identity provider; what nobody knows is left to the domain to refuse.
func providerOf(word string) organization.ProviderType {
	word = strings.ToLower(strings.TrimSpace(word))
	if provider, known := providers[word]; known {
		return provider
	}
	return organization.ProviderType(word)
}

// chosenOf is providerOf where "" stands for no choice.
func chosenOf(word string) organization.ProviderType {
	if p := providerOf(word); p != organization.ProviderUnset && p != "null" {
		return p
	}
	return ""
}

// domainOf is the domain of a connection's organization, which its identifier begins with: domains have no "_", and the
// last 22 characters are no part of it.
func domainOf(c organization.Connection) string {
	if cut := strings.LastIndexByte(c.ID, '_'); cut > 0 {
		return strings.ReplaceAll(c.ID[:cut], "_", "-")
	}
	return c.ID
}

// connected is a connection with what is to be shown nested in it.
type connected struct {
	organization.Connection
	redirection *organization.Redirection // nil to show its identifier
	onboarding  bool                      // nested
}

func (s *Surface) wordConnection(m organization.Managing, c connected) connectionBody {
	b := connectionBody{
		envelope: shared(m, "SsoConnection", domainOf(c.Connection)), ID: c.ID, IDP: c.ID, SP: c.ServiceProvider, Active: c.Active,
		Provider: string(c.Provider), Policy: string(c.Policy), InsertedAt: naive(c.CreatedAt), UpdatedAt: naive(c.UpdatedAt),
		SAML: samlBody{EntityID: c.EntityID(s.config.PublicURL), ReplyURL: c.ReplyURL(s.config.PublicURL), Version: 1},
	}
	if c.Seats > 0 {
		b.Seats = &c.Seats
	}
	if c.Metadata != nil {
		b.Metadata, b.SAML.ProviderMetadata = &c.Metadata.XML, &c.Metadata.XML
	}
	switch {
	case c.redirection != nil:
		b.Redirection = wordRedirection(m, *c.redirection)
	case c.DefaultRedirection != "":
		b.Redirection = c.DefaultRedirection
	}
	switch {
	case c.Onboarding != nil && c.onboarding:
		b.Onboarding = wordOnboarding(m, *c.Onboarding)
	case c.Onboarding != nil:
		b.Onboarding = c.Onboarding.ID
	}
	return b
}

func wordOnboarding(m organization.Managing, o organization.Onboarding) onboardingBody {
	return onboardingBody{
		envelope: accountWide(m, "EnterpriseConnectionOnboarding"), ID: o.ID, Provider: orNull(string(o.Provider)), Email: o.Email,
		State: string(o.State), Step: o.Step, InsertedAt: naive(o.CreatedAt), UpdatedAt: naive(o.UpdatedAt),
	}
}

func wordRedirection(m organization.Managing, d organization.Redirection) redirectionBody {
	return redirectionBody{
		envelope: accountWide(m, "Redirection"), ID: d.ID, Application: d.Application, IDP: orNull(d.Connection), SP: d.ServiceProvider,
		URI: d.URI, URL: d.URI, InsertedAt: naive(d.CreatedAt), UpdatedAt: naive(d.UpdatedAt),
	}
}

// The wire.

type connectionBody struct {
	envelope
	Active      bool     `json:"active"`
	Redirection any      `json:"default_redirection"` // an identifier, a redirectionBody, or null
	ID          string   `json:"id"`
	IDP         string   `json:"idp_id"`
	InsertedAt  string   `json:"inserted_at"`
	Metadata    *string  `json:"metadata"`
	Onboarding  any      `json:"onboarding"` // an identifier, an onboardingBody, or null
	Provider    string   `json:"provider_type"`
	SAML        samlBody `json:"saml_config"`
	Seats       *int     `json:"seats_limit"`
	SP          string   `json:"sp_id"`
	UpdatedAt   string   `json:"updated_at"`
	Policy      string   `json:"user_security_type"`
}

// samlBody is what the administrator of an identity provider enters there.
type samlBody struct {
	ReplyURL         string  `json:"acs_url"`
	EntityID         string  `json:"entity_id"`
	ProviderMetadata *string `json:"sso_provider_metadata"`
	Version          int     `json:"version"`
}

type onboardingBody struct {
	envelope
	ID         string  `json:"id"`
	InsertedAt string  `json:"inserted_at"`
	Provider   *string `json:"provider_type"`
	Email      string  `json:"sso_admin_email"`
	State      string  `json:"state"`
	Step       int     `json:"tutorial_step"`
	UpdatedAt  string  `json:"updated_at"`
}

type redirectionBody struct {
	envelope
	Application string  `json:"app_id"`
	ID          string  `json:"id"`
	IDP         *string `json:"idp_id"`
	InsertedAt  string  `json:"inserted_at"`
	SP          string  `json:"sp_id"`
	UpdatedAt   string  `json:"updated_at"`
	URI         string  `json:"uri"`
	URL         string  `json:"url"` // the same, as the later generation calls it
}
