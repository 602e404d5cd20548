package eid_test

import (
	"testing"

	"github.com/eidgate/eidgate/domain/eid"
)

func TestAContextNamesItsSchemeAndLevel(t *testing.T) {
	for urn, want := range map[eid.Context]struct {
		eid   eid.EID
		level eid.Assurance
	}{
		"urn:grn:authn:se:bankid":                   {eid.SEBankID, eid.Substantial},
		"urn:grn:authn:se:bankid:another-device:qr": {eid.SEBankID, eid.Substantial},
		"urn:grn:authn:se:frejaid":                  {eid.SEFreja, eid.Substantial},
		"urn:grn:authn:no:bankid":                   {eid.NOBankID, eid.High},
		"urn:grn:authn:no:bankid:substantial":       {eid.NOBankID, eid.Substantial},
		"urn:grn:authn:no:vipps":                    {eid.NOVipps, eid.Unstated},
		"urn:grn:authn:dk:mitid:low":                {eid.DKMitID, eid.Low},
		"urn:grn:authn:dk:mitid:high":               {eid.DKMitID, eid.High},
		"urn:grn:authn:dk:mitid:business":           {eid.DKMitID, eid.Unstated},
		"urn:grn:authn:fi:mobile-id":                {eid.FIFTN, eid.Substantial},
		"urn:grn:authn:de:personalausweis":          {"", eid.Unstated},
	} {
		e, known := urn.EID()
		if e != want.eid || known != (want.eid != "") || urn.Assurance() != want.level || !urn.Valid() {
			t.Errorf("%s: got %q %v %v valid %v", urn, e, known, urn.Assurance(), urn.Valid())
		}
	}
}

func TestWhatIsNoContextIsInvalid(t *testing.T) {
	for _, c := range []eid.Context{
		"", "se.bankid.qr", "urn:grn:authn:", "urn:grn:authn:se", "urn:grn:authn:se:", "urn:grn:authn:SE:bankid",
		"urn:grn:authn:swe:bankid", "urn:grn:authn:se:bank id", "urn:grn:authn:se:-bankid", "urn:grn:authn:se:bankid\n",
		"urn:grn:authn:se:bänkid", "URN:GRN:AUTHN:se:bankid", "urn:grn:authn:se::bankid",
	} {
		if _, known := c.EID(); c.Valid() || known {
			t.Errorf("%q passes", c)
		}
	}
}

func TestAProvenContextSatisfiesWhatItRefinesOrExceeds(t *testing.T) {
	const p = "urn:grn:authn:"
	for _, c := range []struct {
		proven, asked eid.Context
		want          bool
	}{
		{p + "se:bankid:same-device", p + "se:bankid:same-device", true},
		{p + "se:bankid:same-device", p + "se:bankid", true},
		{p + "se:bankid", p + "se:bankid:same-device", false},
		{p + "se:bankid:another-device", p + "se:bankid:same-device", false},
		{p + "se:frejaid", p + "se:bankid", false},
		{p + "se:bankidx", p + "se:bankid", false},
		{p + "fi:bank-id", p + "fi:all", true},
		{p + "fi:mobile-id", p + "fi:all", true},
		{p + "fi:mobile-id", p + "fi:bank-id", false},
		{p + "fi:all", p + "fi:bank-id", false},
		{p + "dk:mitid:low", p + "dk:mitid:substantial", false},
		{p + "dk:mitid:high", p + "dk:mitid:substantial", true},
		{p + "dk:mitid:substantial", p + "dk:mitid:substantial", true},
		{p + "dk:mitid:business", p + "dk:mitid:low", false},
		{p + "dk:mitid:high", p + "dk:mitid:business", false},
		{p + "no:bankid:substantial", p + "no:bankid", true},
		{p + "no:bankid:substantial", p + "no:bankid:high", false},
		{p + "no:bankid:high", p + "no:bankid:substantial", true},
		{p + "no:bankid", p + "no:bankid:high", false},
		{p + "no:vipps", p + "no:bankid", false},
		{"", p + "se:bankid", false},
	} {
		if got := c.proven.Satisfies(c.asked); got != c.want {
			t.Errorf("%s for %s: got %v", c.proven, c.asked, got)
		}
	}
}

func TestEverySchemesDefaultContextIsItsOwn(t *testing.T) {
	for _, e := range eid.EIDs() {
		if own, known := e.DefaultContext().EID(); !known || own != e || !e.Known() {
			t.Errorf("%s: default context %s is of %q", e, e.DefaultContext(), own)
		}
	}
}
