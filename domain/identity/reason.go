package identity

import "errors"

// Reason says why a number was refused. When several reasons apply, the one that
// stands first in this list is given; the reasons of organisation numbers take
// the places that their comments name.
type Reason string

// The reasons, in the order in which they are looked for.
const (
	ReasonEmpty          Reason = "empty"            // nothing is left after trimming
	ReasonCharset        Reason = "charset"          // a character that can never stand there, or any beyond ASCII
	ReasonLength         Reason = "length"           // the wrong number of digits or characters
	ReasonFormat         Reason = "format"           // the right number, with a separator in the wrong place or repeated
	ReasonCentury        Reason = "century"          // SE: a century other than 18, 19 and 20
	ReasonCenturySign    Reason = "century_sign"     // SE: a plus that contradicts the century; FI: an unknown seventh character
	ReasonPrefix         Reason = "prefix"           // SE organisation: twelve digits that do not start with 16
	ReasonDate           Reason = "date"             // the day does not exist, or is shifted in no documented way
	ReasonSerial         Reason = "serial"           // a serial that is never given out
	ReasonGroup          Reason = "group"            // SE organisation: starts with 0
	ReasonLeadingZero    Reason = "leading_zero"     // DK organisation: starts with 0
	ReasonThirdDigit     Reason = "third_digit"      // SE organisation: third digit 0 or 1
	ReasonIsPerson       Reason = "is_person"        // SE organisation: it is somebody's personal number; wins over prefix, group and third_digit
	ReasonChecksum       Reason = "checksum"         // a check digit or character is wrong
	ReasonFuture         Reason = "future"           // born after the reference date
	ReasonKindNotAllowed Reason = "kind_not_allowed" // well formed, but not a kind the caller allows
)

// Error tells the country and the reason of a refusal. It never holds the input
// or any part of it, so its text may be logged. Every Error is [ErrInvalid] to
// [errors.Is].
type Error struct {
	Country Country
	Reason  Reason
}

func (e *Error) Error() string {
	return "identity: " + string(e.Country) + ": " + string(e.Reason)
}

// Is reports whether target is [ErrInvalid].
func (e *Error) Is(target error) bool { return target == ErrInvalid }

var (
	// ErrInvalid is what every [Error] is: the number was refused.
	ErrInvalid = errors.New("identity: invalid number")

	// ErrNoReferenceDate means that Options.AsOf was left out, a mistake of the
	// program and not of the person.
	ErrNoReferenceDate = errors.New("identity: Options.AsOf is zero")

	// ErrUnknownCountry means that no rules are known for the country. It is not
	// ErrInvalid: nothing was said about the number.
	ErrUnknownCountry = errors.New("identity: unknown country")

	// ErrUseReveal is what every encoder is answered: a number is not written
	// down by accident. Call [Number.Reveal] where it is meant.
	ErrUseReveal = errors.New("identity: use Reveal")
)
