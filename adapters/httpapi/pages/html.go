package pages

import (
	"bytes"
	"embed"
	"html/template"
	"strings"

	"github.com/gofiber/fiber/v2"

	"github.com/eidgate/eidgate/adapters/httpapi"
)

//go:embed site
var site embed.FS

// The one style and the one script. They stand in the pages themselves, named by their hashes, so that a policy can
// allow exactly them and pages come in one piece.
var (
	style  = mustRead("site/style.css")
	script = mustRead("site/script.js")
	policy = "default-src 'none'; style-src " + httpapi.PolicySource(style) + "; script-src " + httpapi.PolicySource(script) + "; connect-src 'self'; " +
		"img-src data:; form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
)

var templates = parse(append(guideFiles(), "home", "desk", "authorize", "plain", "docs", "errors", "error")...)

func guideFiles() (files []string) {
	for _, g := range guides {
		files = append(files, g.file())
	}
	return files
}

func mustRead(name string) string {
	content, err := site.ReadFile(name)
	if err != nil {
		panic(err) // the file is part of the program
	}
	return string(content)
}

func parse(names ...string) map[string]*template.Template {
	all := map[string]*template.Template{}
	for _, name := range names {
		t := template.New("layout.html").Funcs(template.FuncMap{"anchor": anchor, "prose": prose})
		all[name] = template.Must(t.ParseFS(site, "site/layout.html", "site/asked.html", "site/offers.html", "site/"+name+".html"))
	}
	return all
}

// span is a piece of a sentence: words, or something to type.
type span struct {
	Code bool
	Text string
}

// prose finds what stands between backticks, the only mark that descriptions use.
func prose(text string) []span {
	var spans []span
	code := false
	for piece := range strings.SplitSeq(text, "`") {
		spans, code = append(spans, span{Code: code, Text: piece}), !code
	}
	return spans
}

// layout is what every page has around its own content.
type layout struct {
	Style, Script template.HTML
	Simulator     bool
	View          any
}

// page answers with one of the templates. What callers can fill is escaped by html/template; style and script are
// our own files.
func (s *Surface) page(c *fiber.Ctx, status int, name string, view any) error {
	var b bytes.Buffer
	err := templates[name].Execute(&b, layout{
		Style:     template.HTML("<style>" + style + "</style>"),    //nolint:gosec // an embedded file
		Script:    template.HTML("<script>" + script + "</script>"), //nolint:gosec // an embedded file
		Simulator: s.config.Simulator != nil, View: view,
	})
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderContentSecurityPolicy, policy)
	c.Set(fiber.HeaderContentType, fiber.MIMETextHTMLCharsetUTF8)
	return c.Status(status).Send(b.Bytes())
}

// failureView is an error on a page.
type failureView struct {
	Status  int
	Code    string
	Text    string
	Details []detail
}
