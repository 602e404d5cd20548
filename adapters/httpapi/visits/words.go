package visits

import (
	"cmp"
	"strconv"

	"github.com/eidgate/eidgate/adapters/httpapi"
	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/ports/inbound"
)

// dictionary is the words of one language.
//
// What is said of a hint or a reason means what the eIDs recommend to say (BankID, recommended user messages).
type dictionary = httpapi.Dictionary

var dictionaries = map[string]dictionary{"en": english, "sv": swedish, "nb": norwegian, "da": danish, "fi": finnish}

// speech is a dictionary with the names and numbers of one session.
type speech struct {
	httpapi.Speech
	own string // the organization's name, "" where it has none
}

func speechIn(language string, v inbound.Visit) speech {
	words, own := dictionaries[language], httpapi.Visible(v.Organization)
	return speech{own: own, Speech: httpapi.NewSpeech(
		language, words, map[string]string{"{organization}": cmp.Or(own, words["organization"])},
		"{eid}", eIDName(v.EID, words), "{least}", strconv.Itoa(v.LeastAge), "{greatest}", strconv.Itoa(v.GreatestAge),
	)}
}

// Organization is its own name for itself, "" for none.
func (s speech) Organization() string { return s.own }

// must is Say for keys that stand in this package.
func (s speech) must(key string) string { return s.Must(key) }

func eIDName(e eid.EID, words dictionary) string {
	switch e {
	case eid.SEBankID, eid.NOBankID:
		return "BankID"
	case eid.SEFreja:
		return "Freja"
	case eid.NOVipps:
		return "Vipps"
	case eid.DKMitID:
		return "MitID"
	case eid.FIFTN:
		return words["eid.ftn"]
	case "":
		return words["eid.any"]
	}
	return string(e)
}
