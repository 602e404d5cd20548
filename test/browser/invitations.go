package browser

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"sync"
	"time"

	"github.com/eidgate/eidgate/domain/fault"
	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/inbound"
)

var _ inbound.Onboarding = (*Invitations)(nil)

// UploadFaults is what can be wrong with uploaded metadata; the last is one that no page has words for.
var UploadFaults = []*fault.Fault{
	organization.ErrMetadataSize, organization.ErrMetadataXML, organization.ErrMetadataEntity, organization.ErrMetadataSignOn,
	organization.ErrMetadataAddress, organization.ErrMetadataKey, organization.ErrMetadataWeakKey, organization.ErrEntityTaken,
	organization.ErrOnboarding,
}

// Invitations answers [inbound.Onboarding] for invitations that tests send. The connections follow the rules of the
// domain; of metadata it reads no more than words that tests put there: "fault:CODE" for what is wrong with it, and
// "warning:CODE" for what is unusual.
type Invitations struct {
	mu     sync.Mutex
	links  map[string]*invited
	visits map[string]*invited
}

type invited struct {
	view     inbound.OnboardingView
	opens    int
	uploaded []string
	visit    string
	trouble  error
	pause    func()
}

// NewInvitations has none yet.
func NewInvitations() *Invitations {
	return &Invitations{links: map[string]*invited{}, visits: map[string]*invited{}}
}

// Invited is the connection of an organization whose administrator has not begun.
func Invited(name string) inbound.OnboardingView {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	return inbound.OnboardingView{
		Organization: organization.Organization{ID: "o1", Root: "o0", Domain: "acme", Name: name}, Inviter: "Nordiska Tjänster AB",
		Connection: organization.Connection{
			ID: "acme_7bKpVwq2XrTz9LmNcYfHgd", Active: true, Provider: organization.ProviderUnset, Policy: organization.AnyUser,
			Onboarding: &organization.Onboarding{ID: "n1", Email: "admin@acme.example", State: organization.NotInitialized, CreatedAt: now, UpdatedAt: now},
		},
		Service: inbound.ServiceProvider{
			EntityID: "https://id.example/saml/nordiska_tjanster_2aBcDeFgHiJkLmNoPqRsTu", ReplyURL: "https://id.example/saml/acme_7bKpVwq2XrTz9LmNcYfHgd/acs",
			Certificate: "-----BEGIN CERTIFICATE-----\n" + strings.Repeat("MIIDazCCAlOgAwIBAgIUQhTnJ7Yk0n3xq5Z0h1v8m2ZyR9QwDQYJKoZIhvcNAQEL\n", 15) + "-----END CERTIFICATE-----\n",
			Metadata:    `<EntityDescriptor entityID="https://id.example/saml/nordiska_tjanster_2aBcDeFgHiJkLmNoPqRsTu"/>`,
		},
	}
}

// Send sends an invitation, or another in its place.
func (s *Invitations) Send(link string, v inbound.OnboardingView) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.links[link] = &invited{view: v}
}

// Withdraw ends an invitation, and the visit that came of it.
func (s *Invitations) Withdraw(link string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.visits, s.links[link].visit)
	delete(s.links, link)
}

// Trouble is what everything about an invitation fails with from now on; nil for nothing.
func (s *Invitations) Trouble(link string, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.links[link].trouble = err
}

// Pause holds the opening of a link, once entered is closed, until resume is called.
func (s *Invitations) Pause(link string) (entered <-chan struct{}, resume func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	in, out := make(chan struct{}), make(chan struct{})
	s.links[link].pause = func() { close(in); <-out }
	return in, func() { close(out) }
}

// Told is how often a link was opened, what its browser uploaded, and how far the connection is.
func (s *Invitations) Told(link string) (opens int, uploaded []string, c organization.Connection) {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := s.links[link]
	return n.opens, n.uploaded, n.view.Connection
}

// find looks an invitation up, and fails as the use case does.
func (s *Invitations) find(of map[string]*invited, secret string) (*invited, error) {
	n, known := of[secret]
	if !known {
		return nil, organization.ErrNoInvitation
	}
	return n, n.trouble
}

// Look answers [inbound.Onboarding].
func (s *Invitations) Look(_ context.Context, link string) (inbound.OnboardingView, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	n, err := s.find(s.links, link)
	if err == nil && n.visit != "" {
		err = organization.ErrNoInvitation
	}
	if err != nil {
		return inbound.OnboardingView{}, err
	}
	return inbound.OnboardingView{Organization: n.view.Organization, Inviter: n.view.Inviter, Connection: n.view.Connection}, nil
}

// Open answers [inbound.Onboarding].
func (s *Invitations) Open(_ context.Context, link string) (string, inbound.OnboardingView, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	n, err := s.find(s.links, link)
	if err == nil && n.visit != "" {
		err = organization.ErrNoInvitation
	}
	if err != nil {
		return "", inbound.OnboardingView{}, err
	}
	sum := sha256.Sum256([]byte(link))
	n.opens++
	n.visit = hex.EncodeToString(sum[:])[:40]
	s.visits[n.visit] = n
	if pause := n.pause; pause != nil {
		s.mu.Unlock()
		pause()
		s.mu.Lock()
	}
	return n.visit, n.view, nil
}

// Show answers [inbound.Onboarding].
func (s *Invitations) Show(_ context.Context, visit string) (inbound.OnboardingView, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	n, err := s.find(s.visits, visit)
	if err != nil {
		return inbound.OnboardingView{}, err
	}
	return n.view, nil
}

// Choose answers [inbound.Onboarding].
func (s *Invitations) Choose(_ context.Context, visit string, p organization.ProviderType) (inbound.OnboardingView, error) {
	return s.change(visit, func(n *invited, now time.Time) error {
		c, _, err := n.view.Connection.Choose(p, organization.By{}, now)
		if err == nil {
			n.view.Connection = c
		}
		return err
	})
}

// Upload answers [inbound.Onboarding].
func (s *Invitations) Upload(_ context.Context, visit, xml string) (inbound.OnboardingView, error) {
	return s.change(visit, func(n *invited, now time.Time) error {
		n.uploaded = append(n.uploaded, xml)
		for _, f := range UploadFaults {
			if strings.Contains(xml, "fault:"+f.Code()+" ") {
				return f
			}
		}
		if xml == "" || len(xml) > 1<<20 {
			return organization.ErrMetadataSize
		}
		c, _, err := n.view.Connection.Change(organization.ConnectionChange{Metadata: &organization.ProviderMetadata{
			XML: xml, EntityID: "https://idp.acme.example/saml/metadata", SignOn: "https://idp.acme.example/saml/sso?tenant=acme",
			Certificates: 2, ExpiresAt: time.Date(2027, 5, 31, 8, 0, 0, 0, time.UTC),
		}}, organization.By{}, now)
		n.view.Connection, n.view.Warnings = c, nil
		for _, code := range []string{organization.CertificateExpired, organization.CertificateExpires, "new_word"} {
			if strings.Contains(xml, "warning:"+code+" ") {
				n.view.Warnings = append(n.view.Warnings, code)
			}
		}
		return err
	})
}

func (s *Invitations) change(visit string, change func(n *invited, now time.Time) error) (inbound.OnboardingView, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	n, err := s.find(s.visits, visit)
	if err == nil {
		err = change(n, time.Date(2026, 3, 1, 13, 0, 0, 0, time.UTC))
	}
	if err != nil {
		return inbound.OnboardingView{}, err
	}
	return n.view, nil
}
