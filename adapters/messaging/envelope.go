package messaging

import (
	"context"
	"encoding/json"
	"time"

	"github.com/ThreeDotsLabs/watermill/message"
)

const (
	specVersion = "1.0"
	jsonType    = "application/json"
	// eventType is the media type of a CloudEvent in structured mode (CloudEvents JSON event format 1.0, section 3).
	eventType = "application/cloudevents+json; charset=utf-8"
)

// envelope is a CloudEvent as we send it: CloudEvents 1.0, JSON event format, structured mode.
type envelope struct {
	SpecVersion     string `json:"specversion"`
	ID              string `json:"id"`
	Source          string `json:"source"`
	Type            string `json:"type"`
	Subject         string `json:"subject,omitempty"`
	Time            string `json:"time"`
	DataContentType string `json:"datacontenttype"`
	Sequence        string `json:"sequence,omitempty"`
	CorrelationID   string `json:"correlationid,omitempty"`
	Data            any    `json:"data"`
}

// stamp writes a time as RFC 3339 in UTC with microseconds.
func stamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000000Z") }

// message wraps the event for the broker. Publishing it ends with ctx.
func (e envelope) message(ctx context.Context) (*message.Message, error) {
	e.SpecVersion, e.DataContentType = specVersion, jsonType
	payload, err := json.Marshal(e)
	if err != nil {
		return nil, err
	}
	m := message.NewMessageWithContext(ctx, e.ID, payload)
	m.Metadata.Set("content-type", eventType)
	return m, nil
}
