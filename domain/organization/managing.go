package organization

import (
	"slices"

	"github.com/eidgate/eidgate/domain/fault"
)

// What a management client can be refused for.
var (
	ErrManagementToken = fault.New(fault.Unauthenticated, "management_token_refused", "The token is missing, invalid, expired, or its client was revoked.")
	ErrScopeMissing    = fault.New(fault.Forbidden, "management_scope_missing", "The client has not been given the scope for this.")
	ErrNotAllFounded   = fault.New(fault.Forbidden, "management_domains_limited", "A client that may act on named organizations only founds none.")
	ErrManager         = fault.New(fault.Invalid, "management_client_managed", "A management client belongs to an organization that nobody else manages.")
	ErrScopeUnknown    = fault.New(fault.Invalid, "management_scope_unknown", "Nothing at the organization API asks for this scope.")
	ErrDomainUnknown   = fault.New(fault.Invalid, "management_domain_unmanaged", "A management client can be limited to organizations that its own one manages, and to that one.")
	ErrOtherDomain     = fault.New(fault.Unauthenticated, "management_domain_unknown", "The client does not belong to this domain.")
	ErrWrongEnv        = fault.New(fault.Forbidden, "environment_mismatch", "The client works in the other environment.")
)

// Target names the organization that a management client wants to act on, by one of its members; none names the client's
// own root organization.
type Target struct {
	Domain     string
	ID         string
	Connection string // an SSO connection of the organization's, in the client's environment
}

// IsZero holds for no target.
func (t Target) IsZero() bool { return t == Target{} }

// Managing is a management client, the root organization that it belongs to, and the one that it wants to act on.
type Managing struct {
	Client Client
	Root   Organization
	Target Organization // zero when there is no such organization under the root
	Gone   Gone         // the organization that had the target's domain, when it was deleted
}

// Check holds the client to what it may: it fails with [ErrScopeMissing] when it was not given the scope, such as
// "create:users", and with [ErrNoOrganization] when the target is none that it may act on: other roots' organizations and
// imaginary ones alike. A client without scopes may do everything.
func (m Managing) Check(scope string) error {
	if len(m.Client.Scopes) > 0 && !slices.Contains(m.Client.Scopes, scope) {
		return ErrScopeMissing
	}
	if m.Target.ID == "" || !m.Reach().Covers(m.Target) {
		return ErrNoOrganization
	}
	return nil
}

// Scope is the target's, in the client's environment.
func (m Managing) Scope() Scope { return m.Target.Scope(m.Client.Scope.Environment) }

// By is the client, in its environment.
func (m Managing) By() By {
	return By{Actor: "client/" + m.Client.ID, Environment: m.Client.Scope.Environment}
}

// Reach is everything that the client may act on.
func (m Managing) Reach() Reach {
	return Reach{Root: m.Root.ID, Environment: m.Client.Scope.Environment, Domains: m.Client.Domains}
}

// Reach is the organizations under a root, the root among them, in one environment: all, or those with the given domains.
type Reach struct {
	Root        string
	Environment Environment
	Domains     []string
}

// Covers holds for an organization within the reach.
func (r Reach) Covers(o Organization) bool {
	return o.Root == r.Root && (len(r.Domains) == 0 || slices.Contains(r.Domains, o.Domain))
}
