package identity_test

import (
	"testing"

	"github.com/eidgate/eidgate/domain/identity"
)

func TestMaskedAndDisplayedFormsAreThoseOfTheCountry(t *testing.T) {
	for _, c := range []struct {
		n               identity.Number
		asOf            string
		masked, display string
	}{
		{person(t, identity.SE, "199001012385"), usual, "19900101****", "900101-2385"},
		{person(t, identity.SE, "189001019802"), usual, "18900101****", "900101+9802"},
		{person(t, identity.SE, "192601012384"), "2025-12-31", "19260101****", "260101-2384"},
		{person(t, identity.SE, "192601012384"), "2026-01-01", "19260101****", "260101+2384"},
		{person(t, identity.SE, withLuhn("19900060238")), usual, "19900060****", "900060-" + withLuhn("19900060238")[8:]},
		{person(t, identity.SE, "19900101T387"), usual, "19900101****", "900101-T387"},
		{person(t, identity.NO, "15838500002"), usual, "158385*****", "158385 00002"},
		{person(t, identity.NO, "15838500002"), "2032-01-01", "158385*****", "158385 00002"},
		{person(t, identity.DK, "2512489996"), usual, "251248****", "251248-9996"},
		{person(t, identity.DK, "6101650001"), usual, "610165****", "610165-0001"},
		{person(t, identity.FI, "131052-308T"), usual, "131052-****", "131052-308T"},
		{person(t, identity.FI, "131052V308T"), usual, "131052V****", "131052V308T"},
		{org(t, identity.SE, "165590000948"), usual, "", "559000-0948"},
		{org(t, identity.NO, "974760673"), usual, "", "974 760 673"},
		{org(t, identity.DK, "13748136"), usual, "", "13748136"},
		{org(t, identity.FI, "112038-9"), usual, "", "0112038-9"},
	} {
		if got := c.n.Masked(); got != c.masked {
			t.Errorf("%s: masked %q, want %q", c.n.Reveal(), got, c.masked)
		}
		if got := c.n.Display(day(t, c.asOf)); got != c.display {
			t.Errorf("%s at %s: displayed %q, want %q", c.n.Reveal(), c.asOf, got, c.display)
		}
	}
}

func TestTheZeroNumberIsSafeAndSaysNothing(t *testing.T) {
	var n identity.Number
	asOf := day(t, usual)
	if !n.IsZero() || n.IsOrg() || n.Country() != "" || n.Kind() != "" || n.Reveal() != "" || n.Masked() != "" || n.Display(asOf) != "" {
		t.Error("the zero Number says something")
	}
	if n.Birth(asOf) != (identity.Date{}) || n.Sex(asOf) != identity.SexUnknown || n.Synthetic() != identity.TriUnknown || n.Mod11() != identity.TriUnknown {
		t.Error("the zero Number knows something")
	}
	if _, ok := n.Age(asOf); ok {
		t.Error("the zero Number has an age")
	}
	if _, _, ok := n.AgeBounds(asOf); ok {
		t.Error("the zero Number has bounds of an age")
	}
	if n.String() != "no number" {
		t.Errorf("it prints as %q", n.String())
	}
}
