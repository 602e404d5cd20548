package organization_test

import (
	"fmt"
	"strings"
	"testing"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"github.com/eidgate/eidgate/domain/organization"
)

func TestLettersLoseTheirMarksAndNothingElse(t *testing.T) {
	for name, want := range map[string]string{
		"Čez Group": "cez-group", "Noël Hôtel": "noel-hotel", "Crème Brûlée": "creme-brulee", "Łódź": "lodz", "Đurđevac": "durdevac", "Škoda Žďár": "skoda-zdar",
		"Năm Việt": "nam-viet", "İstanbul": "istanbul", "Ǿresund Ǽra": "oresund-aera", "STRASSE ẞ": "strasse-ss",
		"Noe\u0308l": "noel", "Cre\u0300me Bru\u0302le\u0301e": "creme-brulee", "A\u030angstro\u0308m": "angstrom", "\u0301a\u0301": "a", "a \u0301b": "a-b", "\u212bker": "aker",
	} {
		if got := organization.Slug(name); got != want {
			t.Errorf("%q: got %q, want %q", name, got, want)
		}
		if got := organization.Slug(norm.NFD.String(name)); got != want {
			t.Errorf("%q, taken apart: got %q, want %q", name, got, want)
		}
	}
}

// TestSlugsAgreeWithUnicode holds our table to the canonical decompositions, rune by rune.
func TestSlugsAgreeWithUnicode(t *testing.T) {
	spelled := map[rune]string{'æ': "ae", 'ø': "o", 'ð': "d", 'þ': "th", 'ß': "ss", 'ł': "l", 'đ': "d"}
	for r := rune(0); r <= unicode.MaxRune; r++ {
		if r >= 0xd800 && r <= 0xdfff {
			continue
		}
		want := "x"
		for _, part := range norm.NFD.String(string(r)) {
			part = unicode.ToLower(part)
			switch {
			case part >= 'a' && part <= 'z' || part >= '0' && part <= '9':
				want += string(part)
			case spelled[part] != "":
				want += spelled[part]
			case !unicode.Is(unicode.Mn, part) && !strings.HasSuffix(want, "-"):
				want += "-"
			}
		}
		if got := organization.Slug("x" + string(r) + "x"); got != want+"x" {
			t.Errorf("%s: got %q, want %q", fmt.Sprintf("U+%04X", r), got, want+"x")
		}
	}
}
