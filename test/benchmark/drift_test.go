package benchmark

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/eidgate/eidgate/test/postgres"
)

// TestTheBareHandlersSendWhatTheGatewaySends keeps the comparisons honest while statements change: each bare handler runs
// the gateway's statements of today, all of them and in order, and its answer is about as long. A poll is one statement,
// which the bare handler has from the gateway itself.
func TestTheBareHandlersSendWhatTheGatewaySends(t *testing.T) {
	database := postgres.URL(t)
	gatewayAddress, gatewayWire := tap(t, database)
	house := open(t, gatewayAddress, t.TempDir(), alone())
	accounts, operations, users, sessions := listen(t), listenToOperations(t), listenToDirectory(t), listenToHosted(t)
	manager := house.acme(t)
	for n := range 10 {
		house.send(t, http.MethodPost, usersOfAcme, manager, somebody(n), nil)
	}

	address, wire := tap(t, sibling(t, database, append(accountTables, "reserved_domains", "users", "user_emails")...))
	db := pooled(t, address)
	account := &bare{reading: db, writing: db, know: accounts, committed: func() {}}
	account.prepare(t)
	eids := &bareOperations{db: db, know: operations, committed: func() {}}
	eids.prepare(t)
	directory := &bareDirectory{db: db, know: users, committed: func() {}}
	directory.prepare(t)
	pages := &bareHosted{db: db, know: sessions, committed: func() {}}
	pages.prepare(t)

	bearer, caller := "Bearer "+house.token, house.hosted(t)
	text := func(body any) []byte {
		encoded, err := json.Marshal(body)
		if err != nil {
			t.Fatal(err)
		}
		return encoded
	}
	ours := strings.TrimPrefix(house.base, "http://")
	accountsAt, eidsAt, directoryAt, pagesAt := serve(t, account.app()), serve(t, eids.app()), serve(t, directory.app()), serve(t, pages.app())
	newcomer := 10
	for name, c := range map[string]struct {
		theirs  string
		request func(address string) []byte
	}{
		"an account": {accountsAt, func(a string) []byte { return request(a, http.MethodGet, "/api/v1/account", bearer, nil) }},
		"a sign-in":  {accountsAt, func(a string) []byte { return request(a, http.MethodPost, "/api/v1/sso/token", "", text(signIn)) }},
		"a login": {accountsAt, func(a string) []byte {
			return request(a, http.MethodPost, "/api/v1/criipto/ftn/auth", bearer, text(map[string]string{"redirect_uri": callback}))
		}},
		"a start": {eidsAt, func(a string) []byte {
			return request(a, http.MethodPost, "/v3/bankid-se/auth", operator, text(operation))
		}},
		"a session": {pagesAt, func(a string) []byte { return request(a, http.MethodPost, hostedSessions, caller, text(hosted)) }},
		"a new user": {directoryAt, func(a string) []byte {
			newcomer++
			return request(a, http.MethodPost, usersOfAcme, manager, text(somebody(newcomer)))
		}},
		"a page of users": {directoryAt, func(a string) []byte { return request(a, http.MethodGet, firstUsersOfAcme, manager, nil) }},
	} {
		heard := func(wire *wiretap, address string) (texts []string, size int) {
			s := side{address: address, requests: &requests{list: [][]byte{c.request(address), c.request(address)}}}
			s.size(t) // what is prepared the first time is heard otherwise
			for _, one := range wire.during(func() { size = s.size(t) }) {
				texts = append(texts, strings.TrimRight(strings.Fields(one.text)[0], ";"))
				if strings.HasPrefix(one.text, "SELECT") || strings.HasPrefix(one.text, "INSERT") {
					texts[len(texts)-1] = one.text
				}
			}
			return texts, size
		}
		want, house := heard(gatewayWire, ours)
		got, bare := heard(wire, c.theirs)
		if strings.Join(got, "\n") != strings.Join(want, "\n") {
			t.Errorf("%s: the bare handler sends\n%s\nand the gateway\n%s", name, strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
		if abs(house-bare)*20 > house {
			t.Errorf("%s: the gateway answers with %d bytes, the bare handler with %d", name, house, bare)
		}
	}
}
