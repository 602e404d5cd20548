package main

import (
	"encoding/json"
	"fmt"
	"strings"
	"text/tabwriter"

	"github.com/eidgate/eidgate/cmd/wiring"
)

type organizationCommand struct {
	Create    organizationCreate    `cmd:"" help:"Create an organization and print its domain and id as JSON."`
	List      organizationList      `cmd:"" help:"List the organizations."`
	RotateKey organizationRotateKey `cmd:"" help:"Give an organization new keys for its people's tokens; what the former ones signed can be verified until it expires."`
	Delete    organizationDelete    `cmd:"" help:"Delete an organization with everything it has and manages; only the trail stays."`
}

type organizationCreate struct {
	Name string   `required:"" help:"What people are told they log in to."`
	Host []string `sep:"none" help:"A name under which its end users reach us; repeat for more."`
}

// Run founds the organization.
func (o *organizationCreate) Run(c *command) error {
	return c.admin(func(a *wiring.Admin) error {
		made, err := a.Registry.Found(c.ctx, o.Name, o.Host)
		if err != nil {
			return err
		}
		return c.sayJSON(struct {
			Domain string `json:"domain"`
			ID     string `json:"id"`
		}{made.Domain, made.ID})
	})
}

type organizationList struct{}

// Run lists the organizations.
func (organizationList) Run(c *command) error {
	return c.admin(func(a *wiring.Admin) error {
		list, err := a.Registry.Organizations(c.ctx)
		if err != nil {
			return err
		}
		t := c.table("DOMAIN", "ID", "NAME", "HOSTS")
		for _, o := range list {
			t.row(o.Domain, o.ID, o.Name, strings.Join(o.Hosts, " "))
		}
		return t.Flush()
	})
}

type organizationRotateKey struct {
	Domain string `arg:"" help:"The organization's domain."`
}

// Run rotates the keys.
func (o *organizationRotateKey) Run(c *command) error {
	return c.admin(func(a *wiring.Admin) error { return a.Tokens.RotateKey(c.ctx, o.Domain) })
}

type organizationDelete struct {
	Domain string `arg:"" help:"The organization's domain."`
}

// Run deletes the organization.
func (o *organizationDelete) Run(c *command) error {
	return c.admin(func(a *wiring.Admin) error { return a.Registry.Dissolve(c.ctx, o.Domain) })
}

type planCommand struct {
	Create planCreate `cmd:"" help:"Offer a plan and print its number."`
	List   planList   `cmd:"" help:"List the plans."`
}

type planCreate struct {
	Organization string `required:"" placeholder:"DOMAIN" help:"Whose plan."`
	Name         string `required:"" help:"What it is called."`
	Monitoring   bool   `help:"Accounts with a verified number are monitored."`
}

// Run offers the plan.
func (p *planCreate) Run(c *command) error {
	return c.admin(func(a *wiring.Admin) error {
		made, err := a.Registry.Offer(c.ctx, p.Organization, p.Name, p.Monitoring)
		if err != nil {
			return err
		}
		return c.say("%d\n", made.ID)
	})
}

type planList struct{}

// Run lists the plans.
func (planList) Run(c *command) error {
	return c.admin(func(a *wiring.Admin) error {
		list, err := a.Registry.Plans(c.ctx)
		if err != nil {
			return err
		}
		t := c.table("ORGANIZATION", "PLAN", "NAME", "MONITORING")
		for _, p := range list {
			t.row(p.Domain, p.ID, p.Name, p.Monitors)
		}
		return t.Flush()
	})
}

func (c *command) sayJSON(value any) error {
	e := json.NewEncoder(c.out)
	e.SetEscapeHTML(false)
	return e.Encode(value)
}

// table prints rows in columns.
type table struct{ *tabwriter.Writer }

func (c *command) table(titles ...any) table {
	t := table{tabwriter.NewWriter(c.out, 0, 0, 2, ' ', 0)}
	t.row(titles...)
	return t
}

// row adds a row; what cannot be written is told by Flush. Control characters, which could play with the terminal,
// are replaced.
func (t table) row(cells ...any) {
	texts := make([]string, len(cells))
	for i, cell := range cells {
		texts[i] = strings.Map(func(r rune) rune {
			if r < ' ' || r == 0x7f || r >= 0x80 && r < 0xa0 {
				return '?'
			}
			return r
		}, fmt.Sprint(cell))
	}
	_, _ = fmt.Fprintln(t, strings.Join(texts, "\t"))
}
