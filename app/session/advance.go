package session

import (
	"context"
	"errors"
	"time"

	"github.com/eidgate/eidgate/domain/audit"
	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/fault"
	"github.com/eidgate/eidgate/ports/outbound"
)

// Advancer asks a session's provider how far the order has come, and writes down what is new. Only the holder of the
// session's claim may use it.
type Advancer struct {
	Routes *Routes
	Clock  outbound.Clock
	Ledger *Ledger
}

const (
	// settleTime is for writing down what a provider said, whether or not the asker still waits: it may be said once.
	settleTime = 5 * time.Second
	// insistEvery is how long to wait in between where storage is away.
	insistEvery = 100 * time.Millisecond
	// unwellRest is how long a provider is left alone that does not answer, mostRest what it may ask for itself.
	unwellRest = 2 * time.Second
	mostRest   = 10 * time.Second
)

// errNoProvider stands for a provider that was configured when the session began.
var errNoProvider = errors.New("the session's provider is not configured any more")

// Advance asks once. What the answer changes is saved, and then the session knows its new version; a session that goes
// on is due again at the time that it says, under the claim that it had. A renewable session whose order ran out is open for
// another one then, and nobody's. wrote says whether anything was saved.
//
// It fails with [eid.ErrStale] when somebody else changed the session meanwhile, and with what storage says. That the
// provider is ill is no failure of the session: it goes on, and err says what was wrong.
func (a *Advancer) Advance(ctx context.Context, session *eid.Session, nudge outbound.Nudge) (wrote bool, err error) {
	s := session.Snapshot()
	p, known := a.Routes.Provider(s.Provider)
	if !known {
		session.Wait(a.Clock.Now().Add(mostRest))
		return false, eid.ErrProvider.Because(errNoProvider)
	}
	step, asked := ask(ctx, p, s.Thread, nudge)
	return a.keep(ctx, session, step, asked)
}

// ask lets a question that has begun come to its end, although the asker is told to stop: its answer may be said once.
// Providers end it by themselves in time.
func ask(ctx context.Context, p outbound.Provider, thread []byte, nudge outbound.Nudge) (outbound.Step, error) {
	if err := ctx.Err(); err != nil {
		return outbound.Step{}, eid.ErrProvider.Because(err)
	}
	return p.Advance(context.WithoutCancel(ctx), thread, nudge)
}

// keep saves what an answer changes.
func (a *Advancer) keep(ctx context.Context, session *eid.Session, step outbound.Step, asked error) (wrote bool, err error) {
	facts, o, changed, err := a.apply(session, step, asked, a.Clock.Now())
	if err != nil {
		return false, err
	}
	if !changed {
		return false, asked
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), settleTime)
	defer cancel()
	return true, a.insist(ctx, session, facts, o)
}

// insist keeps what a provider said. An outcome is said once, and nobody can ask for it again: it is not lost to a storage
// that is back in a moment. Where a commit was uncertain and kept after all, the next try finds the session changed.
func (a *Advancer) insist(ctx context.Context, session *eid.Session, facts []audit.Fact, o outcome) error {
	for {
		err := a.Ledger.keep(ctx, session, facts, o)
		away := errors.Is(err, outbound.ErrStorage) || errors.Is(err, outbound.ErrUncertain)
		if !away || session.Snapshot().State == eid.Pending {
			return err
		}
		pause := time.NewTimer(insistEvery)
		select {
		case <-pause.C:
		case <-ctx.Done():
			pause.Stop()
			return err
		}
	}
}

// notice is Advance on a provider's own call. Anybody may call: what the provider finds not to be its own changes nothing.
func (a *Advancer) notice(ctx context.Context, session *eid.Session, nudge outbound.Nudge) (wrote bool, err error) {
	s := session.Snapshot()
	p, known := a.Routes.Provider(s.Provider)
	if !known {
		return false, eid.ErrProvider.Because(errNoProvider)
	}
	step, err := ask(ctx, p, s.Thread, nudge)
	if err != nil {
		return false, err
	}
	return a.keep(ctx, session, step, nil)
}

// apply puts a provider's answer into the session.
func (a *Advancer) apply(session *eid.Session, step outbound.Step, asked error, now time.Time) (facts []audit.Fact, o outcome, changed bool, err error) {
	switch reason := spentBy(asked); {
	case reason != "":
		facts, err = session.Fail(reason, now)
		return facts, o, true, err
	case asked != nil:
		session.Wait(now.Add(restOf(asked)))
		return nil, o, false, nil
	case step.Evidence != nil:
		e := a.Ledger.named(*step.Evidence)
		facts, err = session.Complete(e, now)
		return facts, outcome{proofs: e.Proofs, documents: e.Documents}, true, err
	case step.Refusal != "":
		facts, err = session.Refuse(step.Refusal, now)
		return facts, o, true, err
	}
	facts, changed, err = session.Proceed(eid.Progress{Challenge: step.Challenge, Hint: step.Hint, Thread: step.Thread}, now)
	session.Wait(dueAfter(step.Rest, now))
	return facts, o, changed, err
}

// spentBy says why a session is over after an error of its provider, "" when it goes on.
func spentBy(err error) string {
	switch {
	case errors.Is(err, eid.ErrOrderGone):
		return eid.ReasonEvidenceLost
	case errors.Is(err, eid.ErrEvidenceRejected):
		return eid.ReasonEvidenceRejected
	case errors.Is(err, eid.ErrCodeRejected):
		return eid.ReasonCodeRejected
	}
	return ""
}

// restOf is how long to leave a provider alone that did not answer.
func restOf(err error) time.Duration {
	return min(max(fault.Of(err).RetryAfter(), unwellRest), mostRest)
}
