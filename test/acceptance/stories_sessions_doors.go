package acceptance

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/fault"
	"github.com/eidgate/eidgate/domain/organization"
)

// sessionEvent is what a session client is told when a session has settled.
type sessionEvent struct {
	ID, Timestamp, Sender, EventName, AccountID, ExpiresAt string

	EventData      struct{ SessionID, Status, Provider, ExternalReference, Flow string }
	OrganizationID *string
	Tags           []string
}

func followedAndCalledBack(t *testing.T, g *Gateway) {
	news := make(chan []byte, 10)
	receiver := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err == nil && r.Method == http.MethodPost && r.URL.Path == "/news" {
			news <- body
		}
	}))
	defer receiver.Close()
	g.enrol(t, organization.Client{
		Scope: g.scope(), Kind: organization.KindSession, Identifier: "told", Addresses: organization.Addresses{DefaultCallback: receiver.URL + "/news"},
	})
	body := redirected(eid.NOBankID)
	body["tags"] = []string{"checkout"}
	s := created(t, g.hostedAs("told", ownSecret), body)
	byMessage, begun := newOperationsByMessage(g), Begun{Session: s.ID}
	if p, outcome := byMessage.Follow(t, begun); outcome.Refused || p.State != Waiting {
		t.Fatalf("followed by message it is %s, refused %v", p.State, outcome.Refused)
	}
	g.comeBack(t, g.take(t, s, ""), "kari")
	g.ended(t, s, "SUCCESS", ifDone)
	if p, outcome := byMessage.Follow(t, begun); outcome.Refused || p.State != Done || p.Seen != (Seen{}) {
		t.Errorf("followed by message it is %s, refused %v", p.State, outcome.Refused)
	}
	_, outcome := byMessage.Stranger(t).Follow(t, begun)
	outcome.Kindly(t, fault.NotFound)
	select {
	case told := <-news:
		g.readsEvent(t, told, s)
	case <-time.After(time.Minute):
		t.Fatal("nobody is told of the end")
	}
}

func (g *Gateway) readsEvent(t *testing.T, told []byte, s HostedSession) {
	t.Helper()
	var members map[string]json.RawMessage
	var e sessionEvent
	if json.Unmarshal(told, &members) != nil || json.Unmarshal(told, &e) != nil || len(members) != 9 {
		t.Fatalf("the event has %d members", len(members))
	}
	if len(e.ID) != 32 || e.Sender != "authentication-api" || e.EventName != "session.success" || e.AccountID != g.account() || e.OrganizationID != nil {
		t.Errorf("the event is %s of %s", e.EventName, e.Sender)
	}
	data := e.EventData
	if data.SessionID != s.ID || data.Status != "SUCCESS" || data.Provider != "nbid" || data.ExternalReference != "order 7" || data.Flow != "redirect" {
		t.Errorf("the event tells of %s by %s", data.Status, data.Provider)
	}
	if len(e.Tags) != 1 || e.Tags[0] != "checkout" || !strings.HasSuffix(e.Timestamp, "Z") || e.ExpiresAt <= e.Timestamp {
		t.Errorf("the event has %d tags, or no times", len(e.Tags))
	}
	for _, secret := range []string{g.NumberOf(t, "kari"), "Kari", ticketOf(s)} {
		if strings.Contains(string(told), secret) {
			t.Error("the event says who it was")
		}
	}
}

func openedByMessage(t *testing.T, g *Gateway) {
	b, outcome := newOperationsByMessage(g).Begin(t, Operation{EID: eid.NOBankID, Operation: eid.Authenticate, Channel: eid.Page, ReturnTo: done})
	outcome.OK(t)
	d := hostedAt(g)
	_, outcome = d.Get(t, b.Session)
	outcome.Is(t, fault.NotFound, "")
	_, outcome = d.TakeBack(t, b.Session)
	outcome.Is(t, fault.NotFound, "")
	if p, outcome := newOperationsByMessage(g).Follow(t, b); outcome.Refused || p.State != Waiting {
		t.Errorf("the attempts left it %s", p.State)
	}
}
