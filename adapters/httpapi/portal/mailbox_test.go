package portal_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/eidgate/eidgate/adapters/httpapi/portal"
	"github.com/eidgate/eidgate/ports/outbound"
)

var kept = time.Date(2026, 3, 1, 12, 0, 0, 123456000, time.UTC)

func note(subject, text string) portal.Letter {
	return portal.Letter{Letter: outbound.Letter{To: "admin@acme.example", Subject: subject, Text: text}, ID: "letter-" + subject, At: kept}
}

func TestLettersAreShownAsText(t *testing.T) {
	const hostile = `</div><svg onload=alert(1)><script>alert(2)</script> javascript:alert(3) {{.}}`
	s := open(t, "", note("Second", hostile), note("First <b>", "Hello\n\nthere"))
	a := s.visitor().get("/dev/mail")
	a.want(t, http.StatusOK, "")
	a.has(t, "&lt;svg onload", "Hello\n\nthere", "First &lt;b&gt;", "<bdi>admin@acme.example</bdi>", "2026-03-01 12:00:00 UTC")
	if strings.Contains(a.body, "<svg") || strings.Contains(a.body, "<script") || strings.Index(a.body, "Second") > strings.Index(a.body, "First") {
		t.Error("a letter becomes part of the page, or the newest is not the first")
	}
	check(t, a, "en", "the mailbox")
	open(t, "").visitor().get("/dev/mail").has(t, "There are none yet.")
}

func TestOnlyAddressesOfOursCanBeGoneTo(t *testing.T) {
	for text, linked := range map[string]string{
		"Open BASE/onboarding/abc?lang=sv. Thanks": "BASE/onboarding/abc?lang=sv",
		"<BASE/onboarding/abc>":                    "BASE/onboarding/abc",
		"(BASE/onboarding/abc)":                    "BASE/onboarding/abc",
		"BASE":                                     "BASE",
		"https://evil.example/BASE":                "",
		"https://evil.example/gateway/x":           "",
		"https://user@id.example/gateway/x":        "",
		"BASE.evil.example/x":                      "",
		"BASE@evil.example/x":                      "",
		"javascript:alert(1)//BASE":                "BASE",
		"http://user@BASE":                         "",
		"ftp://id.example/x":                       "",
		"http://id.example/x":                      "", // another scheme than the public one
		"https://id.example:8443/x":                "",
		"https://id.example/other":                 "", // the public address has a path
	} {
		base := "https://id.example/gateway"
		s := open(t, base, note("A", text))
		a := s.visitor().get("/dev/mail")
		want := ""
		if linked != "" {
			want = `<a href="` + strings.ReplaceAll(linked, "BASE", base) + `">`
		}
		_, body, _ := strings.Cut(a.body, `<div class="text">`)
		if want == "" && strings.Contains(body, "<a ") || want != "" && !strings.Contains(body, want) {
			t.Errorf("%q is linked wrongly", text)
		}
	}
}

func TestLettersInJSON(t *testing.T) {
	s := open(t, "", note("A", "Hello <b>"))
	a := s.visitor().get("/dev/mail.json")
	a.want(t, http.StatusOK, "")
	var all []map[string]string
	if err := json.Unmarshal([]byte(a.body), &all); err != nil || len(all) != 1 {
		t.Fatalf("%v: %d letters", err, len(all))
	}
	if n := all[0]; n["id"] != "letter-A" || n["at"] != "2026-03-01T12:00:00.123456Z" || n["to"] != "admin@acme.example" || n["subject"] != "A" || n["text"] != "Hello <b>" {
		t.Errorf("got %v", n)
	}
	if a := open(t, "").visitor().get("/dev/mail.json"); a.body != "[]" {
		t.Errorf("no letters are %s", a.body)
	}
}

func TestPagesOfOthersReadNoLetters(t *testing.T) {
	s := open(t, "", note("A", "Hello"))
	for _, path := range []string{"/dev/mail", "/dev/mail.json"} {
		for _, origin := range []string{"https://evil.example", "null", "http://127.0.0.1:1"} {
			a := s.visitor().get(path, "Origin", origin)
			a.want(t, http.StatusForbidden, "origin_foreign")
			if strings.Contains(a.body, "Hello") {
				t.Errorf("%s shows a letter", path)
			}
		}
		s.visitor().get(path, "Origin", s.base).want(t, http.StatusOK, "")
		s.visitor().ask(http.MethodPost, path, "").want(t, http.StatusMethodNotAllowed, "method_not_allowed")
	}
	s.visitor().get("/dev/nothing").want(t, http.StatusNotFound, "path_unknown")
}
