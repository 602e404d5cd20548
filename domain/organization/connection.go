package organization

import (
	"slices"
	"strings"
	"time"

	"github.com/eidgate/eidgate/domain/audit"
	"github.com/eidgate/eidgate/domain/fault"
)

// What can be wrong with an SSO connection.
var (
	ErrInProduction   = fault.New(fault.Invalid, "organization_in_production", "The organization has something in production; a client of the sandbox cannot delete it.")
	ErrRootStays      = fault.New(fault.Invalid, "organization_root", "An organization that manages others cannot be deleted by its own client.")
	ErrNoConnection   = fault.New(fault.NotFound, "sso_connection_unknown", "There is no such SSO connection.")
	ErrConnection     = fault.New(fault.Invalid, "sso_connection_invalid", "The SSO connection is invalid.")
	ErrEntityTaken    = fault.New(fault.Invalid, "sso_entity_taken", "Another organization has this identity provider already.")
	ErrRedirection    = fault.New(fault.Invalid, "redirection_unknown", "The connection has no such redirection.")
	ErrNoRedirection  = fault.New(fault.NotFound, "redirection_missing", "The connection has no default redirection.")
	ErrRedirectionURI = fault.New(fault.Invalid, "redirection_uri_not_allowed", "The address is none of the application's redirect addresses.")
)

// ProviderType is the product that a customer's identity provider is.
type ProviderType string

// The products; ProviderUnset until somebody has chosen.
const (
	ProviderUnset        ProviderType = "unset"
	ProviderAzureAD      ProviderType = "azure_ad"
	ProviderADFS         ProviderType = "adfs"
	ProviderOkta         ProviderType = "okta"
	ProviderPingFederate ProviderType = "ping_federate"
	ProviderPingOne      ProviderType = "ping_one"
	ProviderAuth0        ProviderType = "auth0"
	ProviderOneLogin     ProviderType = "one_login"
	ProviderGoogle       ProviderType = "google"
	ProviderCustom       ProviderType = "custom_saml"
)

// ProviderTypes lists the products that can be chosen.
func ProviderTypes() []ProviderType {
	return []ProviderType{
		ProviderAzureAD, ProviderADFS, ProviderOkta, ProviderPingFederate, ProviderPingOne, ProviderAuth0, ProviderOneLogin, ProviderGoogle, ProviderCustom,
	}
}

// Known holds for the products that can be chosen.
func (p ProviderType) Known() bool { return slices.Contains(ProviderTypes(), p) }

// UserPolicy says who may sign in through a connection.
type UserPolicy string

// The policies.
const (
	AnyUser        UserPolicy = "none"            // everybody whom the identity provider vouches for
	RegisteredUser UserPolicy = "user_registered" // only who is in the directory already
	LimitedSeats   UserPolicy = "limited_seats"   // newcomers, while there are fewer than so many
)

// Connection joins an organization to the identity provider of its own people.
type Connection struct {
	ID                 string // the organization's domain with "_" for "-", a "_", and 22 letters or digits; see [ConnectionID]
	Scope              Scope
	ServiceProvider    string // what we are called towards identity providers: one for everything under a root; see [ServiceProviderID]
	Active             bool   // nobody signs in through one that is not
	Provider           ProviderType
	Policy             UserPolicy
	Seats              int               // 0 for no limit
	Metadata           *ProviderMetadata // of the identity provider; nil until it was given
	DefaultRedirection string            // the identifier of one of the connection's redirections, or ""
	Onboarding         *Onboarding       // nil when nobody was asked to set the connection up
	CreatedAt          time.Time
	UpdatedAt          time.Time
	Version            int64 // how often it was saved; storage refuses a stale one
	Sequence           int64 // the last fact's number
}

// ProviderMetadata is what an identity provider says of itself (SAML 2.0 Metadata, section 2.4.3), read and judged.
type ProviderMetadata struct {
	XML          string
	EntityID     string
	SignOn       string    // where people are sent
	Certificates int       // that sign
	ExpiresAt    time.Time // when the first of them does, zero when it does not say
}

// Redirection is where people arrive who signed in through a connection without coming from anywhere.
type Redirection struct {
	ID              string
	Scope           Scope // the connection's
	Connection      string
	ServiceProvider string
	Application     string
	URI             string // one of the application's redirect addresses
	CreatedAt       time.Time
	UpdatedAt       time.Time
}

// ConnectionID is what a connection is called: after its organization and a UUID.
func ConnectionID(domain, uuid string) string {
	return strings.ReplaceAll(domain, "-", "_") + "_" + short(uuid)
}

// ServiceProviderID is what we are called towards the identity providers of everything under a root organization.
func ServiceProviderID(root Organization) string { return ConnectionID(root.Domain, root.ID) }

// Connect makes a connection, active and without an identity provider. It fails with [ErrConnection] for an unknown kind
// of provider.
func Connect(c Connection, by By, now time.Time) (Connection, []audit.Fact, error) {
	if c.Provider == "" {
		c.Provider = ProviderUnset
	}
	c.Active, c.Policy, c.CreatedAt, c.UpdatedAt = true, AnyUser, now, now
	if err := c.check(); err != nil {
		return Connection{}, nil, err
	}
	return c, []audit.Fact{c.tell(audit.ConnectionAdded, by, now, nil)}, nil
}

// ConnectionChange is what an update asks for; nil leaves a field as it is.
type ConnectionChange struct {
	Active             *bool
	Provider           *ProviderType
	Policy             *UserPolicy
	Seats              *int
	Metadata           *ProviderMetadata // read already
	DefaultRedirection *Redirection      // found already, in the connection's scope
}

// Change updates the connection. New metadata moves the onboarding on, and so does metadata that the connection has already
// while the onboarding waits for it, as after a reset. What changes nothing tells nothing. It fails with [ErrConnection], or [ErrRedirection] for the redirection of another connection.
func (c Connection) Change(change ConnectionChange, by By, now time.Time) (Connection, []audit.Fact, error) {
	next := c
	var facts []audit.Fact
	if change.Active != nil {
		next.Active = *change.Active
	}
	if change.Provider != nil {
		next.Provider = *change.Provider
	}
	if change.Policy != nil {
		next.Policy = *change.Policy
	}
	if change.Seats != nil {
		next.Seats = *change.Seats
	}
	if r := change.DefaultRedirection; r != nil {
		if r.Connection != c.ID && r.Connection != "" {
			return Connection{}, nil, ErrRedirection.On("default_redirection_id")
		}
		next.DefaultRedirection = r.ID
	}
	if err := next.check(); err != nil {
		return Connection{}, nil, err
	}
	if next.Active != c.Active {
		facts = append(facts, next.switched(by, now))
	}
	if next.Policy != c.Policy || next.Seats != c.Seats {
		facts = append(facts, next.tell(audit.ConnectionPolicyChanged, by, now, map[string]string{"policy": string(next.Policy)}))
	}
	if next.Provider != c.Provider || next.DefaultRedirection != c.DefaultRedirection {
		facts = append(facts, next.tell(audit.ConnectionUpdated, by, now, nil))
	}
	if m := change.Metadata; m != nil && (c.Metadata == nil || m.XML != c.Metadata.XML || c.awaitsMetadata()) {
		next.Metadata = m
		facts = append(facts, next.tell(audit.ConnectionMetadataSet, by, now, nil))
		next.moveOnboarding(MetadataUploaded, now)
	}
	if len(facts) == 0 {
		return c, nil, nil
	}
	next.UpdatedAt = now
	return next, facts, nil
}

func (c *Connection) switched(by By, now time.Time) audit.Fact {
	if c.Active {
		return c.tell(audit.ConnectionActivated, by, now, nil)
	}
	return c.tell(audit.ConnectionDisabled, by, now, nil)
}

// Redirect gives the connection a redirection to an application, and makes it the default; those it has already stay.
// uri "" stands for the application's landing. It fails with [ErrRedirectionURI].
func (c Connection) Redirect(id string, a Application, uri string, by By, now time.Time) (Connection, Redirection, []audit.Fact, error) {
	if uri == "" {
		uri = a.Landing()
	}
	if !a.Allows(uri) {
		return Connection{}, Redirection{}, nil, ErrRedirectionURI.On("uri")
	}
	r := Redirection{
		ID: id, Scope: c.Scope, Connection: c.ID, ServiceProvider: c.ServiceProvider, Application: a.ID, URI: uri, CreatedAt: now, UpdatedAt: now,
	}
	c.DefaultRedirection, c.UpdatedAt = r.ID, now
	return c, r, []audit.Fact{c.tell(audit.RedirectionAdded, by, now, map[string]string{"redirection": r.ID, "application": a.ID})}, nil
}

// Delete tells that the connection is gone; storage removes it with its redirections and invitations.
func (c Connection) Delete(by By, now time.Time) []audit.Fact {
	return []audit.Fact{c.tell(audit.ConnectionDeleted, by, now, nil)}
}

// mostSeats bounds a limit that nobody means.
const mostSeats = 100_000_000

func (c Connection) check() error {
	var v fault.Violations
	v.Check(c.Provider == ProviderUnset || c.Provider.Known(), "provider_type", "provider_type_unknown", "The type of identity provider is unknown.")
	v.Check(slices.Contains([]UserPolicy{AnyUser, RegisteredUser, LimitedSeats}, c.Policy), "user_security_type", "user_security_type_unknown", "The policy is none, user_registered or limited_seats.")
	v.Check(c.Seats >= 0 && c.Seats <= mostSeats, "seats_limit", "seats_limit_invalid", "The number of seats must be 0 or more.")
	v.Check(c.Policy != LimitedSeats || c.Seats > 0, "seats_limit", "required", "A limit of seats needs their number.")
	return v.Of(ErrConnection)
}

func (c *Connection) tell(kind string, by By, now time.Time, details map[string]string) audit.Fact {
	c.Sequence++
	return by.fact(c.Scope, kind, "sso_connection/"+c.ID, c.Sequence, now, details)
}
