package benchmark

import (
	"bytes"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/http/cookiejar"
	"strings"
	"testing"
	"time"

	"go.uber.org/fx"

	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/ports/outbound"
	"github.com/eidgate/eidgate/test/clock"
)

// TestEveryOperationKeepsToItsBudget counts like [TestEveryRequestKeepsToItsBudget], for the eID operations API and the
// pages of sessions.
func TestEveryOperationKeepsToItsBudget(t *testing.T) {
	for name, storage := range storages {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			later := &clock.Running{}
			g := open(t, storage(t), t.TempDir(), alone(), by(later))
			// Who else could be named in a text is looked up once for all starts of some seconds.
			g.operate(t, http.MethodPost, "/v3/bankid-se/auth", operation, nil)
			spendOnSessions(t, g, later)
			spendOnPages(t, g)
			spendOnTheRest(t, g)
		})
	}
}

// rest is longer than the simulator wants to be left alone, and than a poll has to wait for the next.
const rest = 2 * time.Second

func spendOnSessions(t *testing.T, g *gateway, later *clock.Running) {
	const path = "/v3/bankid-se/auth"
	within := spender(t, g)
	var s startedOperation
	poll := func() {
		var p polledOperation
		g.operate(t, http.MethodGet, path+"/"+s.ID, nil, &p)
		s.Status = p.Status
	}
	// Client with organization; then the session, its two facts, and their two deliveries.
	within("a start", cost{selects: 1, writes: 3, commits: 1}, func() { g.operate(t, http.MethodPost, path, operation, &s) })
	within("a poll while the provider rests", cost{selects: 1}, poll)

	// The claim, and its end.
	later.Advance(rest)
	within("a poll that has the provider asked, in vain", cost{selects: 1, writes: 2, commits: 2}, poll)

	due := time.Now().Add(time.Hour)
	if claimed, err := g.store.ClaimSessions(t.Context(), eid.Watcher("another"), 10, due, time.Hour); err != nil || len(claimed) == 0 {
		t.Fatalf("%d sessions are claimed: %v", len(claimed), err)
	}
	later.Advance(rest)
	within("a poll of a session that another process watches", cost{selects: 1}, poll)

	g.operate(t, http.MethodPost, path, operation, &s)
	if err := g.people.Approve(t.Context(), s.ID, "anna"); err != nil {
		t.Fatal(err)
	}
	// The claim; then the session, its fact and the delivery, and the end of the claim.
	for range 3 {
		later.Advance(rest)
		within("a poll that brings a hint", cost{selects: 1, writes: 5, commits: 3}, poll)
	}
	// The claim; then the session, its proofs, its fact and the delivery.
	later.Advance(rest)
	within("a poll that brings the end", cost{selects: 1, writes: 5, commits: 2}, poll)
	later.Advance(rest)
	within("a poll of a session that is over", cost{selects: 1}, poll)
	if s.Status != "COMPLETED" {
		t.Errorf("the session ends %s", s.Status)
	}

	g.operate(t, http.MethodPost, path, operation, &s)
	// Client and session; then the session, its fact and the delivery.
	within("a cancellation", cost{selects: 2, writes: 3, commits: 1}, func() { g.operate(t, http.MethodDelete, path+"/"+s.ID, nil, nil) })
	within("a second cancellation", cost{selects: 2}, func() { g.operate(t, http.MethodDelete, path+"/"+s.ID, nil, nil) })
}

func spendOnPages(t *testing.T, g *gateway) {
	within := spender(t, g)
	order := map[string]string{"redirectUrl": "http://127.0.0.1:9000/done"}
	var s struct{ ID, URL string }
	// As at any start; that it is pending is told when the person has come.
	within("a start on a page", cost{selects: 1, writes: 3, commits: 1}, func() { g.operate(t, http.MethodPost, "/v3/mitid/auth", order, &s) })
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	browser := &http.Client{Timeout: client.Timeout, Jar: jar, CheckRedirect: client.CheckRedirect}
	browse := func(method, address string) func() {
		return func() {
			t.Helper()
			request, err := http.NewRequestWithContext(t.Context(), method, address, nil)
			if err != nil {
				t.Fatal(err)
			}
			response, err := browser.Do(request)
			if err != nil {
				t.Fatal(err)
			}
			_ = response.Body.Close()
			if response.StatusCode > 399 {
				t.Fatalf("%s: status %d %s", method, response.StatusCode, response.Header.Get("X-Error-Code"))
			}
		}
	}
	page := g.base + s.URL[strings.Index(s.URL, "/s/"):]
	within("a look at the page", cost{selects: 1}, browse(http.MethodGet, page))
	// The session with its organization, both found under the claim that lets one browser place the order once; that the
	// session is the browser's is a fact, and that it is pending is the second.
	within("a page's beginning", cost{selects: 2, writes: 6, commits: 2}, browse(http.MethodPost, page+"/begin"))
	within("a look by the page's script", cost{selects: 1}, browse(http.MethodGet, page+"/state"))
	within("a person's no on the page", cost{selects: 1, writes: 3, commits: 1}, browse(http.MethodPost, page+"/cancel"))
}

func spendOnTheRest(t *testing.T, g *gateway) {
	within := spender(t, g)
	card := ""
	for _, p := range g.people.People() {
		if p.ID == "anna" {
			card = p.Card
		}
	}
	// Client with organization; then the fact and its delivery.
	within("a check of a card", cost{selects: 1, writes: 2, commits: 1}, func() {
		g.operate(t, http.MethodPost, "/v3/bankid-se/verify", map[string]string{"qrCode": card}, nil)
	})

	var kept struct{ ID string }
	// Client with organization; then the document, its fact and the delivery.
	within("an upload", cost{selects: 1, writes: 3, commits: 1}, func() { g.operate(t, http.MethodPost, "/v3/document", upload(t), &kept) })
	path := "/v3/document/" + kept.ID
	within("a download", cost{selects: 2}, func() { g.operate(t, http.MethodGet, path, nil, nil) })
	within("a removal", cost{selects: 2, writes: 3, commits: 1}, func() { g.operate(t, http.MethodDelete, path, nil, nil) })
}

// upload is a form with the smallest document that has a page.
func upload(t *testing.T) form {
	t.Helper()
	var document, body bytes.Buffer
	fmt.Fprint(&document, "%PDF-1.4\n")
	var at []int
	for i, object := range []string{"<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[3 0 R]/Count 1>>", "<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>"} {
		at = append(at, document.Len())
		fmt.Fprintf(&document, "%d 0 obj\n%s\nendobj\n", i+1, object)
	}
	table := document.Len()
	fmt.Fprint(&document, "xref\n0 4\n0000000000 65535 f \n")
	for _, offset := range at {
		fmt.Fprintf(&document, "%010d 00000 n \n", offset)
	}
	fmt.Fprintf(&document, "trailer\n<</Size 4/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n", table)

	w := multipart.NewWriter(&body)
	part, err := w.CreateFormFile("file", "agreement.pdf")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := part.Write(document.Bytes()); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return form{w.FormDataContentType(), body.Bytes()}
}

// by has the gateway go by another clock.
func by(c outbound.Clock) fx.Option {
	return fx.Decorate(func(outbound.Clock) outbound.Clock { return c })
}
