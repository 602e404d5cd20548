package freja

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"

	"github.com/eidgate/eidgate/adapters/provider"
	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/fault"
)

// errGarbage is all that is said of an answer that cannot be read.
var errGarbage = errors.New("freja: the answer is not what the protocol says")

// httpStatus is an answer that is no success.
type httpStatus int

func (s httpStatus) Error() string { return "freja: HTTP status " + strconv.Itoa(int(s)) }

// refusal is Freja's code for why it does not do what was asked (Freja, error codes).
type refusal int

func (r refusal) Error() string { return "freja: error code " + strconv.Itoa(int(r)) }

// The codes that mean something of their own to us. All others say that we, or what Freja has us down for, are wrong.
const (
	internalError    refusal = 0
	badUserInfo      refusal = 1002
	switchedOff      refusal = 1005 // by the user
	unknownUser      refusal = 1012
	unknownReference refusal = 1100
	rejectedBefore   refusal = 2000 // the user's last request was, for security reasons
	badDataToSign    refusal = 3001
)

// parameter names the one parameter of a request, and asks for its JSON to be written as Freja wants it: in base64, and
// not escaped, so that it is no form although it looks like one.
type parameter struct {
	name  string
	value any
}

func (p parameter) body() ([]byte, error) {
	value, err := json.Marshal(p.value)
	if err != nil {
		return nil, fault.ErrInternal.Because(errors.New("freja: a request cannot be written"))
	}
	return []byte(p.name + "=" + base64.StdEncoding.EncodeToString(value)), nil
}

// post asks Freja and reads its answer into into, nil for an answer that nobody reads. It fails with a fault, or with a
// [refusal], whose meaning depends on what was asked.
func (p *Provider) post(ctx context.Context, path string, question parameter, into any) error {
	body, err := question.body()
	if err != nil {
		return err
	}
	// The media type says JSON, which it is not, but so do Freja's own clients.
	a, err := p.line.Post(ctx, p.config.BaseURL+path, body)
	if err != nil {
		return err
	}
	if into == nil && (a.Status == http.StatusOK || a.Status == http.StatusNoContent) {
		return nil
	}
	if a.Status != http.StatusOK {
		return p.refused(a)
	}
	if err := provider.ReadObject(a.Body, into); err != nil {
		// Something answered in Freja's place, or half an answer came: what became of the request, nobody knows.
		return eid.ErrProviderUncertain.Because(errGarbage)
	}
	return nil
}

// refused says what an answer means that is no success.
func (p *Provider) refused(a provider.Answer) error {
	status := httpStatus(a.Status)
	switch {
	case status == http.StatusTooManyRequests, status == http.StatusServiceUnavailable:
		return eid.ErrProvider.Because(status).RetryIn(provider.RetryAfter(a.Header, p.clock.Now()))
	case status >= 500, status == http.StatusRequestTimeout:
		// Freja met an error of its own, or something on the way to it did. An order may stand there.
		return eid.ErrProviderUncertain.Because(status)
	case status == http.StatusUnprocessableEntity, status == http.StatusBadRequest:
		var said struct {
			Code *int `json:"code"`
		}
		if provider.ReadObject(a.Body, &said) == nil && said.Code != nil {
			return refusal(*said.Code)
		}
		return eid.ErrMisconfigured.Because(status)
	case status >= 400:
		// 401 and 403 refuse our certificate, 404 and 410 the way we ask.
		return eid.ErrMisconfigured.Because(status)
	case status >= 300:
		// Something stands before Freja and speaks for it.
		return eid.ErrProvider.Because(status)
	}
	return eid.ErrProviderUncertain.Because(status)
}

// ofOrder is what a refusal of an order means.
func (r refusal) ofOrder() *fault.Fault {
	switch r {
	case internalError:
		return eid.ErrProvider // as with an answer of 500
	case unknownUser:
		return eid.ErrUnknownPerson
	case badUserInfo, switchedOff, rejectedBefore, badDataToSign:
		return eid.ErrOrderRefused
	}
	return eid.ErrMisconfigured
}

// ofQuestion is what a refusal means when we asked about an order that stands.
func (r refusal) ofQuestion() *fault.Fault {
	switch r {
	case internalError:
		return eid.ErrProviderUncertain
	case unknownReference:
		return eid.ErrOrderGone
	}
	return eid.ErrMisconfigured
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
