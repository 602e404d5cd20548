package messaging_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/eidgate/eidgate/adapters/messaging"
	"github.com/eidgate/eidgate/adapters/system"
	"github.com/eidgate/eidgate/domain/account"
	"github.com/eidgate/eidgate/domain/audit"
	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/identity"
	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/inbound"
	"github.com/eidgate/eidgate/ports/outbound"
	"github.com/eidgate/eidgate/test/messages"
)

const ssn = "199001012385" // an official test number

// gateway answers what may be asked by message, and remembers it.
type gateway struct {
	inbound.Accounts
	inbound.Verifications
	mu        sync.Mutex
	asked     []any
	failures  []error // one for each of the next questions
	panicking bool
	hanging   bool
}

func (g *gateway) ask(ctx context.Context, question any) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.asked = append(g.asked, question)
	if g.panicking {
		panic("it went wrong with " + ssn)
	}
	if g.hanging {
		<-ctx.Done()
		return ctx.Err()
	}
	if len(g.failures) > 0 {
		err := g.failures[0]
		g.failures = g.failures[1:]
		return err
	}
	return nil
}

func (g *gateway) questions() []any {
	g.mu.Lock()
	defer g.mu.Unlock()
	return slices.Clone(g.asked)
}

func number() identity.Number {
	n, err := identity.ParsePerson(identity.SE, ssn, identity.Options{AsOf: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)})
	if err != nil {
		panic(err)
	}
	return n
}

func (g *gateway) Register(ctx context.Context, r inbound.Registration) (account.Snapshot, error) {
	made := account.Snapshot{ID: 7, Country: r.Country, Active: !r.Inactive, Profile: r.Profile}
	if r.SSN != "" {
		made.Number = number()
	}
	return made, g.ask(ctx, r)
}

func (g *gateway) Start(ctx context.Context, s inbound.VerificationStart) (inbound.StartedVerification, error) {
	return inbound.StartedVerification{
		SessionID: "s1", Context: "urn:grn:authn:se:bankid", Correlation: s.State, Simulated: true,
		Challenge: eid.Challenge{URL: "https://id.example/authorize?nonce=n", Action: "https://id.example/authorize", Params: map[string]string{"nonce": "n"}},
	}, g.ask(ctx, s)
}

func (g *gateway) Complete(ctx context.Context, c inbound.VerificationCode) (inbound.CompletedVerification, error) {
	return inbound.CompletedVerification{Number: number(), Correlation: c.State}, g.ask(ctx, c)
}

// sessions are the gateway's other conversation.
type sessions struct{ *gateway }

func session(id string, order eid.Order) inbound.Session {
	return inbound.Session{Simulated: true, Snapshot: eid.Snapshot{
		ID: id, Order: order, State: eid.Pending, Hint: eid.HintOutstanding, ExpiresAt: time.Date(2026, 1, 1, 0, 5, 0, 0, time.UTC),
		Challenge: eid.Challenge{AppToken: "token", QR: "bankid.qr.0.code", Animated: eid.AnimatedQR{Token: "t", Secret: "qr-secret"}},
	}}
}

func (s sessions) Start(ctx context.Context, start inbound.SessionStart) (inbound.Session, error) {
	return session("s1", start.Order), s.ask(ctx, start)
}

func (s sessions) Follow(ctx context.Context, q inbound.SessionQuery) (inbound.Session, error) {
	settled := session(q.ID, eid.Order{EID: eid.SEBankID, Operation: eid.ProveAge})
	settled.State, settled.AgeFits, settled.Evidence = eid.Completed, true, eid.Evidence{Number: number(), Name: "Anna Andersson"}
	return settled, s.ask(ctx, q)
}

func (s sessions) Ask(context.Context, inbound.Credentials, inbound.SessionQuery) (inbound.Session, error) {
	panic("nobody presents credentials by message")
}

func (s sessions) AskAs(context.Context, organization.Kind, string, inbound.SessionQuery) (inbound.Session, error) {
	panic("nobody shows a token by message")
}

func (s sessions) Cancel(ctx context.Context, q inbound.SessionQuery) (inbound.Session, error) {
	refused := session(q.ID, eid.Order{EID: eid.SEBankID, Operation: eid.Sign})
	refused.State, refused.Reason = eid.Refused, eid.ReasonCancelled
	return refused, s.ask(ctx, q)
}

// rig is a gateway at a broker, with everything that was published and logged.
type rig struct {
	*gateway
	messages.Client
	log    *lockedBuffer
	poison chan string
}

type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) reset() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.b.Reset()
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// inBubble runs a test on a gateway at a broker, in time that costs nothing.
func inBubble(t *testing.T, test func(t *testing.T, r rig)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		b := open(t)
		r := rig{gateway: &gateway{}, log: &lockedBuffer{}, poison: make(chan string, 100)}
		r.Client = messages.Client{Publisher: b, Subscriber: b, Prefix: config.Prefix}
		log := slog.New(slog.NewTextHandler(r.log, &slog.HandlerOptions{Level: slog.Level(-100)}))
		c, err := messaging.NewCommands(config, b, messaging.Uses{Accounts: r.gateway, Verifications: r.gateway, Sessions: sessions{r.gateway}, Feeds: feeds{r.gateway}}, system.Clock{}, system.IDs{}, log)
		if err != nil {
			t.Fatal(err)
		}
		poisoned, err := b.Subscribe(t.Context(), config.PoisonTopic())
		if err != nil {
			t.Fatal(err)
		}
		go func() {
			for m := range poisoned {
				conforms(t, "poison", m.Payload)
				r.poison <- string(m.Payload)
				m.Ack()
			}
		}()
		ctx, cancel := context.WithCancel(t.Context())
		stopped := make(chan error, 1)
		go func() { stopped <- c.Run(ctx) }()
		<-c.Running()
		test(t, r)
		cancel()
		if err := <-stopped; err != nil {
			t.Errorf("stopping: %v", err)
		}
		if strings.Contains(r.log.String(), ssn) || strings.Contains(r.log.String(), "Andersson") {
			t.Errorf("the log holds what only a payload may: %s", r.log)
		}
	})
}

var (
	scope    = organization.Scope{Organization: "org-1", Environment: organization.Sandbox}
	creating = map[string]any{
		"organization": "org-1", "environment": "sandbox", "country": "SE", "type": "FAMILY", "plan_id": 3, "active": false, "ssn": ssn,
		"profile": map[string]any{"first_name": "Anna", "last_name": "Andersson", "email": "anna@example.com"}, "unknown": []any{1},
	}
	starting   = map[string]any{"organization": "org-1", "environment": "sandbox", "account_id": 7, "redirect_uri": "https://a.example/back", "method": "urn:grn:authn:se:bankid", "state": "mine"}
	completing = map[string]any{"organization": "org-1", "environment": "sandbox", "account_id": 7, "redirect_uri": "https://a.example/back", "code": "c0de", "state": "mine"}

	startingSession = map[string]any{
		"organization": "org-1", "environment": "sandbox", "eid": "se.bankid", "operation": "phone_sign", "channel": "backchannel",
		"ssn": ssn, "text": "I agree\nto everything", "call_initiator": "person", "pin": true, "reference": "mine",
	}
	aboutSession = map[string]any{"organization": "org-1", "environment": "sandbox", "session_id": "s1"}
)

func TestEachCommandIsAskedWithItsIdentifierAndScopeAndAnsweredToWhoeverSentIt(t *testing.T) {
	for name, c := range map[string]struct {
		data   any
		asked  any
		result string
	}{
		messaging.CreateAccount: {creating, inbound.Registration{
			Command: "id-1", Scope: scope, Actor: audit.Message, Country: identity.SE, Type: account.Family, PlanID: 3, Inactive: true, SSN: ssn,
			Profile: account.Profile{FirstName: "Anna", LastName: "Andersson", Email: "anna@example.com"},
		}, `{"account_id":7,"country":"SE","active":false,"ssn_attached":true}`},
		messaging.StartVerification: {starting, inbound.VerificationStart{
			Command: "id-1", Scope: scope, AccountID: 7, RedirectURI: "https://a.example/back", Context: "urn:grn:authn:se:bankid", State: "mine",
		}, `{"session_id":"s1","method":"urn:grn:authn:se:bankid","state":"mine","url":"https://id.example/authorize?nonce=n",` +
			`"action":"https://id.example/authorize","params":{"nonce":"n"},"simulated":true}`},
		messaging.CompleteVerification: {completing, inbound.VerificationCode{
			Scope: scope, AccountID: 7, Code: "c0de", RedirectURI: "https://a.example/back", State: "mine",
		}, `{"account_id":7,"ssn_attached":true,"country":"SE","kind":"personnummer","state":"mine","simulated":false}`},
		messaging.StartSession: {startingSession, inbound.SessionStart{
			Command: "id-1", Person: ssn, Order: eid.Order{
				Scope: scope, Surface: "eid", EID: eid.SEBankID, Operation: eid.PhoneSign, Channel: eid.Backchannel, Wants: eid.WantNumber,
				Require: eid.Requirement{PIN: true}, Correlation: "mine", Text: "I agree\nto everything", CallInitiator: eid.CalledByPerson,
			},
		}, `{"session_id":"s1","eid":"se.bankid","operation":"phone_sign","state":"pending","hint":"outstanding","reference":"mine",` +
			`"expires_at":"2026-01-01T00:05:00Z","challenge":{"app_token":"token","qr":"bankid.qr.0.code"},"simulated":true}`},
		messaging.FollowSession: {aboutSession, inbound.SessionQuery{Scope: scope, ID: "s1", Draw: true}, `{"session_id":"s1","eid":"se.bankid",` +
			`"operation":"prove_age","state":"completed","hint":"outstanding","age_fits":true,"expires_at":"2026-01-01T00:05:00Z","simulated":true}`},
		messaging.CancelSession: {aboutSession, inbound.SessionQuery{Scope: scope, ID: "s1", Draw: true}, `{"session_id":"s1","eid":"se.bankid",` +
			`"operation":"sign","state":"refused","hint":"outstanding","reason":"cancelled","expires_at":"2026-01-01T00:05:00Z","simulated":true}`},
	} {
		inBubble(t, func(t *testing.T, r rig) {
			reply, err := r.CallAs(t.Context(), "id-1", name, c.data)
			if err != nil || reply.CorrelationID != "id-1" || reply.Type != "eidgate.replies."+name || string(reply.Result) != c.result {
				t.Errorf("%s was answered with %s, %+v, %v", name, reply.Result, reply, err)
			}
			if asked := r.questions(); len(asked) != 1 || !reflect.DeepEqual(asked[0], c.asked) {
				t.Errorf("%s asked %d times, or something else", name, len(asked))
			}
			if len(r.poison) != 0 {
				t.Error("something was poisoned")
			}
		})
	}
}

func TestNoAnswerCarriesADigitOrTheDateInTheNumber(t *testing.T) {
	inBubble(t, func(t *testing.T, r rig) {
		for name, data := range map[string]any{
			messaging.CreateAccount: creating, messaging.CompleteVerification: completing,
			messaging.StartSession: startingSession, messaging.FollowSession: aboutSession,
		} {
			reply, err := r.Call(t.Context(), name, data)
			if err != nil || strings.Contains(string(reply.Result), "1990") || strings.Contains(string(reply.Result), "2385") ||
				strings.Contains(string(reply.Result), "Anna") || strings.Contains(string(reply.Result), "qr-secret") {
				t.Errorf("%s: %s, %v", name, reply.Result, err)
			}
		}
	})
}

func TestARefusalIsAnAnswerAndIsNotTriedAgain(t *testing.T) {
	inBubble(t, func(t *testing.T, r rig) {
		r.failures = []error{account.ErrNumberUnusable.On("number").Because(errors.New(ssn))}
		reply, err := r.Call(t.Context(), messaging.CompleteVerification, completing)
		if err != nil || reply.Fault == nil || reply.Fault.Code != "ssn_unusable" || reply.Fault.Kind != "invalid" || reply.Fault.Violations[0].Field != "ssn" {
			t.Errorf("answered: %+v, %v", reply, err)
		}
		if len(r.questions()) != 1 || len(r.poison) != 0 {
			t.Errorf("asked %d times, poisoned %d", len(r.questions()), len(r.poison))
		}
	})
}

func TestWhatMayPassIsTriedAgainAfterAPause(t *testing.T) {
	inBubble(t, func(t *testing.T, r rig) {
		r.failures = []error{outbound.ErrStorage, eid.ErrClaimed, account.ErrStale, organization.ErrStale}
		began := time.Now()
		reply, err := r.Call(t.Context(), messaging.CompleteVerification, completing)
		if err != nil || reply.Fault != nil || len(r.questions()) != 5 {
			t.Errorf("after %d tries: %+v, %v", len(r.questions()), reply.Fault, err)
		}
		if took := time.Since(began); took < 75*time.Millisecond {
			t.Errorf("four failures were tried again within %v", took)
		}
	})
}

func TestWhatDoesNotPassIsAnsweredAndLeavesACode(t *testing.T) {
	for name, c := range map[string]struct {
		failure error
		code    string
		tries   int
	}{
		"storage is away":                   {outbound.ErrStorage, "storage_unavailable", 5},
		"the breaker is open for long":      {eid.ErrProvider.RetryIn(time.Minute), "provider_unavailable", 1},
		"the provider may have done it":     {eid.ErrProviderUncertain, "provider_timeout", 1},
		"something nobody thought of broke": {errors.New("row " + ssn), "internal", 1},
	} {
		inBubble(t, func(t *testing.T, r rig) {
			r.failures = slices.Repeat([]error{c.failure}, 10)
			reply, err := r.CallAs(t.Context(), "id-1", messaging.StartVerification, starting)
			if err != nil || reply.Fault == nil || reply.Fault.Code != c.code || len(r.questions()) != c.tries {
				t.Errorf("%s: after %d tries %+v, %v", name, len(r.questions()), reply.Fault, err)
			}
			r.wantsPoison(t, "id-1", c.code)
			if c.code == "internal" { // the cause is for the operator; the handler of the log redacts it
				r.log.reset()
			}
		})
	}
}

// wantsPoison wants one event on the poison topic, with this code and nothing of the payload.
func (r rig) wantsPoison(t *testing.T, id, code string) {
	t.Helper()
	got := <-r.poison
	var event struct {
		Data map[string]string `json:"data"`
	}
	if err := json.Unmarshal([]byte(got), &event); err != nil {
		t.Fatal(err)
	}
	want := map[string]string{"topic": event.Data["topic"], "code": code}
	if id != "" {
		want["command"] = id
	}
	if !maps.Equal(event.Data, want) || !strings.HasPrefix(event.Data["topic"], "eidgate.commands.") {
		t.Errorf("poisoned: %s", got)
	}
	if len(r.poison) > 0 {
		t.Error("and more")
	}
}

func TestAPanicIsAnAnswerAndNamesNothingOfTheCommand(t *testing.T) {
	inBubble(t, func(t *testing.T, r rig) {
		r.panicking = true
		reply, err := r.CallAs(t.Context(), "id-1", messaging.CreateAccount, creating)
		if err != nil || reply.Fault == nil || reply.Fault.Code != "internal" || len(r.questions()) != 1 {
			t.Errorf("answered: %+v, %v", reply.Fault, err)
		}
		r.wantsPoison(t, "id-1", "internal")
	})
}

func TestACommandThatHangsIsAnsweredAfterTenSeconds(t *testing.T) {
	inBubble(t, func(t *testing.T, r rig) {
		r.hanging = true
		began := time.Now()
		reply, err := r.Call(t.Context(), messaging.CreateAccount, creating)
		if err != nil || reply.Fault == nil || reply.Fault.Code != "command_timeout" || time.Since(began) != 10*time.Second {
			t.Errorf("after %v: %+v, %v", time.Since(began), reply.Fault, err)
		}
	})
}

func TestACommandThatIsNoneIsAnsweredWhereItCanBe(t *testing.T) {
	const answered = `"specversion":"1.0","id":"id-1","source":"s","type":"eidgate.commands.start_verification","replyto":"eidgate.replies.me",`
	const scoped = `"organization":"o","environment":"sandbox","account_id":7,"redirect_uri":"u"`
	for name, c := range map[string]struct{ payload, code, field string }{
		"another version":       {`{"specversion":"0.3","id":"id-1","source":"s","type":"eidgate.commands.start_verification","replyto":"eidgate.replies.me","data":{` + scoped + `}}`, "command_invalid", "specversion"},
		"another type":          {`{"specversion":"1.0","id":"id-1","source":"s","type":"eidgate.facts.x","replyto":"eidgate.replies.me","data":{` + scoped + `}}`, "command_invalid", "type"},
		"no source":             {`{"specversion":"1.0","id":"id-1","type":"eidgate.commands.start_verification","replyto":"eidgate.replies.me","data":{` + scoped + `}}`, "command_invalid", "source"},
		"a number for a source": {`{"specversion":"1.0","id":"id-1","source":1,"type":"eidgate.commands.start_verification","replyto":"eidgate.replies.me","data":{` + scoped + `}}`, "command_invalid", "source"},
		"no data":               {`{` + answered + `"subject":null}`, "command_invalid", "data"},
		"a list for data":       {`{` + answered + `"data":[]}`, "command_invalid", "data"},
		"no organization":       {`{` + answered + `"data":{"environment":"sandbox","account_id":7,"redirect_uri":"u"}}`, "command_invalid", "data.organization"},
		"another environment":   {`{` + answered + `"data":{"organization":"o","environment":"test","account_id":7,"redirect_uri":"u"}}`, "command_invalid", "data.environment"},
		"no account":            {`{` + answered + `"data":{"organization":"o","environment":"sandbox","redirect_uri":"u"}}`, "command_invalid", "data.account_id"},
		"a text for an account": {`{` + answered + `"data":{"organization":"o","environment":"sandbox","account_id":"7","redirect_uri":"u"}}`, "command_invalid", "data.account_id"},
		"half an account":       {`{` + answered + `"data":{"organization":"o","environment":"sandbox","account_id":7.5,"redirect_uri":"u"}}`, "command_invalid", "data.account_id"},
		"another media type":    {`{` + answered + `"datacontenttype":"text/xml","data":{` + scoped + `}}`, "command_invalid", "datacontenttype"},
		"a control character":   {`{` + answered + `"data":{` + scoped + `,"state":"a\u0007"}}`, "command_invalid", "data.state"},
		"names in other case":   {`{` + answered + `"Data":{` + scoped + `}}`, "command_invalid", "data"},
	} {
		inBubble(t, func(t *testing.T, r rig) {
			reply, err := r.Send(t.Context(), "eidgate.commands.start_verification", "eidgate.replies.me", []byte(c.payload))
			if err != nil || reply.Fault == nil || reply.Fault.Code != c.code || reply.CorrelationID != "id-1" {
				t.Errorf("%s: %+v, %v", name, reply, err)
				return
			}
			if len(reply.Fault.Violations) != 1 || reply.Fault.Violations[0].Field != c.field {
				t.Errorf("%s: blamed %+v", name, reply.Fault.Violations)
			}
			if len(r.questions()) != 0 || len(r.poison) != 0 {
				t.Errorf("%s: asked %d, poisoned %d", name, len(r.questions()), len(r.poison))
			}
		})
	}
}

func TestWhatCannotBeReadOrAnsweredLeavesACodeAndIsNotCarriedOut(t *testing.T) {
	valid := func(replyTo string) string {
		return `{"specversion":"1.0","id":"id-1","source":"s","type":"eidgate.commands.start_verification","replyto":` + strconv.Quote(replyTo) +
			`,"data":{"organization":"o","environment":"sandbox","account_id":7,"redirect_uri":"u"}}`
	}
	for name, c := range map[string]struct{ payload, id, code string }{
		"no JSON":                     {ssn, "", "command_invalid"},
		"half of it":                  {`{"id":"id-1"`, "", "command_invalid"},
		"two of it":                   {`{"id":"a"}{"id":"b"}`, "", "command_invalid"},
		"a list":                      {`[]`, "", "command_invalid"},
		"one name twice":              {`{"id":"a","id":"b"}`, "", "command_invalid"},
		"one name twice inside":       {`{"id":"a","data":{"b":1,"b":2}}`, "", "command_invalid"},
		"NUL":                         {`{"id":"a\u0000"}`, "", "command_invalid"},
		"invalid UTF-8":               {"{\"id\":\"\xff\"}", "", "command_invalid"},
		"very deep":                   {`{"id":"a","data":` + strings.Repeat("[", 20000) + strings.Repeat("]", 20000) + `}`, "", "command_invalid"},
		"very large":                  {`{"id":"a","data":"` + strings.Repeat("x", 64<<10) + `"}`, "", "command_too_large"},
		"nobody to answer":            {`{"specversion":"0.3","id":"id-1"}`, "id-1", "command_invalid"},
		"answers among commands":      {valid("eidgate.commands.create_account"), "id-1", "replyto_invalid"},
		"answers among facts":         {valid("eidgate.facts.account.registered"), "id-1", "replyto_invalid"},
		"answers on the poison topic": {valid("eidgate.poison"), "id-1", "replyto_invalid"},
		"answers to a wild card":      {valid("eidgate.replies.*"), "id-1", "replyto_invalid"},
		"answers to no word":          {valid("eidgate.replies."), "id-1", "replyto_invalid"},
		"answers with a line break":   {valid("eidgate.replies.a\nb"), "id-1", "command_invalid"},
		"answers with an empty word":  {valid("eidgate.replies.a..b"), "id-1", "replyto_invalid"},
	} {
		inBubble(t, func(t *testing.T, r rig) {
			if err := r.publish("eidgate.commands.start_verification", c.payload); err != nil {
				t.Errorf("%s: %v", name, err)
			}
			r.wantsPoison(t, c.id, c.code)
			if len(r.questions()) != 0 {
				t.Errorf("%s was carried out", name)
			}
		})
	}
}

func TestACommandThatWantsNoAnswerIsCarriedOutAndItsRefusalLeavesACode(t *testing.T) {
	const payload = `{"specversion":"1.0","id":"id-1","source":"s","type":"eidgate.commands.start_verification",` +
		`"data":{"organization":"o","environment":"sandbox","account_id":7,"redirect_uri":"u"}}`
	inBubble(t, func(t *testing.T, r rig) {
		if err := r.publish("eidgate.commands.start_verification", payload); err != nil || len(r.questions()) != 1 || len(r.poison) != 0 {
			t.Errorf("asked %d, poisoned %d, %v", len(r.questions()), len(r.poison), err)
		}
		r.failures = []error{account.ErrNoAccount}
		if err := r.publish("eidgate.commands.start_verification", payload); err != nil {
			t.Error(err)
		}
		r.wantsPoison(t, "id-1", "account_unknown")
	})
}

func TestAnAnswerThatNobodyTakesLeavesACodeAndHoldsUpNoOtherCommand(t *testing.T) {
	inBubble(t, func(t *testing.T, r rig) {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		if _, err := r.Subscriber.Subscribe(ctx, "eidgate.replies.deaf"); err != nil {
			t.Fatal(err)
		}
		deaf := `{"specversion":"1.0","id":"id-1","source":"s","type":"eidgate.commands.start_verification","replyto":"eidgate.replies.deaf",` +
			`"data":{"organization":"o","environment":"sandbox","account_id":7,"redirect_uri":"u"}}`
		done := make(chan error, 1)
		go func() { done <- r.publish("eidgate.commands.start_verification", deaf) }()
		synctest.Wait()
		began := time.Now()
		if _, err := r.Call(t.Context(), messaging.StartVerification, starting); err != nil || time.Since(began) != 0 {
			t.Errorf("the other was answered after %v: %v", time.Since(began), err)
		}
		if err := <-done; err != nil {
			t.Errorf("publishing: %v", err)
		}
		r.wantsPoison(t, "id-1", "broker_unavailable")
	})
}

func TestACommandThatHasBegunIsFinishedAndAnsweredWhenTheGatewayStops(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := open(t)
		g := &gateway{failures: []error{outbound.ErrStorage}} // so that it takes a moment
		c, err := messaging.NewCommands(config, b, messaging.Uses{Accounts: g, Verifications: g, Sessions: sessions{g}, Feeds: feeds{g}}, system.Clock{}, system.IDs{}, slog.New(slog.DiscardHandler))
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		stopped := make(chan error, 1)
		go func() { stopped <- c.Run(ctx) }()
		<-c.Running()
		answers, err := b.Subscribe(t.Context(), "eidgate.replies.me")
		if err != nil {
			t.Fatal(err)
		}
		r := rig{Client: messages.Client{Publisher: b}}
		go func() {
			_ = r.publish("eidgate.commands.start_verification", `{"specversion":"1.0","id":"id-1","source":"s","type":"eidgate.commands.start_verification",`+
				`"replyto":"eidgate.replies.me","data":{"organization":"o","environment":"sandbox","account_id":7,"redirect_uri":"u"}}`)
		}()
		synctest.Wait()
		cancel()
		m := <-answers
		if !strings.Contains(string(m.Payload), `"result":{"session_id":"s1"`) {
			t.Errorf("answered: %s", m.Payload)
		}
		m.Ack()
		if err := <-stopped; err != nil {
			t.Errorf("stopping: %v", err)
		}
	})
}
