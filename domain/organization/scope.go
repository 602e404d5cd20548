// Package organization knows who is served: organizations, the clients that act for them, and the addresses
// people may be sent back to.
package organization

// Environment keeps trials apart from real life. The two see nothing of each other.
type Environment string

// The environments.
const (
	Production Environment = "production"
	Sandbox    Environment = "sandbox" // synthetic people, and the simulator where the operator allows it
)

// Known holds for the two environments and nothing else.
func (e Environment) Known() bool { return e == Production || e == Sandbox }

// Scope is whose things are meant: everything stored belongs to exactly one scope, and nothing is found outside
// of it.
type Scope struct {
	Organization string // the organization's identifier
	Environment  Environment
}

// IsZero holds for the scope of nobody.
func (s Scope) IsZero() bool { return s == Scope{} }
