package browser_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/eidgate/eidgate/adapters/httpapi"
	"github.com/eidgate/eidgate/adapters/httpapi/portal"
	"github.com/eidgate/eidgate/adapters/system"
	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/outbound"
	"github.com/eidgate/eidgate/test/browser"
)

func TestAnAdministratorSetsAConnectionUp(t *testing.T) { onboard(t, "portal.mjs") }

func TestEverybodyCanReadEveryStep(t *testing.T) { onboard(t, "portal_reading.mjs") }

// onboard runs one of the scripts against the pages of an onboarding.
func onboard(t *testing.T, script string) {
	t.Helper()
	play(t, script, func(base, _ string) ([]httpapi.Surface, http.Handler, map[string]any) {
		s := &inviting{base: base, invitations: browser.NewInvitations()}
		config := portal.Config{PublicURL: base}
		surface, err := portal.New(config, s.invitations, system.Clock{}, system.Random{})
		if err != nil {
			t.Fatal(err)
		}
		mailbox, err := portal.NewMailbox(config, s)
		if err != nil {
			t.Fatal(err)
		}
		var codes []string
		for _, f := range browser.UploadFaults {
			codes = append(codes, f.Code())
		}
		return []httpapi.Surface{surface, mailbox}, s, map[string]any{"products": organization.ProviderTypes(), "codes": codes}
	})
}

// inviting lets a script send invitations, and keeps the letters.
type inviting struct {
	base        string
	invitations *browser.Invitations
	mu          sync.Mutex
	letters     []portal.Letter
}

// List answers [portal.Letters].
func (s *inviting) List() []portal.Letter {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]portal.Letter(nil), s.letters...)
}

func (s *inviting) send(link string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.letters = append([]portal.Letter{{At: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC), Letter: outbound.Letter{
		To: "admin@acme.example", Subject: "Set up single sign-on for Acme <Bank>",
		Text: "Hello\n\nOpen this link:\n" + s.base + "/onboarding/" + link + "\n\nIt is none of https://evil.example/ <b>here</b>.\n",
	}}}, s.letters...)
}

func (s *inviting) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	link := q.Get("link")
	var answer any
	switch r.URL.Path {
	case "/invite":
		n := browser.Invited("Nordiska Sparkassan & Partner")
		if q.Get("hostile") != "" {
			const hostile = `"><svg onload=alert(1)><img src=x onerror=alert(2)>` + "\u202e"
			n.Organization.Name, n.Inviter, n.Service.EntityID = hostile, hostile, hostile
		}
		if q.Get("long") != "" {
			n.Organization.Name = strings.Repeat("Sparkassefondsforvaltningsselskabet", 5)
		}
		s.invitations.Send(link, n)
		s.send(link)
	case "/withdraw":
		s.invitations.Withdraw(link)
	case "/trouble":
		s.invitations.Trouble(link, outbound.ErrMail)
	case "/told":
		opens, uploaded, c := s.invitations.Told(link)
		answer = map[string]any{"opens": opens, "uploaded": uploaded, "provider": c.Provider, "state": c.Onboarding.State}
	default:
		http.NotFound(w, r)
		return
	}
	_ = json.NewEncoder(w).Encode(answer)
}
