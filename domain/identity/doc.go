// Package identity knows the numbers by which Sweden, Norway, Denmark and
// Finland tell people and organisations apart.
//
// [ParsePerson] and [ParseOrg] read what somebody typed or an eID sent,
// [ParseCanonical] reads back what we stored. Each of them is a pure function:
// the day on which a number is judged is an argument, never the clock.
//
// A number that parses is well formed and no more. Whether it was ever issued,
// and to whom, only an eID or a register can say; Danish numbers do not even
// carry a check digit. The country is never guessed, because the same digits
// can be two people in two countries.
//
// A [Number] keeps its digits to itself. They leave through [Number.Reveal],
// and in part through [Number.Masked] and [Number.Display]; no fmt verb, logger
// or encoder gets at them.
package identity
