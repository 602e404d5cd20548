package portal

import (
	"strings"
	"testing"
)

func FuzzALetterStaysWhatItIs(f *testing.F) {
	m, err := NewMailbox(Config{PublicURL: "https://id.example/gateway"}, nil)
	if err != nil {
		f.Fatal(err)
	}
	for _, text := range []string{"", "https://id.example/gateway", "a https://id.example/gateway/x, b", "https://id.example@evil.example/", "https://id.example/gateway\x00", "https://[", "http\u017f://id.example/gateway"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var all strings.Builder
		for _, p := range m.pieces(text) {
			all.WriteString(p.Text)
			if p.Href == "" {
				continue
			}
			if string(p.Href) != p.Text {
				t.Error("a link leads elsewhere than it says")
			}
			if !strings.HasPrefix(p.Text, "https://id.example/") {
				t.Error("a link leads to strangers")
			}
		}
		if all.String() != text {
			t.Error("the letter reads otherwise")
		}
	})
}

func FuzzAFormIsReadOrRefused(f *testing.F) {
	for _, body := range []string{"", "xml=a", "--b\r\nContent-Disposition: form-data; name=\"xml\"\r\n\r\n<a/>\r\n--b--", "--b\r\n\r\n\r\n--b--\r\n", "--b--"} {
		f.Add(body, "b")
	}
	f.Fuzz(func(t *testing.T, body, boundary string) {
		for _, read := range []func() (map[string]field, error){
			func() (map[string]field, error) { return readURLEncoded(body) }, func() (map[string]field, error) { return readMultipart([]byte(body), boundary) },
		} {
			form, err := read()
			if err != nil && form != nil || len(form) > mostFields {
				t.Error("a form is read and refused, or has more fields than any")
			}
			for _, n := range form {
				if len(n.text) > len(body) {
					t.Error("a field is longer than its form")
				}
			}
		}
	})
}
