package surface

import (
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"
)

// Browser keeps cookies and follows no redirect.
type Browser struct {
	Client *http.Client

	t      testing.TB
	base   string
	header []string
}

// NewBrowser is a browser without cookies, for pages below an address. Headers alternate names and values, as everywhere
// here, and go with every request that has no others of these names.
func NewBrowser(t testing.TB, base string, header ...string) Browser {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return Browser{t: t, base: base, header: header, Client: &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error {
		return http.ErrUseLastResponse
	}}}
}

// Ask sends a request to a path, or to an address elsewhere, and reads the answer.
func (b Browser) Ask(method, address, body string, header ...string) (answer *http.Response, text string) {
	b.t.Helper()
	if strings.HasPrefix(address, "/") {
		address = b.base + address
	}
	r, err := http.NewRequestWithContext(b.t.Context(), method, address, strings.NewReader(body))
	if err != nil {
		b.t.Fatal(err)
	}
	for _, given := range [][]string{b.header, header} {
		for i := 0; i < len(given); i += 2 {
			r.Header.Set(given[i], given[i+1])
			if given[i] == "Host" {
				r.Host = given[i+1]
			}
		}
	}
	answer, err = b.Client.Do(r)
	if err != nil {
		b.t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	content, err := io.ReadAll(answer.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	return answer, string(content)
}

// Press sends a form as a page's own button does.
func (b Browser) Press(path, fields string, header ...string) (answer *http.Response, text string) {
	b.t.Helper()
	return b.Ask(http.MethodPost, path, fields, append([]string{
		"Content-Type", "application/x-www-form-urlencoded", "Origin", b.base, "Sec-Fetch-Site", "same-origin",
	}, header...)...)
}

// Cookies are those that go with requests.
func (b Browser) Cookies() []*http.Cookie {
	b.t.Helper()
	u, err := url.Parse(b.base)
	if err != nil {
		b.t.Fatal(err)
	}
	return b.Client.Jar.Cookies(u)
}
