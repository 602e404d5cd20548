package sqlstore

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/eidgate/eidgate/domain/audit"
	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/outbound"
)

type facts struct{ l *link }

const (
	factColumns = `f.position, f.organization, f.environment, f.kind, f.subject, f.sequence, f.at, f.actor, f.details`
	factList    = `SELECT ` + factColumns + ` FROM facts f
		WHERE f.organization = ? AND f.environment = ? AND f.position > ? ORDER BY f.position LIMIT ?`
	factInsert = `INSERT INTO facts (organization, environment, kind, subject, sequence, at, actor, details) VALUES `
	factPlaces = `(?, ?, ?, ?, ?, ?, ?, ?)`
	factEnd    = ` ON CONFLICT (subject, sequence) DO NOTHING RETURNING position`

	deliveryInsert = `INSERT INTO deliveries (destination, fact, due_at, attempts) VALUES `
	deliveryPlaces = `(?, ?, ?, 0)`
)

// factsAtOnce bounds the statements of different length that are kept prepared.
const factsAtOnce = 8

type factRow struct {
	position                                 int64
	organization, environment, kind, subject string
	sequence, at                             int64
	actor, details                           string
}

func (r *factRow) fields() []any {
	return []any{&r.position, &r.organization, &r.environment, &r.kind, &r.subject, &r.sequence, &r.at, &r.actor, &r.details}
}

func (r factRow) told() (audit.Told, error) {
	t := audit.Told{Position: r.position, Fact: audit.Fact{
		Organization: r.organization, Environment: r.environment, Kind: r.kind, Subject: r.subject, Sequence: r.sequence,
		At: instant(r.at), Actor: r.actor,
	}}
	if r.details == "" {
		return t, nil
	}
	if err := json.Unmarshal([]byte(r.details), &t.Details); err != nil {
		return audit.Told{}, fmt.Errorf("sqlstore: details of fact %d: %w", r.position, err)
	}
	return t, nil
}

func (f facts) List(ctx context.Context, scope organization.Scope, after int64, n int) ([]audit.Told, error) {
	rows, err := all[factRow](ctx, f.l, factList, scope.Organization, string(scope.Environment), after, max(n, 0))
	if err != nil {
		return nil, err
	}
	return toldOf(rows)
}

func toldOf(rows []factRow) ([]audit.Told, error) {
	list := make([]audit.Told, 0, len(rows))
	for _, r := range rows {
		t, err := r.told()
		if err != nil {
			return nil, err
		}
		list = append(list, t)
	}
	return list, nil
}

// eventList is the trail of a scope by position.
var eventList = listed{
	table: "facts f", key: "f.position", fields: factColumns,
	known: map[string]column{
		organization.FieldCreated: {name: "f.position", whole: true}, audit.FieldPosition: {name: "f.position", whole: true}, audit.FieldAt: {name: "f.at", whole: true},
	},
}

// meets words the conditions of a trail as those of any list.
func meets(asked []audit.Condition) []organization.Condition {
	list := make([]organization.Condition, 0, len(asked))
	for _, c := range asked {
		list = append(list, organization.Condition{Field: c.Field, Test: organization.Test(c.Test), Values: c.Values})
	}
	return list
}

func (f facts) Events(ctx context.Context, scope organization.Scope, q audit.Query) ([]audit.Told, int, error) {
	homes, err := eventsOf(scope, q)
	if err != nil {
		return nil, 0, err
	}
	rows, total, err := pageOfAll[factRow](ctx, f.l, eventList, homes,
		organization.Listing{Limit: q.Limit, Offset: q.Offset, Ascending: q.Oldest, Where: meets(q.Where)})
	if err != nil {
		return nil, 0, err
	}
	list, err := toldOf(rows)
	return list, total, err
}

// eventsOf leaves the facts of a scope, and those about its organization itself that were told in the other environment.
// Of these there are few, found by their subject; they are not looked for where none can be meant.
func eventsOf(scope organization.Scope, q audit.Query) ([]filter, error) {
	homes := []filter{ofScope("f", scope)}
	itself := organizationSubject(scope.Organization)
	ofKind := len(q.Kinds) == 0 || slices.ContainsFunc(q.Kinds, func(kind string) bool { return strings.HasPrefix(kind, "organization.") })
	if ofKind && (len(q.Subjects) == 0 || slices.Contains(q.Subjects, itself)) {
		homes = append(homes, where(`f.subject = ? AND f.organization = ? AND f.environment <> ?`, itself, scope.Organization, string(scope.Environment)))
	}
	for _, asked := range []struct {
		column string
		values []string
	}{{"f.kind", q.Kinds}, {"f.subject", q.Subjects}} {
		if n := len(asked.values); n > mostValues {
			return nil, fmt.Errorf("%w: %d values", errListing, n)
		}
		for i := range homes {
			if len(asked.values) > 0 {
				homes[i] = homes[i].in(asked.column, asked.values)
			}
		}
	}
	return homes, nil
}

// Append is two statements for up to eight facts.
func (f facts) Append(ctx context.Context, told ...audit.Fact) error {
	for some := range slices.Chunk(told, factsAtOnce) {
		if err := f.append(ctx, some); err != nil {
			return err
		}
	}
	return nil
}

func (f facts) append(ctx context.Context, told []audit.Fact) error {
	args := make([]any, 0, 8*len(told))
	for _, t := range told {
		details := ""
		if len(t.Details) > 0 {
			encoded, err := json.Marshal(t.Details)
			if err != nil {
				return fmt.Errorf("sqlstore: details of a fact: %w", err)
			}
			details = string(encoded)
		}
		args = append(args, t.Organization, t.Environment, t.Kind, t.Subject, t.Sequence, micros(t.At), t.Actor, details)
	}
	positions, err := all[number](ctx, f.l, factInsert+places(factPlaces, len(told))+factEnd, args...)
	if err != nil {
		return err
	}
	if len(positions) < len(told) {
		f.l.again = true
		return errBetween
	}
	args = args[:0]
	for i, p := range positions {
		args = append(args, outbound.Broker, p.n, micros(told[i].At))
	}
	_, err = f.l.exec(ctx, deliveryInsert+places(deliveryPlaces, len(positions)), args...)
	return err
}
