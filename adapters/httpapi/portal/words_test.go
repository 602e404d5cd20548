package portal

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/eidgate/eidgate/adapters/httpapi"
	"github.com/eidgate/eidgate/domain/fault"
	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/inbound"
	"github.com/eidgate/eidgate/test/browser"
	"github.com/eidgate/eidgate/test/surface"
)

var placeholder = regexp.MustCompile(`\{[a-z]+\}`)

func TestEveryLanguageHasEveryWord(t *testing.T) {
	surface.CheckWords(t, dictionaries)
	for code, words := range dictionaries {
		for key, text := range english {
			translated := words[key]
			mine, theirs := placeholder.FindAllString(translated, -1), placeholder.FindAllString(text, -1)
			slices.Sort(mine)
			slices.Sort(theirs)
			if !slices.Equal(mine, theirs) {
				t.Errorf("%s and English differ in what they fill into %s", code, key)
			}
		}
	}
}

func TestNoCodeLacksWords(t *testing.T) {
	s := speechIn("en", inbound.OnboardingView{})
	last := len(browser.UploadFaults) - 1
	for _, f := range append(slices.Clone(browser.UploadFaults[:last]), ErrNoChoice, ErrNoMetadata, ErrBoth) {
		if key := s.known("problem.", f.Code()); key != "problem."+f.Code() {
			t.Errorf("nothing of its own is said of %s", f.Code())
		}
	}
	if s.known("problem.", browser.UploadFaults[last].Code()) != "problem.other" {
		t.Error("a code without words is told as another")
	}
	for _, code := range []string{organization.CertificateExpired, organization.CertificateExpires} {
		if key := s.known("warning.", code); key != "warning."+code {
			t.Errorf("nothing of its own is said of %s", code)
		}
	}
	for key := range english {
		if code, found := strings.CutPrefix(key, "problem."); found && code != "other" && code != "title" && !declared(code) {
			t.Errorf("%s is a code that nothing has", code)
		}
	}
}

func declared(code string) bool {
	return slices.ContainsFunc(fault.Catalogue(), func(e fault.Entry) bool { return e.Code == code })
}

// anyOfKind has a fault of every kind that no page knows by its code.
var anyOfKind = func() (all []*fault.Fault) {
	for kind := fault.Internal; kind <= fault.Unavailable; kind++ {
		all = append(all, fault.New(kind, "portal_test_"+kind.String(), "A test."))
	}
	return all
}()

func TestEveryFailureHasWordsInEveryLanguage(t *testing.T) {
	faults := []*fault.Fault{organization.ErrNoInvitation, ErrNoCookie, httpapi.ErrForeignPage, httpapi.ErrTooLarge, httpapi.ErrMethod, httpapi.ErrNoPath}
	for _, f := range append(faults, anyOfKind...) {
		for code := range dictionaries {
			for _, link := range []bool{true, false} {
				heading, text, _ := failureKeys(f, link)
				if s := speechIn(code, inbound.OnboardingView{}); placeholder.MatchString(s.Must(heading) + s.Must(text)) {
					t.Errorf("%s does not say %s", code, f.Code())
				}
			}
		}
	}
}

func TestEveryProductIsExplained(t *testing.T) {
	if len(products) != len(organization.ProviderTypes()) {
		t.Errorf("there are %d products", len(products))
	}
	for i, p := range organization.ProviderTypes() {
		n := productOf(p)
		if products[i].Type != p || n.Type != p {
			t.Errorf("%s is explained as %s", p, n.Type)
		}
		if p != organization.ProviderCustom && (n.Name == "" || len(n.Setup) == 0 || len(n.EntityID) == 0 || len(n.ReplyURL) == 0 || len(n.Metadata) == 0 && n.Server == "") {
			t.Errorf("%s is not explained", p)
		}
	}
	if productOf(organization.ProviderUnset).Type != organization.ProviderCustom || productOf("newWord").Name != "" {
		t.Error("what nobody has chosen has a name")
	}
}
