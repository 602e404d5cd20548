package identity_test

import (
	"fmt"
	"testing"

	"github.com/eidgate/eidgate/domain/identity"
)

func TestADanishNumberIsReadInEveryAcceptedForm(t *testing.T) {
	k := identity.KindCPR
	judge(t, identity.DK, "person", []row{
		{about: "canonical", in: "2512489996", want: "ok", kind: k, birth: "1948-12-25", sex: "F"},
		{about: "one hyphen", in: "251248-9996", want: "ok", kind: k, canonical: "2512489996", birth: "1948-12-25", sex: "F"},
		{about: "one space", in: "251248 9996", want: "ok", kind: k, canonical: "2512489996", birth: "1948-12-25", sex: "F"},
		{about: "a sandbox identity", in: "2101270087", want: "ok", kind: k, birth: "1927-01-21", sex: "M"},
		{about: "another", in: "2712589100", want: "ok", kind: k, birth: "1958-12-27", sex: "F"},
		{about: "serial 0001", in: "0101650001", want: "ok", kind: k, birth: "1965-01-01", sex: "M"},
		{about: "serial 0000", in: "010165-0000", want: "serial"},
		{about: "serial 0000 on a bad day", in: "3202650000", want: "date"},
		{about: "two hyphens", in: "251248--9996", want: "format"},
		{about: "hyphen too early", in: "25-12489996", want: "format"},
		{about: "two separators", in: "25 1248-9996", want: "format"},
		{about: "hyphen behind", in: "2512489996-", want: "format"},
		{about: "plus", in: "251248+9996", want: "charset"},
		{about: "letters of an electronic number", in: "0706830VJ9", want: "charset"},
		{about: "country in front", in: "DK2512489996", want: "charset"},
		{about: "nine digits and a hyphen", in: "251248-999", want: "length"},
		{about: "day 00", in: "0012489996", want: "date"},
		{about: "day 32", in: "3212489996", want: "date"},
		{about: "month 00", in: "2500489996", want: "date"},
		{about: "month 13", in: "2513489996", want: "date"},
		{about: "31 April", in: "3104489996", want: "date"},
		{about: "29 February 1900", in: "2902000001", want: "date"},
		{about: "29 February 2000", in: "2902004001", want: "ok", kind: k, birth: "2000-02-29", sex: "M"},
		{about: "tomorrow", in: "1606264001", want: "future"},
		{about: "today", in: "1506264001", want: "ok", kind: k, birth: "2026-06-15", sex: "M"},
		{about: "a century that begins in the future", in: "0101375001", want: "future"},
	})
}

func TestTheDanishCenturyGoesByTheSeventhDigitAndTheYear(t *testing.T) {
	asOf := day(t, "2058-01-01") // late enough for every row
	for digit := range 10 {
		for yy := range 100 {
			var century int
			switch {
			case digit <= 3:
				century = 1900
			case digit == 4 || digit == 9:
				century = map[bool]int{true: 2000, false: 1900}[yy <= 36]
			default:
				century = map[bool]int{true: 2000, false: 1800}[yy <= 57]
			}
			s := fmt.Sprintf("0105%02d%d123", yy, digit)
			n, err := identity.ParsePerson(identity.DK, s, identity.Options{AsOf: asOf})
			if err != nil {
				t.Fatal(s, err)
			}
			if got := n.Birth(asOf); got != (identity.Date{Year: century + yy, Month: 5, Day: 1}) {
				t.Errorf("%s: got %v, want the year %d", s, got, century+yy)
			}
		}
	}
}

func TestDanishReplacementNumbersNeedTheirFlag(t *testing.T) {
	a, k := identity.AllowReplacement, identity.KindCPRReplacement
	judge(t, identity.DK, "person", []row{
		{about: "by default", in: "6101650001", want: "kind_not_allowed"},
		{about: "with all other flags", in: "6101650001", allow: everything &^ a, want: "kind_not_allowed"},
		{about: "day 61", in: "610165-0001", allow: a, want: "ok", kind: k, canonical: "6101650001", birth: "1965-01-01", sex: "M"},
		{about: "day 91", in: "9101650002", allow: a, want: "ok", kind: k, birth: "1965-01-31", sex: "F"},
		{about: "serial 0000", in: "6101650000", allow: a, want: "serial"},
		{about: "day 60", in: "6001650001", allow: a, want: "date"},
		{about: "day 92", in: "9201650001", allow: a, want: "date"},
		{about: "shifted 31 April", in: "9104650001", allow: a, want: "date"},
		{about: "day 59", in: "5901650001", allow: a, want: "date"},
		{about: "future before the flag", in: "7606264001", want: "future"},
	})
}

func TestTheDanishCheckSumIsInformationAndNoVerdict(t *testing.T) {
	for s, want := range map[string]identity.Tri{
		"0101010001": identity.TriNo,
		"2512489996": identity.TriNo, // MedCom's test persons all miss it
		"0707614285": identity.TriYes,
	} {
		if got := person(t, identity.DK, s).Mod11(); got != want {
			t.Errorf("%s: got %v, want %v", s, got, want)
		}
	}
	for _, n := range []identity.Number{
		{}, person(t, identity.SE, "199001012385"), org(t, identity.DK, "13748136"),
	} {
		if n.Mod11() != identity.TriUnknown {
			t.Errorf("%v has a verdict", n)
		}
	}
}
