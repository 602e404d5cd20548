package portal

import (
	"cmp"

	"github.com/eidgate/eidgate/adapters/httpapi"
	"github.com/eidgate/eidgate/ports/inbound"
)

var dictionaries = map[string]httpapi.Dictionary{"en": english, "sv": swedish, "nb": norwegian, "da": danish, "fi": finnish}

// speech is a dictionary with the names of one onboarding.
type speech struct {
	httpapi.Speech
	words        httpapi.Dictionary
	own, inviter string // names, "" where they are not known
}

func speechIn(language string, v inbound.OnboardingView) speech {
	s := speech{words: dictionaries[language], own: httpapi.Visible(v.Organization.Name), inviter: httpapi.Visible(v.Inviter)}
	s.Speech = httpapi.NewSpeech(language, s.words, map[string]string{
		"{organization}": cmp.Or(s.own, s.words["organization"]), "{inviter}": s.inviter,
	})
	return s
}

// Code is the page's language.
func (s speech) Code() string { return s.Language }

// Organization is the name of the administrator's own organization, "" where nothing is told of it.
func (s speech) Organization() string { return s.own }

// known is the key of a code's words, or of those for all codes that have none.
func (s speech) known(prefix, code string) string {
	if _, known := s.words[prefix+code]; known {
		return prefix + code
	}
	return prefix + "other"
}
