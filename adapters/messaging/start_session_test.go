package messaging_test

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/eidgate/eidgate/adapters/messaging"
	"github.com/eidgate/eidgate/adapters/system"
	app "github.com/eidgate/eidgate/app/session"
	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/identity"
	"github.com/eidgate/eidgate/ports/inbound"
	"github.com/eidgate/eidgate/test/messages"
)

const company = "559000-0948" // from the eIDs' own documentation

var (
	signingDocuments = map[string]any{
		"organization": "org-1", "environment": "sandbox", "eid": "no.bankid", "operation": "sign", "channel": "page", "documents": []any{"d1", "d2"},
	}
	askingForCompany = map[string]any{
		"organization": "org-1", "environment": "sandbox", "eid": "se.freja", "operation": "authenticate", "channel": "app", "company_number": company,
	}
)

// but is an example with some members changed.
func but(example, change map[string]any) map[string]any {
	data := maps.Clone(example)
	maps.Copy(data, change)
	return data
}

func TestASessionIsStartedWithItsDocumentsInOrderAndItsCompany(t *testing.T) {
	for name, c := range map[string]struct {
		data  map[string]any
		asked inbound.SessionStart
	}{
		"documents": {signingDocuments, inbound.SessionStart{Order: eid.Order{
			EID: eid.NOBankID, Operation: eid.Sign, Channel: eid.Page, Documents: []eid.Document{{ID: "d1"}, {ID: "d2"}},
		}}},
		"an empty list beside a text": {but(signingDocuments, map[string]any{"documents": []any{}, "text": "I agree"}), inbound.SessionStart{Order: eid.Order{
			EID: eid.NOBankID, Operation: eid.Sign, Channel: eid.Page, Text: "I agree",
		}}},
		"a company": {askingForCompany, inbound.SessionStart{Company: company, Order: eid.Order{
			EID: eid.SEFreja, Operation: eid.Authenticate, Channel: eid.App,
		}}},
	} {
		command, err := json.Marshal(map[string]any{"specversion": "1.0", "id": "i", "source": "s", "type": config.CommandTopic(messaging.StartSession), "data": c.data})
		if err != nil {
			t.Fatal(err)
		}
		conforms(t, "command."+messaging.StartSession, command)
		c.asked.Command, c.asked.Order.Scope, c.asked.Order.Surface, c.asked.Order.Wants = "id-1", scope, "eid", eid.WantNumber
		inBubble(t, func(t *testing.T, r rig) {
			reply, err := r.CallAs(t.Context(), "id-1", messaging.StartSession, c.data)
			if asked := r.questions(); err != nil || reply.Fault != nil || len(asked) != 1 || !reflect.DeepEqual(asked[0], c.asked) {
				t.Errorf("%s: %+v, %v; asked %d times, or something else", name, reply.Fault, err, len(asked))
			}
			if strings.Contains(string(reply.Result), "0948") || strings.Contains(r.log.String(), "0948") {
				t.Errorf("%s: the answer or the log repeats the number", name)
			}
		})
	}
}

func TestDocumentsAndACompanyThatCannotBeAreBlamedAtOnceAndAskNobody(t *testing.T) {
	ids := func(n int) (list []any) {
		for i := range n {
			list = append(list, fmt.Sprintf("d%d", i))
		}
		return list
	}
	documents := func(v any) map[string]any { return map[string]any{"documents": v} }
	for name, c := range map[string]struct {
		example, change map[string]any
		field, code     string // "" for one that is taken
	}{
		"ten documents":               {signingDocuments, documents(ids(10)), "", ""},
		"eleven documents":            {signingDocuments, documents(ids(11)), "data.documents", "list_invalid"},
		"one of them twice":           {signingDocuments, documents([]any{"a", "b", "a"}), "data.documents", "list_invalid"},
		"one without a name":          {signingDocuments, documents([]any{"a", ""}), "data.documents", "list_invalid"},
		"the longest name":            {signingDocuments, documents([]any{strings.Repeat("å", 200)}), "", ""},
		"a longer name":               {signingDocuments, documents([]any{strings.Repeat("å", 201)}), "data.documents", "list_invalid"},
		"a control character":         {signingDocuments, documents([]any{"a\u0007"}), "data.documents", "list_invalid"},
		"a number":                    {signingDocuments, documents([]any{"a", 1}), "data.documents", "type_invalid"},
		"nothing in a list":           {signingDocuments, documents([]any{nil}), "data.documents", "type_invalid"},
		"a list in a list":            {signingDocuments, documents([]any{[]any{}}), "data.documents", "type_invalid"},
		"a text for a list":           {signingDocuments, documents("a"), "data.documents", "type_invalid"},
		"an object for a list":        {signingDocuments, documents(map[string]any{}), "data.documents", "type_invalid"},
		"documents of a login":        {signingDocuments, map[string]any{"operation": "authenticate"}, "data.documents", "documents_misplaced"},
		"documents with another eID":  {signingDocuments, map[string]any{"eid": "dk.mitid"}, "data.documents", "documents_misplaced"},
		"no documents of a login":     {signingDocuments, map[string]any{"operation": "authenticate", "documents": []any{}}, "", ""},
		"a company of a signature":    {askingForCompany, map[string]any{"operation": "phone_sign", "eid": "se.bankid"}, "", ""},
		"a company of an age":         {askingForCompany, map[string]any{"operation": "prove_age"}, "data.company_number", "company_misplaced"},
		"a company with another eID":  {askingForCompany, map[string]any{"eid": "no.bankid"}, "data.company_number", "company_misplaced"},
		"a company with an odd eID":   {askingForCompany, map[string]any{"eid": "xx"}, "data.company_number", "company_misplaced"},
		"a number for a company":      {askingForCompany, map[string]any{"company_number": 5590000948}, "data.company_number", "type_invalid"},
		"no company, and another eID": {askingForCompany, map[string]any{"company_number": nil, "eid": "no.bankid"}, "", ""},
	} {
		inBubble(t, func(t *testing.T, r rig) {
			reply, err := r.Call(t.Context(), messaging.StartSession, but(c.example, c.change))
			if err != nil {
				t.Fatal(err)
			}
			if c.field == "" {
				if reply.Fault != nil || len(r.questions()) != 1 {
					t.Errorf("%s: %+v", name, reply.Fault)
				}
				return
			}
			if reply.Fault == nil || reply.Fault.Code != "command_invalid" || len(reply.Fault.Violations) != 1 ||
				reply.Fault.Violations[0].Field != c.field || reply.Fault.Violations[0].Code != c.code {
				t.Errorf("%s: %+v", name, reply.Fault)
			}
			if len(r.questions()) != 0 || len(r.poison) != 0 {
				t.Errorf("%s: asked %d, poisoned %d", name, len(r.questions()), len(r.poison))
			}
		})
	}
}

func TestAnUnknownDocumentAndANumberThatIsNoneAreRefusedForGoodByTheNamesOfTheMessage(t *testing.T) {
	for failure, c := range map[error]struct {
		data              map[string]any
		kind, code, field string
	}{
		eid.ErrDocumentNamed.On("documents"): {signingDocuments, "invalid", "document_not_found", "documents"},
		app.ErrCompany.On("company"):         {askingForCompany, "invalid", "company_invalid", "company_number"},
	} {
		inBubble(t, func(t *testing.T, r rig) {
			r.failures = []error{failure}
			reply, err := r.Call(t.Context(), messaging.StartSession, c.data)
			if err != nil || reply.Fault == nil || reply.Fault.Kind != c.kind || reply.Fault.Code != c.code ||
				len(reply.Fault.Violations) != 1 || reply.Fault.Violations[0].Field != c.field {
				t.Errorf("%s: answered %+v, %v", c.code, reply.Fault, err)
			}
			if len(r.questions()) != 1 || len(r.poison) != 0 {
				t.Errorf("%s: asked %d times, poisoned %d", c.code, len(r.questions()), len(r.poison))
			}
		})
	}
}

// FuzzAStartIsReadOrRefused holds that whatever stands in a command, what is asked for is within the document's bounds.
func FuzzAStartIsReadOrRefused(f *testing.F) {
	for _, data := range []map[string]any{
		startingSession, signingDocuments, askingForCompany, but(signingDocuments, map[string]any{"documents": []any{"a", "a"}}),
		but(signingDocuments, map[string]any{"eid": "se.bankid", "company_number": company}), but(askingForCompany, map[string]any{"documents": []any{1, nil, []any{}}}),
	} {
		raw, err := json.Marshal(data)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(raw))
	}
	f.Add(`{"documents":` + strings.Repeat("[", 30) + strings.Repeat("]", 30) + `}`)
	f.Add(`{"documents":["a"],"documents":["b"]}`)
	b, err := messaging.Open(config)
	if err != nil {
		f.Fatal(err)
	}
	g := &gateway{}
	c, err := messaging.NewCommands(config, b, messaging.Uses{Accounts: g, Verifications: g, Sessions: sessions{g}, Feeds: feeds{g}}, system.Clock{}, system.IDs{}, slog.New(slog.DiscardHandler))
	if err != nil {
		f.Fatal(err)
	}
	stopped := make(chan error, 1)
	go func() { stopped <- c.Run(f.Context()) }()
	f.Cleanup(func() {
		if err := <-stopped; err != nil {
			f.Error(err)
		}
		_ = b.Close()
	})
	<-c.Running()
	r := rig{Client: messages.Client{Publisher: b}}
	f.Fuzz(func(t *testing.T, data string) {
		g.forget()
		if err := r.publish(config.CommandTopic(messaging.StartSession), `{"specversion":"1.0","id":"i","source":"s","type":"eidgate.commands.start_session","data":`+data+`}`); err != nil {
			t.Fatal(err)
		}
		for _, asked := range g.questions() {
			s := asked.(inbound.SessionStart)
			var ids []string
			for _, d := range s.Order.Documents {
				if d.ID == "" || utf8.RuneCountInString(d.ID) > 200 || slices.Contains(ids, d.ID) {
					t.Error("a document is named badly, or twice")
				}
				ids = append(ids, d.ID)
			}
			if len(ids) > 10 || len(ids) > 0 && (s.Order.EID != eid.NOBankID || s.Order.Operation != eid.Sign) {
				t.Errorf("%s with %s has %d documents", s.Order.Operation, s.Order.EID, len(ids))
			}
			if s.Company != "" && (s.Order.EID.Country() != identity.SE || s.Order.Operation == eid.ProveAge) {
				t.Errorf("%s with %s asks about a company", s.Order.Operation, s.Order.EID)
			}
		}
	})
}

// forget leaves the gateway as if nobody had asked yet.
func (g *gateway) forget() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.asked = nil
}
