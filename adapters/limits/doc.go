// Package limits counts how often somebody does something, so that nobody does it too often: in the memory of one
// process, or in a Redis that several share.
//
// What is counted is a bucket, named by whoever counts, say by an address and a user's name. Only a keyed hash of
// the name is kept, and only for as long as it matters.
package limits
