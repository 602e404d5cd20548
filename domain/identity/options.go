package identity

import "time"

// Allow widens the strict default of production, kind by kind.
type Allow uint16

// What can be allowed. Without any of these, only numbers that a person or an
// organisation can really hold today are accepted.
const (
	AllowSynthetic   Allow = 1 << iota // NO month +80 and +65; NO organisations that do not start with 8 or 9
	AllowHelp                          // NO month +40, and first digit 8 or 9
	AllowInterim                       // SE letter numbers
	AllowReplacement                   // DK day +60
	AllowTemporary                     // FI individual numbers 900-999
	AllowNO2032                        // NO first check sum with remainder 1-3 before 2032-01-01
)

// AllowSandbox is what a sandbox accepts beside the default: the official test
// populations of Norway and Finland. Those of Sweden and Denmark look like
// everybody else.
const AllowSandbox = AllowSynthetic | AllowTemporary

// Options say when and how strictly a number is judged.
type Options struct {
	// AsOf is the day the number is judged on. Only its civil date is read, in
	// AsOf's own location: see [Country.Today]. It decides the Swedish century,
	// which births lie in the future, and which Norwegian scheme is in force. It
	// is required; left zero, parsing answers [ErrNoReferenceDate].
	AsOf time.Time

	// Allow is what is accepted beside the default.
	Allow Allow
}
