package bankid

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"

	"github.com/eidgate/eidgate/adapters/provider"
	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/fault"
)

// errGarbage is all that is said of an answer that cannot be read.
var errGarbage = errors.New("bankid: the answer is not what the protocol says")

// httpStatus is an answer that is no success.
type httpStatus int

func (s httpStatus) Error() string { return "bankid: HTTP status " + strconv.Itoa(int(s)) }

// refusal is an error code that BankID answers a request with, with status 400. What it means depends on what was asked.
type refusal string

const (
	inProgress     = refusal("alreadyInProgress")
	invalid        = refusal("invalidParameters")
	cardUnverified = refusal("verificationFailed")
	other          = refusal("an error code of no known meaning") // what comes from outside could be anything
)

func refusalOf(code string) refusal {
	switch r := refusal(code); r {
	case inProgress, invalid, cardUnverified:
		return r
	}
	return other
}

func (r refusal) Error() string { return "bankid: " + string(r) }

// post asks BankID and reads its answer into into, nil for an answer that nobody reads. It fails with a fault, or with
// a [refusal] where the caller knows better what it means.
func (p *Provider) post(ctx context.Context, address string, question, into any) error {
	body, err := json.Marshal(question)
	if err != nil {
		return fault.ErrInternal.Because(errors.New("bankid: a request cannot be written"))
	}
	a, err := p.line.Post(ctx, address, body) // with a charset BankID answers 415
	if err != nil {
		return err
	}
	if a.Status != http.StatusOK {
		return p.refused(a)
	}
	if into == nil {
		return nil
	}
	if err := provider.ReadObject(a.Body, into); err != nil {
		// Something answered in BankID's place, or half an answer came: what became of the request, nobody knows.
		return eid.ErrProviderUncertain.Because(errGarbage)
	}
	return nil
}

// refused says what an answer means that is no success (BankID, API references, errors).
func (p *Provider) refused(a provider.Answer) error {
	status := httpStatus(a.Status)
	switch {
	case status == http.StatusTooManyRequests, status == http.StatusServiceUnavailable:
		// Too many requests, or maintenance: it was not looked at.
		return eid.ErrProvider.Because(status).RetryIn(provider.RetryAfter(a.Header, p.clock.Now(), "RateLimit-Reset"))
	case status >= 500, status == http.StatusRequestTimeout:
		// BankID met an error of its own, or something on the way to it did. An order may stand there, and a second one
		// for the same person would end both.
		return eid.ErrProviderUncertain.Because(status)
	case status == http.StatusBadRequest:
		var said struct {
			Code string `json:"errorCode"`
		}
		if provider.ReadObject(a.Body, &said) != nil || said.Code == "" || said.Code == "unauthorized" {
			return eid.ErrMisconfigured.Because(status)
		}
		return refusalOf(said.Code)
	case status >= 400:
		// 401 and 403 refuse our certificate, 404, 405 and 415 the way we ask.
		return eid.ErrMisconfigured.Because(status)
	case status >= 300:
		// Something stands before BankID and speaks for it.
		return eid.ErrProvider.Because(status)
	}
	return eid.ErrProviderUncertain.Because(status)
}

// unplaced is what a failure of a start means. Whoever answers that something went wrong there, or on the way, gives no
// order that anybody could be shown: the start failed, and others may be asked. What may stand although nobody answered,
// or answered so that it can be read, stays uncertain.
func unplaced(err error) error {
	status, answered := errors.AsType[httpStatus](err)
	if answered && status >= http.StatusBadRequest && errors.Is(err, eid.ErrProviderUncertain) {
		return eid.ErrProvider.Because(status)
	}
	return err
}

// because turns a refusal into the fault that it means; other errors stay what they are.
func because(err error, meaning func(refusal) *fault.Fault) error {
	if r, ok := errors.AsType[refusal](err); ok {
		return meaning(r).Because(r)
	}
	return err
}
