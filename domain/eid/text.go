package eid

import (
	"encoding/base64"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/eidgate/eidgate/domain/fault"
)

// What can be wrong with a text that people are shown.
var (
	// ErrText refuses characters that could make a text look like something else, or like somebody else's.
	ErrText = fault.New(fault.Invalid, "text_invalid",
		"A text that people are shown has no control characters but line feeds, no invisible or direction-changing characters, and no markup.")
	// ErrTextBlank refuses what leaves a person to sign or to compare nothing.
	ErrTextBlank = fault.New(fault.Invalid, "text_blank", "A text that people sign or compare has something to read.")
	// ErrTextTooLong refuses what the eID cannot show or carry.
	ErrTextTooLong = fault.New(fault.Invalid, "text_too_long", "The text is longer than this eID can show.")
)

// most is how much text an eID takes: in characters, and in bytes once it is base64, 0 for no bound of that sort.
type most struct{ characters, encoded int }

// The limits are the schemes' own: BankID Relying Party API v6 (userVisibleData, userNonVisibleData), Freja's signature
// service, and what Norwegian BankID's and MitID's clients show.
func (o Order) mostText() most {
	switch {
	case o.EID == SEBankID && o.Operation.Signs():
		return most{encoded: 40_000}
	case o.EID == SEBankID:
		return most{encoded: 1_500}
	case o.EID == SEFreja:
		return most{characters: 4_096}
	case o.EID == NOBankID && o.Operation.Signs():
		return most{characters: 118}
	case o.EID == DKMitID && o.Operation.Signs():
		return most{characters: 600}
	case o.EID == DKMitID:
		return most{characters: 130}
	}
	return most{characters: 2_000}
}

const (
	mostDigest  = 2_000
	mostBinding = 130
)

func (m most) holds(text string) bool {
	return (m.characters == 0 || utf8.RuneCountInString(text) <= m.characters) &&
		(m.encoded == 0 || base64.StdEncoding.EncodedLen(len(text)) <= m.encoded)
}

func (o Order) checkTexts() error {
	for _, text := range []struct{ field, content string }{{"text", o.Text}, {"binding_message", o.BindingMessage}} {
		switch {
		case !showable(text.content):
			return ErrText.On(text.field)
		case blank(text.content) && (o.Operation.Signs() || text.field != "text"):
			return ErrTextBlank.On(text.field)
		}
	}
	if !utf8.ValidString(o.Digest) { // nobody reads it, so that it may hold whatever it is a digest in: XML, say
		return ErrText.On("digest")
	}
	switch {
	case !o.mostText().holds(o.Text):
		return ErrTextTooLong.On("text")
	case utf8.RuneCountInString(o.Digest) > mostDigest:
		return ErrTextTooLong.On("digest")
	case utf8.RuneCountInString(o.BindingMessage) > mostBinding:
		return ErrTextTooLong.On("binding_message")
	}
	return nil
}

// blank holds for texts that are there, and in which there is nothing to see.
func blank(text string) bool { return text != "" && strings.TrimSpace(text) == "" }

// showable holds for texts that look like what they are. Line ends and tabs are fine; other control characters, those
// that change the direction of writing or cannot be seen, unassigned and private ones are not. A "<" that begins a tag is
// markup to somebody.
func showable(text string) bool {
	if !utf8.ValidString(text) {
		return false
	}
	previous := ' '
	for _, r := range text {
		switch {
		case previous == '\r' && r != '\n':
			return false
		case r == '\n' || r == '\t' || r == '\r':
		case unicode.Is(unicode.C, r), r == '\u2028', r == '\u2029', unseen(r, previous):
			return false
		case previous == '<' && (unicode.IsLetter(r) || r == '/' || r == '!' || r == '?'):
			return false
		}
		previous = r
	}
	return previous != '\r'
}

// unseen holds for letters, marks and symbols that nobody sees, and that take a word apart all the same (Unicode,
// Default_Ignorable_Code_Point; and Braille without a dot). One that chooses how a symbol before it is drawn is fine.
func unseen(r, previous rune) bool {
	if r == '\ufe0e' || r == '\ufe0f' {
		return !unicode.IsSymbol(previous)
	}
	return r == '\u2800' || unicode.In(r, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector)
}
