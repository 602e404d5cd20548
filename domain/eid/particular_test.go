package eid_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/eidgate/eidgate/domain/eid"
)

const (
	bankIDWords = "Text for BankID"
	mitIDWords  = "Text for MitID"
	biometric   = eid.Context("urn:grn:authn:no:bankid:substantial")
)

// particular is an order that says something else to each of its choices, and nothing to Freja.
func particular() eid.Order {
	o := undecided(eid.SEBankID, eid.SEFreja, eid.DKMitID, eid.NOBankID)
	o.Particulars = []eid.Particular{
		{EID: eid.SEBankID, Text: bankIDWords}, {EID: eid.DKMitID, Text: mitIDWords}, {EID: eid.NOBankID, Context: biometric},
	}
	return o
}

func TestEachChoiceIsToldItsOwnWordsAndNobodyElses(t *testing.T) {
	said := map[eid.EID]eid.Particular{eid.SEBankID: {Text: bankIDWords}, eid.SEFreja: {}, eid.DKMitID: {Text: mitIDWords}, eid.NOBankID: {Context: biometric}}
	s := opens(t, particular())
	for _, e := range []eid.EID{eid.SEBankID, eid.SEFreja, eid.NOBankID, eid.DKMitID, eid.SEFreja, eid.SEBankID} {
		if _, err := s.Choose(e, start); err != nil {
			t.Fatal(err)
		}
		if o := s.Snapshot().Order; o.Text != said[e].Text || o.Context != said[e].Context {
			t.Errorf("%s is told %q in the way %q", e, o.Text, o.Context)
		}
	}
	if _, err := s.Reconsider(start); err != nil {
		t.Fatal(err)
	}
	if o := s.Snapshot().Order; o.Text != "" || o.Context != "" || len(o.Particulars) != 3 {
		t.Errorf("open again it still says %q in the way %q", o.Text, o.Context)
	}
	if _, err := s.Choose(eid.DKMitID, start); err != nil || s.Snapshot().Order.Text != mitIDWords {
		t.Errorf("chosen again it says %q, %v", s.Snapshot().Order.Text, err)
	}
	one := particular()
	one.EID, one.Choices = eid.NOBankID, nil
	if got := opens(t, one).Snapshot().Order; got.Context != biometric || got.Text != "" {
		t.Errorf("where one choice is left it says %q in the way %q", got.Text, got.Context)
	}
}

func TestWhatIsSaidToOneEIDHoldsToTheLimitsOfThatOne(t *testing.T) {
	for name, c := range map[string]struct {
		change func(o *eid.Order)
		want   error
	}{
		"as it is":                            {func(*eid.Order) {}, nil},
		"as much as BankID shows":             {func(o *eid.Order) { o.Particulars[0].Text = strings.Repeat("a", 1_125) }, nil},
		"more than BankID shows":              {func(o *eid.Order) { o.Particulars[0].Text = strings.Repeat("a", 1_126) }, eid.ErrTextTooLong},
		"as much as MitID shows":              {func(o *eid.Order) { o.Particulars[1].Text = strings.Repeat("a", 130) }, nil},
		"more than MitID shows":               {func(o *eid.Order) { o.Particulars[1].Text = strings.Repeat("a", 131) }, eid.ErrTextTooLong},
		"what nobody can show":                {func(o *eid.Order) { o.Particulars[1].Text = "a\x00" }, eid.ErrText},
		"what nobody can show, not offered":   {func(o *eid.Order) { o.Choices = o.Choices[:2]; o.Particulars[1].Text = "<b>" }, eid.ErrText},
		"another eID's way":                   {func(o *eid.Order) { o.Particulars[0].Context = biometric }, eid.ErrOrder},
		"a way that is none":                  {func(o *eid.Order) { o.Particulars[2].Context = "BIS" }, eid.ErrOrder},
		"something to an unknown eID":         {func(o *eid.Order) { o.Particulars[0].EID = "xx.id" }, eid.ErrOrder},
		"two things to one eID":               {func(o *eid.Order) { o.Particulars[1].EID = eid.SEBankID }, eid.ErrOrder},
		"a text beside that of all":           {func(o *eid.Order) { o.Text = "Text for all" }, eid.ErrOrder},
		"what is to be signed":                {func(o *eid.Order) { o.Operation = eid.Sign }, eid.ErrOrder},
		"something beside documents to sign":  {func(o *eid.Order) { o.Operation, o.Documents = eid.Sign, []eid.Document{{ID: "d"}} }, eid.ErrOrder},
		"something, and the way for all eIDs": {func(o *eid.Order) { o.Context = biometric }, eid.ErrOrder},
	} {
		o := particular()
		c.change(&o)
		if _, _, err := eid.Open("s1", "nonce", o, start, time.Minute); !errors.Is(err, c.want) {
			t.Errorf("%s: got %v", name, err)
		}
	}
}
