package organization_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/eidgate/eidgate/app/organization"
	"github.com/eidgate/eidgate/domain/audit"
	domain "github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/outbound"
)

// counting is a signer that counts the keys it makes, and may be slow about it.
type counting struct {
	outbound.Signer
	mu   sync.Mutex
	made int
	wait chan struct{} // nil for no wait
	// began has room for word of the first; nil for nobody who listens
	began chan struct{}
}

func (c *counting) Make(ctx context.Context, s outbound.CertificateSubject) ([]byte, []byte, error) {
	c.mu.Lock()
	c.made++
	c.mu.Unlock()
	if c.wait != nil {
		c.began <- struct{}{}
		<-c.wait
	}
	return c.Signer.Make(ctx, s)
}

func TestOneKeyIsMadeHoweverManySignAtOnce(t *testing.T) {
	b := newBureau(t)
	var processes []*organization.Signing
	var signers []*counting
	for range 3 {
		c := &counting{Signer: b.management.Signer}
		signers = append(signers, c)
		processes = append(processes, &organization.Signing{Work: b.Work, Clock: b.clock, IDs: b.IDs, Signer: c})
	}
	var all sync.WaitGroup
	var mu sync.Mutex
	seen := map[string]int{}
	for i := range 24 {
		all.Go(func() {
			k, err := processes[i%3].Key(t.Context(), b.acme, domain.SignsTokens)
			if err != nil || k.Private == nil || k.Organization != b.acme.ID || k.Purpose != domain.SignsTokens {
				t.Errorf("got a key of %s: %v", k.Organization, err)
			}
			mu.Lock()
			defer mu.Unlock()
			seen[k.ID]++
		})
	}
	all.Wait()
	if len(seen) != 1 {
		t.Errorf("%d keys sign", len(seen))
	}
	for i, c := range signers {
		if c.made > 1 {
			t.Errorf("process %d made %d keys", i, c.made)
		}
	}
	made := 0
	for _, f := range b.facts(t, b.acme.Scope(domain.Production)) {
		if f.Kind == audit.SigningKeyMade {
			made++
		}
	}
	if made != 1 {
		t.Errorf("the trail tells of %d keys", made)
	}
}

func TestNobodyWaitsLongerForAKeyThanTheyWantTo(t *testing.T) {
	b := newBureau(t)
	slow := &counting{Signer: b.management.Signer, wait: make(chan struct{}), began: make(chan struct{}, 1)}
	s := &organization.Signing{Work: b.Work, Clock: b.clock, IDs: b.IDs, Signer: slow}
	first := make(chan error, 1)
	go func() {
		_, err := s.Key(t.Context(), b.acme, domain.SignsTokens)
		first <- err
	}()
	<-slow.began
	ctx, cancel := context.WithCancelCause(t.Context())
	second := make(chan error, 1)
	go func() {
		_, err := s.Key(ctx, b.root, domain.SignsTokens)
		second <- err
	}()
	cancel(errors.New("enough"))
	if err := <-second; err == nil {
		t.Error("the second has a key before its turn")
	}
	close(slow.wait)
	if err := <-first; err != nil {
		t.Errorf("got %v", err)
	}
}

func TestARotationIsNoticedWithinHalfAMinuteAndOldTokensStayGood(t *testing.T) {
	b := newBureau(t)
	_, credentials := b.client(t, b.root, domain.Sandbox, nil, nil)
	other := b.process()
	good := func(when, token string) {
		t.Helper()
		for name, p := range map[string]*organization.Management{"this": b.management, "the other": other} {
			if _, err := p.Admit(t.Context(), token, "read:users", domain.Target{}); err != nil {
				t.Errorf("%s, in %s process: %v", when, name, err)
			}
		}
	}
	issue := func(p *organization.Management) (token string, key any) {
		t.Helper()
		issued, err := p.Issue(t.Context(), credentials, "")
		if err != nil {
			t.Fatal(err)
		}
		return issued.Token, part(t, issued.Token, 0)["kid"]
	}
	before, former := issue(b.management)
	good("before", before)
	b.clock.Advance(time.Second)
	next, err := other.Signing.Rotate(t.Context(), domain.Organization{}, domain.SignsManagement)
	if err != nil || next.ID == former {
		t.Fatalf("rotated: %v", err)
	}
	if token, key := issue(other); key != next.ID {
		t.Error("who rotates signs with the former key")
	} else {
		good("with the new key", token)
	}
	good("after the rotation", before)
	if _, key := issue(b.management); key != former {
		t.Log("the rotation was noticed at once")
	}
	b.clock.Advance(30 * time.Second)
	if token, key := issue(b.management); key != next.ID {
		t.Error("the rotation was not noticed")
	} else {
		good("noticed", token)
	}
	good("later", before)
	keys, err := b.management.Signing.Published(t.Context(), "", domain.SignsManagement)
	if err != nil || len(keys) != 2 || keys[0].ID != next.ID || keys[0].Private != nil || keys[1].Private != nil {
		t.Errorf("%d keys are published: %v", len(keys), err)
	}
	b.clock.Advance(domain.KeyGrace)
	if keys, err := b.management.Signing.Published(t.Context(), "", domain.SignsManagement); err != nil || len(keys) != 1 {
		t.Errorf("%d keys are published a day later: %v", len(keys), err)
	}
	var told []string
	for _, f := range b.facts(t, domain.Scope{Environment: domain.Production}) {
		told = append(told, f.Kind)
	}
	if len(told) != 3 || told[0] != audit.SigningKeyMade || told[1] != audit.SigningKeyRetired || told[2] != audit.SigningKeyMade {
		t.Errorf("the trail is %v", told)
	}
}

func TestAKeyIsMadeForNobodyWhoIsGone(t *testing.T) {
	b := newBureau(t)
	if _, err := b.organizations.Delete(t.Context(), b.here()); err != nil {
		t.Fatal(err)
	}
	if _, err := b.management.Signing.Key(t.Context(), b.acme, domain.SignsTokens); !errors.Is(err, domain.ErrNoOrganization) {
		t.Errorf("got %v", err)
	}
}

func TestEveryPurposeAndOrganizationHasAKeyOfItsOwn(t *testing.T) {
	b := newBureau(t)
	seen := map[string]bool{}
	for _, o := range []domain.Organization{{}, b.acme, b.root} {
		for _, purpose := range []domain.KeyPurpose{domain.SignsTokens, domain.SignsSamples, domain.SignsManagement} {
			k, err := b.management.Signing.Key(t.Context(), o, purpose)
			if err != nil || seen[k.ID] {
				t.Errorf("%s of %q: %v", purpose, o.Domain, err)
			}
			seen[k.ID] = true
		}
	}
}
