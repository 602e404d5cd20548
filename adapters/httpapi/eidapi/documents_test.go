package eidapi_test

import (
	"reflect"
	"strings"
	"testing"

	"github.com/eidgate/eidgate/adapters/httpapi/eidapi"
	"github.com/eidgate/eidgate/domain/eid"
)

func TestADocumentComesBackByteForByteAtBothPaths(t *testing.T) {
	g, doc := open(t, eidapi.Config{}), newDocument(t)
	content := "%PDF-1.7\r\n\x00\xff--boundary-not\r\n%%EOF\r\n"
	body, header := upload(t, pdf(content))
	for up, down := range map[string]string{"/v3/document": "/document", "/document": "/v3/document"} {
		g.forget()
		a := g.ask(t, "full", "POST", up, body, header)
		if a.StatusCode != 201 || !reflect.DeepEqual(g.last(), []string{"org", "client-full", "avtal å.pdf", content}) {
			t.Fatal(a.StatusCode, a.body)
		}
		got := g.ask(t, "full", "GET", down+"/"+documentID, "")
		if got.StatusCode != 200 || got.body != content || got.Header.Get("Content-Type") != "application/pdf" {
			t.Error(got.StatusCode, got.Header)
		}
		if d := got.Header.Get("Content-Disposition"); d != "attachment; filename*=utf-8''avtal%20%C3%A5.pdf" {
			t.Error(d)
		}
		doc.Check(t, got.Response, got.body)
		if foreign := g.ask(t, "foreign", "GET", down+"/"+documentID, ""); foreign.String() != g.ask(t, "full", "GET", down+unknownID, "").String() {
			t.Error(foreign)
		}
		gone := g.ask(t, "full", "DELETE", down+"/"+documentID, "")
		if gone.StatusCode != 204 || gone.body != "" {
			t.Error(gone.StatusCode, gone.body)
		}
		doc.Check(t, gone.Response, gone.body)
	}
}

func TestAFilesNameIsSafeToKeepAndToSendBack(t *testing.T) {
	g := open(t, eidapi.Config{})
	for given, want := range map[string]string{
		"a.pdf": "a.pdf", "a.PDF": "a.pdf", "a": "a.pdf", "a.exe": "a.exe.pdf", "../../etc/passwd": "passwd.pdf", `C:\\a\\b.pdf`: "b.pdf",
		"": "document.pdf", ".pdf": "document.pdf", "..": "document.pdf", "a\\\"b;c.pdf": "abc.pdf", "a\u202egpj.pdf": "agpj.pdf", "a%0d%0ab.pdf": "a0d0ab.pdf",
		strings.Repeat("å", 300): strings.Repeat("å", 100) + ".pdf",
	} {
		g.forget()
		body, header := upload(t, part{`form-data; name="file"; filename="` + given + `"`, "%PDF"})
		if a := g.ask(t, "full", "POST", "/document", body, header); a.StatusCode != 201 {
			t.Errorf("%q: %d %s", given, a.StatusCode, a.body)
			continue
		}
		if asked := g.last().([]string); asked[2] != want {
			t.Errorf("%q becomes %q, want %q", given, asked[2], want)
		}
	}
}

func TestAnUploadIsOneFileAndNothingElse(t *testing.T) {
	g := open(t, eidapi.Config{})
	good, multipart := upload(t, pdf("%PDF"))
	nameless, _ := upload(t, part{`form-data; name="file"`, "%PDF"})
	if a := g.ask(t, "full", "POST", "/document", nameless, multipart); a.StatusCode != 201 {
		t.Error("a file without a name:", a.StatusCode)
	}
	none, _ := upload(t)
	full, _ := upload(t, pdf(strings.Repeat("x", eid.MostDocument)))
	over, _ := upload(t, pdf(strings.Repeat("x", eid.MostDocument+1)))
	far, _ := upload(t, pdf(strings.Repeat("x", eid.MostDocument+1<<20)))
	for name, c := range map[string]struct {
		body    string
		headers []string
		status  int
	}{
		"none":             {none, []string{multipart}, 400},
		"empty body":       {"", []string{multipart}, 400},
		"no boundary":      {good, []string{"Content-Type: multipart/form-data"}, 400},
		"other boundary":   {good, []string{"Content-Type: multipart/form-data; boundary=x"}, 400},
		"mixed":            {good, []string{strings.Replace(multipart, "form-data", "mixed", 1)}, 400},
		"bare PDF":         {"%PDF", []string{"Content-Type: application/pdf"}, 400},
		"cut":              {good[:len(good)-6], []string{multipart}, 400},
		"compressed":       {good, []string{multipart, "Content-Encoding: gzip"}, 400},
		"no header":        {good, []string{"Content-Type: "}, 400},
		"exactly 10 MiB":   {full, []string{multipart}, 201},
		"a byte more":      {over, []string{multipart}, 413},
		"much more":        {far, []string{multipart}, 413},
		"headers for ever": {"--boundary\r\n" + strings.Repeat("X-A: "+strings.Repeat("a", 1000)+"\r\n", 9000) + "\r\nx\r\n--boundary--", []string{multipart}, 400},
	} {
		g.forget()
		a := g.ask(t, "full", "POST", "/v3/document", c.body, c.headers...)
		if a.StatusCode != c.status || a.StatusCode >= 400 && (g.last() != nil || !strings.HasPrefix(a.body, `{"message":"`)) {
			t.Errorf("%s: %d %.200s", name, a.StatusCode, a.body)
		}
	}
}
