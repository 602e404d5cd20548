package eid

import (
	"strconv"
	"time"

	"github.com/eidgate/eidgate/domain/audit"
	"github.com/eidgate/eidgate/domain/organization"
)

// Callback is the news of a settled session as the trail knows it: for whom it was, and how often it was tried.
type Callback struct {
	Session  string
	Scope    organization.Scope
	Client   string
	Attempts int // with the last
}

// Delivered is the fact that the client has the news. A callback ends once, with this fact or that of
// [Callback.GivenUp].
func (c Callback) Delivered(now time.Time) []audit.Fact {
	return c.tell("callback.delivered", now, nil)
}

// GivenUp is the fact that the client will not be told, because of a failure, by its code.
func (c Callback) GivenUp(failure string, now time.Time) []audit.Fact {
	return c.tell("callback.given_up", now, map[string]string{"failure": failure})
}

func (c Callback) tell(kind string, now time.Time, details map[string]string) []audit.Fact {
	if details == nil {
		details = map[string]string{}
	}
	details["client"], details["attempts"] = c.Client, strconv.Itoa(c.Attempts)
	return []audit.Fact{{
		Organization: c.Scope.Organization, Environment: string(c.Scope.Environment),
		Kind: kind, Subject: "callback/" + c.Session, Sequence: 1, At: now, Actor: audit.System, Details: details,
	}}
}
