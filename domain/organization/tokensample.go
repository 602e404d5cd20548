package organization

import (
	"time"

	"github.com/eidgate/eidgate/domain/audit"
	"github.com/eidgate/eidgate/domain/fault"
)

// What can be wrong with a sample of the tokens that people get.
var (
	ErrTokenSample     = fault.New(fault.Invalid, "token_sample_invalid", "The sample cannot be made.")
	ErrNoAuthorization = fault.New(fault.NotFound, "authorization_unknown", "There is no such authorization.")
)

// Lives of samples.
const (
	SampleLife     = 10 * time.Hour // the usual, as of the tokens that people get
	MostSampleLife = 365 * 24 * time.Hour
)

// TokenSample is a pair of tokens that a management client has had made, to see what its people's are like. No verifier of
// tokens takes one; see [SignsSamples].
type TokenSample struct {
	ID          string // the "jti" of its access token
	Scope       Scope
	User        string // identifier, "" for nobody
	Application string // identifier, "" for none
	IssuedAt    time.Time
	ExpiresAt   time.Time
}

// Sample makes a sample of the given members at a time. life 0 is the usual; expired gives a sample of the usual life that is over already. It
// fails with [ErrTokenSample].
func Sample(s TokenSample, life time.Duration, expired bool, now time.Time) (TokenSample, error) {
	var v fault.Violations
	v.Check(life >= 0 && life <= MostSampleLife && life%time.Second == 0, "expiration_in_seconds", "life_invalid", "A sample lives for 1 second to 1 year.")
	v.Check(!expired || life == 0, "expired", "life_contradicted", "A sample that has expired cannot be given a life.")
	if err := v.Of(ErrTokenSample); err != nil {
		return TokenSample{}, err
	}
	s.IssuedAt = now.Truncate(time.Second)
	switch {
	case expired:
		life = SampleLife
		s.IssuedAt = s.IssuedAt.Add(-life - time.Minute)
	case life == 0:
		life = SampleLife
	}
	s.ExpiresAt = s.IssuedAt.Add(life)
	return s, nil
}

// Issued tells that somebody has the sample.
func (s TokenSample) Issued(by By, now time.Time) audit.Fact {
	details := map[string]string{}
	for name, id := range map[string]string{"user": s.User, "application": s.Application} {
		if id != "" {
			details[name] = id
		}
	}
	return s.tell(audit.TokenSampleIssued, by, now, details)
}

func (s TokenSample) tell(kind string, by By, now time.Time, details map[string]string) audit.Fact {
	return by.fact(s.Scope, kind, "token_sample/"+s.ID, 1, now, details)
}
