package sessionapi_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/eidgate/eidgate/adapters/httpapi/sessionapi"
	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/test/surface"
)

func TestEventsSayHowASessionEndedAndNothingOfThePerson(t *testing.T) {
	g := open(t, sessionapi.Config{})
	wording := sessionapi.Wording{}
	if wording.Surface() != sessionapi.Name {
		t.Error(wording.Surface())
	}
	for name, settle := range map[string]func(s *eid.Session) error{
		"success":   nil,
		"abort":     func(s *eid.Session) error { _, err := s.Refuse(eid.ReasonDeclined, then); return err },
		"cancelled": func(s *eid.Session) error { _, err := s.Refuse(eid.ReasonCancelled, then); return err },
		"error":     func(s *eid.Session) error { _, err := s.Fail(eid.ReasonAssurance, then); return err },
		"expired":   func(s *eid.Session) error { s.Expire(then.Add(time.Hour)); return nil },
	} {
		t.Run(name, func(t *testing.T) {
			g.forget()
			g.create(t, redirecting(t, `{"allowedProviders":["nbid"],"requestedAttributes":["nin","name","email"],"tags":["a","b"],"externalReference":"ref"}`))
			var s eid.Snapshot
			if settle == nil {
				s = g.approve(t, "", browser)
			} else {
				s = g.with(t, settle)
			}
			media, body, err := wording.Word(s)
			if err != nil || media != "application/json" {
				t.Fatal(media, err)
			}
			surface.Golden(t, "event-"+name+".txt", string(body)+"\n")
			var members map[string]any
			if err := json.Unmarshal(body, &members); err != nil || len(members) != 9 {
				t.Errorf("%d members, %v", len(members), err)
			}
			for _, secret := range []string{"Kari", "Nordmann", "20123931743", "example.com", "ticket", "nonce", "browser", "203.0.113"} {
				if strings.Contains(string(body), secret) {
					t.Errorf("the event names %s", secret)
				}
			}
			_, again, _ := wording.Word(s)
			if string(again) != string(body) {
				t.Error("an event is worded twice in two ways")
			}
		})
	}
	g.create(t, plainRedirect)
	pending := g.with(t, func(*eid.Session) error { return nil })
	if _, _, err := wording.Word(pending); err == nil {
		t.Error("a session that goes on has an event")
	}
	other := g.with(t, func(s *eid.Session) error { _, err := s.Refuse(eid.ReasonDeclined, then); return err })
	other.Order.Surface = "eid"
	if _, _, err := wording.Word(other); err == nil {
		t.Error("another surface's session has an event")
	}
}

// annexed is a session that was approved, and has another annex than this surface gave it.
func annexed(g gateway, t *testing.T, annex string) eid.Snapshot {
	t.Helper()
	g.create(t, redirecting(t, `{"requestedAttributes":["name"]}`))
	s := g.approve(t, eid.NOBankID, browser)
	s.Order.Annex = []byte(annex)
	g.mu.Lock()
	defer g.mu.Unlock()
	g.sessions[g.id()] = eid.Restore(s)
	return s
}

func TestASessionThatCannotBeReadIsInvalidAndTellsNothing(t *testing.T) {
	g := open(t, sessionapi.Config{})
	const upTo = "redirect\x00\x00\x00\x00\x00\x00\x00\x00"
	if a := (sessionapi.Wording{}).ReturnTo(annexed(g, t, "redirect\x00https://rp.example/done\x00\x00\x00\x00\x00\x00\x00300\x00\x000")); a == "" {
		t.Fatal("a session that can be read is none")
	}
	for _, annex := range []string{
		"", "redirect", upTo + "300\x00", upTo + "x\x00\x000", upTo + "300\x00{\x000", upTo + "300\x00\x00-1", upTo + "300\x00\x001",
		"sideways" + strings.TrimPrefix(upTo, "redirect") + "300\x00\x000", upTo + "300\x00\x00",
	} {
		s := annexed(g, t, annex)
		m := g.get(t, "").members(t)
		failure, _ := m["error"].(map[string]any)
		if m["status"] != "INVALID" || m["subject"] != nil || m["environment"] != nil || failure["code"] != "session_error" || m["flow"] == "" || m["accountId"] == "" || m["requestedAttributes"] == nil {
			t.Errorf("%q: %v", annex, m)
		}
		if at := (sessionapi.Wording{}).ReturnTo(s); at != "" {
			t.Errorf("%q: the browser goes to %s", annex, at)
		}
		if _, body, err := (sessionapi.Wording{}).Word(s); err != nil || !strings.Contains(string(body), `"status":"INVALID"`) {
			t.Errorf("%q: %s %v", annex, body, err)
		}
	}
}
