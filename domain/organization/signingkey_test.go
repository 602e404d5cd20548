package organization_test

import (
	"errors"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/eidgate/eidgate/domain/audit"
	"github.com/eidgate/eidgate/domain/organization"
)

func TestARetiredKeyIsPublishedForAsLongAsWhatItSignedLives(t *testing.T) {
	k := organization.SigningKey{ID: "k", Organization: "o", Purpose: organization.SignsTokens, CreatedAt: connectedAt}
	if !k.Published(connectedAt.AddDate(50, 0, 0)) {
		t.Error("a key that signs is not published")
	}
	retired, fact := k.Retire(later)
	if !retired.Published(later.Add(organization.KeyGrace-1)) || retired.Published(later.Add(organization.KeyGrace)) {
		t.Error("a retired key is published for another time than its grace")
	}
	if organization.KeyGrace <= organization.SampleLife {
		t.Error("tokens outlive what verifies them")
	}
	made := k.Made(connectedAt)
	if made.Kind != audit.SigningKeyMade || made.Sequence != 1 || fact.Kind != audit.SigningKeyRetired || fact.Sequence != 2 || made.Subject != fact.Subject {
		t.Errorf("told %+v and %+v", made, fact)
	}
	if made.Actor != audit.System || made.Organization != "o" || made.Environment != "production" || !maps.Equal(made.Details, map[string]string{"purpose": "tokens"}) {
		t.Errorf("told %+v", made)
	}
}

func TestASampleLivesAsLongAsItIsAskedTo(t *testing.T) {
	at := connectedAt.Add(123 * time.Millisecond)
	for life, want := range map[time.Duration]time.Duration{0: 36_000 * time.Second, time.Second: time.Second, organization.MostSampleLife: 31_536_000 * time.Second} {
		s, err := organization.Sample(organization.TokenSample{ID: "s", Scope: trial}, life, false, at)
		if err != nil || s.IssuedAt != connectedAt || s.ExpiresAt.Sub(s.IssuedAt) != want {
			t.Errorf("%s: from %s to %s: %v", life, s.IssuedAt, s.ExpiresAt, err)
		}
	}
	over, err := organization.Sample(organization.TokenSample{}, 0, true, at)
	if err != nil || !over.ExpiresAt.Before(at) || over.ExpiresAt.Sub(over.IssuedAt) != organization.SampleLife {
		t.Errorf("one that is over lives from %s to %s: %v", over.IssuedAt, over.ExpiresAt, err)
	}
	for _, life := range []time.Duration{-time.Second, organization.MostSampleLife + time.Second, time.Millisecond} {
		if _, err := organization.Sample(organization.TokenSample{}, life, false, at); !errors.Is(err, organization.ErrTokenSample) || !slices.Equal(blamed(err), []string{"expiration_in_seconds"}) {
			t.Errorf("%s: %v", life, err)
		}
	}
	if _, err := organization.Sample(organization.TokenSample{}, time.Hour, true, at); !slices.Equal(blamed(err), []string{"expired"}) {
		t.Errorf("over, and with a life: %v", err)
	}
}

func TestASampleIsToldWithWhomItIsAbout(t *testing.T) {
	f := organization.TokenSample{ID: "s", Scope: trial, User: "u"}.Issued(asker, later)
	if f.Kind != audit.TokenSampleIssued || f.Subject != "token_sample/s" || f.Sequence != 1 || f.Actor != "client/c" || f.Environment != "sandbox" || !maps.Equal(f.Details, map[string]string{"user": "u"}) {
		t.Errorf("told %+v", f)
	}
}
