// Package arch holds the house to its plan: which package may know which, and the habits that a compiler does not
// check. The table of arrows is in arrows_test.go, each line with its reason.
package arch
