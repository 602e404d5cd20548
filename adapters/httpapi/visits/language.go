package visits

import (
	"slices"

	"github.com/gofiber/fiber/v2"
	"golang.org/x/text/language"
)

// languages are those that the pages speak, in the order in which people are offered them. The first is for who says
// nothing of it.
var languages = []struct{ Code, Name string }{
	{"en", "English"}, {"sv", "Svenska"}, {"nb", "Norsk"}, {"da", "Dansk"}, {"fi", "Suomi"},
}

var matcher = language.NewMatcher([]language.Tag{
	language.English, language.Swedish, language.MustParse("nb"), language.Danish, language.Finnish,
})

// chosen is the language that the person picked on a page, "" for none.
func chosen(c *fiber.Ctx) string { return spoken(c.Query("lang")) }

// speak decides in which language a page is: the one that the person picked on it, the one that the organization
// ordered, the browser's, in this order.
func speak(c *fiber.Ctx, ordered string) string {
	if code := chosen(c); code != "" {
		return code
	}
	if code := spoken(ordered); code != "" {
		return code
	}
	wanted, _, err := language.ParseAcceptLanguage(c.Get(fiber.HeaderAcceptLanguage))
	if err != nil {
		return languages[0].Code
	}
	_, i, _ := matcher.Match(wanted...)
	return languages[i].Code
}

// spoken is the pages' own code for a language, "" for one that they do not speak.
func spoken(code string) string {
	if code == "no" || code == "nn" {
		return "nb"
	}
	if slices.ContainsFunc(languages, func(l struct{ Code, Name string }) bool { return l.Code == code }) {
		return code
	}
	return ""
}
