package messaging_test

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ThreeDotsLabs/watermill/message"
	"github.com/getkin/kin-openapi/openapi3"

	"github.com/eidgate/eidgate/adapters/messaging"
	"github.com/eidgate/eidgate/domain/audit"
)

func (r rig) publish(topic, payload string) error {
	return r.Publisher.Publish(topic, message.NewMessage("m", []byte(payload)))
}

// published is the one event that is told on a topic while do runs.
func published(t *testing.T, b *messaging.Broker, topic string, do func() error) []byte {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	messages, err := b.Subscribe(ctx, topic)
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- do() }()
	m := <-messages
	m.Ack()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	return m.Payload
}

func TestAFactIsToldAsACloudEvent(t *testing.T) {
	b := open(t)
	f, err := messaging.NewFacts(config, b)
	if err != nil {
		t.Fatal(err)
	}
	got := published(t, b, "eidgate.facts.account.number_attached", func() error {
		return f.Publish(t.Context(), audit.Told{Position: 99, Attempts: 3, Fact: audit.Fact{
			Organization: "org-1", Environment: "sandbox", Kind: audit.AccountNumberAttached, Subject: "account/12", Sequence: 3,
			At: time.Date(2026, 11, 22, 10, 0, 0, 120_000, time.FixedZone("", 3600)), Actor: "account/12", Details: map[string]string{"eid": "se.bankid"},
		}})
	})
	const want = `{"specversion":"1.0","id":"account/12.3","source":"eidgate/org-1/sandbox/account/12","type":"eidgate.facts.account.number_attached",` +
		`"subject":"account/12","time":"2026-11-22T09:00:00.000120Z","datacontenttype":"application/json","sequence":"0000000000000000003",` +
		`"data":{"organization":"org-1","environment":"sandbox","actor":"account/12","sequence":3,"details":{"eid":"se.bankid"}}}`
	if string(got) != want {
		t.Errorf("told:\n%s\nwant:\n%s", got, want)
	}
}

func TestAFactThatNobodyAcknowledgesInTimeIsNotTold(t *testing.T) {
	b := open(t)
	f, err := messaging.NewFacts(config, b)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := b.Subscribe(t.Context(), "eidgate.facts.account.deleted"); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	told := audit.Told{Fact: audit.Fact{Kind: audit.AccountDeleted, Subject: "account/1", Sequence: 1}}
	if err := f.Publish(ctx, told); !errors.Is(err, messaging.ErrBroker) {
		t.Errorf("publishing: %v", err)
	}
	told.Kind = audit.AccountUpdated
	if err := f.Publish(t.Context(), told); err != nil {
		t.Errorf("nobody listens, and publishing fails: %v", err)
	}
}

// document is the AsyncAPI document as far as the tests look into it.
type document struct {
	AsyncAPI string `json:"asyncapi"`
	Channels map[string]struct {
		Address  *string              `json:"address"`
		Messages map[string]reference `json:"messages"`
	} `json:"channels"`
	Operations map[string]struct {
		Action  string    `json:"action"`
		Channel reference `json:"channel"`
	} `json:"operations"`
	Components struct {
		Messages map[string]struct {
			Payload reference `json:"payload"`
		} `json:"messages"`
		Schemas json.RawMessage `json:"schemas"`
	} `json:"components"`
}

type reference struct {
	Ref string `json:"$ref"`
}

func read(t *testing.T, c messaging.Config) document {
	t.Helper()
	var d document
	if err := json.Unmarshal(c.Document(), &d); err != nil {
		t.Fatal(err)
	}
	return d
}

func TestTheDocumentDescribesEveryFactAndCommandAndNothingElse(t *testing.T) {
	for _, prefix := range []string{"eidgate", "acme.id"} {
		c := messaging.Config{URL: messaging.Memory, Prefix: prefix}
		d := read(t, c)
		want := map[string]string{c.PoisonTopic(): "send"}
		for _, kind := range audit.Kinds() {
			want[c.FactTopic(kind)] = "send"
		}
		for _, name := range messaging.CommandNames() {
			want[c.CommandTopic(name)] = "receive"
		}
		got := map[string]string{}
		for _, o := range d.Operations {
			if address := d.Channels[strings.TrimPrefix(o.Channel.Ref, "#/channels/")].Address; address != nil {
				got[*address] = o.Action
			}
		}
		if !maps.Equal(got, want) {
			t.Errorf("with prefix %s the document has %v\nwant %v", prefix, slices.Sorted(maps.Keys(got)), slices.Sorted(maps.Keys(want)))
		}
		if len(d.Channels) != len(want)+1 || d.Channels["replies"].Address != nil || len(d.Channels["replies"].Messages) != len(messaging.CommandNames()) {
			t.Errorf("there are %d channels for %d topics and the answers", len(d.Channels), len(want))
		}
		if prefix != "eidgate" && strings.Contains(string(c.Document()), "eidgate.") {
			t.Error("the document names topics of another prefix")
		}
	}
}

func TestEveryReferenceInTheDocumentLeadsSomewhere(t *testing.T) {
	var root any
	if err := json.Unmarshal(config.Document(), &root); err != nil {
		t.Fatal(err)
	}
	found := 0
	var walk func(v any)
	walk = func(v any) {
		switch v := v.(type) {
		case map[string]any:
			if ref, ok := v["$ref"].(string); ok {
				found++
				at := root
				for _, step := range strings.Split(strings.TrimPrefix(ref, "#/"), "/") {
					inside, _ := at.(map[string]any)
					at = inside[step]
				}
				if at == nil {
					t.Errorf("%s leads nowhere", ref)
				}
			}
			for _, inner := range v {
				walk(inner)
			}
		case []any:
			for _, inner := range v {
				walk(inner)
			}
		}
	}
	if walk(root); found == 0 {
		t.Error("there are no references")
	}
}

func TestEveryKindOfFactIsToldAsTheDocumentSays(t *testing.T) {
	b := open(t)
	f, err := messaging.NewFacts(config, b)
	if err != nil {
		t.Fatal(err)
	}
	for _, kind := range audit.Kinds() {
		sort, _, _ := strings.Cut(kind, ".")
		conforms(t, "fact."+kind, published(t, b, config.FactTopic(kind), func() error {
			return f.Publish(t.Context(), audit.Told{Fact: audit.Fact{
				Organization: "o", Environment: "production", Kind: kind, Subject: sort + "/1", Sequence: 1, At: time.Now(), Actor: audit.System,
			}})
		}))
	}
}

func TestEveryCommandAndAnswerIsAsTheDocumentSays(t *testing.T) {
	for name, data := range map[string]any{
		messaging.CreateAccount: creating, messaging.StartVerification: starting, messaging.CompleteVerification: completing,
		messaging.StartSession: startingSession, messaging.FollowSession: aboutSession, messaging.CancelSession: aboutSession,
		messaging.FoundOrganization: founding, messaging.AddUser: adding, messaging.UpdateUser: updating,
	} {
		command, err := json.Marshal(map[string]any{"specversion": "1.0", "id": "i", "source": "s", "type": config.CommandTopic(name), "replyto": "eidgate.replies.me", "data": data})
		if err != nil {
			t.Fatal(err)
		}
		conforms(t, "command."+name, command)
		inBubble(t, func(t *testing.T, r rig) {
			r.failures = []error{nil, errors.New("no")}
			for range 2 {
				answers, err := r.Subscriber.Subscribe(t.Context(), "eidgate.replies.me")
				if err != nil {
					t.Fatal(err)
				}
				go func() { _ = r.publish(config.CommandTopic(name), string(command)) }()
				m := <-answers
				m.Ack()
				conforms(t, "reply."+name, m.Payload)
				go func() {
					for m := range answers {
						m.Ack()
					}
				}()
			}
		})
	}
}

// schemas are those of the document. What it uses of JSON Schema is the same in OpenAPI.
var schemas = sync.OnceValues(func() (openapi3.Schemas, error) {
	var d document
	if err := json.Unmarshal(config.Document(), &d); err != nil {
		return nil, err
	}
	wrapped := `{"openapi":"3.0.3","info":{"title":"t","version":"1"},"paths":{},"components":{"schemas":` + string(d.Components.Schemas) + `}}`
	api, err := openapi3.NewLoader().LoadFromData([]byte(wrapped))
	if err != nil {
		return nil, err
	}
	return api.Components.Schemas, nil
})

// conforms holds an event against a schema of the document.
func conforms(t *testing.T, schema string, event []byte) {
	t.Helper()
	all, err := schemas()
	if err != nil {
		t.Fatal(err)
	}
	var v any
	if err := json.Unmarshal(event, &v); err != nil {
		t.Fatal(err)
	}
	s := all[schema]
	if s == nil {
		t.Fatalf("the document has no schema %s", schema)
	}
	if err := s.Value.VisitJSON(v, openapi3.MultiErrors()); err != nil {
		t.Errorf("%s: %v", schema, err)
	}
}
