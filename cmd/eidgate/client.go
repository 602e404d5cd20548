package main

import (
	"fmt"
	"slices"

	"github.com/eidgate/eidgate/app/organization"
	"github.com/eidgate/eidgate/cmd/wiring"
	domain "github.com/eidgate/eidgate/domain/organization"
)

type clientCommand struct {
	Create clientCreate `cmd:"" help:"Create a client and print its id, identifier and secret. Secrets are shown this once."`
	List   clientList   `cmd:"" help:"List the clients."`
	Revoke clientRevoke `cmd:"" help:"Refuse a client and its tokens from now on."`
}

type clientCreate struct {
	Organization       string   `required:"" placeholder:"DOMAIN" help:"For whom it acts."`
	Kind               string   `required:"" enum:"sso,crm,eid,session,management" help:"At which surface it works: ${enum}."`
	Environment        string   `default:"production" enum:"production,sandbox" help:"${enum}."`
	Name               string   `help:"What it is called in lists."`
	Identifier         string   `placeholder:"ID" help:"The public half of its credentials; made up when left out."`
	CallbackURL        []string `name:"callback-url" sep:"none" placeholder:"URL" help:"Where news may be sent; repeat for more."`
	DefaultCallbackURL string   `name:"default-callback-url" placeholder:"URL" help:"Where news is sent when a request does not say."`
	CallbackKey        bool     `name:"callback-key" help:"Make a key by which news is signed, and print it this once."`
	RedirectURL        []string `name:"redirect-url" sep:"none" placeholder:"URL" help:"Where people may be sent back to; repeat for more."`
	DefaultRedirectURL string   `name:"default-redirect-url" placeholder:"URL" help:"Where people are sent back to when a request does not say."`
	Feature            []string `sep:"none" help:"What an eid client may use; repeat for more."`
	Domain             []string `sep:"none" help:"Where a session client may embed pages, or which organizations a management client may reach; repeat for more."`
	Scope              []string `sep:"none" help:"What a management client may do; repeat for more."`
	JSON               bool     `name:"json" help:"Print JSON."`
}

// Run enrols the client.
func (e *clientCreate) Run(c *command) error {
	return c.admin(func(a *wiring.Admin) error {
		client, secret, err := a.Registry.Enrol(c.ctx, organization.Enrolment{
			Domain: e.Organization, Environment: domain.Environment(e.Environment), Kind: domain.Kind(e.Kind), Identifier: e.Identifier, Name: e.Name,
			Addresses: domain.Addresses{
				Redirect: e.RedirectURL, DefaultRedirect: e.DefaultRedirectURL, Callback: e.CallbackURL, DefaultCallback: e.DefaultCallbackURL,
			},
			Features: e.Feature, Domains: e.Domain, Scopes: e.Scope, CallbackKey: e.CallbackKey,
		})
		if err != nil {
			return err
		}
		if e.JSON {
			return c.sayJSON(struct {
				ID          string `json:"id"`
				Identifier  string `json:"identifier"`
				Secret      string `json:"secret"`
				CallbackKey string `json:"callback_key,omitempty"`
			}{client.ID, client.Identifier, secret, string(client.CallbackKey)})
		}
		text := fmt.Sprintf("id            %s\nidentifier    %s\nsecret        %s\n", client.ID, client.Identifier, secret)
		if len(client.CallbackKey) > 0 {
			text += fmt.Sprintf("callback_key  %s\n", client.CallbackKey)
		}
		return c.say("%s", text)
	})
}

type clientList struct{}

// Run lists the clients, revoked ones too.
func (clientList) Run(c *command) error {
	return c.admin(func(a *wiring.Admin) error {
		clients, err := a.Registry.Clients(c.ctx)
		if err != nil {
			return err
		}
		organizations, err := a.Registry.Organizations(c.ctx)
		if err != nil {
			return err
		}
		t := c.table("ID", "ORGANIZATION", "ENVIRONMENT", "KIND", "IDENTIFIER", "NAME", "STATE")
		for _, client := range clients {
			owner := client.Scope.Organization
			if i := slices.IndexFunc(organizations, func(o domain.Organization) bool { return o.ID == owner }); i >= 0 {
				owner = organizations[i].Domain
			}
			state := "active"
			if client.Revoked() {
				state = "revoked " + client.RevokedAt.Format("2006-01-02T15:04:05Z")
			}
			t.row(client.ID, owner, client.Scope.Environment, client.Kind, client.Identifier, client.Name, state)
		}
		return t.Flush()
	})
}

type clientRevoke struct {
	ID string `arg:"" help:"The client's id."`
}

// Run revokes the client.
func (r *clientRevoke) Run(c *command) error {
	return c.admin(func(a *wiring.Admin) error { return a.Registry.Revoke(c.ctx, r.ID) })
}
