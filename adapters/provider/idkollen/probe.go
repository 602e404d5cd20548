package idkollen

import (
	"context"
	"net/http"

	"github.com/eidgate/eidgate/domain/eid"
)

// nobodys is the name of an order that IDkollen has never taken.
const nobodys = "00000000-0000-4000-8000-000000000000"

// Probe asks about an order that does not exist. That IDkollen does not know it is all there is to know.
func (p *Provider) Probe(ctx context.Context) error {
	got, _, err := p.ask(ctx, http.MethodGet, "/v3/bankid-se/auth/"+nobodys, nil)
	switch {
	case err != nil:
		return eid.ErrProvider.Because(err)
	case got.status == http.StatusNotFound, got.status == http.StatusOK:
		return nil
	}
	return p.unwilling(got)
}
