package orgapi

import (
	"net/http"
	"strings"

	"github.com/eidgate/eidgate/domain/audit"
	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/inbound"
)

// sorts of subject in the trail, with the slash behind them
const (
	applicationSubject = "application/"
	connectionSubject  = "sso_connection/"
	userSubject        = "user/"
)

// eventColumns are both the order in which things happened. The API's own example sorts by code, among events of one code:
// that is no order.
var eventColumns = columns{
	"id":          {field: audit.FieldPosition, sorts: true, tests: ordered, values: wholeNumber},
	"inserted_at": {field: audit.FieldAt, sorts: true, tests: ordered, values: moment},
}

// listEvents shows the trail. A code, connection and application that are asked for must all fit; nothing fits a code that
// does not exist, and no fact is about both a connection and an application.
//
// The trail outlives its organization: how it ended is nowhere else to be seen.
func (s *Surface) listEvents(r *request) (int, any, error) {
	if r.m.Target.ID == "" {
		if r.m.Gone.ID == "" {
			return 0, nil, organization.ErrNoOrganization
		}
		r.m.Target = organization.Organization{ID: r.m.Gone.ID, Root: r.m.Gone.Root, Domain: r.m.Gone.Domain}
	}
	l, err := r.listing(eventColumns)
	if err != nil {
		return 0, nil, err
	}
	q := audit.Query{Oldest: l.Ascending, Limit: l.Limit, Offset: l.Offset}
	for _, c := range l.Where {
		q.Where = append(q.Where, audit.Condition{Field: c.Field, Test: string(c.Test), Values: c.Values})
	}
	code, connection, application := r.params.Text("code"), r.params.Text("saml_identity_provider_id"), r.params.Text("client_id")
	if err := r.params.Err(); err != nil {
		return 0, nil, err
	}
	if code != "" {
		q.Kinds = []string{kindOf[code]}
	}
	if connection != "" {
		q.Subjects = append(q.Subjects, connectionSubject+connection)
	}
	if application != "" {
		q.Subjects = append(q.Subjects, applicationSubject+application)
	}
	var told []inbound.Event
	total := 0
	if impossible := code != "" && kindOf[code] == "" || len(q.Subjects) > 1; !impossible {
		if told, total, err = s.Trail.Events(r.ctx(), r.m, q); err != nil {
			return 0, nil, err
		}
	}
	words := make([]eventBody, 0, len(told))
	for _, e := range told {
		words = append(words, wordEvent(r.m, e))
	}
	return http.StatusOK, list(r, words, total), nil
}

func wordEvent(m organization.Managing, e inbound.Event) eventBody {
	b := eventBody{
		envelope: shared(m, "Event", m.Target.Domain), ID: e.Position, Code: codeOf[e.Kind], Domain: m.Target.Domain,
		Database: databaseOf(organization.Environment(e.Environment)), Email: orNull(e.Email), InsertedAt: naive(e.At),
	}
	for prefix, to := range map[string]**string{applicationSubject: &b.ClientID, connectionSubject: &b.Connection, userSubject: &b.User} {
		if id, found := strings.CutPrefix(e.Subject, prefix); found {
			*to = &id
		}
	}
	return b
}

// The wire.

type eventBody struct {
	envelope
	ClientID   *string `json:"client_id"`
	Database   string  `json:"database"`
	Email      *string `json:"email"`
	Code       string  `json:"event_code"`
	ID         int64   `json:"id"`
	InsertedAt string  `json:"inserted_at"`
	User       *string `json:"resource_owner_id"`
	Connection *string `json:"saml_identity_provider_id"`
	Domain     string  `json:"tenant_domain"`
}
