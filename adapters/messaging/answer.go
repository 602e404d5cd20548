package messaging

import (
	"context"

	"github.com/eidgate/eidgate/domain/fault"
)

// answerData is what a command led to: exactly one of the two.
type answerData struct {
	Result any        `json:"result,omitempty"`
	Fault  *faultData `json:"fault,omitempty"`
}

type faultData struct {
	Kind         string          `json:"kind"`
	Code         string          `json:"code"`
	Text         string          `json:"text"`
	RetryAfterMS int64           `json:"retry_after_ms,omitempty"`
	Violations   []violationData `json:"violations,omitempty"`
}

type violationData struct {
	Field string `json:"field"`
	Code  string `json:"code"`
	Text  string `json:"text"`
}

type poisonData struct {
	Topic   string `json:"topic"`
	Command string `json:"command,omitempty"`
	Code    string `json:"code"`
}

// answer tells the caller what came of the command, and the poison topic when that was not enough.
func (c *Commands) answer(ctx context.Context, cmd command, result any, err error) {
	f := fault.Of(err)
	told := false
	if cmd.replyTo != "" {
		lost := c.reply(ctx, cmd, result, f)
		if told = lost == nil; !told && f == nil {
			f = ErrBroker.Because(lost)
		}
	}
	if f == nil {
		return
	}
	if ours(f) {
		c.log.Error("a command was not carried out", "command", cmd.name, "fault", f.Code(), "cause", f.Cause())
	}
	if !told || ours(f) {
		c.poison(ctx, cmd, f)
	}
}

// ours holds for failures that an operator should see: the caller did nothing wrong.
func ours(f *fault.Fault) bool {
	switch f.Kind() {
	case fault.Internal, fault.Unavailable, fault.Upstream:
		return true
	case fault.Invalid, fault.Unauthenticated, fault.Forbidden, fault.NotFound, fault.Conflict, fault.Throttled:
		return false
	}
	return true
}

func (c *Commands) reply(ctx context.Context, cmd command, result any, f *fault.Fault) error {
	data := answerData{Result: result}
	if f != nil {
		data = answerData{Fault: word(f)}
	}
	return c.send(ctx, cmd.replyTo, envelope{Type: c.config.ReplyTopic(cmd.name), CorrelationID: cmd.id, Data: data})
}

// poison says that a command could not be dealt with: which, and the code of why. It carries no payload.
func (c *Commands) poison(ctx context.Context, cmd command, f *fault.Fault) {
	err := c.send(ctx, c.config.PoisonTopic(), envelope{
		Type: c.config.PoisonTopic(),
		Data: poisonData{Topic: c.config.CommandTopic(cmd.name), Command: cmd.id, Code: f.Code()},
	})
	if err != nil {
		c.log.Warn("nobody took word of a poisoned command", "command", cmd.name, "fault", f.Code())
	}
}

func (c *Commands) send(ctx context.Context, topic string, e envelope) error {
	ctx, cancel := context.WithTimeout(ctx, replyTimeout)
	defer cancel()
	e.ID, e.Source, e.Time = c.ids.New(), c.config.Prefix, stamp(c.clock.Now())
	m, err := e.message(ctx)
	if err != nil {
		return err
	}
	return c.publisher.Publish(topic, m)
}

// inputs gives the domain's names of inputs the words that commands use.
var inputs = map[string]string{"number": "ssn", "plan": "plan_id", "account": "account_id", "person": "ssn", "company": "company_number"}

func word(f *fault.Fault) *faultData {
	d := &faultData{Kind: f.Kind().String(), Code: f.Code(), Text: f.Text(), RetryAfterMS: f.RetryAfter().Milliseconds()}
	for _, v := range f.Violations() {
		field := v.Field
		if ours, known := inputs[field]; known {
			field = ours
		}
		d.Violations = append(d.Violations, violationData{Field: field, Code: v.Code, Text: v.Text})
	}
	return d
}
