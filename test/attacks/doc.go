// Package attacks tells what attackers try, each with a browser or a client of their own, against a gateway that is
// started as the binary starts it and reached over HTTP alone. No test of it may end with somebody's identity where that
// person did not bring it.
package attacks
