package simulator_test

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/eidgate/eidgate/adapters/provider/simulator"
	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/ports/inbound"
	"github.com/eidgate/eidgate/ports/outbound"
	"github.com/eidgate/eidgate/test/clock"
)

const gateway = "https://eid.example"

// bring hands a provider what the browser came back with.
func bring(t *testing.T, s *simulator.Simulator, thread []byte, address string) outbound.Step {
	t.Helper()
	step, err := s.Advance(t.Context(), thread, returns(t, address))
	if err != nil {
		t.Fatalf("Advance: %v (%v)", err, errors.Unwrap(err))
	}
	return step
}

func returns(t *testing.T, address string) outbound.Nudge {
	t.Helper()
	n := outbound.Nudge{Returned: map[string]string{}}
	for name, values := range query(t, address) {
		n.Returned[name] = values[0]
	}
	return n
}

// approve plays the whole browser leg and gives the address that the browser is sent to.
func approve(t *testing.T, s *simulator.Simulator, step outbound.Step, person string) string {
	t.Helper()
	v := visitOf(t, step.Challenge.URL, "browser")
	if err := s.Approve(t.Context(), visit(t, s, v).Order.ID, person); err != nil {
		t.Fatal(err)
	}
	return visit(t, s, v).Redirect
}

func TestOnAPageTheBrowserComesBackToUs(t *testing.T) {
	c := clock.At(time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC))
	s, err := simulator.New(simulator.Config{PublicURL: public, GatewayURL: gateway, Secret: secret(1)}, c, &ids{})
	if err != nil {
		t.Fatal(err)
	}
	step := start(t, s, session(c, "s1", eid.Order{EID: eid.DKMitID, Channel: eid.Page, Correlation: "theirs"}))
	if step.Rest != 0 || !strings.HasPrefix(step.Challenge.URL, public+simulator.AuthorizePath+"?") {
		t.Errorf("begun with %q, to be asked again in %v", step.Challenge.Action, step.Rest)
	}
	if got := tick(t, s, step.Thread); got.Evidence != nil || got.Refusal != "" || got.Rest != 0 {
		t.Errorf("a tick gives %+v", got)
	}
	shown := visit(t, s, visitOf(t, step.Challenge.URL, "browser")).Order
	if shown.Correlation != "theirs" || shown.Session != "s1" || shown.Channel != eid.Page {
		t.Errorf("the person is shown %+v", shown)
	}
	back := approve(t, s, step, "mette")
	if !strings.HasPrefix(back, gateway+"/callback/simulator?code=") || query(t, back).Get("state") != "ticket-s1" {
		t.Error("the browser is not sent to us with its ticket")
	}
	got := bring(t, s, step.Thread, back)
	if got.Evidence == nil || got.Evidence.Nonce != "nonce-s1" || got.Evidence.Subject != "mette" {
		t.Fatalf("got %+v", got)
	}
	if _, err := s.Advance(t.Context(), step.Thread, returns(t, back)); !errors.Is(err, eid.ErrCodeRejected) {
		t.Errorf("a second time: %v", err)
	}
}

func TestACodeOfOnePageIsNoneOfAnother(t *testing.T) {
	s, c := begin(t)
	mine := start(t, s, session(c, "s1", eid.Order{EID: eid.DKMitID, Channel: eid.Page}))
	other := start(t, s, session(c, "s2", eid.Order{EID: eid.DKMitID, Channel: eid.Page}))
	login := start(t, s, session(c, "s3", eid.Order{EID: eid.DKMitID, ReturnTo: public + "/callback/simulator"}))
	back := approve(t, s, mine, "mette")
	code := returns(t, back)
	code.Returned["redirect_uri"] = public + "/callback/simulator"
	for name, thread := range map[string][]byte{"another session": other.Thread, "a login by redirect": login.Thread, "no session": nil} {
		if got, err := s.Advance(t.Context(), thread, code); !errors.Is(err, eid.ErrCodeRejected) || got.Evidence != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := s.Advance(t.Context(), mine.Thread, returns(t, approve(t, s, login, "mette"))); !errors.Is(err, eid.ErrCodeRejected) {
		t.Errorf("a caller's code at a page: %v", err)
	}
	if got := bring(t, s, mine.Thread, back); got.Evidence == nil {
		t.Error("the right code was spent by the wrong sessions")
	}
}

func TestWhatIsSignedIsShownAndNotReadableInTheAddress(t *testing.T) {
	s, c := begin(t)
	text := "I agree to pay & to \"smile\" \u00e6\u00f8\u00e5"
	step := start(t, s, session(c, "s1", eid.Order{EID: eid.NOBankID, Channel: eid.Page, Operation: eid.Sign, Text: text}))
	v := visitOf(t, step.Challenge.URL, "b")
	if parts := strings.Split(v.Request, "."); len(parts) != 5 {
		t.Error("the request is not sealed")
	}
	if got := visit(t, s, v).Order; got.Text != text || got.Operation != eid.Sign {
		t.Errorf("the person is shown %+v", got)
	}
	got := bring(t, s, step.Thread, approve(t, s, step, "kari")).Evidence
	if got.Signature.Person == "" || got.Signature.Merchant == "" || got.Signature.Hash == "" || got.Signature.Checksum != "" {
		t.Errorf("Norwegian BankID signs as %+v", got.Signature)
	}
	step = start(t, s, session(c, "s2", eid.Order{EID: eid.DKMitID, Channel: eid.Page, Operation: eid.Sign, Text: text}))
	if got := bring(t, s, step.Thread, approve(t, s, step, "mette")).Evidence; len(got.Signature.Checksum) != 64 || got.Signature.Person != "" {
		t.Errorf("MitID signs as %+v", got.Signature)
	}
}

func TestAddressesStayShortHoweverLongTheTexts(t *testing.T) {
	s, c := begin(t)
	var documents []eid.Document
	for range 10 {
		documents = append(documents, eid.Document{ID: "d", Name: strings.Repeat("\u00e5", 300), Content: []byte("%PDF-")})
	}
	for name, o := range map[string]eid.Order{
		"text":      {Operation: eid.Authenticate, Text: strings.Repeat("\"\u20ac\u20ac&", 500)},
		"documents": {Operation: eid.Sign, Documents: documents},
		"reference": {Operation: eid.Authenticate, Correlation: strings.Repeat("r", 5000)},
	} {
		o.EID, o.Channel = eid.NOBankID, eid.Page
		step := start(t, s, session(c, name, o))
		if n := len(step.Challenge.URL); n > 6_000 {
			t.Errorf("%s: %d bytes", name, n)
		}
		visit(t, s, visitOf(t, step.Challenge.URL, "b"))
	}
}

func TestARequestThatWeDidNotSealIsRefused(t *testing.T) {
	s, c := begin(t)
	order := eid.Order{EID: eid.NOBankID, Channel: eid.Page}
	ours := visitOf(t, start(t, s, session(c, "s1", order)).Challenge.URL, "b")
	theirs := visitOf(t, start(t, open(t, c, secret(2)), session(c, "s1", order)).Challenge.URL, "b")
	login := visitOf(t, start(t, s, session(c, "s2", eid.Order{EID: eid.NOBankID})).Challenge.URL, "b")
	code := approve(t, s, start(t, s, session(c, "s3", order)), "kari")
	for name, request := range map[string]string{
		"another key": theirs.Request, "tampered": ours.Request[:len(ours.Request)-3] + "AAA", "signed only": login.Request,
		"a code": query(t, code).Get("code"), "nonsense": "a.b.c.d.e",
	} {
		v := ours
		v.Request = request
		if _, err := s.Visit(t.Context(), v); !errors.Is(err, inbound.ErrSimulatorRequest) {
			t.Errorf("%s: %v", name, err)
		}
	}
	wrong := ours
	wrong.ClientID = login.ClientID
	if _, err := s.Visit(t.Context(), wrong); !errors.Is(err, inbound.ErrSimulatorRequest) {
		t.Errorf("as another client: %v", err)
	}
	visit(t, s, ours)
}

func pdf(name string) eid.Document {
	return eid.Document{ID: "id of " + name, Name: name, Content: []byte("%PDF-1.7 " + name)}
}

func TestDocumentsAreSignedInTheirOrder(t *testing.T) {
	s, c := begin(t)
	order := eid.Order{EID: eid.NOBankID, Channel: eid.Page, Operation: eid.Sign, Documents: []eid.Document{pdf("b.pdf"), pdf("a.pdf")}}
	step := start(t, s, session(c, "s1", order))
	if bytes.Contains(step.Thread, []byte("%PDF")) {
		t.Error("the thread carries documents")
	}
	shown := visit(t, s, visitOf(t, step.Challenge.URL, "browser")).Order
	if !slices.Equal(shown.Documents, []string{"b.pdf", "a.pdf"}) || shown.Text != "Demo AB asks you to sign documents." {
		t.Errorf("the person is shown %+v", shown)
	}
	got := bring(t, s, step.Thread, approve(t, s, step, "kari")).Evidence
	if got == nil || len(got.Documents) != 2 {
		t.Fatal("not two documents came back")
	}
	for i, d := range got.Documents {
		if d.ID != order.Documents[i].ID || d.Name != order.Documents[i].Name || len(d.Hash) != 64 ||
			!bytes.HasPrefix(d.Content, order.Documents[i].Content) || !bytes.Contains(d.Content, []byte("Kari Nordmann")) {
			t.Errorf("%d is %s %s", i, d.ID, d.Name)
		}
	}
}

func TestDocumentsThatAreLostOrBrokenAreNotSigned(t *testing.T) {
	s, c := begin(t)
	order := eid.Order{EID: eid.NOBankID, Channel: eid.Page, Operation: eid.Sign, Documents: []eid.Document{pdf("a.pdf")}}
	step := start(t, s, session(c, "s1", order))
	back := approve(t, s, step, "kari")
	if got := bring(t, open(t, c, secret(1)), step.Thread, back); got.Refusal != eid.ReasonProviderFailed {
		t.Errorf("after a restart: %+v", got)
	}
	order.Documents = []eid.Document{{ID: "x", Name: "x.pdf", Content: []byte("no PDF")}}
	step = start(t, s, session(c, "s2", order))
	if got := bring(t, s, step.Thread, approve(t, s, step, "kari")); got.Refusal != eid.ReasonProviderFailed || got.Evidence != nil {
		t.Errorf("no PDF: %+v", got)
	}
	order.Documents = []eid.Document{{ID: "x", Name: "x.pdf"}}
	if _, err := s.Begin(t.Context(), session(c, "s3", order)); !errors.Is(err, eid.ErrOrderRefused) {
		t.Errorf("without content: %v", err)
	}
	unable, err := simulator.New(simulator.Config{PublicURL: public, Secret: secret(1)}, c, &ids{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := unable.Begin(t.Context(), session(c, "s4", order)); !errors.Is(err, eid.ErrNoRoute) {
		t.Errorf("without a signer: %v", err)
	}
	for _, o := range unable.Offers() {
		if o.Documents {
			t.Error("documents are offered without a signer")
		}
	}
}

func TestDocumentsCannotFillTheMemory(t *testing.T) {
	s, c := begin(t)
	large := bytes.Repeat([]byte{' '}, eid.MostDocument)
	copy(large, "%PDF-")
	order := eid.Order{EID: eid.NOBankID, Channel: eid.Page, Operation: eid.Sign}
	for range 10 {
		order.Documents = append(order.Documents, eid.Document{ID: "d", Name: "d.pdf", Content: large[:len(large)/10]})
	}
	first := start(t, s, session(c, "first", order)) // 10 MiB each
	var last outbound.Step
	for i := range 13 {
		last = start(t, s, session(c, fmt.Sprint("s", i), order))
	}
	if got := bring(t, s, first.Thread, approve(t, s, first, "kari")); got.Refusal != eid.ReasonProviderFailed {
		t.Error("more was kept than there is room for")
	}
	if got := bring(t, s, last.Thread, approve(t, s, last, "kari")); got.Evidence == nil {
		t.Error("the newest was dropped")
	}
}

func TestSignedDocumentsMakeRoom(t *testing.T) {
	s, c := begin(t)
	large := bytes.Repeat([]byte{' '}, eid.MostDocument)
	copy(large, "%PDF-")
	order := eid.Order{EID: eid.NOBankID, Channel: eid.Page, Operation: eid.Sign, Documents: []eid.Document{{ID: "d", Name: "d.pdf", Content: large}}}
	first, second := start(t, s, session(c, "first", order)), start(t, s, session(c, "second", order))
	if got := bring(t, s, second.Thread, approve(t, s, second, "kari")); got.Evidence == nil {
		t.Fatalf("refused as %q", got.Refusal)
	}
	for i := range 11 { // twelve of them have room
		start(t, s, session(c, fmt.Sprint("s", i), order))
	}
	if got := bring(t, s, first.Thread, approve(t, s, first, "kari")); got.Evidence == nil {
		t.Error("what was signed still takes room")
	}
}
