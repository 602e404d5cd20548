// Package contract holds what each port promises, as tests that every adapter runs. An adapter's own tests open it
// on a bench and hand it over; what a promise means is written here once.
package contract
