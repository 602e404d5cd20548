package eid_test

import (
	"errors"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/identity"
)

func anna(t testing.TB) identity.Number {
	t.Helper()
	n, err := identity.ParsePerson(identity.SE, "199001012385", identity.Options{AsOf: start})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestAnOrderThatMakesNoSenseForItsEIDIsRefused(t *testing.T) {
	signing := func(o *eid.Order) { o.Operation, o.Channel, o.Text, o.Context = eid.Sign, eid.App, "I agree", "" }
	for name, c := range map[string]struct {
		change func(o *eid.Order)
		want   error
	}{
		"as it is":                  {func(*eid.Order) {}, nil},
		"an unknown eID":            {func(o *eid.Order) { o.EID, o.Context = "se.unknown", "" }, eid.ErrOrder},
		"an unknown operation":      {func(o *eid.Order) { o.Operation = "levitate" }, eid.ErrOrder},
		"an unknown channel":        {func(o *eid.Order) { o.Channel = "smoke" }, eid.ErrOrder},
		"another eID's context":     {func(o *eid.Order) { o.Context = "urn:grn:authn:no:bankid" }, eid.ErrOrder},
		"a signature":               {signing, nil},
		"a signature of nothing":    {func(o *eid.Order) { signing(o); o.Text = "" }, eid.ErrNothingToSign},
		"a signature of two things": {func(o *eid.Order) { signing(o); o.Documents = []eid.Document{{ID: "d"}} }, eid.ErrNothingToSign},
		"a signature of documents":  {func(o *eid.Order) { signing(o); o.Text, o.Documents = "", []eid.Document{{ID: "d"}} }, nil},
		"a call in an app": {func(o *eid.Order) {
			o.Operation, o.Channel, o.CallInitiator = eid.PhoneAuthenticate, eid.App, eid.CalledByPerson
		}, eid.ErrOrder},
		"a call that nobody began":     {func(o *eid.Order) { o.Operation, o.Channel, o.Phone = eid.PhoneAuthenticate, eid.Backchannel, "+46" }, eid.ErrCallInitiator},
		"a notice to nobody":           {func(o *eid.Order) { o.Channel = eid.Backchannel }, eid.ErrNobodyNamed},
		"a notice to a number":         {func(o *eid.Order) { o.Channel, o.Require.Person = eid.Backchannel, anna(t) }, nil},
		"a notice to a telephone":      {func(o *eid.Order) { o.Channel, o.Phone = eid.Backchannel, "+4790881716" }, nil},
		"an age without bounds":        {func(o *eid.Order) { o.Operation = eid.ProveAge }, eid.ErrAges},
		"an age nobody has":            {func(o *eid.Order) { o.Operation, o.Require.LeastAge, o.Require.GreatestAge = eid.ProveAge, 20, 19 }, eid.ErrAges},
		"an age below nothing":         {func(o *eid.Order) { o.Operation, o.Require.LeastAge = eid.ProveAge, -1 }, eid.ErrAges},
		"an age from":                  {func(o *eid.Order) { o.Operation, o.Require.LeastAge = eid.ProveAge, 18 }, nil},
		"an age to":                    {func(o *eid.Order) { o.Operation, o.Require.GreatestAge = eid.ProveAge, 17 }, nil},
		"an age of exactly":            {func(o *eid.Order) { o.Operation, o.Require.LeastAge, o.Require.GreatestAge = eid.ProveAge, 18, 18 }, nil},
		"a registration nobody knows":  {func(o *eid.Order) { o.Require.Registration = "PLUS" }, eid.ErrOrder},
		"a registration":               {func(o *eid.Order) { o.Require.Registration = eid.Plus }, nil},
		"the longest purpose":          {func(o *eid.Order) { o.Text = strings.Repeat("x", 1125) }, nil},
		"a longer purpose":             {func(o *eid.Order) { o.Text = strings.Repeat("x", 1126) }, eid.ErrTextTooLong},
		"the longest text":             {func(o *eid.Order) { signing(o); o.Text = strings.Repeat("x", 30_000) }, nil},
		"a longer text":                {func(o *eid.Order) { signing(o); o.Text = strings.Repeat("x", 30_001) }, eid.ErrTextTooLong},
		"the longest Norwegian text":   {func(o *eid.Order) { signing(o); o.EID, o.Text = eid.NOBankID, strings.Repeat("å", 118) }, nil},
		"a longer Norwegian text":      {func(o *eid.Order) { signing(o); o.EID, o.Text = eid.NOBankID, strings.Repeat("å", 119) }, eid.ErrTextTooLong},
		"the longest Danish text":      {func(o *eid.Order) { signing(o); o.EID, o.Text = eid.DKMitID, strings.Repeat("æ", 600) }, nil},
		"a longer Danish text":         {func(o *eid.Order) { signing(o); o.EID, o.Text = eid.DKMitID, strings.Repeat("æ", 601) }, eid.ErrTextTooLong},
		"a long Danish purpose":        {func(o *eid.Order) { o.EID, o.Context, o.Text = eid.DKMitID, "", strings.Repeat("x", 131) }, eid.ErrTextTooLong},
		"a long digest":                {func(o *eid.Order) { signing(o); o.Digest = strings.Repeat("x", 2001) }, eid.ErrTextTooLong},
		"a long binding message":       {func(o *eid.Order) { o.BindingMessage = strings.Repeat("x", 131) }, eid.ErrTextTooLong},
		"a digest in XML":              {func(o *eid.Order) { signing(o); o.Digest = "<Digest>\r\n</Digest>" }, nil},
		"a digest in no letters":       {func(o *eid.Order) { signing(o); o.Digest = "\xff" }, eid.ErrText},
		"a blank text":                 {func(o *eid.Order) { signing(o); o.Text = " \n\t\u00a0" }, eid.ErrTextBlank},
		"a blank purpose":              {func(o *eid.Order) { o.Text = " " }, nil},
		"a blank binding message":      {func(o *eid.Order) { o.BindingMessage = "  " }, eid.ErrTextBlank},
		"a direction-changing purpose": {func(o *eid.Order) { o.Text = "pay \u202e001" }, eid.ErrText},
	} {
		o := order()
		c.change(&o)
		if _, _, err := eid.Open("s", "n", o, start, time.Minute); !errors.Is(err, c.want) || c.want == nil && err != nil {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

func TestATextLooksLikeWhatItIs(t *testing.T) {
	for text, fine := range map[string]bool{
		"": true, "Hej! Godkänn 1 000 kr till Ängsbutiken.": true, "two\nlines\tand a tab": true, "a < b, and b > c": true, "# Heading\n**bold**": true,
		"emoji 🙂": true, "<3": true,
		"<b>bold</b>": false, "</p>": false, "<!-- -->": false, "<?php": false, "bell\a": false, "nul\x00": false, "return\r\n": true, "return\ronly": false, "at the end\r": false,
		"zero\u200bwidth": false, "\ufeffbom": false, "rtl\u202eoverride": false, "isolate\u2066": false, "line\u2028separator": false, "soft\u00adhyphen": false,
		"broken \xff": false, "private \ue000": false, "escape \x1b[31m": false,
	} {
		o := order()
		o.Text = text
		if _, _, err := eid.Open("s", "n", o, start, time.Minute); (err == nil) != fine {
			t.Errorf("%q: got %v", text, err)
		}
	}
}

func FuzzNoTextHidesAnything(f *testing.F) {
	for _, seed := range []string{"hello", "a\u202eb", "<script>", "\x00", "\xff", "a<b"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		o := order()
		o.Text = text
		_, _, err := eid.Open("s", "n", o, start, time.Minute)
		hidden := !utf8.ValidString(text) || strings.ContainsFunc(text, func(r rune) bool {
			return r != '\n' && r != '\t' && r != '\r' && (unicode.IsControl(r) || unicode.Is(unicode.Cf, r))
		}) || strings.Contains(text, "</") || strings.Contains(strings.ToLower(text), "<script")
		if hidden && err == nil {
			t.Errorf("%q passes", text)
		}
	})
}
