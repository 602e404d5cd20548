package identity_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/eidgate/eidgate/domain/identity"
)

func TestAFinnishNumberHasOneSpelling(t *testing.T) {
	k := identity.KindHetu
	judge(t, identity.FI, "person", []row{
		{about: "canonical", in: "131052-308T", want: "ok", kind: k, birth: "1952-10-13", sex: "F"},
		{about: "small letter", in: "131052-308t", want: "ok", kind: k, canonical: "131052-308T", birth: "1952-10-13", sex: "F"},
		{about: "small sign", in: "131052v308t", want: "ok", kind: k, canonical: "131052V308T", birth: "1952-10-13", sex: "F"},
		{about: "blanks around", in: " 131052-308T\n", want: "ok", kind: k, canonical: "131052-308T", birth: "1952-10-13", sex: "F"},
		{about: "no sign", in: "131052308T", want: "length"},
		{about: "two signs", in: "131052--308T", want: "length"},
		{about: "one too many", in: "131052-308TT", want: "length"},
		{about: "empty", in: " \t", want: "empty"},
		{about: "space in a number that is too long", in: "131052 -308T", want: "charset"},
		{about: "a letter that never occurs, too long", in: "131052-308TO", want: "charset"},
		{about: "letter in the date", in: "13105A-308T", want: "charset"},
		{about: "sign one place early", in: "13105-2308T", want: "charset"},
		{about: "letter in the individual number", in: "131052-30AT", want: "charset"},
		{about: "minus sign", in: "131052−308T", want: "charset"},
		{about: "full-width letter", in: "131052-308Ｔ", want: "charset"},
		{about: "sign beyond ASCII in the right length", in: "131052\xff308T", want: "charset"},
		{about: "the Kelvin sign is no K", in: "131052-30\u212a", want: "charset"},
		{about: "31 April", in: withHetu("310490-308"), want: "date"},
		{about: "month 13", in: withHetu("011390-308"), want: "date"},
		{about: "day 00", in: withHetu("000190-308"), want: "date"},
		{about: "a bad day before a bad serial", in: withHetu("310490-001"), want: "date"},
		{about: "wrong check character", in: "131052-308A", want: "checksum"},
		{about: "tomorrow", in: withHetu("160626A308"), want: "future"},
		{about: "today", in: withHetu("150626A308"), want: "ok", kind: k, birth: "2026-06-15", sex: "F"},
		{about: "wrong check character before future", in: "160626A308B", want: "checksum"},
	})
	for _, never := range "GIOQZ" {
		judge(t, identity.FI, "person", []row{{about: "check character " + string(never), in: "131052-308" + string(never), want: "charset"}})
	}
}

func TestTheFinnishSignIsTheCenturyAndPartOfTheIdentity(t *testing.T) {
	signs := map[string]int{"+": 1800, "-YXWVU": 1900, "ABCDEF": 2000}
	seen := map[identity.Number]bool{}
	valid := ""
	for some, century := range signs {
		valid += some
		for _, sign := range some {
			s := withHetu(fmt.Sprintf("130502%c308", sign))
			judge(t, identity.FI, "person", []row{
				{about: "sign " + string(sign), in: s, want: "ok", kind: identity.KindHetu, birth: fmt.Sprintf("%d-05-13", century+2), sex: "F"},
			})
			seen[person(t, identity.FI, s)] = true
		}
	}
	if len(seen) != 13 {
		t.Errorf("13 signs make %d identities", len(seen))
	}
	var rows []row
	for b := byte(' '); b <= '~'; b++ {
		if !strings.ContainsRune(valid+strings.ToLower(valid), rune(b)) {
			rows = append(rows, row{about: fmt.Sprintf("sign %q", b), in: withHetu(fmt.Sprintf("130502%c308", b)), want: "century_sign"})
		}
	}
	judge(t, identity.FI, "person", append(rows,
		row{about: "leap day of 2000", in: withHetu("290200A308"), want: "ok", kind: identity.KindHetu, birth: "2000-02-29", sex: "F"},
		row{about: "leap day of 1900", in: withHetu("290200-308"), want: "date"},
		row{about: "leap day of 1800", in: withHetu("290200+308"), want: "date"},
		row{about: "a bad sign before a bad day", in: withHetu("310400K308"), want: "century_sign"},
	))
}

func TestFinnishIndividualNumbersRunFrom002AndFrom900AreTemporary(t *testing.T) {
	a := identity.AllowTemporary
	judge(t, identity.FI, "person", []row{
		{about: "000", in: withHetu("131052-000"), allow: a, want: "serial"},
		{about: "001", in: withHetu("131052-001"), allow: a, want: "serial"},
		{about: "002", in: withHetu("131052-002"), want: "ok", kind: identity.KindHetu, birth: "1952-10-13", sex: "F"},
		{about: "899", in: withHetu("131052-899"), want: "ok", kind: identity.KindHetu, birth: "1952-10-13", sex: "M"},
		{about: "900 by default", in: withHetu("131052-900"), want: "kind_not_allowed"},
		{about: "900 with all other flags", in: withHetu("131052-900"), allow: everything &^ a, want: "kind_not_allowed"},
		{about: "900", in: withHetu("131052-900"), allow: a, want: "ok", kind: identity.KindHetuTemporary, birth: "1952-10-13", sex: "F"},
		{about: "999", in: withHetu("131052-999"), allow: a, want: "ok", kind: identity.KindHetuTemporary, birth: "1952-10-13", sex: "M"},
		{about: "a sandbox identity", in: "070770-905D", allow: identity.AllowSandbox, want: "ok", kind: identity.KindHetuTemporary, birth: "1970-07-07", sex: "M"},
		{about: "future before the flag", in: withHetu("160626A900"), want: "future"},
	})
	if person(t, identity.FI, "070770-905D").Synthetic() != identity.TriYes {
		t.Error("a temporary number is not synthetic")
	}
	if person(t, identity.FI, "131052-308T").Synthetic() != identity.TriNo {
		t.Error("an ordinary number is synthetic")
	}
}
