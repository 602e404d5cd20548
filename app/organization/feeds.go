package organization

import (
	"context"

	"github.com/eidgate/eidgate/domain/audit"
	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/inbound"
	"github.com/eidgate/eidgate/ports/outbound"
)

// Feeds answers [inbound.Feeds].
type Feeds struct {
	Organizations *Organizations
	Directory     *Directory
}

var _ inbound.Feeds = (*Feeds)(nil)

// Names of commands in receipts.
const (
	foundCommand      = "organization.found"
	addUserCommand    = "user.add"
	updateUserCommand = "user.update"
)

// FoundOrganization makes an organization under a root, once per command.
func (f *Feeds) FoundOrganization(ctx context.Context, o inbound.OrganizationFeed) (organization.Organization, error) {
	root, err := f.named(ctx, o.Root)
	if err == nil && !root.IsRoot() {
		err = organization.ErrNoOrganization // none that manages others
	}
	if err != nil {
		return organization.Organization{}, err
	}
	return f.Organizations.found(ctx, organization.Founding{
		Root: root.ID, Name: o.Name, Details: o.Details, By: organization.By{Actor: audit.Message, Environment: o.Environment},
	}, once{command: foundCommand, id: o.Command, scope: root.Scope(o.Environment)})
}

// AddUser makes a user, once per command.
func (f *Feeds) AddUser(ctx context.Context, u inbound.UserFeed) (organization.User, error) {
	scope, by, err := f.about(ctx, u)
	if err != nil {
		return organization.User{}, err
	}
	return f.Directory.add(ctx, organization.Arrival{Scope: scope, Profile: u.Profile.Of(organization.Profile{}), By: by},
		once{command: addUserCommand, id: u.Command, scope: scope})
}

// UpdateUser changes a user, once per command: a late repetition does not undo what came in between.
func (f *Feeds) UpdateUser(ctx context.Context, u inbound.UserFeed) (organization.User, error) {
	scope, by, err := f.about(ctx, u)
	if err != nil {
		return organization.User{}, err
	}
	find := func(ctx context.Context, r outbound.UserReader) (organization.User, error) {
		if u.User != "" {
			return r.Find(ctx, scope, u.User)
		}
		return r.FindByEmail(ctx, scope, u.Email)
	}
	return f.Directory.update(ctx, find, u.Profile, by, once{command: updateUserCommand, id: u.Command, scope: scope})
}

// about is the scope that a feed names, and in whose name its changes are told.
func (f *Feeds) about(ctx context.Context, u inbound.UserFeed) (organization.Scope, organization.By, error) {
	o, err := f.named(ctx, u.Domain)
	return o.Scope(u.Environment), organization.By{Actor: audit.Message, Environment: u.Environment}, err
}

func (f *Feeds) named(ctx context.Context, domain string) (found organization.Organization, err error) {
	err = f.Organizations.Work.View(ctx, func(ctx context.Context, r outbound.Reader) error {
		found, err = r.Organizations().FindByDomain(ctx, domain)
		return err
	})
	return found, err
}
