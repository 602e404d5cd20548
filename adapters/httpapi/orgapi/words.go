package orgapi

import (
	"time"

	"github.com/eidgate/eidgate/domain/organization"
)

// envelope is what every object of this surface begins with.
type envelope struct {
	Access      string `json:"__access__"`
	Domain      string `json:"__domain__"`
	Environment string `json:"__environment__,omitempty"` // "" for what is in both
	ManagedBy   string `json:"__managed_by__"`
	Type        string `json:"__type__"`
}

// limited is the envelope of what belongs to an organization and is for that one alone.
func limited(m organization.Managing, kind, domain string) envelope {
	return envelope{
		Access: "limited_to:" + domain, Domain: domain, Environment: string(m.Client.Scope.Environment), ManagedBy: m.Root.Domain, Type: kind,
	}
}

// accountWide is the envelope of what belongs to the root organization and is for all that it manages.
func accountWide(m organization.Managing, kind string) envelope {
	e := limited(m, kind, m.Root.Domain)
	e.Access = "all_organizations_of:" + m.Root.Domain
	return e
}

// shared is the envelope of what belongs to an organization of the given domain, and is for all when that is the root.
func shared(m organization.Managing, kind, domain string) envelope {
	if domain == m.Root.Domain {
		return accountWide(m, kind)
	}
	return limited(m, kind, domain)
}

// databaseOf is an environment by the name of where its things are stored.
func databaseOf(e organization.Environment) string {
	if e == organization.Production {
		return "default"
	}
	return string(e)
}

// naive is a time in UTC that does not say so, in whole seconds.
func naive(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05") }

// orNull is nil, which JSON says as null, for an empty text.
func orNull(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}

// orEmpty is a list that JSON never says as null.
func orEmpty[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

// deletedBody tells that something is gone, and what it was.
type deletedBody[T any] struct {
	Type     string `json:"__type__"`
	Deleted  bool   `json:"deleted"`
	Resource T      `json:"resource"`
	Kind     string `json:"type"`
}

func deleted[T any](resource T) deletedBody[T] {
	return deletedBody[T]{Type: "__Deleted__", Deleted: true, Resource: resource, Kind: "__Deleted__"}
}
