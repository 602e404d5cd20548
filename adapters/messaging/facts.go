package messaging

import (
	"context"
	"fmt"

	"github.com/ThreeDotsLabs/watermill/message"

	"github.com/eidgate/eidgate/domain/audit"
	"github.com/eidgate/eidgate/ports/outbound"
)

var _ outbound.Publisher = (*Facts)(nil)

// Facts tells facts to the world, each kind on a topic of its own.
//
// A fact's event has the fact's ID, which stays the same when it is told twice, and names its subject in source and
// subject. Its sequence attribute counts per source, so per subject, and is padded so that it sorts as text
// (CloudEvents sequence extension); data.sequence is the same as an integer.
type Facts struct {
	config    Config
	publisher message.Publisher
}

// NewFacts makes a publisher of facts. It fails as [Config.Validate] does.
func NewFacts(config Config, publisher message.Publisher) (*Facts, error) {
	if err := config.Validate(); err != nil {
		return nil, err
	}
	return &Facts{config: config, publisher: publisher}, nil
}

type factData struct {
	Organization string            `json:"organization"`
	Environment  string            `json:"environment"`
	Actor        string            `json:"actor"`
	Sequence     int64             `json:"sequence"`
	Details      map[string]string `json:"details"`
}

// Publish tells one fact, and returns nil once every listener has it. It waits until ctx ends and then fails with
// [ErrBroker].
func (f *Facts) Publish(ctx context.Context, told audit.Told) error {
	details := told.Details
	if details == nil {
		details = map[string]string{}
	}
	topic := f.config.FactTopic(told.Kind)
	m, err := envelope{
		ID:       told.ID(),
		Source:   f.config.Prefix + "/" + told.Organization + "/" + told.Environment + "/" + told.Subject,
		Type:     topic,
		Subject:  told.Subject,
		Time:     stamp(told.At),
		Sequence: fmt.Sprintf("%019d", told.Sequence),
		Data: factData{
			Organization: told.Organization, Environment: told.Environment, Actor: told.Actor, Sequence: told.Sequence, Details: details,
		},
	}.message(ctx)
	if err != nil {
		return err
	}
	return f.publisher.Publish(topic, m)
}
