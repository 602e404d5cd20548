// Package signer signs JSON Web Tokens, verifies its own, and makes the keys for both (RFC 7515, RFC 7518 section 3.3,
// RFC 7519), with go-jose.
//
// Nothing that a token says of itself is believed before its signature holds, but for the name of the key, and that only
// chooses among the keys that the caller brings: the algorithm is RS256, whatever the token says; keys and addresses of
// keys inside a token are looked at by nobody.
package signer
