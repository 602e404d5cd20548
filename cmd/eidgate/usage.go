package main

import (
	"fmt"
	"time"

	"github.com/eidgate/eidgate/cmd/wiring"
)

type usageCommand struct {
	Month string `required:"" placeholder:"YYYY-MM" help:"Which month, in UTC."`
	JSON  bool   `help:"Print an array of objects in JSON."`
}

// usageRow is a line of the JSON form.
type usageRow struct {
	Organization string `json:"organization"`
	Environment  string `json:"environment"`
	EID          string `json:"eid"`
	Reference    string `json:"usage_reference"`
	Completed    int    `json:"completed"`
	Refused      int    `json:"refused"`
	Failed       int    `json:"failed"`
	Expired      int    `json:"expired"`
	Sessions     int    `json:"sessions"`
}

// Run counts the sessions that settled.
func (u *usageCommand) Run(c *command) error {
	month, err := time.Parse("2006-01", u.Month)
	if err != nil {
		return fmt.Errorf("%w: --month is a year and a month, such as 2026-11", errUsage)
	}
	return c.admin(func(a *wiring.Admin) error {
		counts, err := a.Usage.Of(c.ctx, month.Year(), month.Month())
		if err != nil {
			return err
		}
		rows := make([]usageRow, len(counts))
		for i, n := range counts {
			rows[i] = usageRow{n.Organization, n.Environment, n.EID, n.Reference, n.Completed, n.Refused, n.Failed, n.Expired, n.Sessions()}
		}
		if u.JSON {
			return c.sayJSON(rows)
		}
		t := c.table("ORGANIZATION", "ENVIRONMENT", "EID", "USAGE REFERENCE", "COMPLETED", "REFUSED", "FAILED", "EXPIRED", "SESSIONS")
		for _, r := range rows {
			t.row(r.Organization, r.Environment, r.EID, r.Reference, r.Completed, r.Refused, r.Failed, r.Expired, r.Sessions)
		}
		return t.Flush()
	})
}
