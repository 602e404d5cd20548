package inbound

import (
	"context"

	"github.com/eidgate/eidgate/domain/organization"
)

// Feeds is somebody else's register of customers and people, keeping ours the same by message. Who may write to the broker
// may do so for every organization. Organizations are named by their domains; one that is not there is
// organization.ErrNoOrganization. A command that is repeated gives what it led to the first time.
type Feeds interface {
	// FoundOrganization makes an organization under a root. It fails as Organizations.Found does.
	FoundOrganization(ctx context.Context, f OrganizationFeed) (organization.Organization, error)
	// AddUser fails as Directory.AddUser does.
	AddUser(ctx context.Context, f UserFeed) (organization.User, error)
	// UpdateUser fails as Directory.UpdateUser does.
	UpdateUser(ctx context.Context, f UserFeed) (organization.User, error)
}

// OrganizationFeed is an organization that is to be.
type OrganizationFeed struct {
	Command     string // the command's identifier
	Root        string // the domain of the organization that manages it
	Environment organization.Environment
	Name        string
	Details     organization.Details
}

// UserFeed is what a feed says of a person.
type UserFeed struct {
	Command     string // the command's identifier
	Domain      string
	Environment organization.Environment
	// User and Email name the user to be updated: one of them does, the other is "". A user to be added has neither.
	User    string
	Email   string
	Profile organization.ProfileChange // of a user to be added: its profile
}
