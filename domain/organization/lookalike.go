package organization

import (
	"strings"
	"unicode"
)

// lookalikes are letters that pass for Latin ones: of other scripts, with a mark, or drawn in another manner. It is the
// part of what is known of them (Unicode Technical Standard 39, confusables) that fools somebody who reads a company's name
// in a Nordic language.
var lookalikes = pairs(map[string]string{
	"a": "àáâãäåāăąǎǻаАαΑɑᴀ", "b": "вВьЬΒβʙ", "c": "çćĉċčсСϲᴄ", "d": "ďđðԁᴅ", "e": "èéêëēĕėęěеЕёЁεΕєЄᴇℯ", "f": "ƒғҒꜰ",
	"g": "ĝğġģɡցɢℊ", "h": "ĥħһҺнНΗհʜℎ", "i": "ìíîïĩīĭįıіІїЇιΙɩɪ", "j": "ĵȷјЈյᴊ", "k": "ķкКκΚᴋ", "l": "ĺļľŀłӏӀʟℓ",
	"m": "мМΜᴍ", "n": "ñńņňŉŋΝηոпПɴ", "o": "òóôõöøōŏőоОοΟσօᴏℴ", "p": "рРρΡᴘ", "q": "ԛԚզǫ", "r": "ŕŗřгГʀ", "s": "śŝşšșѕЅſꜱ",
	"t": "ţťŧțтТτΤᴛ", "u": "ùúûüũūŭůűųυսᴜ", "v": "νѵѴᴠ", "w": "ŵԝԜωᴡ", "x": "хХχΧ", "y": "ýÿŷуУүҮΥγʏ", "z": "źżžΖᴢ",
	"ae": "æǽӕ", "oe": "œ", "ss": "ß", "th": "þ",
})

func pairs(of map[string]string) map[rune]string {
	all := map[rune]string{}
	for latin, list := range of {
		for _, r := range list {
			all[r] = latin
		}
	}
	return all
}

// drawn are letters and digits that are drawn in another manner, in the order of the alphabet.
var drawn = []struct{ first, last, base, count rune }{
	{0xff10, 0xff19, '0', 10}, {0xff21, 0xff3a, 'a', 26}, {0xff41, 0xff5a, 'a', 26}, // full width
	{0x1d400, 0x1d6a3, 'a', 26}, {0x1d7ce, 0x1d7ff, '0', 10}, // of mathematics
	{0x249c, 0x24b5, 'a', 26}, {0x24b6, 0x24cf, 'a', 26}, {0x24d0, 0x24e9, 'a', 26}, // in brackets and circles
	{0x1f110, 0x1f129, 'a', 26}, {0x1f130, 0x1f149, 'a', 26}, {0x1f150, 0x1f169, 'a', 26}, {0x1f170, 0x1f189, 'a', 26}, {0x1f1e6, 0x1f1ff, 'a', 26},
}

// alike makes the same of letters and digits that are confused in many typefaces. One that looks like two becomes two.
var alike = strings.NewReplacer("0", "o", "1", "l", "i", "l", "m", "rn", "w", "vv")

// latinized is a letter or digit as a hasty reader sees it, "" for anything else.
func latinized(r rune) string {
	for _, d := range drawn {
		if r >= d.first && r <= d.last {
			return alike.Replace(string(d.base + (r-d.first)%d.count))
		}
	}
	latin, known := lookalikes[r]
	if lower := unicode.ToLower(r); !known {
		latin, known = lookalikes[lower]
		r = lower
	}
	switch {
	case known:
		return alike.Replace(latin)
	case unicode.IsLetter(r) || unicode.IsDigit(r):
		return alike.Replace(string(r))
	}
	return ""
}
