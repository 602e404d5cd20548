package criipto_test

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/fault"
	"github.com/eidgate/eidgate/test/standin"
)

func TestANewKeyIsFoundByItsKid(t *testing.T) {
	b := newBench(t)
	if _, err := b.login(t, eid.SEBankID); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		b.there.Rotate()
		if got, err := b.login(t, eid.SEBankID); err != nil || got.Evidence == nil {
			t.Fatalf("after a rotation: %v because of %v", err, fault.Of(err).Cause())
		}
	}
	if calls := b.there.Calls(standin.JWKS); calls != 4 {
		t.Errorf("the keys were fetched %d times, for one start and three rotations", calls)
	}
}

func TestMitIDsOwnKeyIsChosenByItsKid(t *testing.T) {
	b := newBench(t)
	for _, e := range []eid.EID{eid.DKMitID, eid.SEBankID, eid.DKMitID} {
		if _, err := b.login(t, e); err != nil {
			t.Errorf("%s: %v", e, err)
		}
	}
	if calls := b.there.Calls(standin.JWKS); calls != 1 {
		t.Errorf("the keys were fetched %d times", calls)
	}
}

func TestAForgottenKeyIsNotBelievedForLong(t *testing.T) {
	b := newBench(t)
	if _, err := b.login(t, eid.SEBankID); err != nil {
		t.Fatal(err)
	}
	b.there.Rotate()
	b.clock.Advance(time.Hour)
	b.there.Twist(standin.OfTheFormerKey)
	if _, err := b.login(t, eid.SEBankID); !isRejected(err) {
		t.Errorf("got %v", err)
	}
}

func TestInventedKidsDoNotBecomeRequests(t *testing.T) {
	b := newBench(t)
	for range 40 {
		b.there.Twist(standin.UnknownKey)
		if _, err := b.login(t, eid.SEBankID); !isRejected(err) {
			t.Fatalf("got %v", err)
		}
	}
	if calls := b.there.Calls(standin.JWKS); calls > 6 {
		t.Errorf("40 invented kids became %d requests", calls)
	}
	if _, err := b.login(t, eid.SEBankID); err != nil {
		t.Errorf("a good token among the invented ones: %v", err)
	}
	b.clock.Advance(time.Minute)
	b.there.Rotate()
	if _, err := b.login(t, eid.SEBankID); err != nil {
		t.Errorf("a rotation a minute later: %v", err)
	}
}

func TestNoKeyIsFetchedForATokenThatCannotBeGood(t *testing.T) {
	b := newBench(t)
	if err := b.Warm(t.Context()); err != nil {
		t.Fatal(err)
	}
	b.there.Twist(func(t *standin.Token) { t.Header["alg"], t.Header["kid"] = "none", "unknown" })
	if _, err := b.login(t, eid.SEBankID); !isRejected(err) {
		t.Errorf("got %v", err)
	}
	if calls := b.there.Calls(standin.JWKS); calls != 1 {
		t.Errorf("the keys were fetched %d times", calls)
	}
}

func TestKeysThatAreAwayCostNoCode(t *testing.T) {
	for name, mishap := range map[string]standin.Mishap{
		"an error": standin.Page(500), "a page": standin.Page(200), "nothing": standin.Answer(200, "application/json", "", `{"keys":[]}`),
		"too much": standin.Huge, "a torn connection": standin.Reset, "half": standin.CutOff,
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			_, step, nudge := b.approved(t, eid.SEBankID)
			b.there.Misbehave(standin.JWKS, mishap, mishap, mishap, mishap) // a torn GET is sent again by net/http
			if _, err := b.Advance(t.Context(), step.Thread, nudge); !errors.Is(err, eid.ErrProvider) {
				t.Fatalf("got %v", err)
			}
			if calls := b.there.Calls(standin.TokenPath); calls != 0 {
				t.Error("the code was spent without a key to read its token with")
			}
			b.there.Behave()
			if got, err := b.Advance(t.Context(), step.Thread, nudge); err != nil || got.Evidence == nil {
				t.Errorf("again: %v", err)
			}
		})
	}
}

func TestKeysThatAreNoneOfOursAreLeftOut(t *testing.T) {
	b := newBench(t)
	b.there.Publish(
		`{"kty":"oct","kid":"shared","k":"c2VjcmV0"}`, `{"kty":"EC","crv":"P-256","kid":"ec","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}`,
		`{"kty":"future","kid":"pqc"}`, `7`)
	if got, err := b.login(t, eid.SEBankID); err != nil || got.Evidence == nil {
		t.Errorf("got %v because of %v", err, fault.Of(err).Cause())
	}
	b.there.Twist(b.there.Weak())
	if _, err := b.login(t, eid.SEBankID); !isRejected(err) {
		t.Errorf("signed with a key of 1,024 bits: %v", err)
	}
}

func TestNothingIsAskedBeforeItIsNeeded(t *testing.T) {
	b := newBench(t)
	b.there.Unplug()
	if _, err := b.Begin(t.Context(), b.Session(t, eid.SEBankID)); !errors.Is(err, eid.ErrProvider) {
		t.Errorf("got %v", err)
	}
	b.there.Replug(t)
	if _, err := b.Begin(t.Context(), b.Session(t, eid.SEBankID)); err != nil {
		t.Errorf("plugged in again: %v", err)
	}
}

func TestBeginAsksOnceForEverybody(t *testing.T) {
	b := newBench(t)
	var crowd sync.WaitGroup
	for range 30 {
		crowd.Go(func() {
			if _, err := b.Begin(t.Context(), b.Session(t, eid.SEBankID)); err != nil {
				t.Error(err)
			}
		})
	}
	crowd.Wait()
	if calls := b.there.Calls(standin.Discovery); calls != 1 {
		t.Errorf("discovery was asked %d times", calls)
	}
}

func TestAnOldDiscoveryDocumentIsRenewedBehindTheScenes(t *testing.T) {
	b := newBench(t)
	if err := b.Warm(t.Context()); err != nil {
		t.Fatal(err)
	}
	b.clock.Advance(2 * time.Hour)
	asked := make(chan struct{})
	b.there.Misbehave(standin.Discovery, func(w http.ResponseWriter, r *http.Request) {
		close(asked)
		standin.Page(500)(w, r)
	})
	if _, err := b.Begin(t.Context(), b.Session(t, eid.SEBankID)); err != nil {
		t.Errorf("got %v", err)
	}
	select {
	case <-asked:
	case <-time.After(10 * time.Second):
		t.Fatal("nobody asks")
	}
	if _, err := b.Begin(t.Context(), b.Session(t, eid.SEBankID)); err != nil {
		t.Errorf("after a failed renewal: %v", err)
	}
	if calls := b.there.Calls(standin.Discovery); calls != 2 {
		t.Errorf("discovery was asked %d times", calls)
	}
}

func TestADiscoveryDocumentThatIsNotTheIssuersIsRefused(t *testing.T) {
	b := newBench(t)
	document := func(issuer, token string) standin.Mishap {
		return standin.Answer(200, "application/json", "", `{"issuer":"`+issuer+`","authorization_endpoint":"`+b.there.Issuer+
			`/oauth2/authorize","token_endpoint":"`+token+`","jwks_uri":"`+b.there.Issuer+`/.well-known/jwks"}`)
	}
	good := b.there.Issuer + standin.TokenPath
	for name, c := range map[string]struct {
		mishap standin.Mishap
		want   *fault.Fault
	}{
		"another issuer":         {document("https://evil.example", good), eid.ErrMisconfigured},
		"a slash more":           {document(b.there.Issuer+"/", good), eid.ErrMisconfigured},
		"a token endpoint away":  {document(b.there.Issuer, "http://evil.example/token"), eid.ErrMisconfigured},
		"no token endpoint":      {document(b.there.Issuer, ""), eid.ErrMisconfigured},
		"an endpoint with query": {document(b.there.Issuer, good+"?a=b"), eid.ErrMisconfigured},
		"not found":              {standin.Page(404), eid.ErrMisconfigured},
		"moved":                  {standin.Elsewhere("http://evil.example/"), eid.ErrMisconfigured},
		"a page":                 {standin.Page(200), eid.ErrProvider},
		"an error":               {standin.Page(503), eid.ErrProvider},
		"too often":              {standin.Answer(429, "text/plain", "3", ""), eid.ErrProvider},
		"too much":               {standin.Huge, eid.ErrProvider},
	} {
		b.there.Misbehave(standin.Discovery, c.mishap)
		if _, err := b.Begin(t.Context(), b.Session(t, eid.SEBankID)); !errors.Is(err, c.want) {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

func TestWaitingForDiscoveryEndsWithTheCaller(t *testing.T) {
	b := newBench(t)
	ctx, giveUp := context.WithCancel(t.Context())
	b.there.Misbehave(standin.Discovery, func(w http.ResponseWriter, r *http.Request) { giveUp(); standin.Slow(w, r) })
	if _, err := b.Begin(ctx, b.Session(t, eid.SEBankID)); !errors.Is(err, context.Canceled) || !errors.Is(err, eid.ErrProvider) {
		t.Errorf("got %v", err)
	}
}
