package binary_test

import (
	"encoding/json"
	"fmt"
	"html"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/eidgate/eidgate/adapters/httpapi/eidapi"
	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/identity"
	"github.com/eidgate/eidgate/test/contract"
)

// spans is a collector of traces.
type spans struct {
	*httptest.Server
	mu   sync.Mutex
	text []byte
}

func collectSpans(t *testing.T) *spans {
	t.Helper()
	s := &spans{}
	s.Server = httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		s.mu.Lock()
		defer s.mu.Unlock()
		s.text = append(s.text, body...)
	}))
	t.Cleanup(s.Close)
	return s
}

func TestNothingSecretOfAnOperationIsInTheDatabaseTheLogTheMetricsOrTheTraces(t *testing.T) {
	storages(t, func(t *testing.T, g *gateway) {
		s, traces, r := secrets{}, collectSpans(t), receive(t)
		r.is(true)
		g.environ = append(g.environ, "EIDGATE_OTLP_ENDPOINT="+traces.URL+"/v1/traces")
		g.start(t)
		if _, a := g.register(g.office(t), "somebody@example.com", "SE", ""); !a.ok() {
			t.Fatal(a)
		}
		var all []*passage
		for i, op := range eidapi.Operations() {
			if op.Operation != "" {
				p := &passage{g: g, s: s, r: r, op: op, number: i}
				p.walk(t)
				all = append(all, p)
			}
		}
		if len(all) < 20 {
			t.Errorf("there are %d operations", len(all))
		}
		g.shows(t, s)
		misplaced(t, g, s)
		for _, p := range all {
			p.ends(t)
		}
		s.is(t, "the metrics", page(g))
		s.folder(t, filepath.Dir(g.keys()))
		g.stop(t)
		s.folder(t, filepath.Dir(g.keys()))
		if strings.HasPrefix(g.database, "postgres") {
			s.tables(t, g)
		}
		s.is(t, "the log", g.process.out.String())
		traces.mu.Lock()
		defer traces.mu.Unlock()
		s.is(t, "the traces", string(traces.text))
		for what, text := range map[string]string{"logged": g.process.out.String(), "traced": string(traces.text)} {
			if !strings.Contains(text, "/v3/mitid/auth") || !strings.Contains(text, "/callback/:provider") {
				t.Errorf("nothing is %s, so this says nothing", what)
			}
		}
	})
}

func page(g *gateway) string {
	_, text := g.look("/metrics")
	return text
}

// is looks into a text.
func (s secrets) is(t *testing.T, what, text string) {
	t.Helper()
	for _, name := range s.found([]byte(text)) {
		t.Errorf("%s hold %s", what, name)
	}
}

// passage is one operation from its start to its end, with somebody who can be told from all others.
type passage struct {
	g      *gateway
	s      secrets
	r      *receiver
	op     eidapi.Operation
	number int
	id     string
	who    struct {
		id, ssn, phone string
		country        identity.Country
	}
}

// holder is a simulated person.
type holder struct {
	ID, SSN, Phone, Email, Address, Surname string
	GivenName                               string `json:"given_name"`
	Country                                 identity.Country
	Minor, Withheld                         bool
	EIDs                                    []eid.EID
}

// chosen finds the person: each operation has another one where there are several.
func (p *passage) chosen(t *testing.T) {
	t.Helper()
	var people []holder
	p.g.ask(http.MethodGet, "/simulator/people", "", nil).read(t, &people)
	people = slices.DeleteFunc(people, func(one holder) bool {
		return one.Minor || one.Withheld || !slices.Contains(one.EIDs, p.op.EID)
	})
	if len(people) == 0 {
		t.Fatalf("nobody has %s", p.op.EID)
	}
	one := people[p.number%len(people)]
	p.who.id, p.who.ssn, p.who.phone, p.who.country = one.ID, one.SSN, one.Phone, one.Country
	p.s.number(t, one.ID, one.SSN)
	for what, personal := range map[string]string{"name": one.GivenName + " " + one.Surname, "address": one.Address, "e-mail address": one.Email, "telephone": one.Phone} {
		if personal != "" && one.ID != "anna" { // whom the greeting names
			p.s[personal] = "a person's " + what
		}
	}
}

// countryWords are Freja's words for the countries of its users.
var countryWords = map[identity.Country]string{identity.SE: "SWEDEN", identity.NO: "NORWAY", identity.DK: "DENMARK", identity.FI: "FINLAND"}

// body is a request with everything that the operation takes.
func (p *passage) body(t *testing.T) (body object) {
	t.Helper()
	words := func(what string) string {
		text := fmt.Sprintf("Unmistakable %s %d", what, p.number)
		p.s[text] = "a caller's " + what
		return text
	}
	values := map[string]any{
		"text": words("words"), "intent": words("purpose"), "referenceText": words("reference text"), "bindingMessage": words("message"), "digest": words("digest"),
		"refId": words("reference"), "callbackUrl": p.r.URL + "/" + strings.ReplaceAll(words("address"), " ", "-"), "redirectUrl": "http://127.0.0.1:9701/done?" + strings.ReplaceAll(words("way back"), " ", "-"),
		"appCallbackUri": fmt.Sprintf("unmistakable-app-%d://done", p.number), "ipAddress": fmt.Sprintf("203.0.113.%d", 100+p.number), "callInitiator": "USER", "country": countryWords[p.who.country], "minAge": 18,
		"requestSsn": true, "requestPhone": true, "requestEmail": true, "requestAddress": true, "ssn": p.who.ssn, "phone": p.who.phone,
	}
	p.s[strings.ReplaceAll(fmt.Sprintf("Unmistakable address %d", p.number), " ", "-")] = "a caller's address"
	p.s[strings.ReplaceAll(fmt.Sprintf("Unmistakable way back %d", p.number), " ", "-")] = "a caller's way back"
	p.s[values["appCallbackUri"].(string)], p.s[values["ipAddress"].(string)] = "a link to an app", "a person's IP address"
	body = object{}
	for _, name := range slices.Concat(p.op.Asks, p.op.Takes) {
		if value, known := values[name]; known && (name != "ssn" || slices.Contains(p.op.Asks, name)) {
			body[name] = value
		}
	}
	if slices.Contains(p.op.Takes, "documents") {
		delete(body, "text")
		body["documents"] = []string{p.g.uploads(t, fmt.Sprintf("Unmistakable file %d.pdf", p.number))}
		p.s[fmt.Sprintf("Unmistakable file %d", p.number)] = "a file's name"
		p.s["/MediaBox"] = "the content of a document"
	}
	return body
}

var wayOn = regexp.MustCompile(`href="([^"]*/simulator/oauth2/authorize[^"]*)"`)

// walk goes through the operation as far as the person's approval.
func (p *passage) walk(t *testing.T) {
	t.Helper()
	p.chosen(t)
	content, err := json.Marshal(p.body(t))
	if err != nil {
		t.Fatal(err)
	}
	a := p.g.operateRaw(t, http.MethodPost, p.op.Path, string(content))
	var o struct{ ID, URL, AutoStartToken, QRStartToken, QRStartSecret string }
	if a.read(t, &o); a.status != http.StatusCreated {
		t.Fatalf("%s: a start is answered with %v", p.op.Name, a)
	}
	for what, token := range map[string]string{"an app token": o.AutoStartToken, "a code's token": o.QRStartToken, "a code's secret": o.QRStartSecret, "a ticket": o.URL[strings.LastIndexByte(o.URL, '/')+1:]} {
		if token != "" {
			p.s[token] = what
		}
	}
	if o.URL != "" {
		p.browse(t, o.URL, o.ID)
	} else if status := p.g.approve(t, o.ID, p.who.id); status != http.StatusNoContent {
		t.Fatalf("%s cannot approve: %d", p.who.id, status)
	}
	p.id = o.ID
}

// ends waits until the operation is over, and the news of it told.
func (p *passage) ends(t *testing.T) {
	t.Helper()
	path := strings.NewReplacer("/phone/", "/", "/backchannel/", "/").Replace(p.op.Path) + "/" + p.id
	var last operation
	eventually(t, patience, p.op.Name+" ends", func() bool {
		now, status := p.g.operate(t, http.MethodGet, path, "")
		last = now
		return status == http.StatusOK && now.Status != "PENDING"
	})
	if last.Status != "COMPLETED" {
		t.Errorf("%s is %s %s", p.op.Name, last.Status, last.Error)
	}
	if slices.Contains(p.op.Takes, "callbackUrl") {
		eventually(t, patience, "the news arrives", func() bool { return p.r.has(p.id) != nil })
	}
}

// shows has somebody's identity card checked.
func (g *gateway) shows(t *testing.T, s secrets) {
	t.Helper()
	var people []struct{ Card string }
	g.ask(http.MethodGet, "/simulator/people", "", nil).read(t, &people)
	for _, one := range people {
		if one.Card == "" {
			continue
		}
		s[one.Card] = "the code of an identity card"
		if a := g.operateRaw(t, http.MethodPost, "/v3/bankid-se/verify", `{"qrCode":"`+one.Card+`"}`); !a.ok() {
			t.Errorf("a card is answered with %v", a)
		}
		return
	}
	t.Error("nobody has a card")
}

// browse is the person's way through our pages and the provider's.
func (p *passage) browse(t *testing.T, address, id string) {
	t.Helper()
	jar, _ := cookiejar.New(nil) // never fails
	browser := &http.Client{Jar: jar, Timeout: caller.Timeout, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	open := func(method, address string) (body, location string) {
		request, err := http.NewRequestWithContext(t.Context(), method, address, nil)
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Accept", "text/html")
		response, err := browser.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = response.Body.Close() }()
		text, _ := io.ReadAll(response.Body)
		if response.StatusCode >= 400 {
			t.Fatalf("%s: a page is answered with %d %s", p.op.Name, response.StatusCode, response.Header.Get("X-Error-Code"))
		}
		for _, c := range response.Cookies() {
			p.s[c.Value] = "a browser's cookie"
		}
		return string(text), response.Header.Get("Location")
	}
	open(http.MethodGet, address)
	open(http.MethodPost, address+"/begin")
	page, _ := open(http.MethodGet, address)
	link := wayOn.FindStringSubmatch(page)
	if link != nil {
		open(http.MethodGet, html.UnescapeString(link[1]))
	}
	if status := p.g.approve(t, id, p.who.id); status != http.StatusNoContent {
		t.Fatalf("%s cannot approve: %d", p.who.id, status)
	}
	if link != nil {
		_, back := open(http.MethodGet, html.UnescapeString(link[1]))
		if _, code, found := strings.Cut(back, "code="); found {
			code, _, _ = strings.Cut(code, "&")
			p.s[code] = "a code"
		}
		if _, onward := open(http.MethodGet, back); strings.Contains(onward, p.who.ssn) {
			t.Error("the address that the person is sent to has a number")
		}
	}
}

// operateRaw is operate with the answer as it came.
func (g *gateway) operateRaw(t *testing.T, method, path, body string, headers ...string) answer {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, g.base+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.SetBasicAuth("demo", "demo-eid-secret")
	request.Header.Set("Content-Type", "application/json")
	for i := 0; i+1 < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	return send(caller, request)
}

func (g *gateway) uploads(t *testing.T, name string) (id string) {
	t.Helper()
	const boundary = "leaksleaksleaks"
	a := g.operateRaw(t, http.MethodPost, "/v3/document", "--"+boundary+"\r\nContent-Disposition: form-data; name=\"file\"; filename=\""+name+"\"\r\n\r\n"+string(contract.OnePage())+"\r\n--"+boundary+"--\r\n",
		"Content-Type", "multipart/form-data; boundary="+boundary)
	var kept struct{ ID string }
	if a.read(t, &kept); a.status != http.StatusCreated {
		t.Fatal(a)
	}
	return kept.ID
}

// misplaced puts secrets where they do not belong.
func misplaced(t *testing.T, g *gateway, s secrets) {
	t.Helper()
	number := (&roll{}).take()
	s.number(t, "somebody misplaced", number)
	for _, a := range []answer{
		g.operateRaw(t, http.MethodGet, "/v3/bankid-se/auth/"+number, ""), g.operateRaw(t, http.MethodDelete, "/v3/freja/sign/"+number+"?ssn="+number, ""),
		g.operateRaw(t, http.MethodPost, "/v3/bankid-se/"+number, `{}`), g.operateRaw(t, http.MethodGet, "/v3/document/"+number, ""),
		g.operateRaw(t, http.MethodPost, "/v3/bankid-se/auth", `{"ssn":"`+number+`0","callbackUrl":"https://`+number+`.example/","orgNumber":"`+number+`"}`),
		g.operateRaw(t, http.MethodPost, "/v3/mitid/backchannel/auth", `{"ssn":"`+number+`","bindingMessage":"`+number+`\u202e"}`),
		g.operateRaw(t, http.MethodPost, "/v3/bankid-se/verify", `{"qrCode":"`+number+`"}`), g.operateRaw(t, http.MethodPost, "/v3/bankid-se/auth", `{"`+number+`":`),
		g.operateRaw(t, http.MethodGet, "/s/"+number, ""), g.operateRaw(t, http.MethodGet, "/callback/simulator?state="+number+"&code="+number, ""), g.operateRaw(t, http.MethodPost, "/callback/"+number+"/"+number, number),
		g.operateRaw(t, http.MethodGet, "/v3/bankid-se/auth/x", "", "Authorization", "Basic "+number, "User-Agent", number, "X-Request-Id", "x "+number, "Referer", "https://x.example/"+number, "Traceparent", number),
	} {
		if a.status < 400 || a.status >= 500 {
			t.Errorf("answered with %v", a)
		}
		if len(s.found(a.body)) > 0 {
			t.Error("an error repeats what was sent")
		}
	}
}
