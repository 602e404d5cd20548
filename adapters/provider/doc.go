// Package provider is what roads to eIDs have in common: reading JSON that somebody else wrote, and the files of those that
// know us by a certificate. The roads themselves lie in the packages below it, and know nothing of each other.
package provider
