package organization

import (
	"crypto/sha256"
	"strings"
	"time"

	"github.com/eidgate/eidgate/domain/audit"
	"github.com/eidgate/eidgate/domain/fault"
	"github.com/eidgate/eidgate/domain/identity"
)

// What can be wrong with the onboarding of a customer's administrator.
var (
	ErrNoOnboarding    = fault.New(fault.NotFound, "onboarding_missing", "The connection has no onboarding.")
	ErrOnboarding      = fault.New(fault.Invalid, "onboarding_invalid", "The onboarding is invalid.")
	ErrOnboardingThere = fault.New(fault.Invalid, "onboarding_exists", "The connection has an onboarding already.")
	ErrNoInvitation    = fault.New(fault.NotFound, "invitation_unknown", "The invitation does not exist, is over, or was used.")
)

// OnboardingState is how far a customer's administrator has come.
type OnboardingState string

// The states, in order.
const (
	NotInitialized     OnboardingState = "not_initialized"
	ProviderTypeChosen OnboardingState = "provider_type_chosen"
	MetadataUploaded   OnboardingState = "metadata_uploaded"
)

// step is the state's number.
func (s OnboardingState) step() int {
	switch s {
	case ProviderTypeChosen:
		return 1
	case MetadataUploaded:
		return 2
	}
	return 0
}

// Onboarding is a customer's administrator setting a connection up. The address is personal data and is kept sealed.
type Onboarding struct {
	ID        string
	Email     string       // of the administrator
	Provider  ProviderType // "" until it is chosen
	State     OnboardingState
	Step      int // of the tutorial, from 0
	CreatedAt time.Time
	UpdatedAt time.Time
}

// By is the administrator, doing something in a scope.
func (o Onboarding) By(scope Scope) By {
	return By{Actor: "administrator/" + o.ID, Environment: scope.Environment}
}

// Invite gives the connection an onboarding. A provider that is chosen beforehand can still be changed by the
// administrator, so that the onboarding has not begun. It fails with [ErrOnboardingThere] or [ErrOnboarding].
func (c Connection) Invite(id, email string, provider ProviderType, by By, now time.Time) (Connection, []audit.Fact, error) {
	if c.Onboarding != nil {
		return Connection{}, nil, ErrOnboardingThere
	}
	o := Onboarding{ID: id, Email: strings.TrimSpace(email), Provider: provider, State: NotInitialized, CreatedAt: now, UpdatedAt: now}
	if err := o.check(); err != nil {
		return Connection{}, nil, err
	}
	c.Onboarding, c.UpdatedAt = &o, now
	if provider != "" {
		c.Provider = provider
	}
	return c, []audit.Fact{c.tell(audit.OnboardingAdded, by, now, nil)}, nil
}

// Reinvite changes who sets the connection up, or with what; nil leaves a field as it is. readdressed holds when the
// address is another one: invitations to the former are worthless from now on. It fails with [ErrNoOnboarding] or
// [ErrOnboarding].
func (c Connection) Reinvite(email *string, provider *ProviderType, by By, now time.Time) (next Connection, readdressed bool, facts []audit.Fact, err error) {
	if c.Onboarding == nil {
		return Connection{}, false, nil, ErrNoOnboarding
	}
	o := *c.Onboarding
	if email != nil {
		o.Email = strings.TrimSpace(*email)
	}
	if provider != nil {
		o.Provider = *provider
	}
	if err := o.check(); err != nil {
		return Connection{}, false, nil, err
	}
	if o == *c.Onboarding {
		return c, false, nil, nil
	}
	readdressed = identity.FoldEmail(o.Email) != identity.FoldEmail(c.Onboarding.Email)
	if o.Provider != "" {
		c.Provider = o.Provider
	}
	o.UpdatedAt, c.UpdatedAt, c.Onboarding = now, now, &o
	return c, readdressed, []audit.Fact{c.tell(audit.OnboardingUpdated, by, now, nil)}, nil
}

// Reset begins the onboarding anew, for the same address: every invitation so far is worthless. What the connection has
// of its identity provider stays in force. It fails with [ErrNoOnboarding].
func (c Connection) Reset(by By, now time.Time) (Connection, []audit.Fact, error) {
	if c.Onboarding == nil {
		return Connection{}, nil, ErrNoOnboarding
	}
	o := *c.Onboarding
	o.Provider, o.State, o.Step, o.UpdatedAt = "", NotInitialized, 0, now
	c.Onboarding, c.UpdatedAt = &o, now
	return c, []audit.Fact{c.tell(audit.OnboardingReset, by, now, nil)}, nil
}

// Invited tells that a letter is on its way to the administrator. It fails with [ErrNoOnboarding].
func (c Connection) Invited(by By, now time.Time) (Connection, []audit.Fact, error) {
	if c.Onboarding == nil {
		return Connection{}, nil, ErrNoOnboarding
	}
	c.UpdatedAt = now
	return c, []audit.Fact{c.tell(audit.AdministratorInvited, by, now, nil)}, nil
}

// Unreachable tells that a letter to the administrator could not be sent, and that its invitation is worthless. It fails
// with [ErrNoOnboarding].
func (c Connection) Unreachable(by By, now time.Time) (Connection, []audit.Fact, error) {
	if c.Onboarding == nil {
		return Connection{}, nil, ErrNoOnboarding
	}
	return c, []audit.Fact{c.tell(audit.AdministratorUnreachable, by, now, nil)}, nil
}

// Accept tells that the administrator came through an invitation. It fails with [ErrNoOnboarding].
func (c Connection) Accept(by By, now time.Time) (Connection, []audit.Fact, error) {
	if c.Onboarding == nil {
		return Connection{}, nil, ErrNoOnboarding
	}
	return c, []audit.Fact{c.tell(audit.InvitationAccepted, by, now, nil)}, nil
}

// Choose is the administrator saying what the identity provider is. It fails with [ErrNoOnboarding] or [ErrOnboarding].
func (c Connection) Choose(provider ProviderType, by By, now time.Time) (Connection, []audit.Fact, error) {
	if c.Onboarding == nil {
		return Connection{}, nil, ErrNoOnboarding
	}
	if !provider.Known() {
		return Connection{}, nil, ErrOnboarding.On("provider_type")
	}
	if c.Onboarding.Provider == provider && c.Onboarding.State != NotInitialized {
		return c, nil, nil
	}
	o := *c.Onboarding
	o.Provider, o.UpdatedAt = provider, now
	c.Onboarding, c.Provider, c.UpdatedAt = &o, provider, now
	c.moveOnboarding(ProviderTypeChosen, now)
	return c, []audit.Fact{c.tell(audit.OnboardingProviderChosen, by, now, map[string]string{"provider": string(provider)})}, nil
}

// Upload is the administrator giving the identity provider's metadata. It fails as Change does.
func (c Connection) Upload(m ProviderMetadata, by By, now time.Time) (Connection, []audit.Fact, error) {
	return c.Change(ConnectionChange{Metadata: &m}, by, now)
}

// awaitsMetadata holds while somebody was asked to set the connection up and has not come as far as the metadata.
func (c Connection) awaitsMetadata() bool {
	return c.Onboarding != nil && c.Onboarding.State != MetadataUploaded
}

// moveOnboarding goes on to a state, never back.
func (c *Connection) moveOnboarding(state OnboardingState, now time.Time) {
	if c.Onboarding == nil || state.step() <= c.Onboarding.State.step() {
		return
	}
	o := *c.Onboarding
	o.State, o.Step, o.UpdatedAt = state, state.step(), now
	c.Onboarding = &o
}

func (o Onboarding) check() error {
	var v fault.Violations
	v.Check(identity.IsEmail(o.Email), "sso_admin_email", "email_invalid", "The e-mail address is missing or invalid.")
	v.Check(o.Provider == "" || o.Provider.Known(), "provider_type", "provider_type_unknown", "The type of identity provider is unknown.")
	return v.Of(ErrOnboarding)
}

// Lives of what an administrator is given.
const (
	InvitationLife = 3 * 24 * time.Hour // of the link in a letter
	VisitLife      = 2 * time.Hour      // of the browser that came through it
)

// InvitationHash is the SHA-256 of the secret in an invitation's link, or in the cookie of the browser that used it.
type InvitationHash [sha256.Size]byte

// HashInvitation hashes a secret for keeping.
func HashInvitation(secret string) InvitationHash { return sha256.Sum256([]byte(secret)) }

// Invitation lets whoever has its secret set a connection up: the link in a letter, which counts once, or the browser
// that came through it.
type Invitation struct {
	Hash       InvitationHash
	Scope      Scope // the connection's
	Connection string
	Visit      bool           // it is a browser's, and counts until it ends
	Email      InvitationHash // of the folded address that it was sent to
	CreatedAt  time.Time
	ExpiresAt  time.Time
}

// For holds while the invitation is the onboarding's: living, and for its very address.
func (i Invitation) For(o *Onboarding, now time.Time) bool {
	return o != nil && now.Before(i.ExpiresAt) && i.Email == HashInvitation(identity.FoldEmail(o.Email))
}
