package portal_test

import (
	"bytes"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/eidgate/eidgate/adapters/httpapi"
	"github.com/eidgate/eidgate/adapters/httpapi/portal"
	"github.com/eidgate/eidgate/adapters/system"
	"github.com/eidgate/eidgate/test/browser"
	"github.com/eidgate/eidgate/test/clock"
	"github.com/eidgate/eidgate/test/surface"
)

// link is the secret of an invitation.
const link = "q7Zk2mVb9LxT4nRw8YcH3sPd6JfG1aEu5QoWiBtX"

// site is the pages on a real server, with invitations that do as they are told behind them.
type site struct {
	t           *testing.T
	base        string
	invitations *browser.Invitations
	clock       *clock.Manual
	log         *bytes.Buffer
}

// letters are kept by a test.
type letters []portal.Letter

func (l letters) List() []portal.Letter { return l }

func open(t *testing.T, public string, kept ...portal.Letter) site {
	t.Helper()
	l := surface.Listen(t)
	s := site{
		t: t, base: "http://" + l.Addr().String(), invitations: browser.NewInvitations(), log: &bytes.Buffer{},
		clock: clock.At(time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)),
	}
	if public == "" {
		public = s.base
	}
	for i := range kept {
		kept[i].Text = strings.ReplaceAll(kept[i].Text, "BASE", public)
	}
	config := portal.Config{PublicURL: public}
	steps, err := portal.New(config, s.invitations, s.clock, system.Random{})
	if err != nil {
		t.Fatal(err)
	}
	mailbox, err := portal.NewMailbox(config, letters(kept))
	if err != nil {
		t.Fatal(err)
	}
	server, err := httpapi.New(httpapi.Config{PublicURL: public}, []httpapi.Surface{steps, mailbox}, httpapi.Deps{
		Clock: system.Clock{}, IDs: system.IDs{}, Log: slog.New(slog.NewJSONHandler(s.log, nil)),
	})
	if err != nil {
		t.Fatal(err)
	}
	surface.ServeOn(t, l, server)
	return s
}

// visitor is a browser that asks for pages.
type visitor struct {
	site
	surface.Browser
}

func (s site) visitor() visitor {
	return visitor{s, surface.NewBrowser(s.t, s.base, "Accept", "text/html")}
}

// begun is a visitor who has opened the invitation.
func (s site) begun() visitor {
	s.t.Helper()
	s.invitations.Send(link, browser.Invited("Acme Bank"))
	v := s.visitor()
	v.get("/onboarding/"+link).want(s.t, http.StatusOK, "")
	v.post("/onboarding/"+link, nil).want(s.t, http.StatusSeeOther, "")
	return v
}

// chosen is one who has chosen a product, too.
func (s site) chosen(product string) visitor {
	s.t.Helper()
	v := s.begun()
	v.post("/onboarding/provider", url.Values{"provider_type": {product}}).want(s.t, http.StatusSeeOther, "")
	return v
}

type answer struct {
	*http.Response
	body string
}

func (v visitor) ask(method, path, body string, header ...string) answer {
	v.t.Helper()
	r, text := v.Ask(method, path, body, header...)
	return answer{r, text}
}

func (v visitor) get(path string, header ...string) answer {
	v.t.Helper()
	return v.ask(http.MethodGet, path, "", header...)
}

// post sends a form as the page's own button does.
func (v visitor) post(path string, form url.Values, header ...string) answer {
	v.t.Helper()
	r, text := v.Press(path, form.Encode(), header...)
	return answer{r, text}
}

// upload sends the form of the third step as a browser does, with a file (nil for none) and a text.
func (v visitor) upload(path string, file *string, text string) answer {
	v.t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	name, content := "", ""
	if file != nil {
		name, content = "metadata.xml", *file
	}
	part, err := w.CreateFormFile("file", name)
	if err != nil {
		v.t.Fatal(err)
	}
	_, _ = part.Write([]byte(content))
	_ = w.WriteField("xml", text)
	_ = w.Close()
	return v.ask(http.MethodPost, path, b.String(), "Content-Type", w.FormDataContentType(), "Origin", v.base, "Sec-Fetch-Site", "same-origin")
}

func (a answer) want(t *testing.T, status int, code string) {
	t.Helper()
	if a.StatusCode != status || a.Header.Get("X-Error-Code") != code {
		t.Errorf("%s: got %d %q, want %d %q", a.Request.Method, a.StatusCode, a.Header.Get("X-Error-Code"), status, code)
	}
}

func (a answer) has(t *testing.T, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if !strings.Contains(a.body, part) {
			t.Errorf("the page lacks %s", part)
		}
	}
}
