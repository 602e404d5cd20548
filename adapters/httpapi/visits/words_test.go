package visits

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/eidgate/eidgate/adapters/httpapi"
	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/fault"
	"github.com/eidgate/eidgate/ports/inbound"
	"github.com/eidgate/eidgate/test/surface"
)

var placeholder = regexp.MustCompile(`\{[a-z]+\}`)

func TestEveryLanguageHasEveryWord(t *testing.T) {
	surface.CheckWords(t, dictionaries, "country.FI") // which has one name in four of the languages
	for code, words := range dictionaries {
		for key, text := range english {
			translated := words[key]
			for _, p := range placeholder.FindAllString(translated, -1) {
				if !slices.Contains([]string{"{organization}", "{eid}", "{least}", "{greatest}"}, p) {
					t.Errorf("%s fills %s of %s with nothing", code, p, key)
				}
			}
			for _, p := range []string{"{organization}", "{least}", "{greatest}"} {
				if strings.Contains(text, p) != strings.Contains(translated, p) {
					t.Errorf("%s and English differ in %s of %s", code, p, key)
				}
			}
		}
	}
}

// everything that a page may have to say is listed in the domain: reasons, hints, operations.
var (
	allReasons = []string{
		eid.ReasonDeclined, eid.ReasonCallDeclined, eid.ReasonCancelled, eid.ReasonSuperseded, eid.ReasonNotStarted, eid.ReasonTimedOut,
		eid.ReasonInvalidEID, eid.ReasonUnsupported, eid.ReasonRisk, eid.ReasonRejected, eid.ReasonProviderFailed, eid.ReasonInterrupted,
		eid.ReasonStartLost, eid.ReasonStartFailed, eid.ReasonEvidenceLost, eid.ReasonEvidenceRejected, eid.ReasonCodeRejected,
		eid.ReasonOtherContext, eid.ReasonAssurance, eid.ReasonOtherPerson, eid.ReasonSimulated, eid.ReasonAgeUnknown,
	}
	allHints = []eid.Hint{
		eid.HintOutstanding, eid.HintNoClient, eid.HintDelivered, eid.HintStarted, eid.HintCallConfirm, eid.HintDocument,
		eid.HintSigning, eid.HintProcessing,
	}
	allOperations = []eid.Operation{eid.Authenticate, eid.Sign, eid.PhoneAuthenticate, eid.PhoneSign, eid.ProveAge}
)

func TestEveryTroubleAndCountryHasWordsOfItsOwn(t *testing.T) {
	for _, reason := range []string{eid.ReasonNotStarted, eid.ReasonTimedOut, eid.ReasonInterrupted, eid.ReasonSuperseded, eid.ReasonProviderFailed} {
		if key := troubleKey(inbound.Visit{Trouble: reason}); key != "trouble."+reason {
			t.Errorf("the trouble %s is told as %s", reason, key)
		}
	}
	if troubleKey(inbound.Visit{Trouble: "newWord"}) != "trouble.other" || troubleKey(inbound.Visit{}) != "" {
		t.Error("unknown trouble is told as another, or none as some")
	}
	for _, e := range eid.EIDs() {
		if english["country."+string(e.Country())] == "" {
			t.Errorf("the country of %s has no name", e)
		}
	}
}

func TestEveryReasonHintAndOperationHasWordsOfItsOwn(t *testing.T) {
	for _, reason := range allReasons {
		if key := reasonKey(inbound.Visit{State: eid.Failed, Reason: reason}); key != "reason."+reason {
			t.Errorf("the reason %s is told as %s", reason, key)
		}
	}
	for _, hint := range allHints {
		for _, o := range allOperations {
			key := hintKey(inbound.Visit{State: eid.Pending, Begun: true, Hint: hint, Operation: o})
			if english[key] == "" || !strings.HasPrefix(key, "hint."+string(hint)) {
				t.Errorf("the hint %s of %s is told as %s", hint, o, key)
			}
		}
	}
	for _, o := range allOperations {
		if english["ask."+string(o)] == "" || english[leadKey(inbound.Visit{Operation: o, LeastAge: 18})] == "" {
			t.Errorf("nothing is said when people are asked to %s", o)
		}
	}
	for _, unknown := range []inbound.Visit{{State: eid.Pending, Begun: true, Hint: "newWord"}, {State: eid.Pending, Begun: true}} {
		if hintKey(unknown) != "hint.other" {
			t.Errorf("an unknown hint is told as %s", hintKey(unknown))
		}
	}
	if reasonKey(inbound.Visit{State: eid.Refused, Reason: "newWord"}) != "reason.other" || reasonKey(inbound.Visit{State: eid.Expired}) != "reason.expired" {
		t.Error("an unknown reason, or none, is told as another")
	}
}

// anyOfKind has a fault of every kind that no page knows by its code.
var anyOfKind = func() (all []*fault.Fault) {
	for kind := fault.Internal; kind <= fault.Unavailable; kind++ {
		all = append(all, fault.New(kind, "visits_test_"+kind.String(), "A test."))
	}
	return all
}()

func TestEveryFailureHasWordsInEveryLanguage(t *testing.T) {
	faults := []*fault.Fault{eid.ErrNotAChoice, eid.ErrTooOften, eid.ErrOtherBrowser, httpapi.ErrForeignPage, eid.ErrInProgress, eid.ErrNoRoute, eid.ErrProvider, eid.ErrProviderUncertain, inbound.ErrNoVisit}
	faults = append(faults, anyOfKind...)
	for _, f := range faults {
		for code := range dictionaries {
			s := speechIn(code, inbound.Visit{})
			heading, text, _ := failureKeys(f)
			if s.must(heading) == "" || s.must(text) == "" || placeholder.MatchString(s.must(heading)+s.must(text)) {
				t.Errorf("%s does not say %s", code, f.Code())
			}
		}
	}
}

func TestNobodyReadsAPlaceholder(t *testing.T) {
	for code := range dictionaries {
		for _, e := range eid.EIDs() {
			s := speechIn(code, inbound.Visit{EID: e, Organization: "Acme", LeastAge: 18, GreatestAge: 64})
			for key := range english {
				var b strings.Builder
				spans, err := s.Spell(key)
				for _, p := range spans {
					b.WriteString(p.Text)
				}
				if err != nil || placeholder.MatchString(b.String()) {
					t.Errorf("%s, %s: %s is not filled", code, e, key)
				}
			}
		}
	}
}

func TestANameIsOneLineAndNothingElse(t *testing.T) {
	if got := httpapi.Visible(" Ac\u202eme\n\x00 Bank\u200b "); got != "Acme Bank" {
		t.Errorf("got %q", got)
	}
	s := speechIn("sv", inbound.Visit{Organization: "{eid} & {least}", EID: eid.SEBankID})
	spans, err := s.Spell("return")
	if err != nil || len(spans) != 2 || !spans[1].Name || spans[1].Text != "{eid} & {least}" {
		t.Error("a name fills placeholders")
	}
	if spans, _ := speechIn("sv", inbound.Visit{}).Spell("return"); len(spans) != 2 || spans[1].Text != "tjänsten" {
		t.Error("who has no name is not spoken of")
	}
}
