package pages_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/ports/inbound"
)

// shown is an order as the simulator's API lists it.
type shown struct {
	waiting
	Channel        string   `json:"channel"`
	AppToken       string   `json:"app_token"`
	Documents      []string `json:"documents"`
	Digest         bool     `json:"digest"`
	BindingMessage string   `json:"binding_message"`
	Person         string   `json:"person"`
	Stranger       bool     `json:"stranger"`
}

func (s site) person(id string) inbound.SimulatedPerson {
	people := s.simulator.People()
	return people[slices.IndexFunc(people, func(p inbound.SimulatedPerson) bool { return p.ID == id })]
}

func TestAnOrderForAnAppIsShownAtOnceWithAllThatItsPersonReads(t *testing.T) {
	s := open(t, nil)
	order := eid.Order{EID: eid.SEBankID, Operation: eid.Sign, Channel: eid.App, Text: "Pay 10 kr\nto <Bo>", Digest: "d", Correlation: "theirs"}
	order.Require.Person = s.person("erik").Number
	challenge := s.begin("s1", order)
	b := s.browser()
	got := decode[[]shown](t, b.get("/simulator/orders"))
	if len(got) != 1 || got[0].Session != "s1" || got[0].EID != "se.bankid" || got[0].Operation != "sign" || got[0].Channel != "app" ||
		got[0].Organization != "Demo AB" || got[0].Text != order.Text || !got[0].Digest || got[0].Person != "erik" || got[0].AppToken != challenge.AppToken {
		t.Errorf("listed: %+v", got)
	}
	desk := b.get("/simulator", "Accept", page).body
	for _, what := range []string{"Pay 10 kr\nto &lt;Bo&gt;", "signed along", "Signature", "in the app", "names <code>erik</code>", `value="erik" selected`} {
		if !strings.Contains(desk, what) {
			t.Errorf("the desk does not show %q", what)
		}
	}
	if strings.Contains(desk, `value="anna" selected`) || strings.Contains(desk, challenge.Animated.Secret) {
		t.Error("the desk chooses somebody else, or shows a secret")
	}
	b.post("/simulator/orders/"+challenge.AppToken+"/approve", `{"person":"anna"}`).is(t, http.StatusNoContent, "")
	if left := decode[[]shown](t, b.get("/simulator/orders")); len(left) != 0 {
		t.Errorf("still waiting: %+v", left)
	}
}

func TestANotifiedPersonComparesTheBindingMessage(t *testing.T) {
	s := open(t, nil)
	order := eid.Order{EID: eid.DKMitID, Operation: eid.Authenticate, Channel: eid.Backchannel, BindingMessage: "blue <whale>"}
	order.Require.Person = s.person("mette").Number
	s.begin("s1", order)
	b := s.browser()
	if desk := b.get("/simulator", "Accept", page).body; !strings.Contains(desk, "blue &lt;whale&gt;") || !strings.Contains(desk, "notified in the app") {
		t.Error("the desk does not show the binding message")
	}
	b.post("/simulator/orders/s1/fail", `{"reason":"REJECTED"}`).is(t, http.StatusNoContent, "")
}

func TestAPageShowsTheNamesOfTheDocuments(t *testing.T) {
	s := open(t, nil)
	b := s.browser()
	address := s.begin("s1", eid.Order{EID: eid.NOBankID, Operation: eid.Sign, Channel: eid.Page, Documents: []eid.Document{
		{ID: "1", Name: "lease <1>.pdf", Content: []byte("%PDF-")}, {ID: "2", Name: "annex.pdf", Content: []byte("%PDF-")},
	}}).URL
	shown := b.get(address, "Accept", page).body
	if !strings.Contains(shown, "<li>lease &lt;1&gt;.pdf</li>") || !strings.Contains(shown, "<li>annex.pdf</li>") || !strings.Contains(shown, "For Demo AB") {
		t.Error("the page does not show what is signed")
	}
	b.post("/simulator/orders/s1/approve", `{"person":"kari"}`).is(t, http.StatusNoContent, "")
	if q := back(t, b.get(address)); q.Get("code") == "" || q.Get("state") != "ticket-s1" {
		t.Error("the browser is not sent back with code and ticket")
	}
}

func TestAStrangersOrderSaysSo(t *testing.T) {
	s := open(t, nil)
	order := eid.Order{EID: eid.SEBankID, Operation: eid.Authenticate, Channel: eid.App}
	order.Require.Person = s.person("kari").Number // a number that nobody has at Swedish BankID
	s.begin("s1", order)
	b := s.browser()
	if got := decode[[]shown](t, b.get("/simulator/orders")); len(got) != 1 || !got[0].Stranger || got[0].Person != "" {
		t.Errorf("listed: %+v", got)
	}
	if desk := b.get("/simulator", "Accept", page).body; !strings.Contains(desk, "none of these people") || strings.Contains(desk, " selected") {
		t.Error("the desk does not say that it is a stranger's")
	}
}

func TestPeopleAreListedWithAllThatTheirEIDsTell(t *testing.T) {
	s := open(t, nil)
	people := decode[[]struct {
		ID, Phone, Email, Address, Card string
		SignsFor                        []struct {
			Number string `json:"org_number"`
			Name   string
		} `json:"signs_for"`
		Withheld bool
	}](t, s.browser().get("/simulator/people"))
	for _, p := range people {
		switch p.ID {
		case "anna":
			if p.Phone != "+46701740605" || p.Email != "anna@example.com" || p.Address != "Storgatan 1, 111 22 Stockholm" ||
				!strings.HasPrefix(p.Card, "BANKIDF.") || len(p.SignsFor) == 0 || p.SignsFor[0].Number != "5590000948" || p.Withheld {
				t.Errorf("anna is %+v", p)
			}
		case "onni":
			if !p.Withheld || p.Card != "" {
				t.Errorf("onni is %+v", p)
			}
		}
	}
	if desk := s.browser().get("/simulator", "Accept", page).body; strings.Count(desk, "<code>BANKIDF.") != 4 || !strings.Contains(desk, "Exempelbolaget AB") {
		t.Error("the desk lists no cards or companies")
	}
}

func TestTheDeskStaysReadableHoweverManyWait(t *testing.T) {
	s := open(t, nil)
	for i := range 60 {
		s.begin(fmt.Sprint("s", i), eid.Order{EID: eid.SEFreja, Operation: eid.Authenticate, Channel: eid.App})
	}
	b := s.browser()
	desk := b.get("/simulator", "Accept", page).body
	if n := strings.Count(desk, "/approve\""); n != 50 || !strings.Contains(desk, "10 more wait") {
		t.Errorf("%d forms", n)
	}
	orders := decode[[]shown](t, b.get("/simulator/orders"))
	var seen strings.Builder
	for _, o := range orders {
		seen.WriteString(o.ID + " ")
	}
	if len(orders) != 60 || !strings.Contains(desk, `data-seen="`+seen.String()+`"`) { // else it would load itself again and again
		t.Error("the desk does not know of all that wait")
	}
}
