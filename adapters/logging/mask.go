package logging

import (
	"regexp"
	"strings"
)

// Mask takes out of a text what looks like a national number, a token, another credential or an e-mail address.
// It goes by looks alone and errs on the side of masking: a ten-digit figure that is nobody's number goes too.
// Masking a masked text changes nothing.
func Mask(text string) string {
	if isUUID(text) {
		return text
	}
	digits, marks, gaps := 0, false, false
	for i := range len(text) {
		switch b := text[i]; {
		case b >= '0' && b <= '9':
			digits++
		case b == '|' || b == '=' || b == '@':
			marks = true
		case b == ' ' || b == '\t':
			gaps = true
		}
	}
	if marks || gaps && schemes.MatchString(text) || strings.Contains(text, "eyJ") {
		for _, p := range secrets {
			text = p.looks.ReplaceAllString(text, p.instead)
		}
	}
	if digits >= 9 {
		text = maskNumbers(text)
	}
	return text
}

type pattern struct {
	looks   *regexp.Regexp
	instead string
}

var schemes = regexp.MustCompile(`(?i)b(earer|asic)[ \t]`)

var secrets = []pattern{
	{regexp.MustCompile(`\b[0-9]{1,19}(\||%7C|%7c)[0-9A-Za-z]{8,}`), "[token]"},
	{regexp.MustCompile(`\beyJ[0-9A-Za-z_-]{4,}(\.[0-9A-Za-z_-]*)*`), "[jwt]"},
	{regexp.MustCompile(`(?i)\b(bearer|basic)[ \t]+[0-9a-z._~+/=|-]{4,}`), "$1 [credential]"},
	{regexp.MustCompile(`(?i)\b((?:[a-z]+_)*(?:password|secret|token|code|assertion|request|state|nonce|ssn|key))=[^&\s"'\[][^&\s"']*`), "$1=[masked]"},
	{regexp.MustCompile(`(://)[^/@\s\[]+@`), "$1[user]@"},
	{regexp.MustCompile(`[0-9A-Za-z._%+-]+@[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)+`), "[email]"},
}

// numbers is how people write national numbers: Swedish with or without century, sign or hyphens in the date,
// Norwegian and Danish with or without their gap, Finnish with its century sign. Any ten to twelve digits on their
// own are taken for one.
var numbers = longest(`[0-9]{4}-[0-9]{2}-[0-9]{2}[-+ ]?[0-9]{4}|[0-9]{6,8}[-+ ][0-9]{4}|[0-9]{6} [0-9]{5}|[0-9]{6}[-+A-FU-Ya-fu-y][0-9]{3}[0-9A-Ya-y]|[0-9]{10,12}`)

func longest(looks string) *regexp.Regexp {
	r := regexp.MustCompile(looks)
	r.Longest() // the whole of a number, not the shorter one that it begins with
	return r
}

var uuids = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`)

const numberInstead = "[number]"

// maskNumbers masks what stands on its own: neither letters nor digits before or behind it, and not within a UUID.
func maskNumbers(text string) string {
	var kept [][]int
	if strings.Count(text, "-") >= 4 {
		kept = uuids.FindAllStringIndex(text, -1)
	}
	var b strings.Builder
	at := 0
	for at < len(text) {
		place := numbers.FindStringIndex(text[at:])
		if place == nil {
			break
		}
		from, to := at+place[0], at+place[1]
		switch id := within(kept, from, to); {
		case id != nil:
			b.WriteString(text[at:id[1]])
			at = id[1]
		case from > 0 && wordy(text[from-1]) || to < len(text) && wordy(text[to]):
			for to < len(text) && wordy(text[to]) { // part of something longer, which is left alone as a whole
				to++
			}
			b.WriteString(text[at:to])
			at = to
		default:
			b.WriteString(text[at:from] + numberInstead)
			at = to
		}
	}
	b.WriteString(text[at:])
	return b.String()
}

func within(places [][]int, from, to int) []int {
	for _, p := range places {
		if from < p[1] && to > p[0] {
			return p
		}
	}
	return nil
}

func wordy(b byte) bool {
	return b >= '0' && b <= '9' || b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z'
}

func isUUID(text string) bool {
	if len(text) != 36 {
		return false
	}
	for i := range len(text) {
		switch b := text[i]; {
		case i == 8 || i == 13 || i == 18 || i == 23:
			if b != '-' {
				return false
			}
		case !(b >= '0' && b <= '9' || b >= 'a' && b <= 'f'):
			return false
		}
	}
	return true
}
