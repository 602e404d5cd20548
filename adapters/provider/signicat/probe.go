package signicat

import (
	"context"
	"net/http"

	"github.com/eidgate/eidgate/domain/eid"
)

// nobodys is a session that does not exist.
const nobodys = "/sessions/00000000-0000-4000-8000-000000000000"

// Probe asks about a session that does not exist. That Signicat does not know it is all there is to know.
func (p *Provider) Probe(ctx context.Context) error {
	got, sent, err := p.ask(ctx, http.MethodGet, nobodys, nil)
	switch {
	case err != nil:
		return lost(sent, err, eid.ErrProvider)
	case got.status == http.StatusNotFound, got.status == http.StatusBadRequest, got.status == http.StatusOK:
		return nil
	}
	return unwilling(got, p.clock.Now())
}
