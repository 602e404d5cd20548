package identity_test

import (
	"fmt"
	"testing"

	"github.com/eidgate/eidgate/domain/identity"
)

func TestASwedishNumberIsReadInEveryAcceptedForm(t *testing.T) {
	p := identity.KindPersonnummer
	judge(t, identity.SE, "person", []row{
		{about: "canonical", in: "199001012385", want: "ok", kind: p, birth: "1990-01-01", sex: "F"},
		{about: "twelve with hyphen", in: "19900101-2385", want: "ok", kind: p, canonical: "199001012385", birth: "1990-01-01", sex: "F"},
		{about: "twelve with plus", in: "18900101+9802", want: "ok", kind: p, canonical: "189001019802", birth: "1890-01-01", sex: "F"},
		{about: "twelve of an old person with hyphen", in: "18900101-9802", want: "ok", kind: p, canonical: "189001019802", birth: "1890-01-01", sex: "F"},
		{about: "ten with hyphen", in: "900101-2385", want: "ok", kind: p, canonical: "199001012385", birth: "1990-01-01", sex: "F"},
		{about: "ten with plus", in: "900101+9802", want: "ok", kind: p, canonical: "189001019802", birth: "1890-01-01", sex: "F"},
		{about: "ten digits", in: "9001012385", want: "ok", kind: p, canonical: "199001012385", birth: "1990-01-01", sex: "F"},
		{about: "blanks around", in: "\t 900101-2385\r\n", want: "ok", kind: p, canonical: "199001012385", birth: "1990-01-01", sex: "F"},
		{about: "an identity of the vendor's sandbox", in: "196802020575", want: "ok", kind: p, birth: "1968-02-02", sex: "M"},

		{about: "space for hyphen", in: "900101 2385", want: "charset"},
		{about: "slash for hyphen", in: "900101/2385", want: "charset"},
		{about: "en dash", in: "900101–2385", want: "charset"},
		{about: "minus sign", in: "900101−2385", want: "charset"},
		{about: "no-break space at the rim", in: "\u00a0199001012385", want: "charset"},
		{about: "form feed at the rim", in: "199001012385\f", want: "charset"},
		{about: "full-width digit", in: "19900101238５", want: "charset"},
		{about: "NUL", in: "199001012385\x00", want: "charset"},
		{about: "invalid UTF-8", in: "1990010123\xff5", want: "charset"},
		{about: "country in front", in: "SE199001012385", want: "charset"},
		{about: "letter in the date", in: "19900l012385", want: "charset"},

		{about: "hyphen too early", in: "1990-01012385", want: "format"},
		{about: "three hyphens", in: "1990-01-01-2385", want: "format"},
		{about: "hyphen in front", in: "-199001012385", want: "format"},
		{about: "hyphen behind", in: "199001012385-", want: "format"},
		{about: "two hyphens in one place", in: "900101--2385", want: "format"},
		{about: "hyphen and plus in one place", in: "900101-+2385", want: "format"},
		{about: "the twelve-digit place in a ten-digit number", in: "90010123-85", want: "format"},
		{about: "only separators", in: "-+-", want: "length"},
		{about: "nine digits", in: "900101238", want: "length"},
		{about: "eleven digits", in: "19900101-238", want: "length"},
		{about: "thirteen digits", in: "1990010123850", want: "length"},
	})
}

func TestTheSwedishCenturyGoesByCalendarYearAndSign(t *testing.T) {
	p := identity.KindPersonnummer
	// 260101-2384 is right in every century, because the century is not summed.
	judge(t, identity.SE, "person", []row{
		{about: "this year, already past", in: "260101-2384", want: "ok", kind: p, canonical: "202601012384", birth: "2026-01-01", sex: "F"},
		{about: "born on the reference date", in: "260101-2384", asOf: "2026-01-01", want: "ok", kind: p, canonical: "202601012384", birth: "2026-01-01", sex: "F"},
		{about: "the year before it comes round", in: "260101-2384", asOf: "2025-12-31", want: "ok", kind: p, canonical: "192601012384", birth: "1926-01-01", sex: "F"},
		{about: "plus in the year of the hundredth birthday", in: "260101+2384", want: "ok", kind: p, canonical: "192601012384", birth: "1926-01-01", sex: "F"},
		{about: "plus before the birthday of that year", in: "261231+2385", want: "ok", kind: p, canonical: "192612312385", birth: "1926-12-31", sex: "F"},
		{about: "plus the year before the hundredth", in: "260101+2384", asOf: "2025-12-31", want: "ok", kind: p, canonical: "182601012384", birth: "1826-01-01", sex: "F"},
		{about: "hyphen of the oldest", in: withLuhn("270101238"), want: "ok", kind: p, canonical: "19" + withLuhn("270101238"), birth: "1927-01-01", sex: "F"},
		{about: "plus of the oldest", in: withLuhn("270101238")[:6] + "+" + withLuhn("270101238")[6:], want: "ok", kind: p, canonical: "18" + withLuhn("270101238"), birth: "1827-01-01", sex: "F"},
		{about: "short form later this year", in: withLuhn("260616238"), want: "future"},
		{about: "short form tomorrow at New Year", in: withLuhn("260102238"), asOf: "2026-01-01", want: "future"},
		{about: "twelve digits tomorrow", in: "20" + withLuhn("260616238"), want: "future"},
		{about: "twelve digits in the last year there is", in: "20" + withLuhn("990101238"), want: "future"},
		{about: "twelve digits today", in: "20" + withLuhn("260615238"), want: "ok", kind: p, birth: "2026-06-15", sex: "F"},
		{about: "leap day by the short form", in: "2402292383", want: "ok", kind: p, canonical: "202402292383", birth: "2024-02-29", sex: "F"},
		{about: "leap day that a plus takes away", in: withLuhn("000229238")[:6] + "+" + withLuhn("000229238")[6:], want: "date"},
		{about: "leap day of 2000", in: withLuhn("000229238"), want: "ok", kind: p, canonical: "20" + withLuhn("000229238"), birth: "2000-02-29", sex: "F"},

		{about: "explicit plus on a young person", in: "19900101+2385", want: "century_sign"},
		{about: "explicit plus in the hundredth year", in: "19260101+2384", want: "ok", kind: p, canonical: "192601012384", birth: "1926-01-01", sex: "F"},
		{about: "explicit plus one year early", in: "19260101+2384", asOf: "2025-12-31", want: "century_sign"},
		{about: "explicit plus on a bad day", in: "19901301+2385", want: "century_sign"},
		{about: "century 17", in: "179001012385", want: "century"},
		{about: "century 21", in: "219001012385", want: "century"},
		{about: "century 16 of an organisation", in: "165590000948", want: "century"},
		{about: "century 17 on a bad day", in: "179913312385", want: "century"},
		{about: "century before the sign", in: "17900101+2385", want: "century"},
		{about: "short form in a reference year beyond the centuries", in: "000101-2389", asOf: "2100-05-05", want: "century"},
		{about: "short form in a reference year before them", in: "900101+9802", asOf: "1850-05-05", want: "century"},
	})
}

func TestASwedishCoordinationNumberMayLackDayOrMonth(t *testing.T) {
	k := identity.KindSamordningsnummer
	judge(t, identity.SE, "person", []row{
		{about: "the worked example", in: "701063-2391", want: "ok", kind: k, canonical: "197010632391", birth: "1970-10-03", sex: "M"},
		{about: "day 61", in: withLuhn("19900161238"), want: "ok", kind: k, birth: "1990-01-01", sex: "F"},
		{about: "day 91", in: withLuhn("19900191238"), want: "ok", kind: k, birth: "1990-01-31", sex: "F"},
		{about: "day 60", in: withLuhn("19900160238"), want: "ok", kind: k},
		{about: "day 60 in published test data", in: "191711602399", want: "ok", kind: k},
		{about: "month 00 and day 60", in: withLuhn("19900060238"), want: "ok", kind: k},
		{about: "month 00 and day 61", in: withLuhn("19900061238"), want: "ok", kind: k},
		{about: "month 00 and day 91", in: withLuhn("19900091238"), want: "ok", kind: k},
		{about: "leap day", in: withLuhn("19960289238"), want: "ok", kind: k, birth: "1996-02-29", sex: "F"},
		{about: "short form", in: withLuhn("900060238"), want: "ok", kind: k, canonical: "19" + withLuhn("900060238")},
		{about: "the century is not taken from the shifted day", in: "260161-2381", asOf: "2026-01-15", want: "ok", kind: k, canonical: "202601612381", birth: "2026-01-01", sex: "F"},
		{about: "born tomorrow", in: withLuhn("20260676238"), want: "future"},
		{about: "day unknown in the month to come", in: withLuhn("20260760238"), want: "future"},
		{about: "day unknown this month", in: withLuhn("20260660238"), want: "ok", kind: k},
		{about: "month unknown this year", in: withLuhn("20260060238"), want: "ok", kind: k},
		{about: "month unknown next year", in: withLuhn("20270060238"), want: "future"},

		{about: "day 92", in: withLuhn("19900192238"), want: "date"},
		{about: "day 59", in: withLuhn("19900159238"), want: "date"},
		{about: "day 32", in: withLuhn("19900132238"), want: "date"},
		{about: "day 00", in: withLuhn("19900100238"), want: "date"},
		{about: "day 00 and month 00", in: withLuhn("19900000238"), want: "date"},
		{about: "month 00 on an ordinary day", in: withLuhn("19900001238"), want: "date"},
		{about: "month 00 and day 92", in: withLuhn("19900092238"), want: "date"},
		{about: "month 13 and day 60", in: withLuhn("19901360238"), want: "date"},
		{about: "shifted 29 February of a common year", in: withLuhn("19970289238"), want: "date"},
		{about: "shifted 31 April", in: withLuhn("19900491238"), want: "date"},
		{about: "31 April", in: withLuhn("19900431238"), want: "date"},
		{about: "29 February 1900", in: withLuhn("19000229238"), want: "date"},
	})

	n := person(t, identity.SE, withLuhn("19900060238"))
	if got := n.Birth(day(t, usual)); got != (identity.Date{Year: 1990}) {
		t.Errorf("month and day unknown: got %v", got)
	}
	n = person(t, identity.SE, withLuhn("19900075238"))
	if got := n.Birth(day(t, usual)); got != (identity.Date{Year: 1990, Day: 15}) {
		t.Errorf("month unknown: got %v", got)
	}
	n = person(t, identity.SE, withLuhn("19900260238"))
	if got := n.Birth(day(t, usual)); got != (identity.Date{Year: 1990, Month: 2}) {
		t.Errorf("day unknown: got %v", got)
	}
}

func TestASwedishSerialAndCheckDigitAreHeldToTheRule(t *testing.T) {
	p := identity.KindPersonnummer
	judge(t, identity.SE, "person", []row{
		{about: "serial 001", in: withLuhn("19900101001"), want: "ok", kind: p, birth: "1990-01-01", sex: "M"},
		{about: "serial 999", in: withLuhn("19900101999"), want: "ok", kind: p, birth: "1990-01-01", sex: "M"},
		{about: "serial 000", in: withLuhn("19900101000"), want: "serial"},
		{about: "0000", in: "199001010000", want: "serial"},
		{about: "serial 000 on a bad day", in: "199013010000", want: "date"},
		{about: "a vendor's sample with a wrong check digit", in: "190001011234", want: "checksum"},
		{about: "the same put right", in: "190001011238", want: "ok", kind: p, birth: "1900-01-01", sex: "M"},
		{about: "wrong check digit on a future day", in: "209901012380", want: "checksum"},
	})
}

func TestSwedishLetterNumbersNeedTheirFlag(t *testing.T) {
	for _, letter := range "TRSUWXJKLMN" {
		s := withLuhn(fmt.Sprintf("19900101%c38", letter))
		judge(t, identity.SE, "person", []row{
			{about: string(letter) + " by default", in: s, want: "kind_not_allowed"},
			{about: string(letter) + " allowed", in: s, allow: identity.AllowInterim, want: "ok", kind: identity.KindInterim, birth: "1990-01-01", sex: "F"},
			{about: string(letter) + " in the short form", in: s[2:8] + "-" + s[8:], allow: identity.AllowInterim, want: "ok", kind: identity.KindInterim, canonical: s, birth: "1990-01-01", sex: "F"},
		})
	}
	i := identity.AllowInterim
	judge(t, identity.SE, "person", []row{
		{about: "T00 counts as 100", in: withLuhn("19900101T00"), allow: i, want: "ok", kind: identity.KindInterim, birth: "1990-01-01", sex: "F"},
		{about: "other flags do not help", in: withLuhn("19900101T38"), allow: everything &^ i, want: "kind_not_allowed"},
		{about: "another letter", in: "19900101A385", allow: i, want: "charset"},
		{about: "small letter", in: "19900101t385", allow: i, want: "charset"},
		{about: "letter in the second place of the serial", in: "199001012T85", allow: i, want: "charset"},
		{about: "letter for the check digit", in: "19900101238T", allow: i, want: "charset"},
		{about: "letter in the place of the short form", in: "199001T12385", allow: i, want: "charset"},
		{about: "two letters", in: "19900101TF10", allow: i, want: "charset"},
		{about: "wrong check digit before the flag", in: "19900101T380", want: "checksum"},
		{about: "shifted day", in: withLuhn("19900161T38"), allow: i, want: "date"},
		{about: "day unknown", in: withLuhn("19900160T38"), allow: i, want: "date"},
		{about: "future before the flag", in: withLuhn("20260616T38"), want: "future"},
		{about: "a letter number of the wrong length", in: "1990101T385", allow: i, want: "length"},
	})
}

func TestReserveNumbersOfTheRegionsAreNotPersonalNumbers(t *testing.T) {
	judge(t, identity.SE, "person", []row{
		{about: "Stockholm", in: "991990123456", allow: everything, want: "century"},
		{about: "Inera, day 45", in: withLuhn("19900145238"), allow: everything, want: "date"},
		{about: "national, two letters", in: "22900101AB12", allow: everything, want: "charset"},
	})
}
