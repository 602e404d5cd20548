package eidapi_test

import (
	"bufio"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/valyala/fasthttp"

	"github.com/eidgate/eidgate/adapters/httpapi/eidapi"
)

// corpus is what hostile clients send in place of a body, and the status that it gets.
func corpus() map[string]int {
	return map[string]int{
		`{"refId":`: 400, `{} {}`: 400, `[]`: 400, `1`: 400, `null`: 400, `"x"`: 400, " ": 400,
		`{"refId":"a","refId":"b"}`: 400, `{"refId":"a","\u0072efId":"b"}`: 400,
		strings.Repeat(`{"a":`, 10000) + "1" + strings.Repeat("}", 10000):               400,
		`{"documents":` + strings.Repeat("[", 30000) + strings.Repeat("]", 30000) + "}": 400,
		`{"refId":"a\u0000b"}`: 400, "{\"refId\":\"a\x00b\"}": 400, "{\"refId\":\"\xff\xfe\"}": 400, `{"refId":"\ud800"}`: 400,
		`<a/>`: 400, `refId=a`: 400, "\xef\xbb\xbf{}": 400, `{/**/}`: 400, `{'a':1}`: 400, `{"a":NaN}`: 400, `{"a":1e}`: 400,
		`{"refId":"` + strings.Repeat("a", 10<<20) + `"}`: 413,
	}
}

func TestHostileBodiesGetAClearAnswerOnEveryRoute(t *testing.T) {
	g := open(t, eidapi.Config{})
	for _, r := range eidapi.New(eidapi.Config{}, eidapi.Deps{}).Routes() {
		if r.Method != http.MethodPost || strings.HasSuffix(r.Pattern, "/document") {
			continue
		}
		for body, status := range corpus() {
			g.forget()
			a := g.ask(t, "full", r.Method, r.Pattern, body)
			if a.StatusCode != status || !strings.HasPrefix(a.body, `{"message":"`) || len(a.body) > 200 || g.last() != nil {
				t.Errorf("%s %.30q: %d %.300s", r.Pattern, body, a.StatusCode, a.body)
			}
		}
		for _, contentType := range []string{"text/xml", "multipart/form-data; boundary=x", "application/x-www-form-urlencoded", "application/json; charset=utf-16", "nonsense"} {
			if a := g.ask(t, "full", r.Method, r.Pattern, `{}`, "Content-Type: "+contentType); a.StatusCode != 400 {
				t.Errorf("%s as %s: %d", r.Pattern, contentType, a.StatusCode)
			}
		}
	}
}

func TestTheLongestTextThatBankIDTakesFitsHoweverItIsWritten(t *testing.T) {
	g := open(t, eidapi.Config{})
	if a := g.ask(t, "full", "POST", seSign, `{"text":"`+strings.Repeat(`\u0061`, 30_000)+`"}`); a.StatusCode != 201 {
		t.Error(a.StatusCode, a.body)
	}
}

func TestNoAnswerEchoesWhatWasWrong(t *testing.T) {
	g := open(t, eidapi.Config{})
	const bait = "199908072399<script>' OR 1=1"
	for _, body := range []string{
		`{"ssn":"` + bait + `"}`, `{"ssn":{"x":"` + bait + `"}}`, `{"` + bait + `":`, `{"callbackUrl":"` + bait + `"}`, `{"callbackUrl":"https://evil.example/199908072399"}`,
		`{"intent":"<script>199908072399"}`, `{"orgNumber":"199908072399"}`, `{"ipAddress":"199908072399"}`,
	} {
		a := g.ask(t, "full", "POST", seAuth, body)
		if a.StatusCode < 400 || strings.Contains(a.String(), "script") || strings.Contains(a.String(), "2399") {
			t.Errorf("%d %s", a.StatusCode, a.body)
		}
	}
	if a := g.ask(t, "full", "GET", seAuth+"/199908072399", ""); a.StatusCode != 404 || strings.Contains(a.String(), "2399") {
		t.Error(a)
	}
}

// exchange over no network: one request as bytes, one answer.
func answerTo(t testing.TB, handler fasthttp.RequestHandler, request string) *fasthttp.Response {
	var sent fasthttp.Request
	if err := sent.ReadLimitBody(bufio.NewReaderSize(strings.NewReader(request), 64<<10), 16<<20); err != nil {
		t.Skip() // fasthttp would not have handed it to us
	}
	var ctx fasthttp.RequestCtx
	ctx.Init(&sent, nil, nil) // a copy
	handler(&ctx)
	return &ctx.Response
}

func FuzzStart(f *testing.F) {
	paths := []string{}
	for _, op := range eidapi.Operations() {
		if op.Method == http.MethodPost {
			paths = append(paths, op.Path)
		}
		if body := requests[op.Name]; body != "" {
			f.Add(uint8(len(paths)-1), body)
		}
	}
	for body := range corpus() {
		if len(body) < 1000 {
			f.Add(uint8(0), body)
		}
	}
	h := newHouse(f)
	limits := newWindow()
	handler := serve(f, eidapi.Config{Synthetic: true}, h, limits).Handler()
	f.Fuzz(func(t *testing.T, which uint8, body string) {
		h.forget()
		path := paths[int(which)%len(paths)]
		a := answerTo(t, handler, "POST "+path+" HTTP/1.1\r\nHost: id.example\r\nContent-Type: application/json\r\nAuthorization: "+credential("full")+
			"\r\nContent-Length: "+strconv.Itoa(len(body))+"\r\n\r\n"+body)
		switch status := a.StatusCode(); {
		case status == 201, status == 200, status == 400, status == 403, status == 413:
		default:
			t.Errorf("%s: %d %s", path, status, a.Body())
		}
		var any map[string]any
		if err := json.Unmarshal(a.Body(), &any); err != nil {
			t.Errorf("%s answers %q", path, a.Body())
		}
	})
}

func FuzzCredential(f *testing.F) {
	for _, header := range []string{credential("full"), "Basic", "Basic Og==", "basic eDp5", "Bearer x", "Basic ====", ""} {
		f.Add(header)
	}
	h := newHouse(f)
	handler := serve(f, eidapi.Config{}, h, newWindow()).Handler()
	f.Fuzz(func(t *testing.T, header string) {
		if strings.ContainsAny(header, "\r\n") {
			t.Skip()
		}
		h.forget()
		a := answerTo(t, handler, "POST /v3/vipps/auth HTTP/1.1\r\nHost: id.example\r\nAuthorization: "+header+"\r\nContent-Length: 0\r\n\r\n")
		switch status := a.StatusCode(); {
		case status == 401, status == 429, status == 400 && string(a.Header.Peek("X-Error-Code")) == "request_malformed":
			if h.last() != nil {
				t.Error("refused and started")
			}
		case status == 201 && strings.EqualFold(header[:5], "basic"):
		case status == 503: // the client whose storage is away
		default:
			t.Errorf("%d %s", status, a.Body())
		}
	})
}
