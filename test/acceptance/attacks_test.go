package acceptance

import (
	"context"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/fault"
	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/outbound"
)

// surfer is somebody's browser: cookies of its own, and everything that it was ever sent.
type surfer struct {
	g      *Gateway
	client *http.Client
	seen   strings.Builder
}

func (g *Gateway) surfer(t *testing.T) *surfer {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &surfer{g: g, client: &http.Client{Jar: jar, Timeout: 20 * time.Second, CheckRedirect: func(*http.Request, []*http.Request) error {
		return http.ErrUseLastResponse
	}}}
}

// visit asks for an address and gives status, body and where it is sent.
func (s *surfer) visit(t *testing.T, method, address string, header ...string) (status int, body, location string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Accept", "text/html")
	for i := 0; i+1 < len(header); i += 2 {
		request.Header.Set(header[i], header[i+1])
	}
	response, err := s.client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	content, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	s.seen.Write(content)
	for name, values := range response.Header {
		s.seen.WriteString(name + strings.Join(values, ""))
	}
	return response.StatusCode, string(content), response.Header.Get("Location")
}

// approves plays the person in this browser: from the page to the provider, who is told who it is, and the address that
// the browser is sent back to with the proof.
func (s *surfer) approves(t *testing.T, b Begun, person string) (back string) {
	t.Helper()
	address := s.g.leaves(t, b).Challenge.URL
	if address == "" {
		t.Fatal("the session is not with a provider")
	}
	s.visit(t, http.MethodGet, address)
	if err := s.g.people.Approve(t.Context(), b.Session, person); err != nil {
		t.Fatal(err)
	}
	_, _, back = s.visit(t, http.MethodGet, address)
	if !strings.HasPrefix(back, s.g.base+"/callback/simulator?") {
		t.Fatal("the browser is not sent back to us")
	}
	return back
}

// leaves is a page session as it is stored.
func (g *Gateway) leaves(t *testing.T, b Begun) (s eid.Snapshot) {
	t.Helper()
	g.view(t, func(ctx context.Context, r outbound.Reader) error {
		found, err := r.Sessions().Find(ctx, g.scope(), b.Session)
		if err == nil {
			s = found.Snapshot()
		}
		return err
	})
	return s
}

func attacked(t *testing.T) *Gateway {
	t.Helper()
	t.Parallel()
	g := open(t, "sqlite:"+t.TempDir()+"/eidgate.db", func(g *Gateway) Door { return inProcess{g} })
	g.operations = newOperationsOverHTTP(g)
	return g
}

func mitID() Operation {
	return Operation{EID: eid.DKMitID, Operation: eid.Authenticate, Channel: eid.Page, ReturnTo: done}
}

// quiet fails when a browser was told anything about the victim or the order.
func (s *surfer) quiet(t *testing.T) {
	t.Helper()
	for _, secret := range []string{"Mette", s.g.NumberOf(t, "mette"), "code="} {
		if strings.Contains(s.seen.String(), secret) {
			t.Error("the attacker's browser was told something")
		}
	}
}

func TestAnAttackerWhoSendsAVictimHisPageGetsNothingBack(t *testing.T) {
	g := attacked(t)
	attacker, victim := g.surfer(t), g.surfer(t)
	b := begin(t, g, mitID())
	attacker.visit(t, http.MethodGet, b.URL) // looks first, and binds nothing
	if status, _, _ := victim.visit(t, http.MethodPost, b.URL+"/begin"); status != http.StatusSeeOther {
		t.Fatalf("the victim's begin is answered with %d", status)
	}
	back := victim.approves(t, b, "mette")
	for _, address := range []string{b.URL, b.URL + "/state", back} {
		if status, _, _ := attacker.visit(t, http.MethodGet, address); status != http.StatusForbidden {
			t.Errorf("the attacker is answered with %d", status)
		}
	}
	if _, _, location := victim.visit(t, http.MethodGet, back); !strings.HasPrefix(location, done+"?id=") {
		t.Error("the victim is not sent back to the organization")
	}
	if status, _, _ := attacker.visit(t, http.MethodGet, b.URL+"/state"); status != http.StatusForbidden {
		t.Errorf("after the end the attacker is answered with %d", status)
	}
	attacker.quiet(t)
}

func TestAVictimCannotGoOnWithWhatAnAttackerBegan(t *testing.T) {
	g := attacked(t)
	attacker, victim := g.surfer(t), g.surfer(t)
	b := begin(t, g, mitID())
	attacker.visit(t, http.MethodPost, b.URL+"/begin")
	for _, path := range []string{"", "/state"} {
		if status, body, _ := victim.visit(t, http.MethodGet, b.URL+path); status != http.StatusForbidden || strings.Contains(body, "Demo AB") {
			t.Errorf("the victim is answered with %d", status)
		}
	}
	for _, path := range []string{"/begin", "/cancel"} {
		if status, _, _ := victim.visit(t, http.MethodPost, b.URL+path); status != http.StatusForbidden {
			t.Errorf("the victim's %s is answered with %d", path, status)
		}
	}
	if s := g.leaves(t, b); s.State != eid.Pending {
		t.Errorf("the session is %s", s.State)
	}
}

func TestAReturnInAnotherBrowserIsNone(t *testing.T) {
	g := attacked(t)
	own, other := g.surfer(t), g.surfer(t)
	b := begin(t, g, mitID())
	own.visit(t, http.MethodPost, b.URL+"/begin")
	back := own.approves(t, b, "mette")
	if status, _, _ := other.visit(t, http.MethodGet, back); status != http.StatusForbidden {
		t.Errorf("the other browser is answered with %d", status)
	}
	// A browser that has begun another session has a name, and is still another.
	another := begin(t, g, mitID())
	other.visit(t, http.MethodPost, another.URL+"/begin")
	if status, _, _ := other.visit(t, http.MethodGet, back); status != http.StatusForbidden {
		t.Errorf("the other browser, with a session of its own, is answered with %d", status)
	}
	if s := g.leaves(t, b); s.State != eid.Pending {
		t.Fatalf("the session is %s", s.State)
	}
	for range 2 { // brought twice, it is spent once
		if _, _, location := own.visit(t, http.MethodGet, back); !strings.HasPrefix(location, done+"?id=") {
			t.Error("its own browser is not sent on")
		}
	}
	if p := g.Outcome(t, b); p.State != Done {
		t.Errorf("%s %s", p.State, p.Why)
	}
}

func TestACodeOfOneSessionIsNoneForAnother(t *testing.T) {
	g := attacked(t)
	attacker, victim := g.surfer(t), g.surfer(t)
	his, hers := begin(t, g, mitID()), begin(t, g, mitID())
	attacker.visit(t, http.MethodPost, his.URL+"/begin")
	victim.visit(t, http.MethodPost, hers.URL+"/begin")
	stolen, err := url.Parse(victim.approves(t, hers, "mette"))
	if err != nil {
		t.Fatal(err)
	}
	q := stolen.Query()
	q.Set("state", his.URL[strings.LastIndexByte(his.URL, '/')+1:])
	attacker.visit(t, http.MethodGet, g.base+"/callback/simulator?"+q.Encode())
	if s := g.leaves(t, his); s.State == eid.Completed || s.Evidence.Name != "" {
		t.Errorf("with somebody else's code it is %s", s.State)
	}
	if s := g.leaves(t, hers); s.State != eid.Pending {
		t.Errorf("hers is %s", s.State)
	}
	for _, broken := range []string{"?state=&code=x", "?code=x", "?state=nobodys-ticket-at-all&code=x", "?state=a&state=b&code=x", "?error=access_denied&state=nobodys"} {
		if status, _, _ := attacker.visit(t, http.MethodGet, g.base+"/callback/simulator"+broken); status != http.StatusNotFound && status != http.StatusBadRequest {
			t.Errorf("%s is answered with %d", broken, status)
		}
	}
	attacker.quiet(t)
}

func TestAForeignPagePostsNothingInAPersonsName(t *testing.T) {
	g := attacked(t)
	victim := g.surfer(t)
	b := begin(t, g, mitID())
	for name, header := range map[string][]string{
		"across sites": {"Sec-Fetch-Site", "cross-site"}, "from a sibling": {"Sec-Fetch-Site", "same-site"}, "from another origin": {"Origin", "https://evil.example"},
		"from nowhere": {"Origin", "null"}, "as text": {"Origin", "https://evil.example", "Content-Type", "text/plain"},
	} {
		for _, path := range []string{"/begin", "/cancel"} {
			if status, _, _ := victim.visit(t, http.MethodPost, b.URL+path, header...); status != http.StatusForbidden {
				t.Errorf("%s %s is answered with %d", name, path, status)
			}
		}
	}
	victim.visit(t, http.MethodGet, b.URL+"/begin")
	victim.visit(t, http.MethodGet, b.URL+"/cancel")
	if s := g.leaves(t, b); s.State != eid.Opened || s.Browser != "" {
		t.Errorf("the session is %s", s.State)
	}
}

func TestIdentifiersCannotBeGuessed(t *testing.T) {
	g := attacked(t)
	attacker := g.surfer(t)
	b := begin(t, g, mitID())
	ticket := b.URL[strings.LastIndexByte(b.URL, '/')+1:]
	if len(ticket) < 40 || strings.Contains(ticket, b.Session) {
		t.Errorf("a ticket has %d characters", len(ticket))
	}
	status, unknown, _ := attacker.visit(t, http.MethodGet, g.base+"/s/"+strings.Repeat("x", len(ticket)))
	again, other, _ := attacker.visit(t, http.MethodGet, g.base+"/s/"+b.Session)
	if status != http.StatusNotFound || again != http.StatusNotFound || len(unknown) == 0 || len(other) == 0 {
		t.Errorf("what is no ticket is answered with %d and %d", status, again)
	}
	stranger := g.operations.Stranger(t)
	if _, outcome := stranger.Follow(t, b); outcome.Kind != fault.NotFound {
		t.Errorf("another organization that knows the identifier is answered %s", outcome.Kind)
	}
}

func TestAResultIsForWhoeverStartedAlone(t *testing.T) {
	g := attacked(t)
	b := begin(t, g, auth())
	g.Approve(t, b, "anna")
	if p := g.Outcome(t, b); p.State != Done {
		t.Fatalf("%s %s", p.State, p.Why)
	}
	stranger := g.operations.Stranger(t)
	if p, outcome := stranger.Follow(t, b); outcome.Kind != fault.NotFound || p.Seen != (Seen{}) {
		t.Errorf("a stranger is answered %s", outcome.Kind)
	}
	elsewhere := b
	elsewhere.Operation = eid.Sign
	g.Clock.Advance(2 * time.Second)
	if p, outcome := g.operations.Follow(t, elsewhere); outcome.Kind != fault.NotFound || p.Seen != (Seen{}) {
		t.Errorf("as another operation it is answered %s", outcome.Kind)
	}
	g.Clock.Advance(25 * time.Hour)
	g.Sweep(t)
	if p, outcome := g.operations.Follow(t, b); outcome.Kind != fault.NotFound || p.Seen != (Seen{}) {
		t.Errorf("a day later it is answered %s", outcome.Kind)
	}
}

func TestTheSecretOfACodeReachesNoBrowser(t *testing.T) {
	g := attacked(t)
	person := g.surfer(t)
	b := begin(t, g, Operation{EID: eid.SEBankID, Operation: eid.ProveAge, Channel: eid.Page, LeastAge: 18, ReturnTo: done})
	person.visit(t, http.MethodGet, b.URL)
	person.visit(t, http.MethodPost, b.URL+"/begin")
	secret := g.leaves(t, b).Challenge.Animated.Secret
	if secret == "" {
		t.Fatal("there is no secret to keep")
	}
	for range 5 {
		g.Clock.Advance(time.Second)
		person.visit(t, http.MethodGet, b.URL)
		person.visit(t, http.MethodGet, b.URL+"/state", "Accept", "application/json")
	}
	if err := g.people.Approve(t.Context(), b.Session, "anna"); err != nil {
		t.Fatal(err)
	}
	person.visit(t, http.MethodGet, b.URL)
	if text := person.seen.String(); strings.Contains(text, secret) || strings.Contains(text, url.QueryEscape(secret)) {
		t.Error("a browser was sent the secret")
	}
}

func TestAStormOfStartsForOnePersonLeavesOneOrder(t *testing.T) {
	g := attacked(t)
	o := auth()
	o.SSN = g.NumberOf(t, "anna")
	for range 60 {
		g.operations.Begin(t, o)
	}
	waiting := 0
	for _, w := range g.people.Waiting() {
		if w.EID == eid.SEBankID {
			waiting++
		}
	}
	if waiting > 1 {
		t.Errorf("%d orders wait for one person", waiting)
	}
}

func TestNobodyIsSentWhereTheClientDoesNotAllow(t *testing.T) {
	g := attacked(t)
	g.do(t, func(ctx context.Context, tx outbound.Tx) error {
		c, _, err := organization.Enrol(organization.Client{
			ID: "narrow", Scope: g.scope(), Kind: organization.KindEID, Identifier: "narrow", Secret: organization.HashSecret("narrow-secret"), Features: []string{"all"},
			Addresses: organization.Addresses{Redirect: []string{"https://app.example", "https://one.example/done"}, Callback: []string{"https://app.example"}},
		}, g.Clock.Now())
		if err != nil {
			return err
		}
		return tx.Clients().Add(ctx, c)
	})
	g.operations = operationsOverHTTP{g, "narrow", "narrow-secret"}
	for _, fine := range []string{"https://app.example/x?y=1", "https://app.example:443/", "https://one.example/done"} {
		o := mitID()
		o.ReturnTo = fine
		begin(t, g, o)
	}
	for _, evil := range strings.Fields(`https://evil.example https://app.example.evil.example https://evilapp.example https://sub.app.example
		https://app.example@evil.example https://app.example%40evil.example https://app.example:8443/ http://app.example/ //app.example/ ///app.example
		https:app.example https:/app.example https:///app.example \\app.example https://app.example\@evil.example https://app.example\.evil.example
		https://app.example#@evil.example https://app.example/#fragment https://app.example%2eevil.example https://app.example%00.evil.example
		https://app.example%0d%0aSet-Cookie:x javascript:alert(1) JavaScript:alert(1) data:text/html,x vbscript:x file:///etc/passwd ftp://app.example/
		https://one.example/ https://one.example/done/ https://one.example/done?x=1 https://one.example/done/../other https://one.example/Done https://ONE.example/done2
		https://аpp.example https://app.example。evil.example https://[::1]/ https://127.0.0.1/ http://127.0.0.1/ https://2130706433/ https://0x7f.1/
		https://user:pass@app.example/ https://app.example:/ https://app.example:99999/ https://app.example:0443x/ https://app.example.`) {
		for name, change := range map[string]func(*Operation){
			"return": func(o *Operation) { o.ReturnTo = evil },
			"news":   func(o *Operation) { *o = auth(); o.NotifyAt = evil },
		} {
			o := mitID()
			change(&o)
			_, outcome := g.operations.Begin(t, o)
			if evil == "https://app.example:/" { // an empty port is the default one (RFC 3986 section 3.2.3)
				continue
			}
			if !outcome.Refused || outcome.Kind != fault.Invalid && outcome.Kind != fault.Forbidden {
				t.Errorf("%s to %s is taken", name, evil)
			}
		}
	}
}
