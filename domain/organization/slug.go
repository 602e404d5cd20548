package organization

import (
	"strings"
	"unicode"
)

// mostSlug leaves room for five characters more in a DNS label.
const mostSlug = 58

// Slug turns a name into a domain: Latin letters without their accents, digits, and single hyphens in place of
// everything else; at most 58 characters, so that it is a DNS label with five more. A name without any letter or digit of these gives "".
func Slug(name string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(name) {
		switch {
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
			b.WriteRune(r)
		case plain[r] != "":
			b.WriteString(plain[r])
		case unicode.Is(unicode.Mn, r): // an accent that stands by itself, as some programs write them
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "-"):
			b.WriteByte('-')
		}
	}
	s := b.String()
	if len(s) > mostSlug {
		s = s[:mostSlug]
	}
	return strings.Trim(s, "-")
}

// plain spells letters in ASCII, by [spellings].
var plain = func() map[rune]string {
	all := map[rune]string{}
	for spelling, letters := range spellings {
		for _, letter := range letters {
			all[letter] = spelling
		}
	}
	return all
}()

// spellings are the small Latin letters that Unicode takes apart into one of ASCII and marks (canonical decomposition, UAX
// #15), and those of our neighbours that it leaves whole. The library that knows them all is none of the standard ones, so
// a test holds this table to it.
var spellings = map[string]string{
	"a":  "àáâãäåāăąǎǟǡǻȁȃȧḁạảấầẩẫậắằẳẵặ",
	"ae": "æǽǣ",
	"b":  "ḃḅḇ",
	"c":  "çćĉċčḉ",
	"d":  "ďḋḍḏḑḓðđ",
	"e":  "èéêëēĕėęěȅȇȩḕḗḙḛḝẹẻẽếềểễệ",
	"f":  "ḟ",
	"g":  "ĝğġģǧǵḡ",
	"h":  "ĥȟḣḥḧḩḫẖ",
	"i":  "ìíîïĩīĭįǐȉȋḭḯỉị",
	"j":  "ĵǰ",
	"k":  "ķǩḱḳḵ",
	"l":  "ĺļľḷḹḻḽł",
	"m":  "ḿṁṃ",
	"n":  "ñńņňǹṅṇṉṋ",
	"o":  "òóôõöōŏőơǒǫǭȍȏȫȭȯȱṍṏṑṓọỏốồổỗộớờởỡợøǿ",
	"p":  "ṕṗ",
	"r":  "ŕŗřȑȓṙṛṝṟ",
	"s":  "śŝşšșṡṣṥṧṩ",
	"ss": "ß",
	"t":  "ţťțṫṭṯṱẗ",
	"th": "þ",
	"u":  "ùúûüũūŭůűųưǔǖǘǚǜȕȗṳṵṷṹṻụủứừửữự",
	"v":  "ṽṿ",
	"w":  "ŵẁẃẅẇẉẘ",
	"x":  "ẋẍ",
	"y":  "ýÿŷȳẏẙỳỵỷỹ",
	"z":  "źżžẑẓẕ",
}
