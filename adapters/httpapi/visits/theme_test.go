package visits_test

import (
	"bytes"
	"encoding/base64"
	"image"
	"image/png"
	"net/http"
	"strings"
	"testing"

	"github.com/eidgate/eidgate/adapters/httpapi/visits"
)

const mark = `<?xml version="1.0"?><!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd"><svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 4 4"><path id="a" d="M0 0h4v4z"/><use href="#a"/></svg>`

func TestAThemeIsALogoAndColours(t *testing.T) {
	theme, err := visits.NewTheme("acme", visits.Look{Logo: []byte(mark), Colour: "#7a1f5c", Background: "#FFF4E0"})
	if err != nil {
		t.Fatal(err)
	}
	s := open(t, func(c *visits.Config) { c.Themes = map[string]visits.Theme{"acme": theme} })
	for id, themed := range map[string]bool{"acme": true, "": false, "unknown": false} {
		n := login("t1")
		n.Theme = id
		s.sessions.Open(n)
		v := s.visitor()
		first := v.get("/s/t1")
		v.post("/s/t1/begin")
		for _, a := range []answer{first, v.get("/s/t1"), s.visitor().get("/s/t1")} {
			logo := strings.Contains(a.body, `<img src="data:image/svg&#43;xml;base64,`+strings.ReplaceAll(base64.StdEncoding.EncodeToString([]byte(mark)), "+", "&#43;")+`" alt="">`)
			colours := strings.Contains(a.body, "--accent:#7a1f5c;--on-accent:#ffffff;--link:#7a1f5c") && strings.Contains(a.body, "--ground:#FFF4E0;--on-ground:#17202b")
			if logo != themed || colours != themed {
				t.Errorf("theme %q: logo %t, colours %t", id, logo, colours)
			}
			p := a.Header.Get("Content-Security-Policy")
			if strings.Contains(p, "unsafe") || strings.Count(p, "'sha256-") != map[bool]int{false: 2, true: 3}[themed] || !strings.Contains(p, "img-src 'self' data:") {
				t.Errorf("theme %q: %s", id, p)
			}
		}
	}
}

func TestAThemeThatNobodyCanReadIsRefused(t *testing.T) {
	var picture bytes.Buffer
	if err := png.Encode(&picture, image.NewGray(image.Rect(0, 0, 8, 8))); err != nil {
		t.Fatal(err)
	}
	svg := func(inside string) []byte {
		return []byte(`<svg xmlns="http://www.w3.org/2000/svg">` + inside + `</svg>`)
	}
	for name, c := range map[string]struct {
		id     string
		look   visits.Look
		refuse string
	}{
		"nothing":                       {"acme", visits.Look{}, ""},
		"ten characters":                {"acme-bank1", visits.Look{Colour: "#000000"}, ""},
		"a PNG":                         {"acme", visits.Look{Logo: picture.Bytes()}, ""},
		"no name":                       {"", visits.Look{}, "1 to 10 characters"},
		"a long name":                   {"acme-bank12", visits.Look{}, "1 to 10 characters"},
		"a colour between":              {"acme", visits.Look{Colour: "#7a7a7a"}, "colour lets the text of a button"},
		"a background between":          {"acme", visits.Look{Background: "#808080"}, "background lets text"},
		"a light background":            {"acme", visits.Look{Background: "#ffee58", Colour: "#ffee58"}, ""},
		"a dark background":             {"acme", visits.Look{Background: "#101820"}, ""},
		"three digits":                  {"acme", visits.Look{Colour: "#fff"}, "no colour such as"},
		"a colour that is a style":      {"acme", visits.Look{Background: "#fff}*{x:y"}, "no colour such as"},
		"a name of a colour":            {"acme", visits.Look{Background: "red"}, "no colour such as"},
		"a large logo":                  {"acme", visits.Look{Logo: svg(strings.Repeat(" ", 16<<10))}, "16 KiB"},
		"a broken PNG":                  {"acme", visits.Look{Logo: picture.Bytes()[:12]}, "neither a PNG nor"},
		"no picture":                    {"acme", visits.Look{Logo: []byte("GIF89a")}, "neither a PNG nor"},
		"a page":                        {"acme", visits.Look{Logo: []byte("<html></html>")}, "neither a PNG nor"},
		"half a drawing":                {"acme", visits.Look{Logo: []byte("<svg>")}, "neither a PNG nor"},
		"two drawings":                  {"acme", visits.Look{Logo: []byte("<svg></svg><html></html>")}, "neither a PNG nor"},
		"a script":                      {"acme", visits.Look{Logo: svg("<script>alert(1)</script>")}, "a script"},
		"a handler":                     {"acme", visits.Look{Logo: svg(`<path ONLOAD="x"/>`)}, "a script"},
		"a link to a script":            {"acme", visits.Look{Logo: svg(`<a href=" javascript:x"><path/></a>`)}, "a script"},
		"something of another site":     {"acme", visits.Look{Logo: svg(`<image href="https://x.example/y.png"/>`)}, "outside"},
		"something of another site too": {"acme", visits.Look{Logo: svg(`<use xmlns:xlink="http://www.w3.org/1999/xlink" xlink:href="//x.example/y#z"/>`)}, "outside"},
		"a page inside":                 {"acme", visits.Look{Logo: svg(`<foreignObject/>`)}, "a script"},
		"entities":                      {"acme", visits.Look{Logo: []byte(`<!DOCTYPE svg [<!ENTITY a "b">]><svg></svg>`)}, "neither a PNG nor"},
		"everything":                    {"acme", visits.Look{Logo: []byte("x"), Colour: "y", Background: "z"}, "theme acme: its logo is neither a PNG nor an SVG picture\ntheme acme: its background is no colour such as #1a6fb0\ntheme acme: its colour is no colour such as #1a6fb0"},
	} {
		_, err := visits.NewTheme(c.id, c.look)
		switch {
		case c.refuse == "" && err != nil:
			t.Errorf("%s: %v", name, err)
		case c.refuse != "" && (err == nil || !strings.Contains(err.Error(), c.refuse) || !strings.HasPrefix(err.Error(), "theme "+c.id+": ")):
			t.Errorf("%s: got %v", name, err)
		}
	}
}

func TestLinksKeepAColourThatCanBeRead(t *testing.T) {
	for colour, want := range map[string]string{
		"#ffee58": ":root{--accent:#ffee58;--on-accent:#0c1927;--link:#17202b}@media (prefers-color-scheme:dark){:root{--link:#ffee58}}",
		"#10205a": ":root{--accent:#10205a;--on-accent:#ffffff;--link:#10205a}@media (prefers-color-scheme:dark){:root{--link:#e8edf2}}",
	} {
		theme, err := visits.NewTheme("acme", visits.Look{Colour: colour})
		if err != nil {
			t.Fatal(err)
		}
		s := open(t, func(c *visits.Config) { c.Themes = map[string]visits.Theme{"acme": theme} })
		n := login("t1")
		n.Theme = "acme"
		s.sessions.Open(n)
		a := s.visitor().get("/s/t1")
		if a.want(t, http.StatusOK, ""); !strings.Contains(a.body, "<style>"+want+"</style>") {
			t.Errorf("%s: got another style", colour)
		}
	}
}
