package acceptance

import (
	"bytes"
	"cmp"
	"encoding/json"
	"io"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"strconv"
	"testing"
	"time"

	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/identity"
)

// operationsOverHTTP talks to the eID operations API over a real connection.
type operationsOverHTTP struct {
	g          *Gateway
	identifier string
	secret     string
}

func newOperationsOverHTTP(g *Gateway) OperationDoor {
	return operationsOverHTTP{g, "demo", "demo-eid-secret"}
}

func (operationsOverHTTP) Name() string { return "eID operations API" }

func (operationsOverHTTP) Cannot() map[Ability]string {
	return map[Ability]string{Pages: "this API leaves it to its callers to show what the apps of Swedish BankID and Freja need"}
}

var eidPaths = map[eid.EID]string{
	eid.SEBankID: "bankid-se", eid.SEFreja: "freja", eid.NOBankID: "bankid-no", eid.NOVipps: "vipps", eid.DKMitID: "mitid", eid.FIFTN: "ftn",
}

// countryWords are Freja's words for the countries of its people.
var countryWords = map[identity.Country]string{identity.SE: "SWEDEN", identity.NO: "NORWAY", identity.DK: "DENMARK", identity.FI: "FINLAND"}

// sort is what an operation is polled as.
func sort(o eid.Operation) string {
	switch {
	case o == eid.ProveAge:
		return "age-verification"
	case o.Signs():
		return "sign"
	}
	return "auth"
}

func (d operationsOverHTTP) send(t *testing.T, method, path, contentType string, body []byte) (*http.Response, Outcome) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, d.g.base+path, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.SetBasicAuth(d.identifier, d.secret)
	if contentType != "" {
		request.Header.Set("Content-Type", contentType)
	}
	response, err := browser.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = response.Body.Close() })
	if response.StatusCode < 300 {
		return response, Outcome{}
	}
	var refused struct{ Message string }
	if err := json.NewDecoder(response.Body).Decode(&refused); err != nil || refused.Message == "" || response.Header.Get("X-Error-Code") == "" {
		t.Fatalf("status %d is not worded as an error: %v", response.StatusCode, err)
	}
	o := Outcome{Refused: true, Kind: kindOf[response.StatusCode]}
	if seconds, err := strconv.Atoi(response.Header.Get("Retry-After")); err == nil {
		o.RetryAfter = time.Duration(seconds) * time.Second
	}
	return response, o
}

func (d operationsOverHTTP) ask(t *testing.T, method, path string, body, result any) Outcome {
	t.Helper()
	var payload []byte
	if body != nil {
		var err error
		if payload, err = json.Marshal(body); err != nil {
			t.Fatal(err)
		}
	}
	response, outcome := d.send(t, method, path, "application/json", payload)
	if !outcome.Refused && result != nil {
		if err := json.NewDecoder(response.Body).Decode(result); err != nil {
			t.Fatal(err)
		}
	}
	return outcome
}

func startPath(o Operation) string {
	path := "/v3/" + eidPaths[o.EID]
	switch {
	case o.Operation.ByPhone():
		path += "/phone"
	case o.Channel == eid.Backchannel:
		path += "/backchannel"
	}
	return path + "/" + sort(o.Operation)
}

func startBody(o Operation) map[string]any {
	body := map[string]any{}
	text := "text"
	switch {
	case o.Operation.Signs():
	case o.EID == eid.SEBankID:
		text = "intent"
	case o.EID == eid.DKMitID:
		text = "referenceText"
	}
	for name, value := range map[string]string{
		"ssn": o.SSN, "phone": o.Phone, text: o.Text, "bindingMessage": o.Binding, "redirectUrl": o.ReturnTo, "callbackUrl": o.NotifyAt,
		"refId": o.Reference, "orgNumber": o.Company,
		"callInitiator": map[eid.CallInitiator]string{eid.CalledByPerson: "USER", eid.CalledByOrganization: "RP"}[o.Initiator],
	} {
		if value != "" {
			body[name] = value
		}
	}
	if o.EID == eid.SEFreja && (o.Channel == eid.Backchannel || o.Country != "") {
		body["country"] = countryWords[cmp.Or(o.Country, identity.SE)]
	}
	for name, bound := range map[string]int{"minAge": o.LeastAge, "maxAge": o.GreatestAge} {
		if bound != 0 {
			body[name] = bound
		}
	}
	for name, attribute := range map[string]eid.Attributes{
		"requestSsn": eid.WantNumber, "requestPhone": eid.WantPhone, "requestEmail": eid.WantEmail, "requestAddress": eid.WantAddress,
	} {
		if o.Wants.Has(attribute) {
			body[name] = true
		}
	}
	if len(o.Documents) > 0 {
		body["documents"] = o.Documents
	}
	return body
}

func (d operationsOverHTTP) Begin(t *testing.T, o Operation) (Begun, Outcome) {
	t.Helper()
	var s struct {
		ID, URL, AutoStartToken, QRStartToken, QRStartSecret, QRData, BindingMessage, Status string
	}
	outcome := d.ask(t, http.MethodPost, startPath(o), startBody(o), &s)
	if !outcome.Refused && (s.ID == "" || s.Status != "PENDING") {
		t.Fatalf("started as %q", s.Status)
	}
	b := Begun{Session: s.ID, EID: o.EID, Operation: o.Operation, URL: s.URL, AppToken: s.AutoStartToken, QR: s.QRData, BindingMessage: s.BindingMessage}
	if s.QRStartToken != "" { // the caller animates the code itself
		now := d.g.Clock.Now()
		b.QR = eid.AnimatedQR{Token: s.QRStartToken, Secret: s.QRStartSecret, Start: now}.At(now)
	}
	return b, outcome
}

func (d operationsOverHTTP) path(b Begun) string {
	return "/v3/" + eidPaths[b.EID] + "/" + sort(b.Operation) + "/" + b.Session
}

// result is what a poll answers, in all states of all operations.
type result struct {
	Status, Error, HintCode, Country                    string
	SSN, Name, Address, CompanySignatoryText, BirthDate string
	AgeVerified                                         *bool
	SignResult                                          map[string]string
	SignedDocuments                                     []struct{ ID, Hash string }
}

func (r result) progress() Progress {
	p := Progress{
		State: map[string]State{"PENDING": Waiting, "COMPLETED": Done, "FAILED": Over}[r.Status], Why: r.Error, Hint: r.HintCode, AgeFits: r.AgeVerified,
		Seen: Seen{SSN: r.SSN, Name: r.Name, Address: r.Address, Signatory: r.CompanySignatoryText, BirthDate: r.BirthDate}, Signed: len(r.SignResult) > 0,
	}
	for c, word := range countryWords {
		if word == r.Country {
			p.Seen.Country = c
		}
	}
	for _, d := range r.SignedDocuments {
		p.Documents = append(p.Documents, d.ID)
	}
	return p
}

func (d operationsOverHTTP) Follow(t *testing.T, b Begun) (Progress, Outcome) {
	t.Helper()
	var r result
	outcome := d.ask(t, http.MethodGet, d.path(b), nil, &r)
	return r.progress(), outcome
}

func (d operationsOverHTTP) Cancel(t *testing.T, b Begun) Outcome {
	t.Helper()
	return d.ask(t, http.MethodDelete, d.path(b), nil, nil)
}

func (d operationsOverHTTP) Card(t *testing.T, qr string) (Seen, Outcome) {
	t.Helper()
	var r result
	outcome := d.ask(t, http.MethodPost, "/v3/bankid-se/verify", map[string]string{"qrCode": qr}, &r)
	return Seen{SSN: r.SSN, Name: r.Name}, outcome
}

func (d operationsOverHTTP) Upload(t *testing.T, name string, content []byte) (string, Outcome) {
	t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	part, err := form.CreatePart(textproto.MIMEHeader{
		"Content-Disposition": {`form-data; name="file"; filename="` + name + `"`}, "Content-Type": {"application/pdf"},
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := part.Write(content); err != nil {
		t.Fatal(err)
	}
	if err := form.Close(); err != nil {
		t.Fatal(err)
	}
	response, outcome := d.send(t, http.MethodPost, "/document", form.FormDataContentType(), body.Bytes())
	var kept struct{ ID, Hash string }
	if !outcome.Refused {
		if err := json.NewDecoder(response.Body).Decode(&kept); err != nil || len(kept.Hash) != 64 {
			t.Fatalf("the upload has a hash of %d characters: %v", len(kept.Hash), err)
		}
	}
	return kept.ID, outcome
}

func (d operationsOverHTTP) Download(t *testing.T, id string) ([]byte, Outcome) {
	t.Helper()
	response, outcome := d.send(t, http.MethodGet, "/v3/document/"+id, "", nil)
	if outcome.Refused {
		return nil, outcome
	}
	content, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return content, outcome
}

func (d operationsOverHTTP) Stranger(t *testing.T) OperationDoor {
	t.Helper()
	d.g.strangerClients(t)
	return operationsOverHTTP{d.g, "stranger-eid", ownSecret}
}
