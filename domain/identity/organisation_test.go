package identity_test

import (
	"fmt"
	"testing"

	"github.com/eidgate/eidgate/domain/identity"
)

func TestSwedishOrganisations(t *testing.T) {
	k, c := identity.KindOrgSE, "5590000948"
	judge(t, identity.SE, "org", []row{
		{about: "canonical", in: c, want: "ok", kind: k},
		{about: "hyphen", in: "559000-0948", want: "ok", kind: k, canonical: c},
		{about: "with 16", in: "165590000948", want: "ok", kind: k, canonical: c},
		{about: "with 16 and hyphen", in: "16559000-0948", want: "ok", kind: k, canonical: c},
		{about: "blanks around", in: " 559000-0948 ", want: "ok", kind: k, canonical: c},
		{about: "group 4", in: withLuhn("452100544"), want: "ok", kind: k},
		{about: "third digit 2", in: withLuhn("552000094"), want: "ok", kind: k},

		{about: "VAT form", in: "SE559000094801", want: "charset"},
		{about: "plus", in: "559000+0948", want: "charset"},
		{about: "space", in: "559000 0948", want: "charset"},
		{about: "letter of an interim number", in: "900101T385", want: "charset"},
		{about: "eleven digits", in: "55900009481", want: "length"},
		{about: "fourteen digits", in: "55900009480001", want: "length"},
		{about: "hyphen behind 16", in: "16-5590000948", want: "format"},
		{about: "hyphen too early", in: "55-90000948", want: "format"},
		{about: "two hyphens", in: "559000--0948", want: "format"},
		{about: "another prefix", in: "175590000948", want: "prefix"},
		{about: "another prefix before a bad digit", in: "175590000940", want: "prefix"},
		{about: "group 0", in: withLuhn("059000094"), want: "group"},
		{about: "group 0 before the third digit", in: "0510000000", want: "group"},
		{about: "zeros", in: "0000000000", want: "group"},
		{about: "group 0 behind 16", in: "16" + withLuhn("059000094"), want: "group"},
		{about: "third digit 0", in: withLuhn("550000000"), want: "third_digit"},
		{about: "third digit 1", in: withLuhn("661299001"), want: "third_digit"},
		{about: "third digit before the check digit", in: "5500000005", want: "third_digit"},
		{about: "wrong check digit", in: "559000-0949", want: "checksum"},

		{about: "a person in ten digits", in: "9001012385", want: "is_person"},
		{about: "a person with hyphen", in: "900101-2385", want: "is_person"},
		{about: "a person in twelve digits", in: "199001012385", want: "is_person"},
		{about: "a person behind 16", in: "16900101-2385", want: "is_person"},
		{about: "a person whose year is 0x", in: withLuhn("050101238"), want: "is_person"},
		{about: "a coordination number", in: "701063-2391", want: "is_person"},
		{about: "a coordination number without month", in: withLuhn("900060238"), want: "is_person"},
		{about: "nearly a person", in: "9001012386", want: "third_digit"},
		{about: "a person yet to be born", in: "2612312385", want: "third_digit"},
		{about: "nearly a person in twelve digits", in: "199001012386", want: "prefix"},
	})
	if got := org(t, identity.SE, c).Synthetic(); got != identity.TriNo {
		t.Errorf("synthetic: got %v", got)
	}
}

func TestNorwegianOrganisations(t *testing.T) {
	k, c, syn := identity.KindOrgNO, "974760673", identity.AllowSynthetic
	judge(t, identity.NO, "org", []row{
		{about: "canonical", in: c, want: "ok", kind: k},
		{about: "in threes", in: "974 760 673", want: "ok", kind: k, canonical: c},
		{about: "series 8", in: "889640782", want: "ok", kind: k},
		{about: "series 2 by default", in: "212201782", want: "kind_not_allowed"},
		{about: "series 2", in: "212201782", allow: syn, want: "ok", kind: k},
		{about: "series 3 by default", in: "310478717", want: "kind_not_allowed"},
		{about: "series 3 in the sandbox", in: "310478717", allow: identity.AllowSandbox, want: "ok", kind: k},
		{about: "series 1 by default", in: "123456785", want: "kind_not_allowed"},
		{about: "series 1", in: "123456785", allow: everything, want: "ok", kind: k},
		{about: "series 1 without the flag", in: "123456785", allow: everything &^ syn, want: "kind_not_allowed"},

		{about: "one space only", in: "974 760673", want: "format"},
		{about: "spaces elsewhere", in: "97 4760 673", want: "format"},
		{about: "three spaces", in: "974 760 67 3", want: "format"},
		{about: "two spaces in one place", in: "974  760 673", want: "format"},
		{about: "hyphens", in: "974-760-673", want: "charset"},
		{about: "VAT form", in: "974760673MVA", want: "charset"},
		{about: "ten digits", in: "9747606730", want: "length"},
		{about: "wrong check digit", in: "974760674", want: "checksum"},
		{about: "wrong check digit before the flag", in: "212201783", want: "checksum"},
	})
	for s, want := range map[string]identity.Tri{
		c: identity.TriNo, "212201782": identity.TriYes, "310478717": identity.TriYes, "123456785": identity.TriNo,
	} {
		if got := org(t, identity.NO, s).Synthetic(); got != want {
			t.Errorf("%s: synthetic %v, want %v", s, got, want)
		}
	}
}

func TestDanishOrganisations(t *testing.T) {
	k, c := identity.KindCVR, "13748136"
	judge(t, identity.DK, "org", []row{
		{about: "canonical", in: c, want: "ok", kind: k},
		{about: "in pairs", in: "13 74 81 36", want: "ok", kind: k, canonical: c},
		{about: "in other pairs", in: "137 481 36", want: "format"},
		{about: "one space", in: "1374 8136", want: "format"},
		{about: "hyphen", in: "1374-8136", want: "charset"},
		{about: "VAT form", in: "DK13748136", want: "charset"},
		{about: "a P-number", in: "1003388394", want: "length"},
		{about: "leading zero", in: "01374813", want: "leading_zero"},
		{about: "wrong check digit", in: "13748130", want: "checksum"},
	})
}

func TestFinnishOrganisations(t *testing.T) {
	k := identity.KindYTunnus
	judge(t, identity.FI, "org", []row{
		{about: "hyphen", in: "2077474-0", want: "ok", kind: k, canonical: "20774740"},
		{about: "canonical", in: "20774740", want: "ok", kind: k},
		{about: "leading zero", in: "0112038-9", want: "ok", kind: k, canonical: "01120389"},
		{about: "six and one", in: "112038-9", want: "ok", kind: k, canonical: "01120389"},
		{about: "six and one, wrong", in: "112038-8", want: "checksum"},
		{about: "six and one without hyphen", in: "1120389", want: "length"},
		{about: "seven digits, hyphen elsewhere", in: "11203-89", want: "length"},
		{about: "seven digits, hyphen behind", in: "1120389-", want: "length"},
		{about: "seven digits, two hyphens", in: "112038--9", want: "length"},
		{about: "five and one", in: "12038-9", want: "length"},
		{about: "hyphen too early", in: "207747-40", want: "format"},
		{about: "two hyphens", in: "2077474--0", want: "format"},
		{about: "VAT form", in: "FI20774740", want: "charset"},
		{about: "letter", in: "2077474-A", want: "charset"},
		{about: "wrong check digit", in: "2077474-1", want: "checksum"},
	})
}

func TestARemainderOfOneHasNoCheckDigit(t *testing.T) {
	for _, c := range []struct {
		country identity.Country
		first   int
		weights []int
	}{
		{identity.NO, 90000010, []int{3, 2, 7, 6, 5, 4, 3, 2}},
		{identity.DK, 1000010, []int{2, 7, 6, 5, 4, 3, 2}},
		{identity.FI, 1000010, []int{7, 9, 10, 5, 8, 4, 2}},
	} {
		body := c.first
		for weighted(fmt.Sprint(body), c.weights...)%11 != 1 {
			body++
		}
		for check := range 10 {
			_, err := identity.ParseOrg(c.country, fmt.Sprintf("%d%d", body, check), identity.Options{AsOf: day(t, usual), Allow: everything})
			if got := reason(t, err); got != "checksum" {
				t.Errorf("%s %d%d: got %s", c.country, body, check, got)
			}
		}
	}
}
