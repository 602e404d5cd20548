package bankid

import (
	"context"
	"errors"
)

// nobodys is the name of an order that BankID has never taken.
const nobodys = "00000000-0000-0000-0000-000000000000"

// Probe asks about an order that does not exist. That BankID does not know it is all there is to know.
func (p *Provider) Probe(ctx context.Context) error {
	err := p.post(ctx, p.config.BaseURL+"/collect", reference{nobodys}, &collected{})
	if _, refused := errors.AsType[refusal](err); refused {
		return nil
	}
	return err
}
