package visits

import (
	"bytes"
	"embed"
	"html/template"

	"github.com/gofiber/fiber/v2"

	"github.com/eidgate/eidgate/adapters/httpapi"
	"github.com/eidgate/eidgate/ports/inbound"
)

//go:embed site
var site embed.FS

// The one style and the one script stand in the pages themselves, named by their hashes, so that the policy allows
// exactly them, and the style of a theme.
var (
	style        = httpapi.PersonStyle + mustRead("site/style.css")
	script       = mustRead("site/script.js")
	styleSource  = httpapi.PolicySource(style)
	scriptSource = httpapi.PolicySource(script)
)

var templates = parse("ask", "choose", "passage", "failure")

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
		all[name] = template.Must(template.ParseFS(site, "site/layout.html", "site/"+name+".html"))
	}
	return all
}

// layout is what every page has around its own content.
type layout struct {
	speech
	Style, Script template.HTML
	Heading       string
	Refresh       int
	RefreshTo     template.URL
	Simulated     bool
	Simulator     template.URL
	Switch        func(language string) string // the same page in another language; nil where that cannot be had
	Secret        string                       // of a framed page: see hand
	View          any

	visit inbound.Visit // where the page may stand, and how it looks
}

// Code is the page's language.
func (l layout) Code() string { return l.Language }

// Tongues lists the languages, none where the page cannot be had in another.
func (l layout) Tongues() []httpapi.Tongue {
	if l.Switch == nil {
		return nil
	}
	return httpapi.Tongues(l.Language, l.Switch)
}

func switchTo(ticket string) func(string) string {
	return func(language string) string { return path(ticket, "", language) }
}

// page answers with one of the templates. What callers can fill is escaped by html/template; style and script are our
// own files, and the style of a theme is made of colours alone.
func (s *Surface) page(c *fiber.Ctx, status int, name string, l layout) error {
	theme, sources := s.config.Themes[l.visit.Theme], []string{styleSource}
	styles := "<style>" + style + "</style>"
	if theme.style != "" {
		styles += "<style>" + theme.style + "</style>"
		sources = append(sources, theme.source)
	}
	l.Style = template.HTML(styles)                             //nolint:gosec // see above
	l.Script = template.HTML("<script>" + script + "</script>") //nolint:gosec // an embedded file
	l.Simulator = webAddress(s.config.SimulatorURL)
	var b bytes.Buffer
	if err := templates[name].Execute(&b, l); err != nil {
		return err
	}
	c.Set(fiber.HeaderContentSecurityPolicy, policy(l.visit, sources...))
	// Nobody else is told where the person was. We are: without, browsers that know no Fetch Metadata would hide even the
	// origin of our own forms.
	c.Set(fiber.HeaderReferrerPolicy, "same-origin")
	c.Set(fiber.HeaderContentType, fiber.MIMETextHTMLCharsetUTF8)
	c.Set(fiber.HeaderContentLanguage, l.Language)
	return c.Status(status).Send(b.Bytes())
}
