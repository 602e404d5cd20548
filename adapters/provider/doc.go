// Package provider is what roads to eIDs have in common: the way to a server and what its failures mean, addresses, reading
// JSON that somebody else wrote and what it says of people, and the files of those that know us by a certificate. The roads
// themselves lie in the packages below it, and know nothing of each other.
package provider
