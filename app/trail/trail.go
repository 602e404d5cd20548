// Package trail shows an organization what happened in it.
package trail

import (
	"context"
	"strings"

	"github.com/eidgate/eidgate/domain/audit"
	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/inbound"
	"github.com/eidgate/eidgate/ports/outbound"
)

// Trail answers [inbound.Trail].
type Trail struct {
	Work outbound.UnitOfWork
}

var _ inbound.Trail = (*Trail)(nil)

// userSubject is the sort of subject that is a user of a directory.
const userSubject = "user/"

// Events reads a page of facts, and the addresses of the users that it is about: facts do not hold any.
func (t *Trail) Events(ctx context.Context, m organization.Managing, q audit.Query) (events []inbound.Event, total int, err error) {
	err = t.Work.View(ctx, func(ctx context.Context, r outbound.Reader) error {
		told, all, err := r.Facts().Events(ctx, m.Scope(), q)
		if err != nil {
			return err
		}
		emails, err := emailsOf(ctx, r.Users(), m.Scope(), told)
		if err != nil {
			return err
		}
		total, events = all, make([]inbound.Event, 0, len(told))
		for _, one := range told {
			user, _ := strings.CutPrefix(one.Subject, userSubject)
			events = append(events, inbound.Event{Told: one, Email: emails[user]})
		}
		return nil
	})
	if err != nil {
		return nil, 0, err
	}
	return events, total, nil
}

// emailsOf gives the addresses by identifier. A page without users asks nobody.
func emailsOf(ctx context.Context, from outbound.UserReader, scope organization.Scope, told []audit.Told) (map[string]string, error) {
	seen := map[string]bool{}
	var ids []string
	for _, one := range told {
		if id, isUser := strings.CutPrefix(one.Subject, userSubject); isUser && !seen[id] {
			seen[id] = true
			ids = append(ids, id)
		}
	}
	if len(ids) == 0 {
		return nil, nil
	}
	return from.Emails(ctx, scope, ids)
}
