package account

import (
	"strconv"
	"strings"
	"time"

	"github.com/eidgate/eidgate/domain/audit"
	"github.com/eidgate/eidgate/domain/fault"
	"github.com/eidgate/eidgate/domain/identity"
)

// ErrPlanName refuses a plan's name.
var ErrPlanName = fault.New(fault.Invalid, "plan_name_invalid", "A plan's name has 1 to 200 printable characters.")

// Offer makes a plan from its scope, name and what it does; storage gives it its identifier. It fails with
// [ErrPlanName].
func Offer(p Plan, now time.Time) (Plan, error) {
	p.Name = strings.TrimSpace(p.Name)
	if p.Name == "" || !identity.IsText(p.Name, 200) {
		return Plan{}, ErrPlanName.On("name")
	}
	p.CreatedAt, p.UpdatedAt = now, now
	return p, nil
}

// Offered tells that the plan, which has its identifier by now, is there. Plans are numbered per scope, so their
// subject names the scope too.
func (p Plan) Offered(now time.Time) []audit.Fact {
	id := strconv.FormatInt(p.ID, 10)
	return []audit.Fact{{
		Organization: p.Scope.Organization, Environment: string(p.Scope.Environment), Kind: "plan.offered",
		Subject: "plan/" + p.Scope.Organization + "." + string(p.Scope.Environment) + "." + id, Sequence: 1, At: now, Actor: audit.System,
		Details: map[string]string{"plan": id, "monitors": strconv.FormatBool(p.Monitors)},
	}}
}
