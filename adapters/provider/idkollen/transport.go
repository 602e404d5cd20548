package idkollen

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"

	"github.com/eidgate/eidgate/adapters/provider"
)

var (
	errGarbage   = errors.New("idkollen: the answer is not what the API says")
	errTransport = provider.Plain(Name, provider.ErrTransport)
)

// httpStatus is an answer that is no success.
type httpStatus int

func (s httpStatus) Error() string { return "idkollen: HTTP status " + strconv.Itoa(int(s)) }

// answer is a whole answer of the API.
type answer struct {
	status httpStatus
	header http.Header
	body   []byte
}

// message reads the one member of error answers, "" when there is none. It is looked at and never repeated.
func (a answer) message() string {
	var o provider.Object
	err := provider.ReadObject(a.body, &o)
	if err != nil {
		return ""
	}
	f := provider.Members{Of: o}
	return f.Text("message")
}

// payload is what is sent.
type payload struct {
	kind string // the media type
	data []byte
	most int64 // of the answer, in bytes; 0 for [provider.MostBytes]
}

func (p *Provider) post(ctx context.Context, path string, body any) (got answer, sent bool, err error) {
	data, err := json.Marshal(body)
	if err != nil {
		return answer{}, false, errTransport
	}
	return p.ask(ctx, http.MethodPost, path, &payload{kind: "application/json", data: data})
}

// ask makes one request and reads the answer to its end. When it fails, sent says whether the request, or a part of it,
// left us.
func (p *Provider) ask(ctx context.Context, method, path string, what *payload) (got answer, sent bool, err error) {
	if what == nil {
		what = &payload{}
	}
	r, err := http.NewRequestWithContext(ctx, method, p.base+path, bytes.NewReader(what.data))
	if err != nil {
		return answer{}, false, errTransport
	}
	r.SetBasicAuth(p.account, p.secret())
	r.Header.Set("Accept", "application/json")
	r.Header.Set("User-Agent", "eidgate")
	if what.kind != "" {
		r.Header.Set("Content-Type", what.kind)
	}
	most := what.most
	if most == 0 {
		most = provider.MostBytes
	}
	a, sent, err := p.line.Ask(r, most)
	if err != nil {
		return answer{}, sent, err
	}
	return answer{status: httpStatus(a.Status), header: a.Header, body: a.Body}, sent, nil
}
