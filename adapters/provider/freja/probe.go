package freja

import (
	"context"
	"errors"

	"github.com/eidgate/eidgate/domain/eid"
)

// nobodys is the name of an order that Freja has never taken.
const nobodys = "eidgate-asks-whether-anybody-is-there"

// Probe asks about an order that does not exist. That Freja does not know it is all there is to know.
func (p *Provider) Probe(ctx context.Context) error {
	t := thread{Reference: nobodys}
	var r result
	err := because(p.post(ctx, t.path("getOneResult"), t.reference("getOneAuthResultRequest", "getOneSignResultRequest"), &r), refusal.ofQuestion)
	if errors.Is(err, eid.ErrOrderGone) {
		return nil
	}
	return err
}
