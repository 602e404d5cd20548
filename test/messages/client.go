// Package messages asks the gateway by message, as a client at the broker would: it sends a command and waits for
// the answer.
package messages

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"

	"github.com/ThreeDotsLabs/watermill/message"
)

// Client sends commands.
type Client struct {
	Publisher  message.Publisher
	Subscriber message.Subscriber
	Prefix     string // of the gateway's topics, such as "eidgate"
}

// Reply is what a command led to: a result or a fault.
type Reply struct {
	CorrelationID string
	Type          string
	Result        json.RawMessage // nil for a fault
	Fault         *Fault
}

// Fault is a command's failure in the words of the gateway.
type Fault struct {
	Kind         string `json:"kind"`
	Code         string `json:"code"`
	Text         string `json:"text"`
	RetryAfterMS int64  `json:"retry_after_ms"`
	Violations   []struct {
		Field string `json:"field"`
		Code  string `json:"code"`
		Text  string `json:"text"`
	} `json:"violations"`
}

// Call sends a command with an identifier of its own and waits for the answer until ctx ends.
func (c Client) Call(ctx context.Context, name string, data any) (Reply, error) {
	return c.CallAs(ctx, rand.Text(), name, data)
}

// CallAs sends a command with the given identifier. Repeated, it is carried out once.
func (c Client) CallAs(ctx context.Context, id, name string, data any) (Reply, error) {
	topic := c.Prefix + ".commands." + name
	replyTo := c.Prefix + ".replies.test-" + rand.Text()
	payload, err := json.Marshal(map[string]any{
		"specversion": "1.0", "id": id, "source": "test", "type": topic, "datacontenttype": "application/json",
		"replyto": replyTo, "data": data,
	})
	if err != nil {
		return Reply{}, err
	}
	return c.Send(ctx, topic, replyTo, payload)
}

// Send publishes a payload as it is and waits for what comes to replyTo. A broker may keep the publisher waiting
// until the command was answered, so the two happen side by side.
func (c Client) Send(ctx context.Context, topic, replyTo string, payload []byte) (Reply, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	replies, err := c.Subscriber.Subscribe(ctx, replyTo)
	if err != nil {
		return Reply{}, err
	}
	published := make(chan error, 1)
	go func() {
		published <- c.Publisher.Publish(topic, message.NewMessageWithContext(context.WithoutCancel(ctx), rand.Text(), payload))
	}()
	for {
		select {
		case m, open := <-replies:
			if !open {
				return Reply{}, fmt.Errorf("messages: the broker closed before an answer came: %w", context.Cause(ctx))
			}
			m.Ack()
			return read(m.Payload)
		case err := <-published:
			if err != nil {
				return Reply{}, err
			}
			published = nil
		case <-ctx.Done():
			return Reply{}, context.Cause(ctx)
		}
	}
}

func read(payload []byte) (Reply, error) {
	var event struct {
		SpecVersion   string `json:"specversion"`
		Type          string `json:"type"`
		CorrelationID string `json:"correlationid"`
		Data          struct {
			Result json.RawMessage `json:"result"`
			Fault  *Fault          `json:"fault"`
		} `json:"data"`
	}
	if err := json.Unmarshal(payload, &event); err != nil {
		return Reply{}, err
	}
	if event.SpecVersion != "1.0" || (event.Data.Result == nil) == (event.Data.Fault == nil) {
		return Reply{}, fmt.Errorf("messages: what came is no answer")
	}
	return Reply{CorrelationID: event.CorrelationID, Type: event.Type, Result: event.Data.Result, Fault: event.Data.Fault}, nil
}
