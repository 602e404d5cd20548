package portal

import (
	"bytes"
	"embed"
	"html/template"

	"github.com/gofiber/fiber/v2"

	"github.com/eidgate/eidgate/adapters/httpapi"
)

//go:embed site
var site embed.FS

// The one style stands in the pages themselves, named by its hash, so that the policy allows exactly it. There is no
// script.
var (
	style  = httpapi.PersonStyle + mustRead("site/style.css")
	policy = "default-src 'none'; style-src " + httpapi.PolicySource(style) + "; img-src data:; form-action 'self'; " +
		"base-uri 'none'; frame-ancestors 'none'"
)

var templates = parse("invite", "provider", "service", "metadata", "done", "failure", "mail")

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
		all[name] = template.Must(template.ParseFS(site, "site/layout.html", "site/pieces.html", "site/"+name+".html"))
	}
	return all
}

// layout is what every page has around its own content.
type layout struct {
	speech
	Style   template.HTML
	Heading string
	Wrong   bool // something is to be put right
	Single  bool // there is no other language
	Wide    bool
	View    any
}

// Tongues lists the languages, none where the page cannot be had in another. They lead to the very address that the
// browser is at, so that no secret of it has to stand in the page.
func (l layout) Tongues() []httpapi.Tongue {
	if l.Single {
		return nil
	}
	return httpapi.Tongues(l.Language, func(code string) string { return "?lang=" + code })
}

// page answers with one of the templates. What others can fill is escaped by html/template; the style is our own.
func page(c *fiber.Ctx, status int, name string, l layout) error {
	l.Style = template.HTML("<style>" + style + "</style>") //nolint:gosec // an embedded file
	var b bytes.Buffer
	if err := templates[name].Execute(&b, l); err != nil {
		return err
	}
	c.Set(fiber.HeaderContentSecurityPolicy, policy)
	c.Set(fiber.HeaderContentType, fiber.MIMETextHTMLCharsetUTF8)
	c.Set(fiber.HeaderContentLanguage, l.Language)
	return c.Status(status).Send(b.Bytes())
}
