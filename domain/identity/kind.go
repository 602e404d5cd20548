package identity

// Kind says what sort of number it is within its country.
type Kind string

// The kinds of numbers. A kind belongs to one country.
const (
	KindPersonnummer      Kind = "personnummer"      // SE
	KindSamordningsnummer Kind = "samordningsnummer" // SE, day +60: not (yet) registered as resident; the identity may be unproven
	KindInterim           Kind = "interim"           // SE, a letter in the serial: universities, not the tax agency
	KindFnr               Kind = "fnr"               // NO
	KindDnr               Kind = "dnr"               // NO, day +40
	KindHnr               Kind = "hnr"               // NO, month +40: help number of the health service, or NAV test data
	KindDnrHnr            Kind = "dnr_hnr"           // NO, day +40 and month +40
	KindFHnr              Kind = "fhnr"              // NO, first digit 8 or 9: shared help number, says nothing about the person
	KindCPR               Kind = "cpr"               // DK
	KindCPRReplacement    Kind = "cpr_replacement"   // DK, day +60: stands in for a number that does not exist
	KindHetu              Kind = "hetu"              // FI
	KindHetuTemporary     Kind = "hetu_temporary"    // FI, individual number from 900: hospitals and test persons
	KindOrgSE             Kind = "orgnr_se"
	KindOrgNO             Kind = "orgnr_no"
	KindCVR               Kind = "cvr"     // DK
	KindYTunnus           Kind = "ytunnus" // FI
)

// form is a country and a kind in one byte, as it stands at the head of a
// number's handle.
type form uint8

const (
	noForm form = iota
	formPersonnummer
	formSamordningsnummer
	formInterim
	formFnr
	formDnr
	formHnr
	formDnrHnr
	formFHnr
	formCPR
	formCPRReplacement
	formHetu
	formHetuTemporary
	formOrgSE
	formOrgNO
	formCVR
	formYTunnus
)

// forms gives each form its names. The label is all that logs and fmt get to
// see, so it must never hold a digit.
var forms = [...]struct {
	country Country
	kind    Kind
	label   string
	org     bool
}{
	noForm:                {label: "no number"},
	formPersonnummer:      {SE, KindPersonnummer, "SE/personnummer", false},
	formSamordningsnummer: {SE, KindSamordningsnummer, "SE/samordningsnummer", false},
	formInterim:           {SE, KindInterim, "SE/interim", false},
	formFnr:               {NO, KindFnr, "NO/fnr", false},
	formDnr:               {NO, KindDnr, "NO/dnr", false},
	formHnr:               {NO, KindHnr, "NO/hnr", false},
	formDnrHnr:            {NO, KindDnrHnr, "NO/dnr_hnr", false},
	formFHnr:              {NO, KindFHnr, "NO/fhnr", false},
	formCPR:               {DK, KindCPR, "DK/cpr", false},
	formCPRReplacement:    {DK, KindCPRReplacement, "DK/cpr_replacement", false},
	formHetu:              {FI, KindHetu, "FI/hetu", false},
	formHetuTemporary:     {FI, KindHetuTemporary, "FI/hetu_temporary", false},
	formOrgSE:             {SE, KindOrgSE, "SE/orgnr_se", true},
	formOrgNO:             {NO, KindOrgNO, "NO/orgnr_no", true},
	formCVR:               {DK, KindCVR, "DK/cvr", true},
	formYTunnus:           {FI, KindYTunnus, "FI/ytunnus", true},
}

// formOf finds the form of a kind; ok is false when the kind is not one of the
// country's.
func formOf(c Country, k Kind) (f form, ok bool) {
	for i := noForm + 1; int(i) < len(forms); i++ {
		if forms[i].country == c && forms[i].kind == k {
			return i, true
		}
	}
	return noForm, false
}
