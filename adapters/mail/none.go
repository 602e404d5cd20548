package mail

import (
	"context"

	"github.com/eidgate/eidgate/ports/outbound"
)

var _ outbound.Letterbox = None{}

// None is the letterbox of a deployment that sends no letters.
type None struct{}

// Ready is [outbound.ErrNoMail].
func (None) Ready() error { return outbound.ErrNoMail }

// Send is [outbound.ErrNoMail].
func (None) Send(context.Context, outbound.Letter) error { return outbound.ErrNoMail }
