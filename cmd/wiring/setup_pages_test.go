package wiring

import (
	"html"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/eidgate/eidgate/domain/eid"
)

var (
	yamlOnPage = regexp.MustCompile(`(?s)<code class="yaml">(.*?)</code>`)
	fileOnPage = regexp.MustCompile(`(?m)_file: \S+$`)
)

// setUpPage is the text of a provider's page.
func setUpPage(t *testing.T, provider string) string {
	t.Helper()
	text, err := os.ReadFile("../../adapters/httpapi/pages/site/docs/" + provider + ".html")
	if err != nil {
		t.Fatal(err)
	}
	return html.UnescapeString(string(text))
}

func TestASetUpPageHasEveryKeyOfItsProviderAndNoOther(t *testing.T) {
	c := defaults(Development)
	own := map[string]map[string]bool{}
	for _, k := range allKeys(&c) {
		if rest, found := strings.CutPrefix(k.name, "providers."); found {
			provider, key, _ := strings.Cut(rest, ".")
			if own[provider] == nil {
				own[provider] = map[string]bool{}
			}
			own[provider][key] = true
		}
	}
	names := []string{SimulatorName}
	for _, r := range c.Providers.roads() {
		names = append(names, r.name)
	}
	for _, provider := range names {
		page := setUpPage(t, provider)
		_, page, _ = strings.Cut(page, `aria-label="Keys of the configuration"`)
		table, _, _ := strings.Cut(page, "</table>")
		for _, row := range regexp.MustCompile(`<th scope="row">(.*?)</th>`).FindAllStringSubmatch(table, -1) {
			for _, key := range regexp.MustCompile(`<code>(.*?)</code>`).FindAllStringSubmatch(row[1], -1) {
				if !own[provider][key[1]] {
					t.Errorf("%s: %s is no key", provider, key[1])
				}
				delete(own[provider], key[1])
			}
		}
		for key := range own[provider] {
			t.Errorf("%s: nothing is said of %s", provider, key)
		}
	}
}

func TestTheConfigurationOnASetUpPageIsOne(t *testing.T) {
	for _, provider := range []string{"criipto", "idkollen", "signicat", "bankid", "freja", "simulator"} {
		found := yamlOnPage.FindStringSubmatch(setUpPage(t, provider))
		if found == nil {
			t.Errorf("%s shows no configuration", provider)
			continue
		}
		example := fileOnPage.ReplaceAllString(found[1], ": something") // a secret in place of its file
		c, err := Load(write(t, example), []string{
			"EIDGATE_MODE=production", "EIDGATE_DATABASE_URL=postgres://h/d", "EIDGATE_KEYS_FILE=k", "EIDGATE_PUBLIC_URL=https://eid.example",
		})
		if err != nil {
			t.Errorf("%s: %v", provider, err)
			continue
		}
		if !slices.ContainsFunc(eid.EIDs(), func(e eid.EID) bool { return slices.Contains(c.Routes.Of(e), provider) }) {
			t.Errorf("%s is on no route", provider)
		}
	}
}
