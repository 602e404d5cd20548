package sqlstore

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/eidgate/eidgate/domain/audit"
	"github.com/eidgate/eidgate/domain/eid"
)

// Usage is counted from the trail, which outlives sessions and their organizations. An index holds the facts that tell how
// a session ended, by time, and no others, so that a month is one stretch of it. The list of kinds here and there are the
// same to the letter: only then the index is known to do.

const (
	settledKinds = `kind IN ('` + audit.SessionCompleted + `', '` + audit.SessionRefused + `', '` + audit.SessionFailed + `', '` +
		audit.SessionExpired + `')`

	// PostgreSQL fails on a NUL within JSON, and would not count anything any more because of it.
	usageDetails = `REPLACE(CASE details WHEN '' THEN '{}' ELSE details END, '\u0000', '\ufffd')`
	usageCount   = `SELECT organization, environment, kind, eid, operation, reference, COUNT(*) FROM (
			SELECT organization, environment, kind, COALESCE(details ->> 'eid', '') AS eid,
				COALESCE(details ->> 'operation', '` + string(eid.Authenticate) + `') AS operation, COALESCE(details ->> 'usage', '') AS reference
			FROM (SELECT organization, environment, kind, %s AS details FROM facts WHERE ` + settledKinds + ` AND at >= ? AND at < ?) AS told
		) AS settled GROUP BY organization, environment, kind, eid, operation, reference`
)

// usage is the statement in a dialect.
func (d dialect) usage() string { return fmt.Sprintf(usageCount, fmt.Sprintf(d.json, usageDetails)) }

type usageRow struct {
	organization, environment, kind, eid, operation, reference string
	sessions                                                   int
}

func (r *usageRow) fields() []any {
	return []any{&r.organization, &r.environment, &r.kind, &r.eid, &r.operation, &r.reference, &r.sessions}
}

// Usage is sorted here, byte by byte: a database sorts what stands within JSON in a way of its own.
func (f facts) Usage(ctx context.Context, from, to time.Time) ([]audit.Usage, error) {
	rows, err := gather[usageRow](ctx, f.l, false, f.l.store.dialect.usage(), []any{micros(from), micros(to)})
	if err != nil {
		return nil, err
	}
	list := make([]audit.Usage, 0, len(rows))
	for _, r := range rows {
		list = append(list, audit.Usage{
			Organization: r.organization, Environment: r.environment, EID: r.eid, Operation: r.operation, Reference: r.reference,
			State: strings.TrimPrefix(r.kind, "session."), Sessions: r.sessions,
		})
	}
	slices.SortFunc(list, func(a, b audit.Usage) int {
		return cmp.Or(
			cmp.Compare(a.Organization, b.Organization), cmp.Compare(a.Environment, b.Environment), cmp.Compare(a.EID, b.EID),
			cmp.Compare(a.Operation, b.Operation), cmp.Compare(a.Reference, b.Reference), cmp.Compare(a.State, b.State),
		)
	})
	return list, nil
}
