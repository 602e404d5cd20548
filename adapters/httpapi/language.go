package httpapi

import (
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"
	"golang.org/x/text/language"
)

// Language is one that pages for people speak.
type Language struct{ Code, Name string }

// languages are in the order in which people are offered them. The first is for who says nothing of it.
var languages = []Language{{"en", "English"}, {"sv", "Svenska"}, {"nb", "Norsk"}, {"da", "Dansk"}, {"fi", "Suomi"}}

var matcher = language.NewMatcher([]language.Tag{
	language.English, language.Swedish, language.MustParse("nb"), language.Danish, language.Finnish,
})

// Languages lists those that pages speak, in the order in which people are offered them.
func Languages() []Language { return slices.Clone(languages) }

// ChosenLanguage is the code of the language that the person picked on a page, "" for none.
func ChosenLanguage(c *fiber.Ctx) string { return spoken(c.Query("lang")) }

// SpeakLanguage decides in which language a page is: the one that the person picked on it, the first of those given that
// we speak, such as the one that was ordered, the browser's, in this order.
func SpeakLanguage(c *fiber.Ctx, given ...string) string {
	for _, code := range append([]string{ChosenLanguage(c)}, given...) {
		if code := spoken(code); code != "" {
			return code
		}
	}
	_, i, _ := matcher.Match(wanted(c.Get(fiber.HeaderAcceptLanguage))...)
	return languages[i].Code
}

// wanted reads the languages of a header (RFC 9110, section 12.5.4), the most wanted first. What is none is left out.
func wanted(header string) []language.Tag {
	if tags, _, err := language.ParseAcceptLanguage(header); err == nil {
		return tags
	}
	parts := slices.DeleteFunc(strings.Split(header, ","), func(part string) bool {
		_, _, err := language.ParseAcceptLanguage(part)
		return err != nil
	})
	tags, _, _ := language.ParseAcceptLanguage(strings.Join(parts, ",")) // of parts that were read before
	return tags
}

// spoken is the pages' own code for a language, "" for one that they do not speak.
func spoken(code string) string {
	if code == "no" || code == "nn" {
		return "nb"
	}
	if slices.ContainsFunc(languages, func(l Language) bool { return l.Code == code }) {
		return code
	}
	return ""
}

// Tongue is a language that a page can be read in instead.
type Tongue struct {
	Language
	Href string
	Here bool // it is the page's
}

// Tongues lists the languages for a page that is in one of them; href is where it is to be had in another.
func Tongues(here string, href func(code string) string) []Tongue {
	all := make([]Tongue, 0, len(languages))
	for _, l := range languages {
		all = append(all, Tongue{Language: l, Href: href(l.Code), Here: l.Code == here})
	}
	return all
}
