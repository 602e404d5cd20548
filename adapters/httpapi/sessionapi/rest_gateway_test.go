package sessionapi_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/eidgate/eidgate/adapters/httpapi"
	"github.com/eidgate/eidgate/adapters/httpapi/sessionapi"
	"github.com/eidgate/eidgate/adapters/system"
	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/identity"
	"github.com/eidgate/eidgate/test/surface"
)

// gateway is the surface on a running server.
type gateway struct {
	*house
	limits  *surface.Window
	address string
}

func (g gateway) forget() {
	g.house.forget()
	g.limits.Reset()
}

func deps(h *house, limits *surface.Window) sessionapi.Deps {
	return sessionapi.Deps{Tokens: h, Sessions: h, Offered: offered, Clock: fixedClock{}, Limiter: limits, Attempts: limits, Pacer: limits}
}

func open(t testing.TB, config sessionapi.Config) gateway {
	t.Helper()
	config.PublicURL, config.Page, config.SubjectKey = "https://eid.example", page, []byte(subjectKey)
	g := gateway{house: newHouse(), limits: surface.NewWindow(time.Second, then)}
	server, err := httpapi.New(httpapi.Config{}, []httpapi.Surface{sessionapi.New(config, deps(g.house, g.limits))}, httpapi.Deps{Clock: system.Clock{}, IDs: still{}})
	if err != nil {
		t.Fatal(err)
	}
	g.address = surface.Serve(t, server)
	return g
}

// answer is a response that has been read.
type answer struct {
	*http.Response
	body string
}

// unless adds a header where there is none of that name.
func unless(headers []string, header string) []string {
	name, _, _ := strings.Cut(header, ":")
	if slices.ContainsFunc(headers, func(h string) bool { return strings.HasPrefix(h, name+":") }) {
		return headers
	}
	return append([]string{header}, headers...)
}

// ask sends a request with a client's token, "" for none. Headers are written as "Name: value".
func (g gateway) ask(t testing.TB, as, method, path, body string, headers ...string) answer {
	t.Helper()
	if as != "" {
		headers = unless(headers, "Authorization: Bearer token-"+as)
	}
	w, text := surface.Ask(t, g.address, method, path, body, headers...)
	judge(t, w, text)
	return answer{w, text}
}

// create opens a session, and fails the test where there is none.
func (g gateway) create(t testing.TB, body string) answer {
	t.Helper()
	g.limits.Reset()
	a := g.ask(t, "full", "POST", sessions, body)
	if a.StatusCode != http.StatusOK {
		t.Fatal(a.StatusCode, a.body)
	}
	return a
}

// get asks for the last session.
func (g gateway) get(t testing.TB, query string) answer {
	t.Helper()
	g.limits.Reset()
	return g.ask(t, "full", "GET", sessions+"/"+g.id()+query, "")
}

// members are those of an answer in JSON.
func (a answer) members(t testing.TB) map[string]any {
	t.Helper()
	var m map[string]any
	if err := json.Unmarshal([]byte(a.body), &m); err != nil {
		t.Fatal("no JSON:", err)
	}
	return m
}

// blames lists the names in invalidParams.
func (a answer) blames(t testing.TB) string {
	t.Helper()
	var names []string
	list, _ := a.members(t)["invalidParams"].([]any)
	for _, one := range list {
		names = append(names, one.(map[string]any)["name"].(string))
	}
	return strings.Join(names, " ")
}

func number(t testing.TB, c identity.Country, digits string) identity.Number {
	t.Helper()
	n, err := identity.ParsePerson(c, digits, identity.Options{AsOf: then, Allow: identity.AllowSandbox})
	if err != nil {
		t.Fatal("a number of the tests is none")
	}
	return n
}

// evidence is everything that a provider could know, so that answers show what they leave out.
func evidence(t testing.TB, o eid.Order) eid.Evidence {
	e := eid.Evidence{
		EID: o.EID, Context: o.EID.DefaultContext(), Assurance: eid.High, Name: "Kari Nordmann", GivenName: "Kari", Surname: "Nordmann",
		BirthDate: identity.Date{Year: 1999, Month: 8, Day: 7}, Phone: "+4790881716", Email: "kari@example.com", Address: "Storgata 1, 0155 Oslo",
		Device: "203.0.113.9", PersonID: "9578-6000-4-30799", IssuerID: "9980", Subject: "2c4f7c0e", IssuedAt: then,
		Proofs: []eid.Proof{{Kind: "signature", Data: []byte("<Signature/>")}, {Kind: "ocsp_response", Data: []byte{0x30, 0x03}}},
	}
	if o.EID == eid.SEBankID {
		e.PersonID, e.IssuerID, e.Assurance, e.BirthDate = "", "", eid.Substantial, identity.Date{}
	}
	if o.EID == eid.NOBankID {
		e.Context = "urn:grn:authn:no:bankid:high"
	}
	switch o.EID.Country() {
	case identity.SE:
		e.Number = number(t, identity.SE, "199908072391")
	case identity.NO:
		e.Number = number(t, identity.NO, "20123931743")
	case identity.DK:
		e.Number = number(t, identity.DK, "1310521234")
	case identity.FI:
		e.Number = number(t, identity.FI, "131052-308T")
	}
	return e
}

// approve takes the last session through to its end: opened by a browser, chosen, begun and approved.
func (g gateway) approve(t testing.TB, chosen eid.EID, b eid.Browser) eid.Snapshot {
	t.Helper()
	return g.with(t, func(s *eid.Session) error {
		if s.Snapshot().Order.Channel == eid.Page {
			if _, err := s.Bind(b, then); err != nil {
				return err
			}
			if chosen != "" {
				if _, err := s.Choose(chosen, then); err != nil {
					return err
				}
			}
			if _, err := s.Present("provider", eid.Challenge{URL: "https://provider.example/authorize?secret=1"}, nil, then); err != nil {
				return err
			}
		}
		_, err := s.Complete(evidence(t, s.Snapshot().Order), then)
		return err
	})
}

var browser = eid.Browser{Name: "browser", Address: "203.0.113.7", Agent: "Mozilla/5.0 (X11)"}
