package outbound

import (
	"context"
	"time"

	"github.com/eidgate/eidgate/domain/eid"
)

// SessionClaims is the sessions that wait for a provider, as those see them who ask it by the clock. Owners are
// [eid.Watcher]s. Whoever claims a session is alone in asking its provider until the lease ends; claiming changes the
// session's version, so that what was read before cannot be saved any more.
type SessionClaims interface {
	// ClaimSessions takes up to n sessions of all scopes whose Due has come and that nobody claims, longest waiting
	// first, in one statement. A session that cannot be unsealed is left out, and is not claimed again before the
	// lease ends.
	ClaimSessions(ctx context.Context, owner string, n int, now time.Time, lease time.Duration) ([]*eid.Session, error)
	// ClaimSession takes one session at the version that was read. ok is false when somebody else has it, or it has
	// changed or settled. On success the session knows its claim and its new version.
	ClaimSession(ctx context.Context, owner string, s *eid.Session, now time.Time, lease time.Duration) (ok bool, err error)
	// RenewSessions prolongs the owner's claims, in one statement for all of them, and says which it still has.
	RenewSessions(ctx context.Context, owner string, ids []string, now time.Time, lease time.Duration) (kept []string, err error)
	// ReleaseSessions ends the owner's claims; the sessions are due again at the given time.
	ReleaseSessions(ctx context.Context, owner string, ids []string, due time.Time) error
}
