package attacks

import (
	"encoding/json"
	"html"
	"net/http"
	"strings"
	"testing"
)

// written is a place where a caller's words come before a person's eyes.
type written struct{ path, member, rest string }

func writtenPlaces(g *gateway) []written {
	anna, mette := g.people["anna"].SSN, g.people["mette"].SSN
	return []written{
		{"bankid-se/auth", "intent", ``}, {"bankid-se/sign", "text", ``}, {"freja/sign", "text", ``}, {"mitid/auth", "referenceText", ``}, {"mitid/sign", "text", ``},
		{"bankid-no/sign", "text", ``}, {"mitid/backchannel/auth", "bindingMessage", `,"ssn":"` + mette + `"`},
		{"bankid-se/phone/auth", "intent", `,"callInitiator":"RP","ssn":"` + anna + `"`}, {"bankid-se/phone/sign", "text", `,"callInitiator":"RP","ssn":"` + anna + `"`},
	}
}

// write starts an operation with a text, and says how that was answered.
func (c client) write(t *testing.T, w written, text string) answer {
	t.Helper()
	quoted, err := json.Marshal(text)
	if err != nil {
		t.Fatal(err)
	}
	body := `{"` + w.member + `":` + string(quoted) + w.rest
	if strings.HasPrefix(w.path, "mitid/") && !strings.Contains(w.path, "backchannel") || strings.HasPrefix(w.path, "bankid-no/") {
		body += `,"redirectUrl":"` + done + `"`
	}
	a := c.ask(t, http.MethodPost, "/v3/"+w.path, body+"}")
	if a.status == http.StatusCreated { // so that nobody's other order is in the way
		var b began
		if err := json.Unmarshal(a.body, &b); err != nil {
			t.Fatal(err)
		}
		c.ask(t, http.MethodDelete, "/v3/"+strings.NewReplacer("/phone/", "/", "/backchannel/", "/").Replace(w.path)+"/"+b.ID, "")
	}
	return a
}

func TestATextCarriesNothingThatCannotBeSeen(t *testing.T) {
	t.Parallel()
	g := open(t)
	evil := map[string]string{
		"NUL": "pay\x00", "escape": "pay \x1b[2J", "bell": "\x07", "delete": "a\x7f", "C1": "a\u009bm", "next line": "a\u0085b",
		"right to left override": "pay \u202e001", "right to left embedding": "\u202bx", "isolate": "\u2067x\u2069", "mark": "a\u200fb", "Arabic mark": "a\u061cb",
		"zero width space": "De\u200bmo", "joiner": "a\u200db", "word joiner": "a\u2060b", "byte order mark": "\ufeffa", "soft hyphen": "De\u00admo", "tag": "a\U000e0041",
		"interlinear": "a\ufff9b", "object": "a\U0001d173b", "line separator": "a\u2028b", "paragraph separator": "a\u2029b", "private": "a\ue000b", "unassigned": "a\u0378b", "noncharacter": "a\uffffb",
		"carriage return": "Pay 1\rPay 1000",
		// What is neither a control nor a format character, and cannot be seen either (Unicode, Default_Ignorable_Code_Point).
		"grapheme joiner": "De\u034fmo", "Hangul filler": "De\u3164mo", "half-width filler": "De\uffa0mo", "choseong filler": "a\u115fb", "jungseong filler": "a\u1160b",
		"Khmer vowel": "a\u17b4b", "Mongolian selector": "a\u180bb", "variation selector": "De\ufe00mo", "another selector": "De\U000e0100mo", "empty braille": "a\u2800\u2800b",
		"tag that begins": "<script>alert(1)</script>", "tag that ends": "a</p>", "comment": "<!-- a", "instruction": "<?php", "image": `<img src=x onerror=alert(1)>`,
	}
	places := writtenPlaces(g)
	for name, text := range evil {
		for _, w := range places {
			if a := g.demo().write(t, w, text); a.status != http.StatusBadRequest || strings.Contains(a.text(), text) {
				t.Errorf("%s in %s of %s is answered with %d", name, w.member, w.path, a.status)
			}
		}
	}
	for _, fine := range []string{
		"Jag godkänner köpet på 1 000 kr.", "Jeg bekræfter: 2 & 3, \"alt\".", "Hyväksyn € 12,50\nRivi 2", "Ég þigg það", "5 > 3", "Thanks \u2764\ufe0f",
	} {
		for _, w := range places {
			if a := g.demo().write(t, w, fine); a.status != http.StatusCreated {
				t.Errorf("%q in %s of %s is answered with %d %s", fine, w.member, w.path, a.status, a.text())
			}
		}
	}
}

func TestATextCannotSpeakInAnotherOrganizationsName(t *testing.T) {
	t.Parallel()
	g := open(t)
	thief := g.stranger(t, "Thieves and Sons")
	if _, err := g.registry.Found(t.Context(), "Klarna Nordbank", nil); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"as it is": "Log in to Klarna Nordbank", "in capitals": "LOG IN TO KLARNA NORDBANK", "split": "Klarna\nNordbank", "hyphenated": "Klarna-Nordbank!", "joined": "KlarnaNordbank asks",
		"spaced out": "K l a r n a N o r d b a n k", "dotted": "Klarna.Nord.bank", "full width": "Ｋｌａｒｎａ Ｎｏｒｄｂａｎｋ", "Cyrillic letters": "Кlаrnа Nоrdbаnk", "Greek letters": "Κlαrnα Νοrdbαnk",
		"digits for letters": "K1arna N0rdbank", "capital I for l": "KIarna Nordbank", "bold": "𝐊𝐥𝐚𝐫𝐧𝐚 𝐍𝐨𝐫𝐝𝐛𝐚𝐧𝐤", "in circles": "Ⓚⓛⓐⓡⓝⓐ Ⓝⓞⓡⓓⓑⓐⓝⓚ", "with marks": "Kla\u0323rna Nordbank", "in its genitive after a colon": "Klarna Nordbank:s kunder",
		"m for rn": "Klama Nordbank", "after the own": "Thieves and Sons for Klarna Nordbank",
	} {
		for _, w := range writtenPlaces(g) {
			if a := thief.write(t, w, text); a.status != http.StatusBadRequest || a.code != "text_names_another" {
				t.Errorf("%s in %s of %s is answered with %d %s", name, w.member, w.path, a.status, a.code)
			}
		}
	}
	for _, fine := range []string{"Log in to Thieves and Sons", "A bank of the north", "Nordbank", "Klarnas nordbanks"} {
		if a := thief.write(t, written{path: "bankid-se/auth", member: "intent"}, fine); a.status != http.StatusCreated {
			t.Errorf("%q is answered with %d %s", fine, a.status, a.code)
		}
	}
}

func TestADocumentIsNotCalledByAnotherOrganizationsName(t *testing.T) {
	t.Parallel()
	g := open(t)
	thief := g.stranger(t, "Thieves and Sons")
	if _, err := g.registry.Found(t.Context(), "Klarna Nordbank", nil); err != nil {
		t.Fatal(err)
	}
	for name, wanted := range map[string]int{"Klarna Nordbank avtal.pdf": 400, "avtal_klarna-nordbank.pdf": 400, "avtal.pdf": 201, "Thieves and Sons.pdf": 201} {
		a := thief.sign(t, thief.upload(t, name).ID)
		if a.status != wanted || wanted == 400 && (a.code != "text_names_another" || a.text() != `{"message":"documents may not carry another organization's name"}`) {
			t.Errorf("%s: to sign it is answered with %d %s", name, a.status, a.text())
		}
	}
}

func TestMarkupOfACallersIsTextOnEveryPage(t *testing.T) {
	t.Parallel()
	g := open(t)
	b := g.browser(t)
	const text = `Pay 1 < 2 & "3" '4' [link](https://evil.example) **bold** &lt;b&gt; {{.Secret}} ${x} javascript:alert(1)`
	quoted, err := json.Marshal(text)
	if err != nil {
		t.Fatal(err)
	}
	const reference = `"><script>alert(1)</script>`
	ref, _ := json.Marshal(reference)
	o := g.demo().start(t, "mitid/sign", `{"redirectUrl":"`+done+`","text":`+string(quoted)+`,"refId":`+string(ref)+`}`)
	page := b.get(t, o.URL)
	b.begins(t, o)
	pages := []answer{page, b.get(t, o.URL), b.get(t, g.base+"/simulator"), b.get(t, onwardOf(t, b.get(t, o.URL)))}
	back := b.approvesAt(t, onwardOf(t, b.get(t, o.URL)), o, "mette")
	to := b.get(t, back).header.Get("Location")
	pages = append(pages, b.get(t, o.URL), b.get(t, o.URL+"/state"),
		b.get(t, g.base+"/s/"+`%22%3E%3Cscript%3Ealert(1)%3C%2Fscript%3E`), b.get(t, g.base+`/callback/simulator?state="><script>alert(1)</script>&error_description=<script>alert(1)</script>`),
		b.get(t, o.URL+`?lang="><script>alert(1)</script>&on=<script>`), b.get(t, g.base+`/callback/%3Cscript%3E?state=x`))
	if strings.ContainsAny(to, "\"<> \r\n") || !strings.HasPrefix(to, done+"?id=") {
		t.Error("the caller's reference is not escaped in the address that the person is sent to")
	}
	if !strings.Contains(page.text(), html.EscapeString("[link](https://evil.example)")) {
		t.Error("the person does not read the text as it was written")
	}
	for i, a := range pages {
		if kind := a.header.Get("Content-Type"); !strings.HasPrefix(kind, "text/html") && strings.Contains(a.text(), "<script>alert") && !strings.HasPrefix(kind, "application/json") {
			t.Errorf("page %d is %s", i, kind)
		}
		if strings.Contains(a.text(), "<script>alert") || strings.Contains(a.text(), `href="https://evil`) || strings.Contains(a.text(), `href="javascript:`) {
			t.Errorf("page %d lets a caller's markup be markup", i)
		}
		policy := a.header.Get("Content-Security-Policy")
		for _, want := range []string{"default-src 'none'", "frame-ancestors 'none'"} {
			if !strings.Contains(policy, want) {
				t.Errorf("page %d has no %s", i, want)
			}
		}
		if strings.Contains(policy, "unsafe") || strings.Contains(policy, "http") || strings.Contains(policy, "*") {
			t.Errorf("the policy of page %d lets strangers in", i)
		}
		referrer := a.header.Get("Referrer-Policy") // nobody else is told, at the most our own site
		if referrer != "same-origin" && referrer != "no-referrer" || a.header.Get("Cache-Control") != "no-store" || a.header.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("page %d may be kept, sniffed or told of", i)
		}
	}
}
