package bankid

import (
	"context"
	"encoding/json"
	"errors"

	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/fault"
)

// thread is what is kept of an order.
type thread struct {
	Reference string `json:"order_ref"`
}

// longestToken bounds what BankID names orders and tokens with. They are UUIDs.
const longestToken = 100

// sound holds for what can be an order: tokens are letters, digits and hyphens, so that they are the same in links, codes
// and JSON.
func (o placed) sound(byPhone bool) bool {
	return word(o.Reference) && (byPhone || word(o.AppToken) && word(o.QRToken) && word(o.QRSecret))
}

func word(s string) bool {
	for _, c := range []byte(s) {
		if (c|0x20 < 'a' || c|0x20 > 'z') && (c < '0' || c > '9') && c != '-' {
			return false
		}
	}
	return s != "" && len(s) <= longestToken
}

func (t thread) write() ([]byte, error) {
	kept, err := json.Marshal(t)
	if err != nil {
		return nil, fault.ErrInternal.Because(errors.New("bankid: a thread cannot be written"))
	}
	return kept, nil
}

func readThread(kept []byte) (thread, error) {
	var t thread
	if err := json.Unmarshal(kept, &t); err != nil || !word(t.Reference) {
		return thread{}, fault.ErrInternal.Because(errors.New("bankid: not a thread of ours"))
	}
	return t, nil
}

// Cancel takes an order back. One that BankID does not know, or not any more, needs no taking back.
func (p *Provider) Cancel(ctx context.Context, kept []byte) error {
	t, err := readThread(kept)
	if err != nil {
		return err
	}
	err = p.post(ctx, p.config.BaseURL+"/cancel", reference{t.Reference}, nil)
	if r, ok := errors.AsType[refusal](err); ok {
		if r == invalid {
			return nil
		}
		return eid.ErrMisconfigured.Because(r)
	}
	return err
}
