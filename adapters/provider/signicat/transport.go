package signicat

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/eidgate/eidgate/adapters/provider"
	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/fault"
)

var (
	errGarbage   = errors.New("signicat: the answer is not what the API says")
	errTransport = provider.Plain(Name, provider.ErrTransport)
)

// httpStatus is an answer that is no success.
type httpStatus int

func (s httpStatus) Error() string { return "signicat: HTTP status " + strconv.Itoa(int(s)) }

// complaint is an answer of the API that is no success, with Signicat's code for it and what its support finds the request by.
type complaint struct {
	httpStatus
	code, trace string
}

func (c complaint) Error() string {
	text := c.httpStatus.Error()
	if c.code != "" {
		text += ", code " + c.code
	}
	if c.trace != "" {
		text += ", trace " + c.trace
	}
	return text
}

// answer is a whole answer of the API.
type answer struct {
	status httpStatus
	header http.Header
	body   []byte
}

// refused reads what an answer says that is no success; there may be nothing to read, or a page of HTML. Only what has the
// form of a code and of a trace is repeated. blamed are the members of the request that are found to be wrong.
func (a answer) refused() (why complaint, blamed []string) {
	var said struct {
		Code    string `json:"code"`
		Trace   string `json:"traceId"`
		Invalid []struct {
			Name string `json:"name"`
		} `json:"invalidParams"`
	}
	why = complaint{httpStatus: a.status}
	if provider.ReadObject(a.body, &said) == nil {
		if word(said.Code) {
			why.code = said.Code
		}
		for _, member := range said.Invalid {
			blamed = append(blamed, member.Name)
		}
	}
	for _, trace := range []string{said.Trace, a.header.Get("X-Trace-Id")} {
		if why.trace == "" && traced(trace) {
			why.trace = trace
		}
	}
	return why, blamed
}

// word holds for what can be a code of Signicat's and nothing else: letters and underscores.
func word(text string) bool {
	return text != "" && len(text) <= 60 && strings.Trim(text, letters+"_") == ""
}

const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

// traced holds for what a request is traced by: 32 digits of hex.
func traced(text string) bool { return len(text) == 32 && strings.Trim(text, "0123456789abcdef") == "" }

// ask makes one request below the base with the access token, and reads the answer to its end. A token that is not accepted is
// renewed once. When it fails without a fault, sent says whether the request, or a part of it, left us.
func (p *Provider) ask(ctx context.Context, method, path string, body []byte) (got answer, sent bool, err error) {
	for last := false; ; last = true {
		t, err := p.tokens.get(ctx)
		if err != nil {
			return answer{}, false, err
		}
		r, err := http.NewRequestWithContext(ctx, method, p.base+path+"?signicat-accountId="+url.QueryEscape(p.account), bytes.NewReader(body))
		if err != nil {
			return answer{}, false, eid.ErrMisconfigured.Because(errTransport)
		}
		r.Header.Set("Authorization", "Bearer "+t.reveal())
		r.Header.Set("Accept", "application/json, application/jose")
		r.Header.Set("User-Agent", "eidgate")
		if body != nil {
			r.Header.Set("Content-Type", "application/json")
		}
		a, sent, err := p.line.Ask(r, provider.MostBytes)
		if err != nil {
			return answer{}, sent, err
		}
		if a.Status == http.StatusUnauthorized {
			if p.tokens.drop(t); !last {
				continue
			}
		}
		return answer{status: httpStatus(a.Status), header: a.Header, body: a.Body}, true, nil
	}
}

// lost says what a question means that got no whole answer; fallback is its meaning where the request left us.
func lost(sent bool, why error, fallback *fault.Fault) error {
	if f, ok := errors.AsType[*fault.Fault](why); ok { // a token could not be had
		return f
	}
	if !sent {
		return eid.ErrProvider.Because(why)
	}
	return fallback.Because(why)
}

// unwilling says what an answer means that is about us or about Signicat itself, not about an order.
func unwilling(got answer, now time.Time) error {
	why, _ := got.refused()
	switch status := got.status; {
	case status == http.StatusTooManyRequests, status == http.StatusRequestTimeout, status >= 500:
		return eid.ErrProvider.Because(why).RetryIn(provider.RetryAfter(got.header, now))
	case status >= 400:
		return eid.ErrMisconfigured.Because(why)
	}
	// A redirect, or success of another kind than documented: something stands before the API and speaks for it.
	return eid.ErrProvider.Because(why)
}
