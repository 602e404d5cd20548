package orgapi

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/eidgate/eidgate/domain/organization"
)

func TestAFormsEmptyTextIsNoNumberAndNoTruth(t *testing.T) {
	tree, err := parseForm("seats_limit=&active=&nonsense=%20")
	if err != nil {
		t.Fatal(err)
	}
	p := newParameters(tree)
	if p.Whole("seats_limit") != nil || p.Flag("active") != nil || p.Err() != nil {
		t.Errorf("empty texts are at fault: %v", p.Err())
	}
	if p.Whole("nonsense"); p.Err() == nil {
		t.Error("a blank counts as a number")
	}
}

// TestTheGuideNamesEveryFilter holds the page for integrators to what the lists know.
func TestTheGuideNamesEveryFilter(t *testing.T) {
	guide, err := os.ReadFile("../pages/site/docs/organizations.html")
	if err != nil {
		t.Fatal(err)
	}
	for list, known := range map[string]columns{
		"Organizations": organizationColumns, "Users": userColumns, "Applications": applicationColumns, "Connections": connectionColumns,
		"Keys of metadata": metaKeyColumns, "Log events": eventColumns,
	} {
		_, row, _ := strings.Cut(string(guide), `<tr><th scope="row">`+list+`</th><td>`)
		row, _, _ = strings.Cut(row, "</td>")
		var named []string
		for _, word := range strings.Split(row, "<code>")[1:] {
			word, _, _ = strings.Cut(word, "</code>")
			if test := organization.Test(word); test != organization.Equals && test != organization.Differs && test != organization.In {
				named = append(named, word)
			}
		}
		for name := range known {
			if !slices.Contains(named, name) {
				t.Errorf("%s: %s is not named", list, name)
			}
		}
		if len(named) != len(known) {
			t.Errorf("%s: the guide names %v", list, named)
		}
	}
}
