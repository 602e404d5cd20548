package attacks

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/eidgate/eidgate/adapters/httpapi/eidapi"
)

// bodies are what nobody should send. Those of a megabyte and more are cut off by the size alone.
func bodies() map[string]string {
	return map[string]string{
		"nothing": "", "no JSON": "hello", "HTML": "<html><script>alert(1)</script>", "an array": "[]", "null": "null", "a number": "1e999", "a string": `"x"`, "open": `{"ssn":`,
		"two objects": "{}{}", "NUL": "{\"ssn\":\"\u0000\"}", "an escaped NUL": `{"ssn":"\u0000"}`, "no Unicode": "{\"text\":\"\xff\xfe\"}", "half a pair": `{"text":"\ud800"}`,
		"depth": strings.Repeat(`{"a":`, 5000) + "1" + strings.Repeat("}", 5000), "wide arrays": strings.Repeat("[", 100_000), "a long number": `{"minAge":` + strings.Repeat("9", 1000) + "}",
		"a negative": `{"minAge":-1}`, "a fraction": `{"minAge":1.5}`, "many members": "{" + strings.Repeat(`"a":1,`, 5000) + `"b":1}`, "a prototype": `{"__proto__":{"admin":true},"constructor":1}`,
		"a comment": `{/* */}`, "a mark": "\ufeff{}", "twice": `{"refId":"a","refId":"b"}`,
		"all wrong":     `{"ssn":1,"phone":{},"text":[],"intent":false,"callbackUrl":1,"redirectUrl":[],"refId":{},"minAge":"x","maxAge":[],"documents":"x","country":1,"pinRequired":"yes","callInitiator":1,"orgNumber":true,"requestAddress":1,"qrCode":1}`,
		"all huge":      `{"ssn":"` + strings.Repeat("1", 9000) + `","phone":"+` + strings.Repeat("4", 9000) + `","refId":"` + strings.Repeat("x", 9000) + `","orgNumber":"` + strings.Repeat("5", 9000) + `","qrCode":"` + strings.Repeat("x", 9000) + `"}`,
		"all injection": `{"ssn":"' OR 1=1--","phone":"+1;DROP","text":"${jndi:ldap://x}","intent":"{{7*7}}","refId":"../../etc/passwd","redirectUrl":"https://x/%0d%0a","country":"SWEDEN' --","documents":["' OR ''='","../x","\u0000"],"qrCode":"' OR 1=1--"}`,
		"two megabytes": `{"refId":"` + strings.Repeat("x", 2<<20) + `"}`,
	}
}

// TestNothingThatIsSentBreaksAnOperation sends all of it to every row of the table.
func TestNothingThatIsSentBreaksAnOperation(t *testing.T) {
	t.Parallel()
	g := open(t)
	demo := g.demo()
	operations, all := eidapi.Operations(), bodies()
	if len(operations) < 40 {
		t.Fatalf("there are %d operations", len(operations))
	}
	for _, op := range operations {
		path := identifier.ReplaceAllLiteralString(op.Path, "01890000-0000-7000-8000-000000000000")
		for name, body := range all {
			if len(body) > 1<<20 && op.Method != http.MethodPost {
				continue
			}
			sane(t, op.Name+" with "+name, demo.ask(t, op.Method, path, body))
		}
		for name, headers := range map[string][]string{
			"as text": {"Content-Type", "text/plain"}, "as XML": {"Content-Type", "application/xml"}, "as a form": {"Content-Type", "application/x-www-form-urlencoded"}, "packed": {"Content-Encoding", "gzip"},
			"in parts without end": {"Content-Type", "multipart/form-data"}, "in another charset": {"Content-Type", "application/json; charset=utf-16"}, "as a PUT": {"X-HTTP-Method-Override", "PUT"}, "with an odd type": {"Content-Type", "\"/;="},
		} {
			sane(t, op.Name+" "+name, demo.ask(t, op.Method, path, `{"ssn":"x"}`, headers...))
		}
		for _, method := range []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND", "get"} {
			if a := demo.ask(t, method, path, ""); method != op.Method && a.status >= 500 {
				t.Errorf("%s %s is answered with %d", method, op.Path, a.status)
			}
		}
		for _, other := range []string{path + "/", path + "//", "/" + path, strings.ToUpper(path), path + "%2f", path + ";x=1", path + "/../auth", strings.Replace(path, "/v3/", "/v3/%2e/", 1), path + "%00"} {
			if a := demo.ask(t, op.Method, other, `{"ssn":"x"}`); a.status >= 500 || a.status >= 200 && a.status < 300 {
				t.Errorf("%s %s as %q is answered with %d", op.Method, op.Path, other, a.status)
			}
		}
	}
}

// sane fails for an answer that is a fault of ours, or is not in the words of the surface.
func sane(t *testing.T, what string, a answer) {
	t.Helper()
	switch {
	case a.status >= 500 && a.code != "provider_unavailable":
		t.Errorf("%s is answered with %d %s", what, a.status, a.code)
	case a.status >= 400:
		var told map[string]string
		if err := json.Unmarshal(a.body, &told); err != nil || len(told) != 1 || told["message"] == "" || a.code == "" {
			t.Errorf("%s is refused with %d in other words", what, a.status)
		}
		for _, own := range []string{"jndi", "7*7", "OR 1", "passwd", "DROP", "script", "xxxx", "1111"} {
			if strings.Contains(a.text(), own) {
				t.Errorf("%s is refused with the caller's own words", what)
			}
		}
	}
}

func TestNothingThatIsSentBreaksAPage(t *testing.T) {
	t.Parallel()
	g := open(t)
	b := g.browser(t)
	o := g.demo().login(t)
	b.begins(t, o)
	for name, body := range bodies() {
		for _, path := range []string{"/s/" + o.ticket() + "/begin", "/s/x/begin", "/s/x/cancel", "/callback/simulator/" + o.ticket(), "/callback/idkollen/x", "/callback/simulator"} {
			for _, kind := range []string{"application/json", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"} {
				if a := through(t, b.client, http.MethodPost, g.base+path, body, "Content-Type", kind); a.status >= 500 {
					t.Errorf("%s at %s is answered with %d %s", name, path, a.status, a.code)
				}
			}
		}
	}
	o.is(t, "PENDING")
}
